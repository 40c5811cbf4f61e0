"""Whose turn it is: one connection writes to an upload, and a newer one takes over from it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from models.errors import N_, Refused

TAKEOVER_SECONDS = 5.0


class UploadBusy(Refused):
    """Another request still writes, and did not stop in time."""

    words = N_("This file is being received through another connection. It is tried again in a moment.")


@dataclass(slots=True)
class Turn:
    """Who writes to one upload at the moment."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    writer: asyncio.Task[object] | None = None
    waiting: int = 0


class Turns:
    """The turns of all uploads that somebody is at."""

    def __init__(self) -> None:
        self._turns: dict[UUID, Turn] = {}

    def __contains__(self, upload_id: UUID) -> bool:
        return upload_id in self._turns

    @asynccontextmanager
    async def taken(self, upload_id: UUID) -> AsyncIterator[Turn]:
        """Hold one upload alone: whoever writes to it is stopped, because a phone's dead connection must not block."""
        turn = self._turns.setdefault(upload_id, Turn())
        turn.waiting += 1
        try:
            if turn.writer is not None and turn.writer is not asyncio.current_task():
                turn.writer.cancel()
            try:
                await asyncio.wait_for(turn.lock.acquire(), TAKEOVER_SECONDS)
            except TimeoutError:
                raise UploadBusy from None
            try:
                yield turn
            finally:
                turn.lock.release()
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(upload_id, None)
