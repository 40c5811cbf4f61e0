"""Tests of portfolios as files."""

from datetime import date

import pytest

from models.rules.bilingual import Bilingual
from models.rules.portfolio import FinalPiece, Portfolio, PortfolioActivity, PortfolioEvent, ReflectionFact
from models.rules.portfolio_file import PortfolioInvalid, mistakes, read

SMALL = """[student]
admitted = 2024-09-02
study_end = 2026-06-05
programme = "2TL13"

[[activity]]
title = "Language café"
type = "Language cafe"
place = "sweden"
"""
FULL = """
[student]
admitted = 2024-09-02
study_end = "2026-06-05"
programme = "2TL13"
registered = 2024-10-01
extension_until = 2026-07-01
international_syllabus = true

[[activity]]
title = { sv = "Utbyte", en = "Exchange" }
type = "exchange"
place = "abroad"
mode = "hybrid"
class = "A"
theme = "global-awareness"
points = 30
occasions = [2025-01-10, "2025-01-11"]
evidence = true
attendance = 80
state = "reported"
[activity.reflection]
format = "posts"
posts = 4
words = 500
language = "sv"
state = "returned"
submitted = 2025-02-01

[[event]]
kind = "presentation"
date = 2026-01-15
forum = "web"

[[event]]
kind = "workshop"
date = 2026-01-16
attended = false

[final]
format = "podcast"
seconds = 320
language = "en"
submitted = 2026-05-01
"""


def test_a_small_portfolio_is_about_what_was_done_on_site() -> None:
    assert read(SMALL, "mine.toml") == Portfolio(
        admitted_date=date(2024, 9, 2),
        study_end_date=date(2026, 6, 5),
        programme="2TL13",
        activities=(
            PortfolioActivity(
                title=Bilingual("Language café", "Language café"),
                type="language-cafe",
                place="sweden",
                mode="onsite",
                state="done",
            ),
        ),
    )


def test_everything_that_a_portfolio_may_say_is_read() -> None:
    assert read(FULL, "mine.toml") == Portfolio(
        admitted_date=date(2024, 9, 2),
        study_end_date=date(2026, 6, 5),
        extension_until=date(2026, 7, 1),
        registered_date=date(2024, 10, 1),
        programme="2TL13",
        has_international_syllabus=True,
        activities=(
            PortfolioActivity(
                title=Bilingual("Utbyte", "Exchange"),
                type="exchange",
                place="abroad",
                mode="hybrid",
                state="reported",
                occasions=(date(2025, 1, 10), date(2025, 1, 11)),
                reflection=ReflectionFact("posts", "returned", words=500, posts=4, language="sv"),
                class_="a",
                theme="global-awareness",
                points=30,
                evidence=True,
                attendance=80,
            ),
        ),
        events=(
            PortfolioEvent("presentation", date(2026, 1, 15), attended=True, forum="web"),
            PortfolioEvent("workshop", date(2026, 1, 16), attended=False),
        ),
        final=FinalPiece("podcast", "accepted", seconds=320, language="en", first_submitted_date=date(2026, 5, 1)),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'place = "sweden"',
            'place = "swedn"',
            (9, "activity[1].place", "“swedn” is not possible here; is “sweden” meant? Possible are sweden, abroad"),
        ),
        ('place = "sweden"', "", (6, "activity[1].place", "this key is missing")),
        (
            'place = "sweden"',
            'place = "sweden"\npoints = -5',
            (10, "activity[1].points", "the number must be at least 0"),
        ),
        (
            'place = "sweden"',
            'place = "sweden"\nattendance = 101',
            (10, "activity[1].attendance", "the number must be at most 100"),
        ),
        (
            'place = "sweden"',
            'place = "sweden"\nplaces = 1',
            (10, "activity[1].places", "there is no such key here; is “place” meant?"),
        ),
        (
            'place = "sweden"',
            'place = "sweden"\noccasions = [2025-01-01,\n"2025-02-30"]',
            (11, "activity[1].occasions[2]", "a date that exists is needed here, for example 2026-05-04"),
        ),
        ('title = "Language café"', 'title = " "', (7, "activity[1].title", "a text is needed in both languages")),
        (
            "study_end = 2026-06-05",
            "study_end = 2024-06-05",
            (3, "student.study_end", "the studies end before the admission, 2024-09-02"),
        ),
        (
            "study_end = 2026-06-05",
            "study_end = 20260605",
            (3, "student.study_end", "a date that exists is needed here, for example 2026-05-04"),
        ),
        ("[student]", "[studnet]", (1, "studnet", "there is no such key here; is “student” meant?")),
        (
            "[[activity]]",
            "[activity]",
            (6, "activity", "a list is needed here; a table in a list has double brackets: [[activity]]"),
        ),
        ("[[activity]]", "[[activity]", (6, "TOML", "a bracket or brace is not closed")),
    ],
)
def test_a_mistake_has_a_line_a_key_and_a_sentence(old: str, new: str, said: tuple[int, str, str]) -> None:
    found = mistakes(SMALL.replace(old, new, 1))

    assert [(one.line, one.key, one.problem) for one in found] == [said]


def test_a_portfolio_with_a_mistake_is_refused_with_its_file() -> None:
    with pytest.raises(PortfolioInvalid) as refused:
        read(SMALL.replace("sweden", "norway"), "mine.toml")

    assert str(refused.value) == (
        "The portfolio in mine.toml is not valid, line 9 (activity[1].place): "
        "“norway” is not possible here, only sweden, abroad"
    )
