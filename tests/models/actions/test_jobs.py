"""Work that outlives a crash: claiming, beating, finishing, giving up."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from models.actions import jobs
from models.states import JobState
from models.tables import Job
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("database")

PAST_THE_LEASE = NOW + jobs.LEASE + timedelta(seconds=1)


async def _queue(kind: str = "prepare", at: datetime = NOW, dedupe_key: str = "") -> Job:
    return await jobs.enqueue(kind, uuid4(), at=at, dedupe_key=dedupe_key)


async def _claim(at: datetime = NOW, kind: str = "prepare") -> Job:
    job = await jobs.claim([kind], "worker", at=at)
    assert job is not None
    return job


async def _reload(job: Job) -> Job:
    return await Job.get(id=job.id)


async def test_the_same_work_twice_is_one_job() -> None:
    subject = uuid4()

    first = await jobs.enqueue("prepare", subject, at=NOW)
    second = await jobs.enqueue("prepare", subject, at=NOW)

    assert first.id == second.id


async def test_other_work_on_the_same_subject_is_another_job() -> None:
    subject = uuid4()

    await jobs.enqueue("prepare", subject, at=NOW)
    await jobs.enqueue("transcribe", subject, at=NOW)

    assert await Job.all().count() == 2


async def test_a_dedupe_key_of_ones_own_holds_work_apart_or_together() -> None:
    first = await _queue(dedupe_key="nightly:2026-03-02")

    second = await _queue(dedupe_key="nightly:2026-03-02")

    assert first.id == second.id


async def test_the_oldest_due_job_is_taken_first() -> None:
    await _queue(at=NOW)
    oldest = await _queue(at=NOW - timedelta(minutes=1))

    assert (await _claim()).id == oldest.id


async def test_work_that_is_not_due_waits() -> None:
    await _queue(at=NOW + timedelta(seconds=1))

    assert await jobs.claim(["prepare"], "worker", at=NOW) is None


async def test_work_of_another_kind_is_left_alone() -> None:
    await _queue("transcribe")

    assert await jobs.claim(["prepare"], "worker", at=NOW) is None


async def test_a_job_is_claimed_once_even_at_the_same_moment() -> None:
    await _queue()

    claims = await asyncio.gather(*(jobs.claim(["prepare"], f"worker {n}", at=NOW) for n in range(5)))

    assert len([job for job in claims if job]) == 1


async def test_a_claimed_job_knows_its_worker_and_its_lease() -> None:
    await _queue()

    job = await _claim()

    assert (job.status, job.attempt, job.worker) == (JobState.RUNNING, 1, "worker")
    assert job.lease_until == NOW + jobs.LEASE


async def test_a_beat_prolongs_the_lease_and_tells_how_far_it_is() -> None:
    await _queue()
    job = await _claim()

    is_ours = await jobs.beat(job, 0.5, at=NOW + timedelta(seconds=30))

    beaten = await _reload(job)
    assert is_ours
    assert (beaten.progress, beaten.lease_until) == (0.5, NOW + timedelta(seconds=30) + jobs.LEASE)


@pytest.mark.parametrize(("said", "kept"), [(1.7, 1.0), (-0.2, 0.0)])
async def test_progress_stays_between_nothing_and_all(said: float, kept: float) -> None:
    await _queue()
    job = await _claim()

    await jobs.beat(job, said, at=NOW)

    assert (await _reload(job)).progress == kept


async def test_a_job_whose_worker_beats_is_taken_by_nobody_else() -> None:
    await _queue()
    await _claim()

    assert await jobs.claim(["prepare"], "other", at=NOW + jobs.LEASE) is None


async def test_a_job_whose_worker_fell_silent_is_taken_again() -> None:
    await _queue()
    first = await _claim()

    second = await _claim(PAST_THE_LEASE)

    assert (second.id, second.attempt) == (first.id, 2)


async def test_a_late_zombie_can_neither_beat_nor_finish() -> None:
    await _queue()
    zombie = await _claim()
    await _claim(PAST_THE_LEASE)

    assert not await jobs.beat(zombie, 0.9, at=PAST_THE_LEASE)
    assert not await jobs.finish(zombie, at=PAST_THE_LEASE)
    assert (await _reload(zombie)).status is JobState.RUNNING


async def test_a_late_zombie_cannot_fail_the_job_for_its_successor() -> None:
    await _queue()
    zombie = await _claim()
    await _claim(PAST_THE_LEASE)

    await jobs.fail(zombie, "OSError", "too late", at=PAST_THE_LEASE)

    assert (await _reload(zombie)).status is JobState.RUNNING


async def test_a_zombie_from_before_a_new_round_of_tries_cannot_finish_it() -> None:
    job = await _queue()
    zombie = await _claim()
    at = PAST_THE_LEASE
    for _ in range(2):
        await jobs.fail(await _claim(at), "OSError", "", at=at)
        at += timedelta(minutes=5)
    await jobs.try_again(await _reload(job), at=at)
    await _claim(at)

    assert not await jobs.finish(zombie, at=at)


async def test_a_job_is_finished_once() -> None:
    await _queue()
    job = await _claim()

    results = [await jobs.finish(job, at=NOW), await jobs.finish(job, at=NOW)]

    assert results == [True, False]
    assert (await _reload(job)).status is JobState.DONE


async def test_failed_work_waits_longer_after_each_try() -> None:
    job = await _queue()
    waits = []
    at = NOW
    for _ in range(2):
        await jobs.fail(await _claim(at), "OSError", "no luck", at=at)
        waits.append((await _reload(job)).run_at - at)
        at = (await _reload(job)).run_at

    assert waits == [timedelta(seconds=10), timedelta(seconds=20)]


async def test_failed_work_is_given_up_after_the_last_try() -> None:
    job = await _queue()
    at = NOW
    for _ in range(5):
        await jobs.fail(await _claim(at), "OSError", "no luck", at=at)
        at += timedelta(minutes=5)

    given_up = await _reload(job)
    assert (given_up.status, given_up.error_code, given_up.error_detail) == (JobState.FAILED, "OSError", "no luck")
    assert await jobs.claim(["prepare"], "worker", at=at) is None


async def test_an_error_after_the_last_try_was_finished_changes_nothing() -> None:
    job = await _queue()
    await Job.filter(id=job.id).update(attempt=2)
    last = await _claim()
    await jobs.finish(last, at=NOW)

    await jobs.fail(last, "OSError", "the work folder could not be removed", at=NOW)

    assert (await _reload(job)).status is JobState.DONE


async def test_work_whose_workers_all_fell_silent_is_given_up() -> None:
    job = await _queue()
    at = NOW
    for _ in range(5):
        await _claim(at)
        at += jobs.LEASE + timedelta(seconds=1)

    assert await jobs.claim(["prepare"], "worker", at=at) is None
    assert (await _reload(job)).error_code == "worker_lost"


async def test_work_that_is_given_up_does_not_hide_the_next_job() -> None:
    hopeless = await _queue(at=NOW - timedelta(minutes=1))
    await Job.filter(id=hopeless.id).update(attempt=5)
    waiting = await _queue()

    claimed = await jobs.claim(["prepare"], "worker", at=NOW)

    assert claimed is not None
    assert claimed.id == waiting.id


async def test_a_long_error_is_cut_to_its_end() -> None:
    await _queue()
    job = await _claim()

    await jobs.fail(job, "OSError", "x" * 5000 + "the end", at=NOW)

    assert (await _reload(job)).error_detail[-7:] == "the end"
    assert len((await _reload(job)).error_detail) == jobs.LONGEST_ERROR


async def test_what_ran_when_the_application_stopped_is_queued_at_its_start() -> None:
    await _queue()
    job = await _claim()

    assert await jobs.requeue_running(at=NOW) == 1
    assert (await _claim()).id == job.id


async def test_finished_work_is_not_queued_again_at_the_start() -> None:
    await _queue()
    job = await _claim()
    await jobs.finish(job, at=NOW)

    assert await jobs.requeue_running(at=NOW) == 0
    assert (await _reload(job)).status is JobState.DONE


async def test_work_that_was_given_up_gets_all_its_tries_again() -> None:
    job = await _queue()
    at = NOW
    for _ in range(5):
        await jobs.fail(await _claim(at), "OSError", "", at=at)
        at += timedelta(minutes=5)

    assert await jobs.try_again(await _reload(job), at=at)
    for _ in range(4):
        await jobs.fail(await _claim(at), "OSError", "", at=at)
        at += timedelta(minutes=5)
    assert (await _reload(job)).status is JobState.QUEUED


async def test_only_work_that_was_given_up_is_tried_again() -> None:
    job = await _queue()

    assert not await jobs.try_again(job, at=NOW)


async def test_a_beat_tells_that_the_work_was_cancelled() -> None:
    await _queue()
    job = await _claim()
    await Job.filter(id=job.id).update(cancel_requested=True)

    assert not await jobs.beat(job, 0.5, at=NOW)
