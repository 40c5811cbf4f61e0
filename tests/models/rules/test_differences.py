"""Nothing about a rule set may change silently."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.rules.bilingual import Bilingual
from models.rules.differences import differences
from models.rules.ruleset import RuleSet, preset
from models.rules.setting_names import SETTING_NAMES
from tests.models.rules.schema import patterns

KI = preset("ki")


def text(words: str) -> dict[str, str]:
    """Give a text in both languages."""
    return {"sv": f"{words} (sv)", "en": words}


RICH: dict[str, Any] = KI.model_dump(mode="json", by_alias=True) | {
    "reflection": {
        **KI.reflection.model_dump(mode="json", by_alias=True),
        "answer_days": 21,
        "criterion": [
            {
                "id": "depth",
                "name": text("Depth"),
                "description": text("How deep."),
                "level": [
                    {"id": "no", "name": text("Not yet"), "passes": False},
                    {"id": "yes", "name": text("Clear"), "description": text("One sees it.")},
                ],
            },
            {
                "id": "a",
                "name": text("Line"),
                "level": [{"id": "a", "name": text("Good")}, {"id": "buddy", "name": text("Fine")}],
            },
        ],
    },
    "activities": {"approval": "after", "evidence": "required", "retroactive": "with-proof", "attendance_minimum": 80},
    "type": [
        {
            "id": "buddy",
            "name": text("Buddy group"),
            "occasions": 3,
            "points": 10,
            "prompt": [text("Whom did you meet?")],
        },
        {"id": "exchange", "name": text("Exchange"), "class": "a", "theme": "culture", "points": 30},
    ],
    "theme": [{"id": "culture", "name": text("Culture")}],
    "class": [{"id": "a", "name": text("Large")}, {"id": "b", "name": text("Small")}],
    "event": [{"id": "talk", "name": text("Talk"), "points": 5, "forum": [{"id": "cafe", "name": text("Café")}]}],
    "requirement": [
        {"id": "activities", "kind": "count", "minimum": 3, "where": {"type": ["buddy", "exchange"]}},
        {"id": "types", "kind": "count", "of": "types", "minimum": 2},
        {"id": "points", "kind": "points", "minimum": 100, "where": {"place": ["abroad"], "theme": ["culture"]}},
        {"id": "talk", "kind": "event", "event": "talk"},
    ],
    "cap": [{"facet": "theme", "points": 10}],
    "substitution": [
        {
            "id": "trade",
            "kind": "trade",
            "facet": "class",
            "wanted": "a",
            "given": "b",
            "number": 3,
            "reason": text("So."),
        },
        {"id": "online", "kind": "count-as", "facet": "place", "wanted": "abroad", "where": {"mode": ["online"]}},
    ],
    "eligibility": {
        "only_programmes": ["1AT25"],
        "declaration": [{"id": "honest", "at": "application", "text": text("I was there.")}],
    },
    "application": {"weeks_after_study_end": 20},
}


def changed(**changes: Any) -> RuleSet:
    """Make KI's rule set with other content."""
    return RuleSet.model_validate(KI.model_dump(mode="json", by_alias=True) | changes)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List every place in a document."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(deeper for key, part in inner for deeper in places(part, (*path, key)))]


def with_change(document: Any, path: tuple[str | int, ...], change: Any) -> Any:
    """Copy a document with one place changed: `change` gets what was there."""
    if not path:
        return change(document)
    if isinstance(document, dict):
        return {key: with_change(part, path[1:], change) if key == path[0] else part for key, part in document.items()}
    return [with_change(part, path[1:], change) if n == path[0] else part for n, part in enumerate(document)]


def another(value: Any, number: int) -> Any:
    """Make something else of a value."""
    match value:
        case bool():
            return not value
        case int():
            return value + number
        case str():
            same_kind = ["abroad", "sweden", "online", "hybrid", "before", "after", "buddy", "a", "b", "2031-01-01"]
            return same_kind[number % len(same_kind)] if number % 2 else f"{value}x"
        case list():
            return [value[1:], value[::-1], value + value[:1]][number % 3]
        case dict():
            return {key: part for n, (key, part) in enumerate(value.items()) if n != number % max(1, len(value))}
        case _:
            return [1, 5, "2031-01-01", text("New"), "a"][number % 5]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_changes_is_told_and_nothing_else_is(data: st.DataObject) -> None:
    old = RuleSet.model_validate(RICH)
    document: Any = RICH
    for _step in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(document)[1:]))
        number = data.draw(st.integers(1, 9))
        document = with_change(document, path, lambda value: another(value, number))  # noqa: B023  Used at once.
    try:
        new = RuleSet.model_validate(document)
    except ValidationError:
        return

    said = differences(old, new)

    assert bool(said) == (old.canonical_json() != new.canonical_json())
    assert all(one.sv.strip() and one.en.strip() for one in said)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_change_is_told_also_beside_another_one(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in places(RICH)[1:] if path != ("own_proposals",)]))
    number = data.draw(st.integers(1, 9))
    document = with_change(RICH, path, lambda value: another(value, number))
    try:
        one, both = (RuleSet.model_validate(d) for d in (document, document | {"own_proposals": False}))
    except ValidationError:
        return

    old = RuleSet.model_validate(RICH)

    assert len(differences(old, both)) == len(differences(old, one)) + 1


