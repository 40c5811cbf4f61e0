"""Stopping the machine that writes down a recording, having it done again, and whose turn it is."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import claims, handing_in, jobs, reflections, transcripts
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.queries import jobs as queries
from models.states import JobRank, JobState
from models.tables import Event, Job, MediaItem, Reflection, Transcript
from models.tables.jobs import TRANSCRIBE
from tests.factories import (
    NOW,
    make_actor,
    make_assessor,
    make_media,
    make_programme,
    make_reflection,
    make_staff,
    make_transcript,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(minutes=5)
MODELS = ("base", "tiny")


@pytest.fixture
async def podcast() -> Reflection:
    """An open draft with a recording whose transcript waits."""
    return await make_reflection(format_="podcast")


async def _media(reflection: Reflection) -> MediaItem:
    return await MediaItem.get(reflection_id=reflection.id)


async def _job(reflection: Reflection) -> Job:
    return await Job.filter(kind=TRANSCRIBE, subject=str((await _media(reflection)).id)).order_by("-created_at").get()


async def _student(reflection: Reflection) -> Actor:
    return await student_of(reflection.enrolment)


async def _staff(reflection: Reflection) -> Actor:
    return await make_staff(await programme_of(reflection.enrolment))


async def _anew(reflection: Reflection, actor: Actor, *, model: str = "", language: str = "") -> Job:
    return await transcripts.write_down_anew(
        await _media(reflection), model=model, language=language, models=MODELS, actor=actor, at=LATER
    )


async def _hand_in(reflection: Reflection) -> None:
    draft = await reflections.open_draft(reflection)
    await handing_in.submit(reflection, revision=draft.revision, actor=await _student(reflection), at=NOW)


async def test_what_waits_is_cancelled_at_once(podcast: Reflection) -> None:
    await transcripts.cancel(await _media(podcast), actor=await _student(podcast), at=NOW)

    assert (await _job(podcast)).status is JobState.CANCELLED
    assert await jobs.claim([TRANSCRIBE], "worker", at=NOW) is None
    assert await Event.filter(move="cancel_transcript").count() == 1


async def test_what_runs_is_asked_to_stop_and_the_next_beat_says_so(podcast: Reflection) -> None:
    running = await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    assert running is not None

    await transcripts.cancel(await _media(podcast), actor=await _student(podcast), at=NOW)

    assert not await jobs.beat(running, 0.5, at=NOW)
    assert await jobs.close_cancelled(running, at=NOW)
    assert (await _job(podcast)).status is JobState.CANCELLED


@pytest.mark.parametrize("ends", [jobs.hand_back, lambda job, at: jobs.fail(job, "OSError", "", at=at)])
async def test_work_that_was_to_be_stopped_is_not_queued_when_it_ends_otherwise(
    podcast: Reflection, ends: Callable[..., Awaitable[None]]
) -> None:
    running = await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    await transcripts.cancel(await _media(podcast), actor=await _student(podcast), at=NOW)

    await ends(running, at=NOW)

    assert (await _job(podcast)).status is JobState.CANCELLED


async def test_work_that_was_to_be_stopped_is_closed_also_when_its_worker_is_lost(podcast: Reflection) -> None:
    await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    await transcripts.cancel(await _media(podcast), actor=await _student(podcast), at=NOW)

    await jobs.requeue_silent(at=NOW + jobs.LEASE + timedelta(seconds=1))

    assert (await _job(podcast)).status is JobState.CANCELLED


async def test_a_cancelled_transcript_can_be_asked_for_again(podcast: Reflection) -> None:
    student = await _student(podcast)
    await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    await transcripts.cancel(await _media(podcast), actor=student, at=NOW)
    await jobs.requeue_running(at=NOW)

    await transcripts.work_again(await _media(podcast), TRANSCRIBE, actor=student, at=NOW)
    again = await jobs.claim([TRANSCRIBE], "worker", at=NOW)

    assert again is not None
    assert await jobs.beat(again, 0.1, at=NOW)


async def test_a_finished_transcript_is_not_cancelled(podcast: Reflection) -> None:
    await make_transcript(await _media(podcast))

    with pytest.raises(WrongState):
        await transcripts.cancel(await _media(podcast), actor=await _student(podcast), at=NOW)


async def test_staff_cancel_and_try_again(podcast: Reflection) -> None:
    staff = await _staff(podcast)

    await transcripts.cancel(await _media(podcast), actor=staff, at=NOW)
    await transcripts.work_again(await _media(podcast), TRANSCRIBE, actor=staff, at=NOW)

    assert (await _job(podcast)).status is JobState.QUEUED


async def test_an_assessor_neither_cancels_nor_tries_again(podcast: Reflection) -> None:
    assessor = await make_assessor(await programme_of(podcast.enrolment))
    await _hand_in(podcast)

    with pytest.raises(NotAllowed):
        await transcripts.cancel(await _media(podcast), actor=assessor, at=NOW)
    with pytest.raises(NotAllowed):
        await _anew(podcast, assessor)


async def test_a_student_does_not_stop_what_an_assessor_may_wait_for(podcast: Reflection) -> None:
    await _hand_in(podcast)

    with pytest.raises(NotAllowed):
        await transcripts.cancel(await _media(podcast), actor=await _student(podcast), at=NOW)


async def test_another_transcript_leaves_the_old_one_with_its_corrections(podcast: Reflection) -> None:
    old = await make_transcript(await _media(podcast))
    student = await _student(podcast)
    await transcripts.correct(old, 0, 0, "Fine", actor=student, at=NOW)

    job = await _anew(podcast, student, model="tiny", language="en")

    assert (job.status, job.arguments) == (JobState.QUEUED, {"model": "tiny", "language": "en"})
    assert await Transcript.all().values_list("id", flat=True) == [old.id]
    assert await old.corrections.all().count() == 1


async def test_a_recording_is_written_down_once_at_a_time(podcast: Reflection) -> None:
    with pytest.raises(transcripts.AlreadyAtWork):
        await _anew(podcast, await _student(podcast))


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [({"model": "huge"}, transcripts.NoSuchModel), ({"language": "xx"}, reflections.NoSuchFormat)],
)
async def test_a_model_or_language_that_is_not_there_is_refused(
    podcast: Reflection, wish: dict[str, str], refusal: type[Exception]
) -> None:
    await make_transcript(await _media(podcast))

    with pytest.raises(refusal):
        await _anew(podcast, await _student(podcast), **wish)


async def test_staff_have_it_written_down_anew_after_it_was_handed_in_and_it_comes_first(podcast: Reflection) -> None:
    await make_transcript(await _media(podcast))
    await _hand_in(podcast)

    job = await _anew(podcast, await _staff(podcast), model="tiny")

    assert job.rank is JobRank.HANDED_IN


async def test_staff_of_another_programme_have_nothing_to_say(podcast: Reflection) -> None:
    stranger = await make_actor("Stranger")

    with pytest.raises(NotAllowed):
        await transcripts.work_again(await _media(podcast), TRANSCRIBE, actor=stranger, at=NOW)


# Whose turn it is.


async def test_handing_in_brings_a_transcript_forward_and_taking_back_puts_it_behind(podcast: Reflection) -> None:
    ranks = [(await _job(podcast)).rank]
    await _hand_in(podcast)
    ranks.append((await _job(podcast)).rank)
    await handing_in.take_back(podcast, actor=await _student(podcast), at=NOW)
    ranks.append((await _job(podcast)).rank)

    assert ranks == [JobRank.DRAFT, JobRank.HANDED_IN, JobRank.DRAFT]


async def test_what_was_released_by_an_assessor_keeps_its_turn(podcast: Reflection) -> None:
    assessor = await make_assessor(await programme_of(podcast.enrolment))
    await _hand_in(podcast)
    await claims.claim(await Reflection.get(id=podcast.id).select_related("enrolment"), actor=assessor, at=NOW)

    assert (await _job(podcast)).rank is JobRank.HANDED_IN


async def test_handed_in_comes_before_drafts_then_short_before_long_then_the_oldest() -> None:
    waiting = [
        ("old long draft", JobRank.DRAFT, 600.0, 0),
        ("short draft", JobRank.DRAFT, 60.0, 5),
        ("older short draft", JobRank.DRAFT, 60.0, 4),
        ("long, handed in", JobRank.HANDED_IN, 900.0, 3),
        ("short, handed in", JobRank.HANDED_IN, 30.0, 9),
    ]
    for name, rank, seconds, minute in waiting:
        at = NOW + timedelta(minutes=minute)
        await jobs.enqueue(TRANSCRIBE, uuid4(), at=at, dedupe_key=name, rank=rank, length_seconds=seconds)

    turns = []
    while (job := await jobs.claim([TRANSCRIBE], "worker", at=NOW + timedelta(hours=1))) is not None:
        turns.append(job.dedupe_key)

    expected = ["short, handed in", "long, handed in", "older short draft", "short draft", "old long draft"]
    assert turns == expected


@pytest.mark.parametrize(
    ("rank", "hours", "first"),
    [
        (JobRank.HANDED_IN, 5, "short"),
        (JobRank.HANDED_IN, 7, "long"),
        (JobRank.DRAFT, 7, "short"),
        (JobRank.DRAFT, 25, "long"),
    ],
)
async def test_long_work_waits_for_short_work_that_keeps_coming_only_so_long(
    rank: JobRank, hours: int, first: str
) -> None:
    at = NOW + timedelta(hours=hours)
    await jobs.enqueue(TRANSCRIBE, uuid4(), at=NOW, dedupe_key="long", rank=rank, length_seconds=3600.0)
    await jobs.enqueue(TRANSCRIBE, uuid4(), at=at, dedupe_key="short", rank=JobRank.HANDED_IN, length_seconds=30.0)

    job = await jobs.claim([TRANSCRIBE], "worker", at=at)

    assert job is not None
    assert job.dedupe_key == first


async def test_of_what_waited_too_long_the_oldest_comes_first_and_a_draft_too() -> None:
    for name, rank, hour in (("handed in", JobRank.HANDED_IN, 1), ("draft", JobRank.DRAFT, 0)):
        at = NOW + timedelta(hours=hour)
        await jobs.enqueue(TRANSCRIBE, uuid4(), at=at, dedupe_key=name, rank=rank)

    job = await jobs.claim([TRANSCRIBE], "worker", at=NOW + timedelta(hours=30))

    assert job is not None
    assert job.dedupe_key == "draft"


async def test_what_waited_too_long_counts_as_before_all_others(podcast: Reflection) -> None:
    at = NOW + timedelta(hours=30)
    long = await jobs.enqueue(TRANSCRIBE, uuid4(), at=NOW, length_seconds=3600.0)
    new = await jobs.enqueue(TRANSCRIBE, uuid4(), at=at, length_seconds=10.0)

    standings = [await queries.standing_of(job, at=at) for job in (long, new)]

    assert [standing.before_it for standing in standings] == [1, 2]


# How far it is.


async def test_nothing_is_said_about_time_before_a_speed_was_measured(podcast: Reflection) -> None:
    running = await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    assert running is not None
    await jobs.note_model(running, "base")
    await jobs.beat(running, 0.5, at=NOW)

    standing = await queries.standing_of(await _job(podcast), at=NOW)

    assert (standing.done_seconds, standing.length_seconds, standing.left_seconds) == (75.0, 150.0, None)


async def test_the_time_left_follows_from_what_the_last_transcripts_of_the_same_model_took(podcast: Reflection) -> None:
    for model, seconds in (("base", 10), ("large", 100)):
        await jobs.enqueue(TRANSCRIBE, uuid4(), at=NOW, length_seconds=100.0, rank=JobRank.HANDED_IN)
        done = await jobs.claim([TRANSCRIBE], "worker", at=NOW)
        assert done is not None
        await jobs.note_model(done, model)
        await jobs.finish(done, at=NOW + timedelta(seconds=seconds))
    running = await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    assert running is not None
    await jobs.note_model(running, "base")
    await jobs.beat(running, 0.2, at=NOW)

    standing = await queries.standing_of(await _job(podcast), at=NOW)

    assert standing.left_seconds == pytest.approx(150.0 * 0.8 / 10)


async def test_a_waiting_transcript_tells_how_many_are_before_it(podcast: Reflection) -> None:
    longer = await make_media(podcast, seconds=300.0)

    waiting = await Job.get(kind=TRANSCRIBE, subject=str(longer.id))

    assert (await queries.standing_of(waiting, at=NOW)).before_it == 1


# What staff see.


async def test_staff_see_the_work_of_their_students_and_what_is_stuck(podcast: Reflection) -> None:
    await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    late = NOW + jobs.LEASE + timedelta(seconds=1)
    await jobs.requeue_silent(at=late)

    shown = await queries.listed(actor=await _staff(podcast), at=late)

    assert [(one.job.workers_lost, one.is_stuck, one.media.owner.name if one.media else "") for one in shown] == [
        (1, True, (await _student(podcast)).name)
    ]


async def test_work_that_just_waits_is_not_stuck(podcast: Reflection) -> None:
    shown = await queries.listed(actor=await _staff(podcast), at=NOW)

    assert [one.is_stuck for one in shown] == [False]


async def test_staff_of_another_programme_see_numbers_and_no_student(podcast: Reflection) -> None:
    elsewhere = await make_staff(await make_programme("BE"))

    machine = await queries.machine(actor=elsewhere, at=NOW)

    assert await queries.listed(actor=elsewhere, at=NOW) == []
    assert machine.counts[TRANSCRIBE, JobState.QUEUED] == 1
    assert machine.waiting_seconds == 150.0


async def test_students_and_assessors_do_not_see_the_machine(podcast: Reflection) -> None:
    for actor in (await _student(podcast), await make_assessor(await programme_of(podcast.enrolment))):
        with pytest.raises(NotAllowed):
            await queries.machine(actor=actor, at=NOW)
        with pytest.raises(NotAllowed):
            await queries.listed(actor=actor, at=NOW)
