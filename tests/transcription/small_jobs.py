"""Small jobs that tests queue, and what is done with them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

from models.actions import jobs
from models.states import JobState
from models.tables import Job
from transcription.worker import Lane

Handle = Callable[[Job], Awaitable[None]]


class SideBySide:
    """Finishes jobs after a while, and counts how many of them were done at the same time at `most`."""

    def __init__(self, seconds: float) -> None:
        self.most = 0
        self._seconds = seconds
        self._at_work = 0

    async def __call__(self, job: Job) -> None:
        """Do one."""
        self._at_work += 1
        self.most = max(self.most, self._at_work)
        await asyncio.sleep(self._seconds)
        self._at_work -= 1
        await finish(job)


def now() -> datetime:
    return datetime.now(UTC)


def lane(handle: Handle, kind: str = "work", *, gives_way: bool = False) -> Lane:
    async def handler(job: Job, *, on_progress: Callable[[float], None]) -> None:
        on_progress(0.5)
        await handle(job)

    return Lane(kind, handler, gives_way=gives_way)


async def finish(job: Job) -> None:
    await jobs.finish(job, at=now())


async def hang(_job: Job) -> None:
    await asyncio.sleep(60)


async def queued(kind: str = "work", *, at: datetime | None = None) -> Job:
    return await jobs.enqueue(kind, uuid4(), at=at or now())


async def until(job: Job, is_so: Callable[[Job], bool], *, seconds: float = 15) -> Job:
    async with asyncio.timeout(seconds):
        while not is_so(row := await Job.get(id=job.id)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return row


def is_done(job: Job) -> bool:
    return job.status is JobState.DONE


def is_begun(job: Job) -> bool:
    return job.progress == 0.5
