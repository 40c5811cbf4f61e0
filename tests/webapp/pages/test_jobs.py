"""What a student reads about a transcript in the making, and staff about the machine."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from models.actions import jobs, processing
from models.states import JobState
from models.tables import Job, MediaItem, Reflection, RoleKind
from models.tables.jobs import TRANSCRIBE
from tests.factories import make_media, make_transcript
from tests.webapp.endpoints.stage import DENTAL, OT, Stage, Student, now
from tests.webapp.server import Visitor

MODEL = "base"


@pytest.fixture(scope="module")
def student(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture(scope="module")
def staff(stage: Stage) -> Visitor:
    return stage.colleague("Sten", RoleKind.STAFF, OT)[0]


def shown(visitor: Visitor, path: str) -> str:
    return visitor.get(path).raise_for_status().text


def recorded(stage: Stage, student: Student, *, seconds: float = 720.0) -> tuple[UUID, UUID]:
    """Make a podcast whose transcript is not due yet, so that the application leaves it to the test."""
    reflection_id = student.reflection()

    async def make() -> tuple[UUID, UUID]:
        reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
        media = await make_media(reflection, seconds=seconds, at=now() + timedelta(days=1))
        return reflection_id, media.id

    return stage.do(make)


def changed(stage: Stage, media_id: UUID, **columns: object) -> None:
    async def change() -> None:
        await Job.filter(kind=TRANSCRIBE, subject=str(media_id)).update(**columns)

    stage.do(change)


def transcribed(stage: Stage, media_id: UUID, change: Callable[[dict[str, object]], None] = lambda _: None) -> None:
    async def make() -> None:
        transcript = await make_transcript(await MediaItem.get(id=media_id), at=now())
        change(transcript.speech)
        await transcript.save()

    stage.do(make)


def run(stage: Stage, media_id: UUID, progress: float) -> None:
    later = now() + timedelta(hours=1)
    changed(stage, media_id, status=JobState.RUNNING, attempt=1, lease_until=later, progress=progress, worker="desk:1")


def measured(stage: Stage, student: Student, *, times: float) -> None:
    """Have something written down so many times as fast as it was spoken."""
    _, media_id = recorded(stage, student, seconds=60.0 * times)
    ended = now()
    facts = {"started_at": ended - timedelta(seconds=60), "finished_at": ended, "model": MODEL}
    changed(stage, media_id, status=JobState.DONE, **facts)


def test_a_student_reads_how_far_it_is_and_no_time_before_it_is_known(stage: Stage, student: Student) -> None:
    reflection_id, media_id = recorded(stage, student)
    run(stage, media_id, 0.25)
    changed(stage, media_id, model="never measured")

    page = shown(student, f"/reflections/{reflection_id}")

    assert "3:00 of 12:00" in page
    assert "left" not in page[page.index("3:00 of 12:00") : page.index("3:00 of 12:00") + 60]


def test_the_time_left_is_said_once_a_speed_was_measured(stage: Stage, student: Student) -> None:
    measured(stage, student, times=9.0)
    reflection_id, media_id = recorded(stage, student)
    run(stage, media_id, 0.25)
    changed(stage, media_id, model=MODEL)

    assert "3:00 of 12:00, about 1 minute left" in shown(student, f"/reflections/{reflection_id}")


def test_a_student_can_stop_it_and_have_it_done_after_all(stage: Stage, student: Student) -> None:
    reflection_id, media_id = recorded(stage, student)
    before = shown(student, f"/reflections/{reflection_id}")
    changed(stage, media_id, status=JobState.CANCELLED, finished_at=now())
    after = shown(student, f"/reflections/{reflection_id}")

    assert ("stop-transcript" in before, "stop-transcript" in after) == (True, False)
    assert "Writing down what you said was stopped." in after
    assert "Write it down" in after


def test_what_was_heard_is_told_as_a_fact_where_it_is_not_what_was_declared(stage: Stage, student: Student) -> None:
    reflection_id, media_id = recorded(stage, student)
    transcribed(stage, media_id, lambda speech: speech.update(heard_language="de", heard_language_probability=0.857))

    page = shown(student, f"/reflections/{reflection_id}")

    assert "Declared is English; the machine heard German (probability 86%)." in page


def test_nothing_is_told_where_it_is_what_was_declared(stage: Stage, student: Student) -> None:
    reflection_id, media_id = recorded(stage, student)
    transcribed(stage, media_id, lambda speech: speech.update(heard_language="en", heard_language_probability=0.9))

    assert "the machine heard" not in shown(student, f"/reflections/{reflection_id}")


def test_the_earlier_transcript_stays_readable_and_the_words_say_so_before(stage: Stage, student: Student) -> None:
    reflection_id, media_id = recorded(stage, student)
    transcribed(stage, media_id)
    offered = shown(student, f"/reflections/{reflection_id}")

    async def again() -> None:
        job = await jobs.enqueue(TRANSCRIBE, media_id, at=now() + timedelta(days=2), dedupe_key=f"again:{media_id}")
        await Job.filter(id=job.id).update(status=JobState.RUNNING, attempt=1)
        await make_newer(job)

    stage.do(again)
    after = shown(student, f"/reflections/{reflection_id}")

    assert "The text that is there stays below the new one, and it can still be read." in offered
    assert "earlier-transcript" not in offered
    assert "Earlier: scripted" in after


async def make_newer(job: Job) -> None:
    speech = {"language": "en", "engine": "x", "model": "tiny", "segments": []}
    fresh = await Job.get(id=job.id)
    at = now() + timedelta(minutes=1)
    await processing.transcript_made(fresh, speech=speech, text="", language="en", engine="x", model="tiny", at=at)


def test_staff_see_what_runs_who_works_and_what_was_given_up(stage: Stage, student: Student, staff: Visitor) -> None:
    _, running = recorded(stage, student)
    run(stage, running, 0.5)
    _, failed = recorded(stage, student)
    changed(stage, failed, status=JobState.FAILED, finished_at=now(), error_code="EngineFailed", error_detail="Oh.")

    page = shown(staff, "/office/jobs")

    assert "6:00 of 12:00" in page
    assert "by desk:1" in page
    assert "What the machine said: EngineFailed" in page
    assert ("job-stop" in page, "job-again" in page) == (True, True)


def test_staff_choose_among_the_models_of_the_machine(staff: Visitor) -> None:
    page = shown(staff, "/office/jobs")

    assert "speech-model-sv" in page
    assert "speech-model-other" in page


def test_staff_of_another_programme_see_no_student_of_ours(stage: Stage, student: Student) -> None:
    recorded(stage, student)
    page = shown(stage.colleague("Dora", RoleKind.STAFF, DENTAL)[0], "/office/jobs")

    assert "Sound to be written down" in page
    assert "Writing down speech · " not in page


@pytest.mark.parametrize("who", ["student", "assessor"])
def test_the_machine_is_for_staff(stage: Stage, student: Student, who: str) -> None:
    visitor: Visitor = student if who == "student" else stage.colleague("Astrid", RoleKind.ASSESSOR, OT)[0]

    assert visitor.get("/office/jobs").status_code == 404
