"""A transcript as one person reads it, with the corrections of the version one looks at."""

from datetime import datetime, timedelta

import pytest

from models.actions import transcripts
from models.errors import NotAllowed
from models.permissions import Actor
from models.states import ReflectionState
from models.tables import MediaItem, Reflection, Transcript
from models.tables.media import JOINED
from tests.factories import (
    NOW,
    make_actor,
    make_assessor,
    make_media,
    make_reflection,
    make_staff,
    make_transcript,
    move_on,
    programme_of,
    student_of,
    versions_of,
)
from transcription.reading import Reading, read

pytestmark = pytest.mark.usefixtures("database")

HAND_IN = NOW + timedelta(hours=2)
LATER = NOW + timedelta(days=1)


async def _heard(text: str = "Good morning Lunt.") -> tuple[Reflection, Transcript, Actor]:
    """A draft podcast in which the machine heard something, and its student."""
    reflection = await make_reflection(format_="podcast")
    transcript = await make_transcript(await MediaItem.get(reflection_id=reflection.id), text)
    return reflection, transcript, await student_of(reflection.enrolment)


async def _correct(transcript: Transcript, word: int, text: str, at: datetime = NOW) -> None:
    student = Actor(transcript.media.owner_id, "", frozenset())
    await transcripts.correct(transcript, 0, word, text, actor=student, at=at)


def _text(reading: Reading | None) -> str | None:
    return None if reading is None else " ".join(word.text for word in reading.spoken)


async def test_a_recording_without_a_transcript_reads_as_nothing() -> None:
    reflection = await make_reflection(format_="podcast")
    item = await MediaItem.get(reflection_id=reflection.id)

    assert await read(item.id, actor=await student_of(reflection.enrolment)) is None


async def test_a_correction_is_shown_beside_what_was_heard() -> None:
    _, transcript, student = await _heard()
    await _correct(transcript, 2, "Lund.")

    reading = await read(transcript.media_id, actor=student)

    assert reading is not None
    assert [(word.text, word.heard, word.is_corrected) for word in reading.words] == [
        ("Good", "Good", False),
        ("morning", "morning", False),
        ("Lund.", "Lunt.", True),
    ]


async def test_the_newest_correction_of_a_word_holds() -> None:
    _, transcript, student = await _heard()
    await _correct(transcript, 2, "London.")
    await _correct(transcript, 2, "Lund.")

    assert _text(await read(transcript.media_id, actor=student)) == "Good morning Lund."


async def test_a_word_that_was_left_out_is_not_spoken() -> None:
    _, transcript, student = await _heard()
    await _correct(transcript, 1, "")

    assert _text(await read(transcript.media_id, actor=student)) == "Good Lunt."


async def test_a_joined_word_lasts_as_long_as_what_was_heard_as_two() -> None:
    _, transcript, student = await _heard("One foot ball match.")
    changes = [transcripts.Change(0, 1, "football"), transcripts.Change(0, 2, JOINED)]
    await transcripts.put_right(transcript, changes, actor=student, at=NOW)
    await _correct(transcript, 1, "Football")

    reading = await read(transcript.media_id, actor=student)

    assert reading is not None
    assert [(word.text, word.start_seconds, word.end_seconds) for word in reading.spoken] == [
        ("One", 0.0, 1.0),
        ("Football", 1.0, 3.0),
        ("match.", 3.0, 4.0),
    ]
    assert [word.is_joined for word in reading.words] == [False, False, True, False]


async def test_what_was_joined_and_undone_is_two_words_again() -> None:
    _, transcript, student = await _heard("One foot ball match.")
    for first, second in (("football", JOINED), ("foot", "ball")):
        changes = [transcripts.Change(0, 1, first), transcripts.Change(0, 2, second)]
        await transcripts.put_right(transcript, changes, actor=student, at=NOW)

    reading = await read(transcript.media_id, actor=student)

    assert reading is not None
    assert [(word.text, word.end_seconds) for word in reading.spoken] == [
        ("One", 1.0),
        ("foot", 2.0),
        ("ball", 3.0),
        ("match.", 4.0),
    ]


