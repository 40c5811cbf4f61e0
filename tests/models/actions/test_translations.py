"""Where some who read know only English: when a recording is translated, for whom, and never more than once."""

import pytest

from models.actions import handing_in, jobs, processing, reflections, transcripts
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.queries import media as queries
from models.states import JobRank, JobState
from models.tables import Correction, Event, Job, MediaItem, Reflection, Transcript, Translation
from models.tables.jobs import TRANSCRIBE, TRANSLATE
from tests.factories import (
    NOW,
    edition,
    make_assessor,
    make_enrolment,
    make_reflection,
    make_staff,
    make_transcript,
    make_translation,
    pin,
    programme_of,
    running_job,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

SPOKEN = "Vi träffade folk."


async def _podcast(*, english_readers: bool = True) -> Reflection:
    """An open draft with a recording that waits for its transcript."""
    enrolment = await make_enrolment()
    await pin(enrolment, edition("english-readers", english_readers=english_readers))
    return await make_reflection(enrolment, format_="podcast")


async def _media(reflection: Reflection) -> MediaItem:
    return await MediaItem.get(reflection_id=reflection.id)


async def _transcript(reflection: Reflection, text: str = SPOKEN, *, language: str = "sv") -> Transcript:
    return await make_transcript(await _media(reflection), text, language=language)


async def _student(reflection: Reflection) -> Actor:
    return await student_of(reflection.enrolment)


async def _jobs() -> list[Job]:
    return await Job.filter(kind=TRANSLATE).order_by("created_at")


async def test_a_transcript_in_another_language_is_followed_by_a_translation() -> None:
    transcript = await _transcript(await _podcast())

    (job,) = await _jobs()
    assert (job.status, job.subject, job.rank) == (JobState.QUEUED, str(transcript.media_id), JobRank.DRAFT)
    assert job.arguments == {"transcript": str(transcript.id), "language": "sv"}
    assert job.length_seconds == 150.0


async def test_what_is_spoken_in_english_is_not_translated() -> None:
    await _transcript(await _podcast(), "We met people.", language="en")

    assert await _jobs() == []


async def test_where_the_rules_do_not_ask_for_it_nothing_is_translated() -> None:
    await _transcript(await _podcast(english_readers=False))

    assert await _jobs() == []


async def test_where_nobody_speaks_there_is_nothing_to_translate() -> None:
    await _transcript(await _podcast(), "")

    assert await _jobs() == []


async def test_a_model_that_knows_english_alone_does_not_make_the_recording_english() -> None:
    media = await _media(await _podcast())
    job = await running_job(TRANSCRIBE, media.id)
    speech = {"language": "en", "engine": "x", "model": "tiny.en", "segments": []}

    await processing.transcript_made(
        job, speech=speech, text="Fee.", language="en", engine="x", model="tiny.en", at=NOW, declared="sv"
    )

    assert [one.arguments["language"] for one in await _jobs()] == ["sv"]


async def test_the_translation_stands_beside_the_transcript_which_stays_as_it_is() -> None:
    transcript = await _transcript(await _podcast())

    made = await make_translation(transcript, "We met people.")

    assert (made.transcript_id, made.text, made.model) == (transcript.id, "We met people.", "scripted")
    assert (await Transcript.get()).text == SPOKEN
    assert await Event.filter(move="translate", subject_id=str(made.id)).count() == 1


async def test_a_worker_that_lost_the_job_stores_no_translation() -> None:
    transcript = await _transcript(await _podcast())
    late = await jobs.claim([TRANSLATE], "late", at=NOW)
    assert late is not None
    again = await jobs.claim([TRANSLATE], "next", at=NOW + 2 * jobs.LEASE)
    assert again is not None
    facts = {"speech": {"segments": []}, "text": "", "engine": "x", "model": "x", "at": NOW}

    stored = [await processing.translation_made(job, **facts) for job in (late, again)]

    assert stored == [False, True]
    assert [one.transcript_id for one in await Translation.all()] == [transcript.id]


async def test_what_was_handed_in_meanwhile_is_translated_first() -> None:
    reflection = await _podcast()
    draft = await reflections.open_draft(reflection)
    await running_job(TRANSCRIBE, (await _media(reflection)).id)
    job = await Job.get(kind=TRANSCRIBE)
    await handing_in.submit(reflection, revision=draft.revision, actor=await _student(reflection), at=NOW)

    speech = {"language": "sv", "engine": "x", "model": "x", "segments": []}
    await processing.transcript_made(job, speech=speech, text="Hej.", language="sv", engine="x", model="x", at=NOW)

    assert [one.rank for one in await _jobs()] == [JobRank.HANDED_IN]


async def test_the_model_that_was_wished_for_translates_too() -> None:
    reflection = await _podcast()
    await _transcript(reflection)
    media, student = await _media(reflection), await _student(reflection)
    await transcripts.write_down_anew(media, model="tiny", language="sv", models=["tiny"], actor=student, at=NOW)
    job = await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    assert job is not None

    speech = {"language": "sv", "engine": "x", "model": "tiny", "segments": []}
    await processing.transcript_made(job, speech=speech, text="Hej.", language="sv", engine="x", model="tiny", at=NOW)

    assert [one.arguments.get("model") for one in await _jobs()] == [None, "tiny"]


async def test_a_newer_transcript_has_a_translation_of_its_own() -> None:
    reflection = await _podcast()
    first = await _transcript(reflection)
    await make_translation(first, "We met people.")
    media, student = await _media(reflection), await _student(reflection)
    await transcripts.write_down_anew(media, model="", language="", models=[], actor=student, at=NOW)
    job = await jobs.claim([TRANSCRIBE], "worker", at=NOW)
    assert job is not None
    speech = {"language": "sv", "engine": "x", "model": "x", "segments": []}
    await processing.transcript_made(job, speech=speech, text="Hej.", language="sv", engine="x", model="x", at=NOW)
    newer = await Transcript.get(job_id=job.id)

    translations = [await queries.translation(one, actor=student) for one in (first, newer)]

    assert [one.text if one else None for one in translations] == ["We met people.", None]
    assert len(await _jobs()) == 2


async def test_what_its_student_puts_right_does_not_change_the_translation() -> None:
    reflection = await _podcast()
    transcript = await _transcript(reflection)
    await make_translation(transcript, "We met people.")

    await transcripts.correct(transcript, 0, 0, "Ni", actor=await _student(reflection), at=NOW)

    assert await Correction.all().count() == 1
    assert await Translation.all().values_list("text", flat=True) == ["We met people."]


async def test_a_translation_is_stopped_without_the_transcript_and_asked_for_again() -> None:
    reflection = await _podcast()
    await _transcript(reflection)
    media, student = await _media(reflection), await _student(reflection)

    await transcripts.cancel(media, TRANSLATE, actor=student, at=NOW)
    (stopped,) = await _jobs()
    await transcripts.work_again(media, TRANSLATE, actor=student, at=NOW)
    (queued,) = await _jobs()

    assert (stopped.status, queued.status) == (JobState.CANCELLED, JobState.QUEUED)
    assert (await Job.get(kind=TRANSCRIBE)).status is JobState.DONE


async def test_no_other_work_on_a_file_is_cancelled() -> None:
    reflection = await _podcast()
    await Job.filter(kind="prepare").update(status=JobState.QUEUED)

    with pytest.raises(WrongState):
        await transcripts.cancel(await _media(reflection), "prepare", actor=await _student(reflection), at=NOW)


async def test_a_stranger_neither_reads_nor_stops_a_translation() -> None:
    reflection, other = await _podcast(), await _podcast()
    transcript = await _transcript(reflection)
    await make_translation(transcript, "We met people.")
    stranger = await _student(other)

    with pytest.raises(NotAllowed):
        await queries.translation(transcript, actor=stranger)
    with pytest.raises(NotAllowed):
        await transcripts.cancel(await _media(reflection), TRANSLATE, actor=stranger, at=NOW)


async def test_whoever_may_read_the_transcript_may_read_the_translation() -> None:
    reflection = await _podcast()
    transcript = await _transcript(reflection)
    await make_translation(transcript, "We met people.")
    programme = await programme_of(reflection.enrolment)
    readers = [await make_assessor(programme), await make_staff(programme)]
    for reader in readers:
        with pytest.raises(NotAllowed):
            await queries.translation(transcript, actor=reader)
    draft = await reflections.open_draft(reflection)
    await handing_in.submit(reflection, revision=draft.revision, actor=await _student(reflection), at=NOW)

    read = [await queries.translation(transcript, actor=reader) for reader in readers]

    assert [one.text if one else None for one in read] == ["We met people.", "We met people."]
