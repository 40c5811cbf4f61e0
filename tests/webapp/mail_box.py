"""A real SMTP server that keeps what it takes, and tells a test of every step before it is made."""

from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

GREETING, RECIPIENT, TAKEN = "greeting", "recipient", "taken"
"""Steps of a conversation: from `taken` on the letter is delivered, though its sender has not heard so yet."""


class MailBox:
    """Serves on a free port of this machine; `refuses` gives the answer to a recipient, `at_step` may do anything."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.answer_to_data = "250 taken"
        self.at_step: Callable[[str], None] = lambda _step: None
        self._controller = _OnAnyPort(self, hostname="127.0.0.1", port=0)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """What CIM_SMTP_URL would be."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def copies(self) -> Counter[str]:
        """Count what was taken by its Message-ID."""
        return Counter(str(message["Message-ID"]) for message in self.taken)

    # What aiosmtpd calls.

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Hear who comes."""
        session.host_name = hostname
        self.at_step(GREETING)
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Hear for whom a letter is."""
        self.at_step(RECIPIENT)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter; from then on this side answers for it, whether the other hears so or not."""
        if self.answer_to_data.startswith("250"):
            content = cast("bytes", envelope.content)
            self.taken.append(cast("EmailMessage", message_from_bytes(content, policy=policy.default)))
            self.at_step(TAKEN)
        return self.answer_to_data


class _OnAnyPort(Controller):
    """A controller that lets the system choose the port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self) -> Any:
        """Make what speaks with one client."""
        return SMTP(self.handler, hostname="localhost", enable_SMTPUTF8=False)