async def test_a_guess_that_its_student_has_looked_at_is_none_any_more() -> None:
    _, transcript, student = await _heard()
    for word in transcript.speech["segments"][0]["words"]:
        word["confidence"] = 0.3
    await transcript.save()
    await _correct(transcript, 0, "Good")

    reading = await read(transcript.media_id, actor=student)

    assert reading is not None
    assert [word.is_unsure for word in reading.words] == [False, True, True]


async def test_a_correction_after_the_return_does_not_change_what_the_first_version_shows() -> None:
    reflection, transcript, student = await _heard()
    await _correct(transcript, 2, "London.")
    returned = await move_on(reflection, ReflectionState.RETURNED, at=HAND_IN)
    await _correct(transcript, 2, "Lund.", at=LATER)
    first, second = await versions_of(returned)

    shown = [
        _text(await read(transcript.media_id, version_id=version.id, actor=student)) for version in (first, second)
    ]

    assert shown == ["Good morning London.", "Good morning Lund."]


async def test_an_assessor_does_not_see_corrections_that_were_not_handed_in() -> None:
    reflection, transcript, _ = await _heard()
    assessor = await make_assessor(await programme_of(reflection.enrolment))
    returned = await move_on(reflection, ReflectionState.RETURNED, assessor=assessor, at=HAND_IN)
    await _correct(transcript, 2, "Secret.", at=LATER)

    before = _text(await read(transcript.media_id, actor=assessor))
    await move_on(returned, ReflectionState.SUBMITTED, at=LATER)
    after = _text(await read(transcript.media_id, actor=assessor))

    assert (before, after) == ("Good morning Lunt.", "Good morning Secret.")


async def test_an_assessor_cannot_read_the_open_draft() -> None:
    reflection, transcript, _ = await _heard()
    assessor = await make_assessor(await programme_of(reflection.enrolment))
    returned = await move_on(reflection, ReflectionState.RETURNED, assessor=assessor, at=HAND_IN)
    _, draft = await versions_of(returned)

    with pytest.raises(NotAllowed):
        await read(transcript.media_id, version_id=draft.id, actor=assessor)


async def test_an_assessor_cannot_read_a_recording_that_was_not_handed_in() -> None:
    reflection, _, _ = await _heard()
    assessor = await make_assessor(await programme_of(reflection.enrolment))
    returned = await move_on(reflection, ReflectionState.RETURNED, assessor=assessor, at=HAND_IN)
    newer = await make_media(returned, at=LATER)
    await make_transcript(newer, "Not yet for you.")

    with pytest.raises(NotAllowed):
        await read(newer.id, actor=assessor)


async def test_a_version_with_another_recording_shows_nothing_of_this_one() -> None:
    reflection, transcript, student = await _heard()
    returned = await move_on(reflection, ReflectionState.RETURNED, at=HAND_IN)
    await make_media(returned, at=LATER)
    _, second = await versions_of(returned)

    with pytest.raises(NotAllowed):
        await read(transcript.media_id, version_id=second.id, actor=student)


@pytest.mark.parametrize("state", [ReflectionState.DRAFT, ReflectionState.SUBMITTED])
async def test_staff_read_what_was_handed_in_and_nothing_before(state: ReflectionState) -> None:
    reflection, transcript, _ = await _heard()
    await move_on(reflection, state, at=HAND_IN)
    staff = await make_staff(await programme_of(reflection.enrolment))

    try:
        shown = _text(await read(transcript.media_id, actor=staff))
    except NotAllowed:
        shown = None

    assert shown == (None if state is ReflectionState.DRAFT else "Good morning Lunt.")


async def test_a_stranger_reads_nothing() -> None:
    reflection, transcript, _ = await _heard()
    await move_on(reflection, ReflectionState.SUBMITTED, at=HAND_IN)

    with pytest.raises(NotAllowed):
        await read(transcript.media_id, actor=await make_actor())