def test_equal_rule_sets_have_no_difference() -> None:
    assert differences(KI, preset("ki")) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"requirement": [{"id": "activities", "kind": "count", "minimum": 4}]},
            Bilingual(
                "Krav som ändras: nu minst 4 aktiviteter; tidigare minst 3 aktiviteter.",
                "Requirement changed: now at least 4 activities; before at least 3 activities.",
            ),
        ),
        (
            {"valid_until": date(2027, 6, 30)},
            Bilingual(
                "Gäller till: nu 30 juni 2027, tidigare inte angivet.", "Valid until: now 30 June 2027, before not set."
            ),
        ),
        (
            {"cap": [{"facet": "place", "value": "sweden", "activities": 2}]},
            Bilingual(
                "Tak som tillkommer: högst 2 aktiviteter i Sverige.",
                "Cap added: at most 2 activities in Sweden.",
            ),
        ),
        (
            {"activities": {"approval": "after"}},
            Bilingual(
                "Aktiviteter, godkännande av egna aktiviteter: nu i efterhand, tidigare i förväg.",
                "Activities, approval of own activities: now afterwards, before beforehand.",
            ),
        ),
    ],
)
def test_a_change_is_told_in_both_languages(changes: dict[str, Any], said: Bilingual) -> None:
    assert differences(KI, changed(**changes)) == [said]


def test_a_new_type_is_told_with_everything_that_holds_for_it() -> None:
    said = differences(KI, changed(type=[{"id": "buddy", "name": text("Buddy group"), "occasions": 3}]))

    assert [one.en for one in said] == [
        "Type added: Buddy group.",
        "Type – Buddy group, occasions that make one activity: now 3, before 1.",
    ]


def test_a_new_criterion_is_told_with_its_levels_and_a_changed_one_with_the_change() -> None:
    criteria = RICH["reflection"]["criterion"]
    with_one = changed(reflection=RICH["reflection"] | {"criterion": criteria[:1], "answer_days": None})
    stricter = RICH["reflection"] | {
        "criterion": [with_change(criteria[0], ("level", 1, "name"), lambda _: text("Deep"))]
    }

    added = [one.en for one in differences(KI, with_one)]
    said = [one.en for one in differences(with_one, changed(reflection=stricter))]

    assert added == [
        "Criterion of the reflection added: Depth.",
        "Criterion of the reflection – Depth, description: “How deep.” / “How deep. (sv)”.",
        "Criterion of the reflection – Depth: level added: Not yet.",
        "Criterion of the reflection – Depth: level – Not yet, is enough to be accepted: now no, before yes.",
        "Criterion of the reflection – Depth: level added: Clear.",
        "Criterion of the reflection – Depth: level – Clear, description: “One sees it.” / “One sees it. (sv)”.",
    ]
    assert said == [
        "Criterion of the reflection – Depth: level – Deep, name in Swedish: now “Deep (sv)”, before “Clear (sv)”.",
        "Criterion of the reflection – Depth: level – Deep, name in English: now “Deep”, before “Clear”.",
        "Reflection, days until an assessor answers: now 21, before not set.",
    ]


def test_limits_of_a_recording_are_told_in_minutes_and_seconds() -> None:
    document = KI.model_dump(mode="json", by_alias=True)
    document["final"]["format"][1]["seconds"]["minimum"] = 330

    said = differences(KI, RuleSet.model_validate(document))

    assert [one.en for one in said] == [
        "Format of the final reflection – podcast, length (minutes:seconds), at least: now 5:30, before 5:00."
    ]


def test_a_setting_without_words_of_its_own_is_told_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(differences.__globals__["SETTING_NAMES"], "own_proposals")

    said = differences(KI, changed(own_proposals=False))

    assert [one.en for one in said] == ["The setting own_proposals has changed: now False, before True."]


def test_every_setting_of_the_schema_has_words() -> None:
    told_with_their_row = {"requirement.", "cap.", "substitution.*.where."}
    identities = {".id", ".kind"}
    told_with_others = {"facet", "wanted", "given", "number"}

    silent = {
        pattern
        for pattern in patterns()
        if pattern not in SETTING_NAMES
        and not any(pattern.startswith(lead) for lead in told_with_their_row)
        and not any(pattern.endswith(end) for end in identities)
        and pattern.removeprefix("substitution.*.") not in told_with_others
    }

    assert silent == set()
