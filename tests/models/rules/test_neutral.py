"""Tests of what staff read about a student."""

import re
from datetime import date

import pytest

from models.rules.bilingual import Bilingual
from models.rules.neutral import neutral, standing_words
from models.rules.portfolio import Portfolio
from models.rules.progress import progress
from models.rules.ruleset import preset, preset_names
from models.rules.sentences import TABLE, Line, say

TO_SOMEBODY = re.compile(r"\b(you|your|du|dig|din|ditt|dina|upload|revise|bearbeta|ladda)\b", re.IGNORECASE)
NEVER_SHOWN_TO_STAFF = re.compile("outlook_|final_needs_|final_not_asked")


def texts_of(line: Line) -> list[str]:
    return [text for both in (line.one, line.other) if both is not None for text in (both.sv, both.en)]


@pytest.mark.parametrize("id_", [id_ for id_ in TABLE if not NEVER_SHOWN_TO_STAFF.match(id_)])
def test_whatever_staff_read_speaks_about_the_student_and_to_nobody(id_: str) -> None:
    shown = TABLE[neutral(say(id_)).id]

    assert [text for text in texts_of(shown) if TO_SOMEBODY.search(text)] == []


def test_a_sentence_keeps_its_facts() -> None:
    said = neutral(say("activities_missing", missing=2, what=Bilingual(" utomlands", " abroad")))

    assert (said.sv, said.en) == ("2 aktiviteter utomlands saknas.", "2 activities abroad are missing.")


def test_a_sentence_that_speaks_to_nobody_stays() -> None:
    assert neutral(say("reflection_missing")) == say("reflection_missing")


@pytest.mark.parametrize("name", preset_names())
def test_all_that_a_new_student_lacks_can_be_said_in_both_languages(name: str) -> None:
    portfolio = Portfolio(admitted_date=date(2025, 9, 1), study_end_date=date(2027, 6, 1))
    judged = progress(portfolio, preset(name), on=date(2026, 3, 2))

    said = [standing_words(requirement) or neutral(requirement.sentence) for requirement in judged.requirements]

    assert [text for one in said for text in (one.sv, one.en) if TO_SOMEBODY.search(text)] == []
