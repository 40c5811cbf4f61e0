"""A phone's uploads and takes over HTTP, which go on after every break of the line or the server."""

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.journeys.proxy import Proxy
from tests.webapp.endpoints.stage import PIECE, Student, metadata
from tests.webapp.server import Visitor

LONGEST_WAIT_SECONDS = 60
RETRY_SECONDS = 0.15
_GRAIN = 16 * 1024
_UNCUT = {"trim_start_seconds": None, "trim_end_seconds": None}


@dataclass(slots=True)
class Sending:
    """One upload as a phone makes it: after every break it asks where the server stands, and goes on there."""

    reflection_id: UUID
    content: bytes
    piece: int
    is_open_ended: bool
    id: UUID = field(default_factory=uuid4)
    take: dict[str, str] = field(default_factory=dict)
    confirmed: int = 0
    breaks: int = 0
    answered_at: float = 0.0

    @property
    def path(self) -> str:
        """Its address."""
        return f"/uploads/{self.id}"

    @property
    def sha256(self) -> str:
        """The sum of what is sent."""
        return hashlib.sha256(self.content).hexdigest()

    def send(self, phone: Visitor) -> None:
        """Send it, however often the line or the server breaks down meanwhile."""
        self.answered_at = time.monotonic()
        while True:
            try:
                self._attempt(phone)
            except httpx.TransportError:
                silent = time.monotonic() - self.answered_at
                assert silent < LONGEST_WAIT_SECONDS, f"{self.path}: no answer for {silent:.0f} s"
                self.breaks += 1
                time.sleep(RETRY_SECONDS)
            else:
                return

    def _attempt(self, phone: Visitor) -> None:
        self._begin(phone)
        offset = self._where(phone)
        while offset < len(self.content):
            offset = self._append(phone, offset)
            self.confirmed = offset
        assert self._where(phone) == len(self.content)

    def _begin(self, phone: Visitor) -> None:
        """Begin it, each time anew: the id makes that the same upload."""
        facts = {"id": str(self.id), "reflection": str(self.reflection_id), "purpose": "recording"} | self.take
        length = {"Upload-Defer-Length": "1"} if self.is_open_ended else {"Upload-Length": str(len(self.content))}
        headers = {"Tus-Resumable": "1.0.0", "Upload-Metadata": metadata(**facts, filename="take.webm")}
        phone.post("/uploads", headers=headers | length).raise_for_status()
        self.answered_at = time.monotonic()

    def _where(self, phone: Visitor) -> int:
        """Ask where the server stands, which is never behind what it has confirmed."""
        offset = int(phone.head(self.path).raise_for_status().headers["Upload-Offset"])
        assert self.confirmed <= offset <= len(self.content), (self.confirmed, offset)
        return offset

    def _append(self, phone: Visitor, offset: int) -> int:
        end = min(offset + self.piece, len(self.content))
        headers = PIECE | {"Upload-Offset": str(offset), "Content-Length": str(end - offset)}
        if end == len(self.content):
            headers |= {"CIM-Sha256": self.sha256} | ({"Upload-Length": str(end)} if self.is_open_ended else {})
        grains = (self.content[at : min(at + _GRAIN, end)] for at in range(offset, end, _GRAIN))
        answer = phone.patch(self.path, headers=headers, content=grains)
        return int(answer.raise_for_status().headers["Upload-Offset"])


@dataclass(slots=True)
class Take:
    """A recording of several segments, which its student decides to use before or after they have all arrived."""

    reflection_id: UUID
    segments: list[Sending]
    is_decided_early: bool
    id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        for number, segment in enumerate(self.segments):
            segment.take = {"take": str(self.id), "segment": str(number)}

    @property
    def manifest(self) -> str:
        """The sum over the sums of the segments."""
        return hashlib.sha256("\n".join(one.sha256 for one in self.segments).encode()).hexdigest()

    def decide(self, phone: Visitor) -> dict[str, Any]:
        """Say that it is to be used, until there is an answer; gives the receipt."""
        segments = [{"upload": str(one.id), "size": len(one.content), "sha256": one.sha256} for one in self.segments]
        wanted = {"reflection": str(self.reflection_id), "kind": "audio", "segments": segments}
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            try:
                answer = phone.put(f"/api/v1/takes/{self.id}", json=wanted | _UNCUT)
            except httpx.TransportError:
                assert time.monotonic() < deadline, f"take {self.id}: no answer"
                time.sleep(RETRY_SECONDS)
            else:
                receipt: dict[str, Any] = answer.raise_for_status().json()
                return receipt


def through(proxy: Proxy, student: Student) -> Visitor:
    """Give the student's phone a connection over the line."""
    phone = Visitor(proxy)
    phone.cookies.update(student.cookies)
    return phone
