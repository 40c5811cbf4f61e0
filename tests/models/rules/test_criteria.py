"""Criteria in a rule set: what they may say, and what is said about a file that is wrong."""

from importlib.resources import files

import pytest

from models.rules import ruleset
from models.rules.bilingual import Bilingual
from models.rules.criteria import MOST_CRITERIA, MOST_LEVELS, given
from models.rules.describing import assessing_words
from models.rules.ruleset import load, preset, preset_names

KI_TEXT = (files("models.rules") / "presets" / "ki.toml").read_text(encoding="utf-8")
DEPTH = """
[[reflection.criterion]]
id = "depth"
name = { sv = "Djup", en = "Depth" }

[[reflection.criterion.level]]
id = "not-yet"
name = { sv = "Inte än", en = "Not yet" }
passes = false

[[reflection.criterion.level]]
id = "clear"
name = { sv = "Tydligt", en = "Clear" }
description = { sv = "Man ser det.", en = "One sees it." }
"""
LINE = DEPTH.replace('"depth"', '"line"').replace('"Depth"', '"Line"').replace('"Djup"', '"Linje"')
BEGINS = len(KI_TEXT.splitlines())


def said(text: str) -> list[tuple[int, str, str]]:
    """List the mistakes, with lines counted from where the criteria begin."""
    return [((one.line or 0) - BEGINS, one.key, one.problem) for one in ruleset.mistakes(KI_TEXT + text)]


def changed(old: str, new: str, text: str = DEPTH) -> str:
    """Put something else into the criteria."""
    assert old in text
    return text.replace(old, new, 1)


def test_criteria_come_with_their_levels_in_order() -> None:
    rules = load(KI_TEXT + DEPTH, "mine.toml").reflection

    [depth] = rules.criteria
    assert [(level.id, level.passes) for level in depth.levels] == [("not-yet", False), ("clear", True)]
    assert depth.levels[1].description == Bilingual("Man ser det.", "One sees it.")


def test_the_final_reflection_has_criteria_of_its_own() -> None:
    rule_set = load(KI_TEXT + DEPTH.replace("reflection.criterion", "final.criterion"), "mine.toml")

    assert [one.id for one in rule_set.final.criteria] == ["depth"]
    assert rule_set.reflection.criteria == ()


TWICE = "is in the list already"
ONE_LEVEL = changed('[[reflection.criterion.level]]\nid = "clear"', '[[reflection.criterion]]\nid = "clear"')


@pytest.mark.parametrize(
    ("text", "line", "key", "problem"),
    [
        (changed("passes", "pases"), 9, "level[1].pases", "there is no such key here; is “passes” meant?"),
        (changed('"clear"', '"not-yet"'), 12, "level[2].id", f"“not-yet” {TWICE}"),
        (ONE_LEVEL, 6, "level", "a criterion has at least two levels to choose from"),
        (
            DEPTH + "passes = false\n",
            6,
            "level",
            "at least one level is enough to be accepted: it does not say passes = false",
        ),
        (changed('name = { sv = "Djup", en = "Depth" }\n', ""), 2, "name", "this key is missing"),
        (
            changed("passes = false", 'passes = "no"'),
            9,
            "level[1].passes",
            "true or false is needed here, without quotation marks",
        ),
    ],
    ids=["typo", "level twice", "one level", "no level passes", "no name", "no flag"],
)
def test_what_is_wrong_is_told_with_its_line_and_key(text: str, line: int, key: str, problem: str) -> None:
    assert said(text)[0] == (line, f"reflection.criterion[1].{key}", problem)


def test_criterion_that_is_there_twice_is_told_at_the_second_one() -> None:
    second = len(DEPTH.splitlines()) + 3

    assert said(DEPTH + DEPTH) == [(second, "reflection.criterion[2].id", f"“depth” {TWICE}")]


def test_there_is_a_limit_to_criteria_and_levels() -> None:
    many = "".join(DEPTH.replace('"depth"', f'"depth-{number}"') for number in range(MOST_CRITERIA + 1))
    level = DEPTH[
        DEPTH.index("[[reflection.criterion.level]]") : DEPTH.index('[[reflection.criterion.level]]\nid = "clear"')
    ]
    high = DEPTH + "".join(level.replace("not-yet", f"level-{number}") for number in range(MOST_LEVELS))

    assert [one[1:] for one in said(many)] == [("reflection.criterion", "at most 12 are possible here")]
    assert [one[1:] for one in said(high)] == [("reflection.criterion[1].level", "at most 7 are possible here")]


@pytest.mark.parametrize("days", ["0", "366", '"soon"'])
def test_days_until_an_answer_are_a_number_of_days(days: str) -> None:
    text = KI_TEXT.replace("[reflection]\n", f"[reflection]\nanswer_days = {days}\n", 1)

    assert [one.key for one in ruleset.mistakes(text)] == ["reflection.answer_days"]


@pytest.mark.parametrize("name", preset_names())
def test_a_rule_set_without_criteria_says_nothing_about_them(name: str) -> None:
    written = preset(name).canonical_json()

    assert "criterion" not in written
    assert "answer_days" not in written


def test_a_rule_set_with_criteria_is_read_back_from_its_canonical_form() -> None:
    rule_set = load(KI_TEXT + DEPTH + LINE, "mine.toml")

    assert type(rule_set).model_validate_json(rule_set.canonical_json()) == rule_set


def test_levels_are_read_by_the_criteria_that_know_them() -> None:
    criteria = load(KI_TEXT + DEPTH + LINE, "mine.toml").reflection.criteria

    read = given(criteria, {"line": "clear", "depth": "unheard-of", "other": "clear"})

    assert [(criterion.id, level.id) for criterion, level in read] == [("line", "clear")]


def test_criteria_and_the_days_are_said_in_words() -> None:
    rules = load(
        KI_TEXT.replace("[reflection]\n", "[reflection]\nanswer_days = 21\n", 1) + DEPTH, "mine.toml"
    ).reflection

    assert [(one.sv, one.en) for one in assessing_words(rules)] == [
        ("Djup: Inte än (räcker inte), Tydligt.", "Depth: Not yet (not enough), Clear."),
        (
            "En bedömare svarar inom 21 dagar efter inlämningen.",
            "An assessor answers within 21 days after the hand-in.",
        ),
    ]
