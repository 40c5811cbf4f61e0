"""Several words put right at once: joining, dividing, taking it back."""

import pytest

from models.actions import transcripts
from models.actions.transcripts import Change, NoSuchWord, WordsTooLong
from models.errors import WrongState
from models.permissions import Actor
from models.states import ReflectionState
from models.tables import Correction, Event, MediaItem, Transcript
from models.tables.media import JOINED
from tests.factories import NOW, make_reflection, make_transcript, move_on, student_of

pytestmark = pytest.mark.usefixtures("database")


async def _heard(text: str = "One foot ball match.") -> tuple[Transcript, Actor]:
    reflection = await make_reflection(format_="podcast")
    transcript = await make_transcript(await MediaItem.get(reflection_id=reflection.id), text)
    return transcript, await student_of(reflection.enrolment)


async def _rows() -> list[tuple[int, str]]:
    return [(row.word, row.text) for row in await Correction.all().order_by("id")]


async def test_two_words_are_joined_in_one_go() -> None:
    transcript, student = await _heard()

    await transcripts.put_right(transcript, [Change(0, 1, "football"), Change(0, 2, JOINED)], actor=student, at=NOW)

    assert await _rows() == [(1, "football"), (2, JOINED)]
    assert await Event.filter(move="correct").count() == 2


async def test_the_same_request_twice_writes_once() -> None:
    transcript, student = await _heard()
    for _ in range(2):
        await transcripts.put_right(transcript, [Change(0, 1, "feet")], actor=student, at=NOW)

    assert await _rows() == [(1, "feet")]


async def test_saying_that_the_machine_is_right_is_kept() -> None:
    transcript, student = await _heard()

    await transcripts.put_right(transcript, [Change(0, 1, "foot")], actor=student, at=NOW)

    assert await _rows() == [(1, "foot")]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (Change(0, 4, "x"), NoSuchWord),
        (Change(1, 0, "x"), NoSuchWord),
        (Change(0, 0, JOINED), NoSuchWord),
        (Change(0, 1, "x" * 201), WordsTooLong),
    ],
)
async def test_where_one_change_is_refused_none_is_made(change: Change, refusal: type[Exception]) -> None:
    transcript, student = await _heard()

    with pytest.raises(refusal):
        await transcripts.put_right(transcript, [Change(0, 1, "feet"), change], actor=student, at=NOW)

    assert await _rows() == []


async def test_nobody_joins_words_by_typing() -> None:
    transcript, student = await _heard()

    await transcripts.put_right(transcript, [Change(0, 1, f" {JOINED}foot{JOINED}  note ")], actor=student, at=NOW)

    assert await _rows() == [(1, "foot note")]


async def test_words_that_were_handed_in_stay_as_they_are() -> None:
    reflection = await make_reflection(format_="podcast")
    handed_in = await make_transcript(await MediaItem.get(reflection_id=reflection.id))
    await move_on(reflection, ReflectionState.SUBMITTED)

    with pytest.raises(WrongState):
        await transcripts.put_right(
            handed_in, [Change(0, 0, "x")], actor=await student_of(reflection.enrolment), at=NOW
        )
