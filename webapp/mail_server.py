"""Talks to the mail server that CIM_SMTP_URL names; everything here blocks, and belongs into a thread."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

ANSWER_SECONDS = 30
"""So long a mail server may think about each line."""

_PORTS = {"smtps": 465, "starttls": 587, "smtp": 25}


class NeverTaken(Exception):
    """The server will not take this letter, however often it is asked."""


class NotNow(Exception):
    """The server will perhaps take this letter later, and others now."""


class MailServer:
    """One conversation, begun when the first letter needs it.

    `send` raises NeverTaken and NotNow about one letter; SMTPException and OSError are about the server.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._open: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand one letter over; when this returns, the server answers for it."""
        if self._open is None:
            self._open = self.enter()
        try:
            self._open.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            raise _about_the_letter(code, words) from None
        except smtplib.SMTPDataError as refused:
            raise _about_the_letter(refused.smtp_code, refused.smtp_error) from None
        except smtplib.SMTPNotSupportedError as refused:
            raise NeverTaken(str(refused)) from None

    def enter(self) -> smtplib.SMTP:
        """Greet the server, over TLS where the address says so, and sign in."""
        way = "starttls" if self._url.query == "starttls" else self._url.scheme
        host, port = self._url.hostname or "", self._url.port or _PORTS[way]
        tls = ssl.create_default_context()
        if way == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=ANSWER_SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=ANSWER_SECONDS)
        try:
            if way == "starttls":
                server.starttls(context=tls)
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
        return server

    def leave(self) -> None:
        """End the conversation, if there was one."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._open = None


def trouble(error: Exception) -> str:
    """Say in one line what a server answered, without anybody's address."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code}"
    return f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__


def _about_the_letter(code: int, words: bytes | str) -> Exception:
    said = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return NeverTaken(said) if code >= 500 else NotNow(said)
