"""The worker: takes jobs, does them, beats, stops, tries again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tortoise import Tortoise

from models.actions import jobs
from models.states import JobState
from models.tables import Job
from tests.factories import NOW
from transcription import worker as module
from transcription.worker import Lane, NotNow, Worker

pytestmark = pytest.mark.usefixtures("database")

Handle = Callable[[Job], Awaitable[None]]


class _Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture(autouse=True)
def fast_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)


def _worker(handle: Handle, clock: _Clock, *more: Lane) -> Worker:
    async def handler(job: Job, *, on_progress: Callable[[float], None]) -> None:
        on_progress(0.5)
        await handle(job)

    return Worker([Lane("work", handler), *more], now=clock)


async def _finish(job: Job) -> None:
    await jobs.finish(job, at=NOW)


async def _fail(job: Job) -> None:
    raise OSError("no luck")


async def _queue(kind: str = "work") -> Job:
    return await jobs.enqueue(kind, uuid4(), at=NOW)


async def _reload(job: Job) -> Job:
    return await Job.get(id=job.id)


async def _until(is_so: Callable[[Job], bool], job: Job) -> Job:
    async with asyncio.timeout(5):
        while not is_so(await _reload(job)):  # noqa: ASYNC110  The row is asked.
            await asyncio.sleep(0.01)
    return await _reload(job)


async def test_run_until_idle_does_everything_that_is_due(clock: _Clock) -> None:
    for _ in range(3):
        await _queue()

    await _worker(_finish, clock).run_until_idle()

    assert await Job.all().values_list("status", flat=True) == [JobState.DONE] * 3


async def test_run_until_idle_does_what_jobs_have_queued(clock: _Clock) -> None:
    async def queue_another(job: Job) -> None:
        await jobs.finish(job, at=NOW)
        await jobs.enqueue("more", UUID(job.subject), at=NOW)

    async def more(job: Job, *, on_progress: Callable[[float], None]) -> None:
        await jobs.finish(job, at=NOW)

    await _queue()

    await _worker(queue_another, clock, Lane("more", more)).run_until_idle()

    assert sorted(await Job.all().values_list("kind", "status")) == [("more", JobState.DONE), ("work", JobState.DONE)]


async def test_failed_work_is_left_until_it_is_due_again(clock: _Clock, caplog: pytest.LogCaptureFixture) -> None:
    job = await _queue()

    await _worker(_fail, clock).run_until_idle()

    failed = await _reload(job)
    assert (failed.status, failed.attempt, failed.run_at) == (JobState.QUEUED, 1, NOW + timedelta(seconds=10))
    assert (failed.error_code, failed.error_detail) == ("OSError", "no luck")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_failed_work_is_given_up_after_the_last_try(clock: _Clock) -> None:
    job = await _queue()
    worker = _worker(_fail, clock)

    for _ in range(6):
        await worker.run_until_idle()
        clock.at += timedelta(minutes=5)

    given_up = await _reload(job)
    assert (given_up.status, given_up.attempt) == (JobState.FAILED, 5)


async def test_one_job_that_fails_does_not_stop_the_others(clock: _Clock) -> None:
    bad, good = await _queue(), await _queue()

    async def handle(job: Job) -> None:
        await (_fail if job.id == bad.id else _finish)(job)

    await _worker(handle, clock).run_until_idle()

    assert (await _reload(good)).status is JobState.DONE


async def test_long_work_keeps_its_lease_and_shows_its_progress(clock: _Clock) -> None:
    job, go_on = await _queue(), asyncio.Event()

    async def handle(job: Job) -> None:
        await go_on.wait()
        await _finish(job)

    running = asyncio.ensure_future(_worker(handle, clock).run_until_idle())
    await _until(lambda row: row.progress == 0.5, job)
    clock.at += timedelta(minutes=10)
    beaten = await _until(lambda row: row.lease_until == clock.at + jobs.LEASE, job)
    go_on.set()
    await running

    assert beaten.status is JobState.RUNNING
    assert (await _reload(job)).status is JobState.DONE


async def _stopped_by(change: dict[str, object], clock: _Clock) -> tuple[Job, bool]:
    """Change the row of a job that is being done, and tell whether its work was stopped."""
    job, was_stopped = await _queue(), False

    async def handle(_job: Job) -> None:
        nonlocal was_stopped
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            was_stopped = True
            raise

    running = asyncio.ensure_future(_worker(handle, clock).run_until_idle())
    await _until(lambda row: row.progress == 0.5, job)
    await Job.filter(id=job.id).update(**change)
    await asyncio.wait_for(running, 5)
    return await _reload(job), was_stopped


async def test_cancelled_work_is_stopped_and_never_done_again(clock: _Clock) -> None:
    job, was_stopped = await _stopped_by({"cancel_requested": True}, clock)

    assert was_stopped
    assert (job.status, job.attempt) == (JobState.CANCELLED, 1)


async def test_work_that_hangs_is_stopped_and_tried_again(clock: _Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_SECONDS", 0.05)
    job = await _queue()

    async def hang(_job: Job) -> None:
        await asyncio.sleep(60)

    await asyncio.wait_for(_worker(hang, clock).run_until_idle(), 5)

    stopped = await _reload(job)
    assert (stopped.status, stopped.error_code) == (JobState.QUEUED, "TimeoutError")


async def test_work_that_somebody_else_took_is_stopped(clock: _Clock) -> None:
    job, was_stopped = await _stopped_by({"attempt": 2}, clock)

    assert was_stopped
    assert (job.status, job.attempt) == (JobState.RUNNING, 2)


async def test_a_worker_that_is_stopped_leaves_its_job_to_the_next_start(clock: _Clock) -> None:
    job = await _queue()

    async def handle(_job: Job) -> None:
        await asyncio.sleep(60)

    running = asyncio.ensure_future(_worker(handle, clock).run())
    await _until(lambda row: row.progress == 0.5, job)
    running.cancel()
    await asyncio.wait([running])
    await jobs.requeue_running(at=NOW)
    await _worker(_finish, clock).run_until_idle()

    assert running.cancelled()
    assert (await _reload(job)).status is JobState.DONE


async def test_a_worker_is_stopped_also_where_the_database_is_gone(clock: _Clock) -> None:
    job = await _queue()

    async def handle(_job: Job) -> None:
        await asyncio.sleep(60)

    running = asyncio.ensure_future(_worker(handle, clock).run())
    await _until(lambda row: row.progress == 0.5, job)
    await Tortoise.get_connection("default").execute_script("ALTER TABLE job RENAME TO gone")
    running.cancel()
    await asyncio.wait([running], timeout=5)

    assert running.cancelled()


async def test_a_running_worker_finds_what_is_queued_later(clock: _Clock) -> None:
    running = asyncio.ensure_future(_worker(_finish, clock).run())
    await asyncio.sleep(0.05)

    job = await _queue()

    await _until(lambda row: row.status is JobState.DONE, job)
    running.cancel()
    await asyncio.wait([running])


async def test_lanes_do_not_wait_for_each_other(clock: _Clock) -> None:
    async def handle(_job: Job) -> None:
        await asyncio.sleep(60)

    async def quick(job: Job, *, on_progress: Callable[[float], None]) -> None:
        await jobs.finish(job, at=NOW)

    await _queue()
    other = await _queue("other")

    running = asyncio.ensure_future(_worker(handle, clock, Lane("other", quick)).run())

    await _until(lambda row: row.status is JobState.DONE, other)
    running.cancel()
    await asyncio.wait([running])


async def test_a_lane_that_gives_way_begins_last(clock: _Clock) -> None:
    done: list[str] = []

    async def note(job: Job, *, on_progress: Callable[[float], None]) -> None:
        done.append(job.kind)
        await jobs.finish(job, at=NOW)

    for kind in ("later", "work", "later", "work"):
        await _queue(kind)

    lanes = [Lane("later", note, gives_way=True), Lane("work", note)]
    await Worker(lanes, now=clock).run_until_idle()

    assert done == ["work", "work", "later", "later"]


async def test_a_lane_gives_no_way_to_work_that_nobody_does_here(clock: _Clock) -> None:
    async def finish(job: Job, *, on_progress: Callable[[float], None]) -> None:
        await jobs.finish(job, at=NOW)

    await _queue("speech")
    job = await _queue("later")

    await Worker([Lane("later", finish, gives_way=True)], now=clock).run_until_idle()

    assert (await _reload(job)).status is JobState.DONE


def test_what_a_silent_worker_left_is_queued_within_a_minute_of_its_last_beat() -> None:
    assert jobs.LEASE.total_seconds() + module.LOOK_FOR_SILENT_SECONDS + module.POLL_SECONDS < 60


async def test_what_a_silent_worker_left_is_queued_while_every_lane_is_busy(
    clock: _Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_FOR_SILENT_SECONDS", 0.01)
    left = await _queue("speech")
    await jobs.claim(["speech"], "lost", at=NOW)
    clock.at += timedelta(minutes=2)
    busy = await _queue()

    async def handle(_job: Job) -> None:
        await asyncio.sleep(60)

    running = asyncio.ensure_future(_worker(handle, clock).run())
    await _until(lambda row: row.status is JobState.RUNNING, busy)
    queued = await _until(lambda row: row.status is JobState.QUEUED, left)
    running.cancel()
    await asyncio.wait([running])

    assert (queued.workers_lost, queued.lease_until) == (1, None)


async def test_a_wide_lane_does_several_jobs_at_a_time(clock: _Clock) -> None:
    together = asyncio.Barrier(2)

    async def handler(job: Job, *, on_progress: Callable[[float], None]) -> None:
        await together.wait()
        await jobs.finish(job, at=NOW)

    first, second = await _queue(), await _queue()

    running = asyncio.ensure_future(Worker([Lane("work", handler, width=2)], now=clock).run())
    for job in (first, second):
        await _until(lambda row: row.status is JobState.DONE, job)
    running.cancel()
    await asyncio.wait([running])


async def test_work_that_is_not_possible_now_waits_without_losing_a_try(clock: _Clock) -> None:
    async def refuse(_job: Job) -> None:
        raise NotNow("model_missing", "There is no model.")

    job = await _queue()

    await _worker(refuse, clock).run_until_idle()

    waiting = await _reload(job)
    assert (waiting.status, waiting.run_at) == (JobState.QUEUED, NOW + module.WAIT_WHEN_IMPOSSIBLE)
    assert (waiting.error_code, waiting.max_attempts - waiting.attempt) == ("model_missing", jobs.TRIES)


async def test_a_worker_that_is_stopped_as_a_job_ends_stops(clock: _Clock) -> None:
    for ticks in range(40):
        job = await _queue()
        running = asyncio.ensure_future(_worker(_finish, clock).run())
        await _until(lambda row: row.status is JobState.DONE, job)
        for _ in range(ticks):
            await asyncio.sleep(0)
        running.cancel()
        done, _pending = await asyncio.wait([running], timeout=5)
        assert done == {running}
