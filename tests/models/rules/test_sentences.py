"""Tests of the sentences."""

from datetime import date, timedelta
from string import Formatter

import pytest

from models.rules.bilingual import Bilingual
from models.rules.sentences import TABLE, say


def places_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_one_is_said_in_words() -> None:
    sentence = say("activities_missing", missing=1, what=Bilingual("", ""))

    assert (sentence.sv, sentence.en) == ("Du saknar en aktivitet.", "You lack one activity.")


def test_more_than_one_is_said_in_digits() -> None:
    sentence = say("activities_missing", missing=2, what=Bilingual("", ""))

    assert (sentence.sv, sentence.en) == ("Du saknar 2 aktiviteter.", "You lack 2 activities.")


def test_dates_are_readable_in_each_language() -> None:
    sentence = say("final_too_late", deadline=date(2026, 5, 8))

    assert sentence.sv == "Slutreflektionen skulle ha lämnats in senast den 8 maj 2026."
    assert sentence.en == "The final reflection had to be handed in by 8 May 2026."


def test_durations_are_minutes_and_seconds() -> None:
    sentence = say("recording_too_short", length=timedelta(seconds=4), minimum=timedelta(seconds=305))

    assert sentence.en == "The recording is 0:04 long; it must be at least 5:05 (minutes:seconds)."


def test_an_argument_in_two_languages_follows_its_sentence() -> None:
    sentence = say("language_not_allowed", languages=Bilingual("engelska", "English"))

    assert (sentence.sv, sentence.en) == ("Språket måste vara engelska.", "The language must be English.")


def test_an_argument_with_braces_is_shown_as_it_is() -> None:
    sentence = say("format_not_offered", format="{id}")

    assert sentence.en == "The format {id} cannot be chosen here."


def test_sentences_are_equal_by_what_they_say() -> None:
    assert say("reflections_missing", missing=2, submitted=0) == say("reflections_missing", missing=2, submitted=0)
    assert say("reflections_missing", missing=2, submitted=0) != say("reflections_missing", missing=3, submitted=0)


@pytest.mark.parametrize("id_", TABLE)
def test_both_languages_say_the_same_things(id_: str) -> None:
    line = TABLE[id_]

    assert places_of(line.other.sv) == places_of(line.other.en)
    if line.one is not None:
        assert places_of(line.one.sv) == places_of(line.one.en)
        assert places_of(line.one.en) <= places_of(line.other.en) | {line.count}
