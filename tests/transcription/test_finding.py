"""Finding words in what a student wrote and said."""

import pytest

from models.actions import reflections, transcripts
from models.permissions import Actor
from models.states import ReflectionState
from models.tables import MediaItem, Reflection
from tests.factories import (
    NOW,
    make_assessor,
    make_reflection,
    make_transcript,
    move_on,
    programme_of,
    student_of,
)
from transcription.finding import Found, find, fold, places_in, places_said
from transcription.speech import Word


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Kafé", "kafe"),
        ("KAFE\u0301", "kafe"),
        ("sår", "sår"),
        ("sa\u030ar", "sår"),
        ("Ærø", "ärö"),
        ("Łódź, naïve!", "łodz naive"),
        ("don't – well", "don t well"),
        ("…", ""),
    ],
)
def test_a_text_is_compared_without_accents_but_swedish_letters_stay(written: str, compared: str) -> None:
    assert fold(written) == compared


def test_a_place_shows_the_words_as_they_were_written() -> None:
    [place] = places_in("We met at a Café, often.", "cafe often")

    assert (place.before, place.match, place.after) == ("We met at a ", "Café, often", ".")


def test_a_letter_with_a_ring_is_another_letter() -> None:
    assert places_in("ett sår", "sar") == []


def test_words_around_a_place_are_whole_words() -> None:
    [place] = places_in("begin " * 30 + "needle" + " finish" * 30, "needle")

    assert place.before.startswith("… begin ")
    assert place.after.endswith(" finish …")


def test_a_letter_that_becomes_two_does_not_move_the_place() -> None:
    [place] = places_in("İİİ needle", "needle")

    assert place.match == "needle"


def test_what_is_said_is_found_with_its_time() -> None:
    words = [Word("Good", 1.0, 1.4, 0.9), Word("morning,", 1.5, 2.0, 0.9), Word("Lund.", 3.0, 3.5, 0.9)]

    [place] = places_said(words, "morning lund")

    assert (place.match, place.start_seconds) == ("morning, Lund", 1.5)


async def _podcast(text: str) -> tuple[Reflection, Actor]:
    reflection = await make_reflection(format_="podcast")
    await make_transcript(await MediaItem.get(reflection_id=reflection.id), text)
    return reflection, await student_of(reflection.enrolment)


def _matches(found: list[Found]) -> list[str]:
    return [place.match for one in found for place in one.places]


@pytest.mark.usefixtures("database")
async def test_a_recording_is_found_by_what_its_student_put_right() -> None:
    reflection, student = await _podcast("Good morning Lunt.")
    transcript = await (await MediaItem.get(reflection_id=reflection.id)).transcripts.all().select_related("media")
    await transcripts.correct(transcript[0], 0, 2, "Lund.", actor=student, at=NOW)

    assert _matches(await find("lund", actor=student)) == ["Lund"]
    assert await find("lunt", actor=student) == []


@pytest.mark.usefixtures("database")
async def test_a_text_is_found() -> None:
    reflection = await make_reflection()
    student = await student_of(reflection.enrolment)
    await reflections.save_draft(reflection, base_revision=1, text="Om vården i Örebro.", actor=student, at=NOW)

    [one] = await find("örebro", actor=student)

    assert (one.reflection.id, one.count, one.is_said) == (reflection.id, 1, False)


@pytest.mark.usefixtures("database")
async def test_nobody_else_finds_it_not_even_who_may_read_it() -> None:
    reflection, _ = await _podcast("Good morning Lund.")
    assessor = await make_assessor(await programme_of(reflection.enrolment))
    await move_on(reflection, ReflectionState.SUBMITTED, assessor=assessor)
    other = await student_of((await make_reflection()).enrolment)

    assert await find("lund", actor=assessor) == []
    assert await find("lund", actor=other) == []


@pytest.mark.usefixtures("database")
async def test_signs_alone_find_nothing() -> None:
    _, student = await _podcast("Good morning, Lund.")

    assert await find(" – ,", actor=student) == []
