"""Writes letters: a sentence and a link for each notice, as plain text and as simple HTML; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from models.tables import Letter, Notice
from webapp.i18n import LANGUAGES, _, plural, speaking
from webapp.telling import address_of, sentence

CHOICES = "/account"
"""The page on which a person chooses what they are told, and how."""

_LOOK = "font-family: system-ui, sans-serif; line-height: 1.5; color: #1c2321; max-width: 36em"


class NotAnAddress(ValueError):
    """Nobody can be reached there."""


@dataclass(frozen=True, slots=True)
class _Words:
    """A letter in one language; each line is a sentence and the address that it leads to."""

    language: str
    subject: str
    greeting: str
    lines: tuple[tuple[str, str], ...]
    why: str
    choices: str


def compose(letter: Letter, notices: Sequence[Notice], *, origin: str, sender: str) -> EmailMessage:
    """Write one letter to the person it comes with, in their language; in all, Swedish first, if they chose none.

    Raises NotAnAddress.
    """
    person = letter.person
    languages = [person.language] if person.language in LANGUAGES else list(LANGUAGES)
    said = [_words(language, person.name, notices, origin) for language in languages]
    subject = " / ".join(words.subject for words in said)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = _address(sender)
    message["To"] = _address(person.email)
    message["Date"] = letter.created_at
    message["Message-ID"] = letter.message_id
    message["List-Unsubscribe"] = f"<{origin}{CHOICES}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = ", ".join(languages)
    message.set_content("\n\n* * *\n\n".join(_text(words, origin) for words in said))
    message.add_alternative(
        f'<!doctype html><html lang="{languages[0]}"><head><meta charset="utf-8"><title>{escape(subject)}</title>'
        f'</head><body style="{_LOOK}">{"<hr>".join(_html(words, origin) for words in said)}</body></html>',
        subtype="html",
    )
    return message


def _address(text: str) -> Address:
    """Read an address alone; what could add another header or another reader is none."""
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError) as error:
        raise NotAnAddress(str(error)) from None
    if not address.domain or not text.isprintable():
        raise NotAnAddress(text)
    return address


def _words(language: str, name: str, notices: Sequence[Notice], origin: str) -> _Words:
    with speaking(language):
        lines = tuple((sentence(notice), origin + address_of(notice)) for notice in notices)
        one_or_many = plural("CIM: {count} notice", "CIM: {count} notices", len(notices))
        return _Words(
            language,
            # A name may hold a line break; a header may not.
            " ".join((lines[0][0] if len(lines) == 1 else one_or_many).split()),
            _("Hello {name},").format(name=name),
            lines,
            _("This letter comes from the Certificate of International Merits. Nobody reads answers to it."),
            _("Choose what you are told, and how"),
        )


def _text(words: _Words, origin: str) -> str:
    lines = "\n\n".join(f"{said}\n{address}" for said, address in words.lines)
    return f"{words.greeting}\n\n{lines}\n\n--\n{words.why}\n{words.choices}: {origin}{CHOICES}\n"


def _html(words: _Words, origin: str) -> str:
    lines = "".join(
        f'<p>{escape(said)}<br><a href="{escape(address)}">{escape(address)}</a></p>' for said, address in words.lines
    )
    return (
        f'<div lang="{words.language}"><p>{escape(words.greeting)}</p>{lines}'
        f'<p style="color: #55605c; font-size: .9em">{escape(words.why)}<br>'
        f'<a href="{escape(origin + CHOICES)}">{escape(words.choices)}</a></p></div>'
    )
