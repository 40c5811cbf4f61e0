"""What holds wherever jobs are done: beside the website, or on other machines to which they are delivered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Protocol

import pytest
from tortoise.transactions import in_transaction

from models.actions import jobs
from models.database import Where
from models.states import JobState
from models.tables import Job
from tests.transcription.small_jobs import SideBySide, finish, hang, is_begun, is_done, lane, now, queued, until
from transcription import worker as lanes
from transcription.worker import Lane, Worker


class Queue(Protocol):
    """Starts workers of one way; they are stopped in an orderly way when the block ends."""

    def __call__(self, *with_lanes: Lane) -> AbstractAsyncContextManager[None]:
        """Run these lanes."""


@asynccontextmanager
async def _until_stopped(run: Awaitable[None]) -> AsyncIterator[None]:
    running = asyncio.ensure_future(run)
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running], timeout=20)
    assert running.cancelled()


@pytest.fixture(params=["embedded", pytest.param("delivered", marks=pytest.mark.postgres)])
def queue(request: pytest.FixtureRequest, database: Where, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """One of the two ways, without pauses."""
    monkeypatch.setattr(lanes, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(lanes, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(lanes, "LOOK_FOR_SILENT_SECONDS", 0.3)
    if request.param == "embedded":
        return lambda *with_lanes: _until_stopped(Worker(with_lanes, now=now).run())
    from transcription import delivery  # noqa: PLC0415  Its packages are there where this runs.

    monkeypatch.setattr(delivery, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(delivery, "SWEEP_SECONDS", 0.3)
    return lambda *with_lanes: _until_stopped(
        delivery.Delivery(Worker(with_lanes, now=now), str(database), now=now).run()
    )


async def test_a_job_is_done_soon_after_it_was_queued(queue: Queue) -> None:
    async with queue(lane(finish)):
        await asyncio.sleep(1)
        job = await queued()

        await until(job, is_done, seconds=4)


async def test_what_was_queued_before_the_start_is_done(queue: Queue) -> None:
    waiting = [await queued() for _ in range(5)]

    async with queue(lane(finish)):
        for job in waiting:
            await until(job, is_done)


async def test_a_job_of_a_transaction_that_failed_is_never_done(queue: Queue) -> None:
    done: list[Job] = []

    async def note(job: Job) -> None:
        done.append(job)

    async def queue_and_fail() -> None:
        async with in_transaction():
            await queued()
            raise ZeroDivisionError

    async with queue(lane(note)):
        with pytest.raises(ZeroDivisionError):
            await queue_and_fail()
        await asyncio.sleep(1)

    assert done == []


async def test_a_job_that_failed_waits_for_its_next_try(queue: Queue) -> None:
    async def fail(_job: Job) -> None:
        raise OSError("no luck")

    job = await queued()
    async with queue(lane(fail)):
        failed = await until(job, lambda row: row.error_code == "OSError")
        await asyncio.sleep(1)

    assert (failed.status, failed.attempt) == (JobState.QUEUED, 1)
    assert (await Job.get(id=job.id)).attempt == 1


async def test_a_job_whose_next_try_is_due_is_done(queue: Queue) -> None:
    tries = 0

    async def fail_once(job: Job) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("no luck")
        await finish(job)

    job = await queued()
    async with queue(lane(fail_once)):
        await until(job, lambda row: row.error_code == "OSError")
        await Job.filter(id=job.id).update(run_at=now())
        done = await until(job, is_done)

    assert (tries, done.attempt) == (2, 2)


async def test_what_is_not_due_is_left_alone(queue: Queue) -> None:
    job = await queued(at=now() + timedelta(hours=1))

    async with queue(lane(finish)):
        await asyncio.sleep(1)

    assert (await Job.get(id=job.id)).status is JobState.QUEUED


async def test_work_whose_worker_fell_silent_is_done_by_another_one(queue: Queue) -> None:
    job = await queued(at=now() - timedelta(minutes=5))
    await jobs.claim(["work"], "dead", at=now() - timedelta(minutes=4))

    async with queue(lane(finish)):
        done = await until(job, is_done)

    assert done.attempt == 2


async def test_what_a_silent_worker_left_is_queued_while_every_lane_is_busy(queue: Queue) -> None:
    busy = await queued()
    left = await queued("speech", at=now() - timedelta(minutes=5))

    async with queue(lane(hang), lane(hang, "speech")):
        await until(busy, is_begun)
        await until(left, is_begun)
        lost = await queued("speech", at=now() - timedelta(minutes=5))
        # Taken by a worker that is not there any more, and silent for a moment longer than its lease.
        await Job.filter(id=lost.id).update(status=JobState.RUNNING, attempt=1, lease_until=now(), worker="dead")
        queued_again = await until(lost, lambda row: row.status is JobState.QUEUED)

    assert (queued_again.workers_lost, queued_again.attempt) == (1, 1)


async def test_a_worker_that_is_stopped_hands_its_job_back(queue: Queue) -> None:
    job = await queued()

    async with queue(lane(hang)):
        await until(job, is_begun)

    stopped = await Job.get(id=job.id)
    assert (stopped.status, stopped.max_attempts - stopped.attempt) == (JobState.QUEUED, 5)


async def test_what_was_handed_back_is_done_by_the_next_worker(queue: Queue) -> None:
    job = await queued()
    async with queue(lane(hang)):
        await until(job, is_begun)

    async with queue(lane(finish)):
        await until(job, is_done)


async def test_cancelled_work_is_stopped(queue: Queue) -> None:
    job = await queued()

    async with queue(lane(hang)):
        await until(job, is_begun)
        await Job.filter(id=job.id).update(cancel_requested=True)

        await until(job, lambda row: row.status is JobState.CANCELLED)


async def test_a_lane_does_one_job_at_a_time(queue: Queue) -> None:
    work = SideBySide(0.1)
    waiting = [await queued() for _ in range(4)]
    async with queue(lane(work)):
        for job in waiting:
            await until(job, is_done)

    assert work.most == 1


async def test_a_lane_that_gives_way_begins_last(queue: Queue) -> None:
    done: list[str] = []

    async def note(job: Job) -> None:
        done.append(job.kind)
        await finish(job)

    waiting = [await queued(kind) for kind in ("later", "work", "work", "work")]
    async with queue(lane(note, "later", gives_way=True), lane(note)):
        for job in waiting:
            await until(job, is_done)

    assert done == ["work", "work", "work", "later"]
