"""/sign-off/{token}: an outside organiser says whether a student took part; a plain page, no account, no script."""

from dataclasses import dataclass
from html import escape

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from models.actions import sign_offs
from models.actions.sign_offs import Asked
from models.errors import N_, Refused
from models.tables.activities import SignOffOutcome
from webapp.endpoints.answers import plain_html
from webapp.errors import words_of
from webapp.i18n import LANGUAGES, _, current_language, language_of, say_date, use_language
from webapp.plain import plain_page
from webapp.runtime import runtime_of
from webapp.session import NotSignedIn, signed_in

router = APIRouter(include_in_schema=False, max_body_size=20_000)

_FORM_PROBLEMS = (sign_offs.SignerMissing, sign_offs.NotAPercentage, sign_offs.OutcomeMissing)


class OwnLink(Refused):
    """Nobody confirms what they did themselves."""

    words = N_("This link is for the organiser. You are the student: send it to the person who can confirm it.")


@dataclass(frozen=True, slots=True)
class _Written:
    """What stands in the fields of the form."""

    outcome: str = ""
    name: str = ""
    role: str = ""
    attendance: str = ""
    note: str = ""


@router.get("/sign-off/{token}")
async def sign_off_page(token: str, request: Request, language: str = "") -> Response:
    """Ask the holder of the link; looking changes nothing."""
    _speak(request, language)
    try:
        asked = await _asked(token, request)
    except Refused as refusal:
        return _told(refusal)
    return plain_html(_form(asked, _Written()))


@router.post("/sign-off/{token}")
async def answer(token: str, request: Request, language: str = "") -> Response:
    """Take the answer; what cannot be taken comes back in the form, with nothing lost."""
    _speak(request, language)
    written = _read(await request.form(max_files=0, max_fields=10))
    try:
        asked = await _asked(token, request)
        try:
            await sign_offs.answer(
                token,
                _outcome(written.outcome),
                written.name,
                written.role,
                _percent(written.attendance),
                written.note,
                at=runtime_of(request).now(),
            )
        except _FORM_PROBLEMS as problem:
            return plain_html(_form(asked, written, words_of(problem)), status=422)
    except Refused as refusal:
        return _told(refusal)
    return plain_html(_closing(_("Thank you"), _("Your answer has been noted. You can close this page.")))


async def _asked(token: str, request: Request) -> Asked:
    """Load what is asked; raises OwnLink for the student, where this browser is signed in as them."""
    asked = await sign_offs.read_request(token, at=runtime_of(request).now())
    try:
        me = await signed_in(request)
    except NotSignedIn:
        return asked
    if me.person.id == asked.student_id:
        raise OwnLink
    return asked


def _speak(request: Request, language: str) -> None:
    """Speak the language of the address, else the browser's; no cookie keeps it."""
    use_language(language if language in LANGUAGES else language_of(request))


def _told(refusal: Refused) -> Response:
    status = {sign_offs.LinkUnknown: 404, OwnLink: 403}.get(type(refusal), 410)
    title = _("Thank you") if isinstance(refusal, sign_offs.AlreadyAnswered) else _("Not found")
    if isinstance(refusal, OwnLink):
        title = _("Not for you")
    return plain_html(_closing(title, words_of(refusal)), status=status)


def _closing(title: str, words: str) -> str:
    # A body of its own, because the start page is nothing for people without an account.
    return plain_page(title, body=f'<p class="lead">{escape(words)}</p>')


def _read(form: FormData) -> _Written:
    def field(name: str) -> str:
        value = form.get(name)
        return value if isinstance(value, str) else ""

    return _Written(
        outcome=field("outcome"),
        name=field("name"),
        role=field("role"),
        attendance=field("attendance"),
        note=field("note"),
    )


def _outcome(text: str) -> SignOffOutcome:
    try:
        return SignOffOutcome(text)
    except ValueError:
        raise sign_offs.OutcomeMissing from None


def _percent(text: str) -> int | None:
    bare = text.strip().removesuffix("%").strip()
    try:
        return int(bare) if bare else None
    except ValueError:
        raise sign_offs.NotAPercentage from None


def _form(asked: Asked, written: _Written, problem: str = "") -> str:
    language = current_language()
    rows = [
        (_("Student"), asked.student_name),
        (_("Activity"), asked.title_sv if language == "sv" else asked.title_en),
        (_("Took place on"), ", ".join(say_date(day) for day in asked.days) or _("no day given")),
        (_("Programme"), asked.programme_sv if language == "sv" else asked.programme_en),
        (_("University"), asked.institution_sv if language == "sv" else asked.institution_en),
    ]
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    send = _("Send the answer")
    title = _("Did {name} take part?").format(name=asked.student_name)
    parts = [
        _paragraph(
            "lead", _("The student gave you this link, so that you can confirm what they did. You need no account.")
        ),
        f'<dl class="cim-facts plain-facts">{facts}</dl>',
        f'<form method="post" action="?language={language}">',
        f'<p role="alert" id="problem">{escape(problem)}</p>',
        _choices(_("Your answer"), written.outcome),
        _field("name", _("Your name"), written.name, "required maxlength=200 autocomplete=name"),
        _field("role", _("Your role, for example leader of the café"), written.role, "required maxlength=200"),
        _field(
            "attendance",
            _("Attendance in per cent, if you know it"),
            written.attendance,
            "inputmode=numeric maxlength=5",
        ),
        _note(_("Something to add? (optional)"), written.note),
        _paragraph(
            "plain-note",
            _("What you write is kept with the student's record; the student and the university's staff read it."),
        ),
        f'<button type="submit">{escape(send)}</button>',
        "</form>",
    ]
    return plain_page(title, body="\n".join(parts))


def _paragraph(look: str, words: str) -> str:
    return f'<p class="{look}">{escape(words)}</p>'


def _choices(words: str, chosen: str) -> str:
    answers = {"confirmed": _("Yes, the student took part"), "denied": _("No, I cannot confirm it")}
    lines = "".join(
        f'<label class="plain-choice"><input type="radio" name="outcome" value="{value}" required'
        f"{' checked' if value == chosen else ''}><span>{escape(answer)}</span></label>"
        for value, answer in answers.items()
    )
    return f"<fieldset><legend>{escape(words)}</legend>{lines}</fieldset>"


def _field(name: str, words: str, value: str, attributes: str) -> str:
    return f'<label>{escape(words)}<input name="{name}" value="{escape(value)}" {attributes}></label>'


def _note(words: str, value: str) -> str:
    return f'<label>{escape(words)}<textarea name="note" rows="3" maxlength="2000">{escape(value)}</textarea></label>'
