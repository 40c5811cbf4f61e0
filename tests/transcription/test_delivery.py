"""Deliveries: added with the row, once more after a loss, and never instead of the row."""

import asyncio
from uuid import uuid4

import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models.actions import jobs
from models.database import Where
from models.tables import Job
from tests.transcription.small_jobs import SideBySide, finish, is_done, lane, now, queued, until
from transcription.worker import Worker

pytestmark = pytest.mark.postgres

delivery = pytest.importorskip("transcription.delivery")


@pytest.fixture(autouse=True)
async def installed(database: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    """What delivers is there."""
    monkeypatch.setattr(delivery, "SWEEP_SECONDS", 0.3)
    await delivery.install()


async def _ask(query: str) -> list[dict[str, object]]:
    return await Tortoise.get_connection("default").execute_query_dict(query)


async def _knocks() -> int:
    return len(await _ask("SELECT id FROM delivery.procrastinate_jobs WHERE status = 'todo'"))


async def _lose_all() -> None:
    await _ask("DELETE FROM delivery.procrastinate_jobs")


async def test_a_delivery_is_added_and_taken_back_with_its_row() -> None:
    async def queue_and_fail() -> None:
        async with in_transaction():
            await queued()
            assert await _knocks() == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await queue_and_fail()

    assert (await _knocks(), await Job.all().count()) == (0, 0)


async def test_the_same_work_twice_is_delivered_once() -> None:
    subject = uuid4()

    for _ in range(2):
        await jobs.enqueue("work", subject, at=now())

    assert await _knocks() == 1


async def test_a_job_that_failed_is_delivered_for_its_next_try() -> None:
    await queued()
    claimed = await jobs.claim(["work"], "somebody", at=now())
    assert claimed is not None
    await _lose_all()

    await jobs.fail(claimed, "OSError", "no luck", at=now())

    [knock] = await _ask("SELECT scheduled_at > now() + interval '5 seconds' AS later FROM delivery.procrastinate_jobs")
    assert knock == {"later": True}


async def test_a_delivery_that_was_lost_comes_again(database: Where) -> None:
    job = await queued()
    await _lose_all()

    running = asyncio.ensure_future(delivery.Delivery(Worker([lane(finish)], now=now), str(database), now=now).run())

    await until(job, is_done)
    running.cancel()
    await asyncio.wait([running])


async def test_sweeping_again_knocks_no_second_time() -> None:
    await queued()
    await _lose_all()

    assert [await delivery.sweep(), await delivery.sweep()] == [1, 0]


async def test_two_lanes_of_a_kind_do_two_jobs_at_once(database: Where) -> None:
    work = SideBySide(0.3)
    waiting = [await queued() for _ in range(6)]
    two = Worker([lane(work), lane(work)], now=now)
    running = asyncio.ensure_future(delivery.Delivery(two, str(database), now=now).run())

    for job in waiting:
        await until(job, is_done)
    running.cancel()
    await asyncio.wait([running])
    assert work.most == 2


async def test_installing_again_keeps_what_is_on_its_way() -> None:
    await queued()

    await delivery.install()

    assert await _knocks() == 1


async def test_another_version_is_made_anew_and_swept_up() -> None:
    await queued()
    await _ask("COMMENT ON SCHEMA delivery IS 'an older one'")

    await delivery.install()

    assert (await _knocks(), await delivery.sweep(), await _knocks()) == (0, 1, 1)
