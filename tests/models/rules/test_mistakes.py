"""Tests of what is said about a rule-set file that is wrong: line, key and sentence."""

import re
import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from models.rules import ruleset
from models.rules.mistakes import TABLE

KI_TEXT = (files("models.rules") / "presets" / "ki.toml").read_text(encoding="utf-8")
LU_HUM_TEXT = (files("models.rules") / "presets" / "lu-hum.toml").read_text(encoding="utf-8")
SECOND_TRADE = (
    '\n[[substitution]]\nid = "back"\nkind = "trade"\nfacet = "class"\nwanted = "c"\ngiven = "b"\nnumber = 2\n'
)


def said(text: str) -> list[tuple[int | None, str, str]]:
    return [(one.line, one.key, one.problem) for one in ruleset.mistakes(text)]


def changed(old: str, new: str, text: str = KI_TEXT) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        (
            "minimum = 3 ",
            "minimun = 3 ",
            (21, "requirement[1].minimun", "there is no such key here; is “minimum” meant?"),
        ),
        ("[name]", "[names]", (10, "names", "there is no such key here; is “name” meant?")),
        ("own_proposals = true", "", (1, "own_proposals", "this key is missing")),
        ("minimum = 3 ", "# ", (18, "requirement[1].minimum", "this key is missing")),
        (
            'kind = "count"',
            'kind = "cuont"',
            (
                20,
                "requirement[1].kind",
                "there is no kind “cuont”; is “count” meant? Possible are count, points, event",
            ),
        ),
        ('kind = "count"', "", (18, "requirement[1].kind", "this key is missing")),
        ("minimum = 3 ", "minimum = -3 ", (21, "requirement[1].minimum", "the number must be at least 1")),
        (
            "minimum = 3 ",
            'minimum = "3" ',
            (21, "requirement[1].minimum", "a whole number is needed here, without quotation marks"),
        ),
        (
            "minimum = 3 ",
            "minimum = true ",
            (21, "requirement[1].minimum", "a whole number is needed here, without quotation marks"),
        ),
        (
            "own_proposals = true",
            'own_proposals = "yes"',
            (8, "own_proposals", "true or false is needed here, without quotation marks"),
        ),
        (
            "minimum = 3 ",
            'minimum = 3\nwhere = { place = "abroadd" }',
            (
                22,
                "requirement[1].where.place",
                "“abroadd” is not possible here; is “abroad” meant? Possible are sweden, abroad",
            ),
        ),
        (
            "minimum = 3 ",
            'minimum = 3\nwhere.type = ["lecture"]',
            (22, "requirement[1].where.type[1]", "the type “lecture” is not listed in the file"),
        ),
        (
            'id = "ki"',
            'id = "K I"',
            (
                5,
                "id",
                "only small letters a–z, digits and hyphens between them are possible here, for example ki-dental",
            ),
        ),
        (
            'id = "activities"',
            'id = "final"',
            (19, "requirement[1].id", "the id “final” is the product's own; choose another"),
        ),
        (
            "valid_from = 2025-07-01",
            'valid_from = "1 July"',
            (7, "valid_from", "a date that exists is needed here, for example 2026-05-04"),
        ),
        (
            "valid_from = 2025-07-01",
            "valid_from = 20250701",
            (7, "valid_from", "a date that exists is needed here, for example 2026-05-04"),
        ),
        (
            "[[requirement]]",
            "[requirement]",
            (18, "requirement", "a list is needed here; a table in a list has double brackets: [[requirement]]"),
        ),
        (
            "own_proposals = true",
            "own_proposals = true\nown_proposals = true",
            (9, "TOML", "“own_proposals” is given twice"),
        ),
        ('id = "ki"', "id = ki", (5, "TOML", "the value cannot be read; a text stands in quotation marks")),
        ('id = "ki"', 'id = "ki', (5, "TOML", "the text has no quotation mark at its end")),
        ('id = "ki"', 'id = {sv = "ki"', (5, "TOML", "a bracket or brace is not closed")),
    ],
)
def test_a_mistake_has_a_line_a_key_and_a_sentence(old: str, new: str, mistake: tuple[int, str, str]) -> None:
    assert said(changed(old, new)) == [mistake]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "problem"),
    [
        ('given = "c" ', 'given = "d" ', "given", "substitution[1].given", "the class “d” is not listed in the file"),
        (
            'kind = "trade"',
            'kind = "swap"',
            "kind",
            "substitution[1].kind",
            "there is no kind “swap”; possible are trade, count-as",
        ),
        ("number = 3", "number = -3", "number", "substitution[1].number", "the number must be at least 1"),
        ('id = "c"', 'id = "b"', "id", "class[3].id", "“b” is in the list already"),
    ],
)
def test_a_mistake_in_classes_and_substitutions(old: str, new: str, line: str, key: str, problem: str) -> None:
    text = changed(old, new, LU_HUM_TEXT)

    found = said(text)

    assert [one[1:] for one in found] == [(key, problem)]
    assert text.splitlines()[(found[0][0] or 0) - 1].startswith(line)


def test_substitutions_that_go_round_in_a_circle_are_refused_where_the_circle_closes() -> None:
    text = LU_HUM_TEXT + SECOND_TRADE

    assert said(text) == [
        (
            text.splitlines().index('id = "back"'),
            "substitution[2]",
            "the substitutions go round in a circle: each replaces what the other needs",
        )
    ]


def test_all_mistakes_are_told_in_the_order_of_the_file() -> None:
    text = changed("target_min = 900", "target_min = -1", changed("own_proposals = true", "own_proposals = 1"))

    assert [(line, key) for line, key, _problem in said(text)] == [
        (8, "own_proposals"),
        (35, "reflection.format[1].words.target_min"),
    ]


def test_a_form_has_no_lines() -> None:
    found = ruleset.mistakes(tomllib.loads(changed("minimum = 3 ", "minimum = 0 ")))

    assert [(one.line, one.key, one.path) for one in found] == [
        (None, "requirement[1].minimum", ("requirement", 0, "minimum"))
    ]


def test_a_mistake_is_told_in_swedish_too() -> None:
    [found] = ruleset.mistakes(changed("minimum = 3 ", "minimum = 3\nwhere.type = ['lecture']"))

    assert found.sv == "typen ”lecture” finns inte i filen"


def test_a_type_of_an_unknown_class_is_refused() -> None:
    text = LU_HUM_TEXT + '\n[[type]]\nid = "x"\nclass = "q"\nname = { sv = "X", en = "X" }\n'

    assert [one[1:] for one in said(text)] == [("type[1].class", "the class “q” is not listed in the file")]


def test_every_sentence_names_the_same_things_in_both_languages() -> None:
    def places(text: str) -> set[str | None]:
        return {name for _text, name, _spec, _conversion in Formatter().parse(text)} - {None}

    assert [id_ for id_, words in TABLE.items() if places(words.sv) != places(words.en)] == []


def test_every_mistake_that_the_schema_raises_has_its_sentence() -> None:
    folder = files("models.rules")
    raised = {
        id_
        for name in ("primitives", "pieces", "criteria", "ruleset", "portfolio_file")
        for id_ in re.findall(r'wrong\(\s*"(\w+)"', (folder / f"{name}.py").read_text(encoding="utf-8"))
    }

    assert raised - TABLE.keys() == set()
