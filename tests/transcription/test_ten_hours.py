"""Ten hours of clips from fifty students at once: all are written down, in the order that was promised."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from models.actions import jobs
from models.actions.processing import transcript_made
from models.states import JobRank, JobState
from models.tables import Job, MediaItem, Transcript
from models.tables.jobs import TRANSCRIBE
from tests import chance
from tests.factories import NOW, make_actor, make_enrolment, make_media, make_programme, make_reflection
from transcription.worker import Lane, Worker

pytestmark = pytest.mark.usefixtures("database")

STUDENTS = 50
SECONDS_IN_ALL = 10 * 3600


async def test_ten_hours_from_fifty_students_are_done_in_order() -> None:
    choose = random.Random(chance.seed())
    programme = await make_programme()
    lengths = [choose.uniform(0.3, 1.7) for _ in range(STUDENTS)]
    for number, length in enumerate(lengths):
        enrolment = await make_enrolment(programme, await make_actor(f"Student {number}"))
        seconds = length * SECONDS_IN_ALL / sum(lengths)
        item = await make_media(await make_reflection(enrolment), seconds=seconds, at=NOW + timedelta(seconds=number))
        if choose.random() < 0.5:
            await jobs.set_rank(item.id, JobRank.HANDED_IN)
    done: list[UUID] = []

    async def hear(job: Job, *, on_progress: object) -> None:
        done.append(job.id)
        await transcript_made(job, speech={}, text="", language="en", engine="", model="", at=NOW)

    lane = Lane(TRANSCRIBE, hear, width=2)
    await Worker([lane], now=lambda: NOW + timedelta(hours=1)).run_until_idle()

    expected = await Job.filter(kind=TRANSCRIBE).order_by("rank", "length_seconds", "created_at")
    assert done == [job.id for job in expected]
    assert {job.status for job in expected} == {JobState.DONE}
    assert await Transcript.all().count() == STUDENTS
    assert sum(item.duration_seconds or 0 for item in await MediaItem.all()) == pytest.approx(SECONDS_IN_ALL)
