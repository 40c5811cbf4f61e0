"""What is told about the work for machines."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import jobs
from models.queries.queue_health import queue_health
from models.states import JobState
from models.tables import Job
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("database")


async def test_nothing_to_do_is_healthy() -> None:
    health = await queue_health(at=NOW)

    assert (set(health.by_state.values()), health.silent, health.longest_wait_seconds) == ({0}, 0, 0.0)


async def test_waiting_and_failed_work_is_counted_and_what_is_done_is_not() -> None:
    for state in (JobState.QUEUED, JobState.QUEUED, JobState.FAILED, JobState.DONE):
        job = await jobs.enqueue("work", uuid4(), at=NOW)
        await Job.filter(id=job.id).update(status=state)

    counted = (await queue_health(at=NOW)).by_state

    assert {state: count for state, count in counted.items() if count} == {"queued": 2, "failed": 1}


async def test_the_longest_wait_is_that_of_the_work_that_has_been_due_longest() -> None:
    for minutes in (-5, -20, 60):
        await jobs.enqueue("work", uuid4(), at=NOW + timedelta(minutes=minutes))

    assert (await queue_health(at=NOW)).longest_wait_seconds == 20 * 60


async def test_work_of_a_worker_that_fell_silent_is_told() -> None:
    await jobs.enqueue("work", uuid4(), at=NOW)
    await jobs.claim(["work"], "somebody", at=NOW)

    silent = [(await queue_health(at=at)).silent for at in (NOW, NOW + jobs.LEASE + timedelta(seconds=1))]

    assert silent == [0, 1]
