"""Characters that no database, or only one of them, can keep: refused in words, left out of what machines say."""

from typing import Any

import pytest

from models.actions import jobs, processing, reflections
from models.actions.events import record
from models.states import JobState
from models.storable import NotStorable, storable
from models.tables import Event, Job, Person, Transcript
from models.tables.jobs import TRANSCRIBE
from tests.factories import NOW, make_media, make_person, make_reflection, make_upload, running_job, student_of

pytestmark = pytest.mark.usefixtures("database")

BAD = ["before\0after", "half a character \ud800"]


@pytest.mark.parametrize("text", BAD)
async def test_a_text_that_cannot_be_kept_is_refused_and_the_draft_stays_as_it_was(text: str) -> None:
    reflection = await make_reflection()
    draft = await reflections.open_draft(reflection)

    with pytest.raises(NotStorable):
        await reflections.save_draft(
            reflection,
            base_revision=draft.revision,
            text=text,
            posts=None,
            actor=await student_of(reflection.enrolment),
            at=NOW,
        )

    assert (await reflections.open_draft(reflection)).text == draft.text


async def test_nobody_is_looked_for_by_it() -> None:
    with pytest.raises(NotStorable):
        await Person.filter(name="Ro\0bin")


async def test_many_rows_at_once_are_refused_with_one_bad_one() -> None:
    good, bad = await make_person("Robin"), await make_person("Kim")
    bad.name = "K\0im"

    with pytest.raises(NotStorable):
        await Person.bulk_update([good, bad], ["name"])


async def test_it_is_refused_within_json_too() -> None:
    with pytest.raises(NotStorable):
        await record("test", await make_person(), by=None, at=NOW, reason="be\0cause")

    assert not await Event.exists(move="test")


@pytest.mark.parametrize("text", ["\\u0000", '{"name": "\\\\u0000"}', "{\\u0000", '"\\u0000"'])
async def test_who_writes_about_the_character_is_not_refused(text: str) -> None:
    person = await make_person(text)

    assert (await Person.get(id=person.id)).name == text


async def test_a_transcript_is_stored_without_it() -> None:
    media = await make_media(await make_reflection(format_="podcast"))
    speech: dict[str, Any] = {"segments": [{"text": "Good\0 morning", "words": [["Good\0", 0.0]]}]}

    await processing.transcript_made(
        await running_job(TRANSCRIBE, media.id),
        speech=speech,
        text="Good\0 morning",
        language="en",
        engine="",
        model="",
        at=NOW,
    )

    made = await Transcript.get(media_id=media.id)
    assert made.text == "Good morning"
    assert made.speech == {"segments": [{"text": "Good morning", "words": [["Good", 0.0]]}]}


async def test_work_that_failed_with_it_is_tried_again() -> None:
    media = await make_media(await make_reflection(format_="podcast"))

    await jobs.fail(await running_job(TRANSCRIBE, media.id), "EngineFailed", "last words: \0\ud800", at=NOW)

    job = await Job.get(kind=TRANSCRIBE, subject=str(media.id))
    assert (job.status, job.error_detail) == (JobState.QUEUED, "last words: ?")


async def test_the_name_of_a_file_is_kept_without_it() -> None:
    upload = await make_upload(await make_reflection(), filename="holi\0day.webm")

    assert upload.filename == "holiday.webm"


@pytest.mark.parametrize("found", ["words", {"a": [1, 2.5, None, True]}, []])
async def test_what_can_be_kept_is_left_as_it_is(found: object) -> None:
    assert storable(found) == found
