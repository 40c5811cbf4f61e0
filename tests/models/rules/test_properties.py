"""What holds under every rule set: the engine against the slow reference, and laws of the engine itself."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.bilingual import Bilingual
from models.rules.portfolio import Portfolio
from models.rules.progress import Progress, RequirementProgress, progress
from models.rules.ruleset import RuleSet, preset, preset_names
from tests.models.rules.portfolios import Case, Student, random_activity, random_case, random_rule_set
from tests.models.rules.reference import Answer, reference

for_every_preset = pytest.mark.parametrize("name", preset_names())
with_random_rule_sets = given(st.randoms(use_true_random=False))
quickly = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)

PORTFOLIOS_OF_A_PRESET = 1000
RANDOM_RULE_SETS = 1000


def cases_of(name: str, number: int) -> Iterator[tuple[RuleSet, Case]]:
    """Make so many portfolios for a preset, the same ones in every run."""
    rule_set = preset(name)
    for seed in range(number):
        yield rule_set, random_case(rule_set, Random(f"{name} {seed}"))


def random_cases(number: int) -> Iterator[tuple[RuleSet, Case]]:
    """Make so many rule sets with a portfolio each, the same ones in every run."""
    for seed in range(number):
        yield _rule_set_and_case(Random(f"any {seed}"))


# The second opinion.


@for_every_preset
def test_a_thousand_random_portfolios_are_judged_as_by_the_reference(name: str) -> None:
    for rule_set, case in cases_of(name, PORTFOLIOS_OF_A_PRESET):
        _agrees(rule_set, case)


def test_a_thousand_random_rule_sets_are_judged_as_by_the_reference() -> None:
    for rule_set, case in random_cases(RANDOM_RULE_SETS):
        _agrees(rule_set, case)


@quickly
@with_random_rule_sets
def test_any_rule_set_is_judged_as_by_the_reference(random: Random) -> None:
    _agrees(*_rule_set_and_case(random))


@for_every_preset
def test_the_random_portfolios_reach_every_answer(name: str) -> None:
    """Otherwise the tests here would agree about nothing."""
    seen: dict[str, set[bool]] = {}
    for rule_set, case in cases_of(name, PORTFOLIOS_OF_A_PRESET):
        answer = reference(case.portfolio, rule_set, on=case.on)
        seen.setdefault("complete", set()).add(answer.complete)
        for line in answer.lines:
            seen.setdefault(line.id, set()).add(line.missing == 0)

    assert {id_ for id_, answers in seen.items() if answers != {True, False}} == set()


# Laws.


@for_every_preset
def test_one_more_done_activity_never_takes_anything_away(name: str) -> None:
    """In the ready-made rule sets no requirement ever falls back behind what it had of what it needs."""
    for rule_set, case in cases_of(name, PORTFOLIOS_OF_A_PRESET // 5):
        before = progress(case.portfolio, rule_set, on=case.on)
        after = progress(_with_one_more(rule_set, case), rule_set, on=case.on)

        fallen = [b.id for b, a in zip(before.requirements, after.requirements, strict=True) if _part(a) < _part(b)]
        assert (fallen, after.complete or not before.complete) == ([], True), case


@for_every_preset
def test_one_more_day_of_an_activity_never_takes_anything_away(name: str) -> None:
    """Also where the day makes an activity of its own of what was too little alone."""
    random = Random(11)
    for rule_set, case in cases_of(name, PORTFOLIOS_OF_A_PRESET // 5):
        entered = list(case.portfolio.activities)
        if not entered:
            continue
        number, days = random.randrange(len(entered)), [day for one in entered for day in one.occasions] or [case.on]
        added = random.choice(days) + timedelta(days=random.randint(-3, 3))
        entered[number] = replace(entered[number], occasions=(*entered[number].occasions, added))
        if entered[number].occasions == (added,):
            continue  # Its only day may be too late, and without one nobody knows.
        before = progress(case.portfolio, rule_set, on=case.on)
        after = progress(replace(case.portfolio, activities=tuple(entered)), rule_set, on=case.on)

        assert _nothing_fell(before, after), (before, after, case)


def test_one_more_done_activity_never_takes_anything_away_in_all_under_any_rule_set() -> None:
    """Nothing is lost in all, and what was complete stays so; a single requirement may give way to the others.

    One kind of rules is left out, because there something does become worse by what is added: a cap on places or
    modes (what is put together from several places is under no cap of one place).
    """
    for rule_set, case in random_cases(RANDOM_RULE_SETS * 2):
        if _has_a_cap_on_places(rule_set):
            continue
        before = progress(case.portfolio, rule_set, on=case.on)
        after = progress(_with_one_more(rule_set, case), rule_set, on=case.on)

        assert (_nothing_fell(before, after), after.complete or not before.complete) == (True, True), case


@for_every_preset
def test_the_order_in_which_things_were_entered_never_matters(name: str) -> None:
    for rule_set, case in cases_of(name, PORTFOLIOS_OF_A_PRESET // 10):
        _is_the_same_in_any_order(rule_set, case, Random(name))


def test_the_order_in_which_things_were_entered_never_matters_under_any_rule_set() -> None:
    for rule_set, case in random_cases(RANDOM_RULE_SETS // 2):
        _is_the_same_in_any_order(rule_set, case, Random(1))


@for_every_preset
def test_the_explanation_adds_up(name: str) -> None:
    for rule_set, case in cases_of(name, PORTFOLIOS_OF_A_PRESET // 5):
        _adds_up(case, progress(case.portfolio, rule_set, on=case.on))


def test_the_explanation_adds_up_under_any_rule_set() -> None:
    for rule_set, case in random_cases(RANDOM_RULE_SETS):
        _adds_up(case, progress(case.portfolio, rule_set, on=case.on))


@for_every_preset
def test_every_sentence_reads_in_both_languages(name: str) -> None:
    for rule_set, case in cases_of(name, PORTFOLIOS_OF_A_PRESET // 5):
        assert _unreadable(progress(case.portfolio, rule_set, on=case.on)) == [], case


def test_every_sentence_reads_in_both_languages_under_any_rule_set() -> None:
    for rule_set, case in random_cases(RANDOM_RULE_SETS):
        assert _unreadable(progress(case.portfolio, rule_set, on=case.on)) == [], case


@for_every_preset
def test_what_was_judged_before_changes_nothing(name: str) -> None:
    cases = list(cases_of(name, 50))
    forwards = [progress(case.portfolio, rule_set, on=case.on) for rule_set, case in cases]
    backwards = [progress(case.portfolio, rule_set, on=case.on) for rule_set, case in reversed(cases)]

    assert forwards == list(reversed(backwards))


def test_another_process_in_another_place_judges_the_same() -> None:
    """Neither the clock's zone nor the language nor the order of Python's sets has a say."""
    script = (
        "from tests.models.rules.test_properties import cases_of, preset_names, progress, random_cases\n"
        "cases = [case for name in preset_names() for case in cases_of(name, 20)] + list(random_cases(100))\n"
        "print([repr(progress(case.portfolio, rule_set, on=case.on)) for rule_set, case in cases])\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone, language in (("1", "Pacific/Kiritimati", "C.UTF-8"), ("2", "Pacific/Pago_Pago", "sv_SE.UTF-8"))
    ]

    assert said[0] == said[1]


def _rule_set_and_case(random: Random) -> tuple[RuleSet, Case]:
    rule_set = random_rule_set(random)
    return rule_set, random_case(rule_set, random, most=8)


def _agrees(rule_set: RuleSet, case: Case) -> None:
    found = progress(case.portfolio, rule_set, on=case.on)
    expected = reference(case.portfolio, rule_set, on=case.on)

    assert _told(found) == _told_by_hand(expected, case.on), f"{case}\n{rule_set.canonical_json()}"


def _told(found: Progress) -> tuple[object, ...]:
    lines = [(r.id, r.needed, r.have, r.missing, r.met) for r in found.requirements]
    return lines, found.complete, found.final_deadline, found.days_left, found.application_deadline


def _told_by_hand(answer: Answer, on: date) -> tuple[object, ...]:
    lines = [(line.id, line.needed, line.have, line.missing, line.missing == 0) for line in answer.lines]
    days_left = None if answer.final_deadline is None else (answer.final_deadline - on).days
    return lines, answer.complete, answer.final_deadline, days_left, answer.application_deadline


def _with_one_more(rule_set: RuleSet, case: Case) -> Portfolio:
    """Add a done activity: any one, or the same as before on other days."""
    random = Random(repr(case))
    entered = case.portfolio.activities
    days = [day for activity in entered for day in activity.occasions] or [case.on]
    days += [day + timedelta(days=random.randint(-400, 400)) for day in days]
    types = [kind.id for kind in rule_set.types] or ["something-else"]
    student = Student(care=random.choice((0.8, 1.0)), types=types, good_days=days, risky_days=days)
    more = random_activity(rule_set, random, student, state="done")
    if entered and random.random() < 0.5:
        more = replace(random.choice(entered), state="done", occasions=more.occasions)
    return replace(case.portfolio, activities=(*entered, more))


def _has_a_cap_on_places(rule_set: RuleSet) -> bool:
    return any(cap.facet in {"place", "mode"} for cap in rule_set.caps)


def _nothing_fell(before: Progress, after: Progress) -> bool:
    return all(_in_all(after, kinds) >= _in_all(before, kinds) for kinds in ({"count", "points"}, {"reflections"}))


def _in_all(found: Progress, kinds: set[str]) -> Fraction:
    return sum((_part(r) for r in found.requirements if r.kind in kinds), Fraction())


def _part(requirement: RequirementProgress) -> Fraction:
    return Fraction(min(requirement.have, requirement.needed), requirement.needed)


def _is_the_same_in_any_order(rule_set: RuleSet, case: Case, random: Random) -> None:
    portfolio = case.portfolio
    activities = [
        replace(activity, occasions=tuple(random.sample(activity.occasions, len(activity.occasions))))
        for activity in random.sample(portfolio.activities, len(portfolio.activities))
    ]
    events = random.sample(portfolio.events, len(portfolio.events))
    shuffled = replace(portfolio, activities=tuple(activities), events=tuple(events))

    assert progress(shuffled, rule_set, on=case.on) == progress(portfolio, rule_set, on=case.on)


def _adds_up(case: Case, found: Progress) -> None:
    titles = Counter(Bilingual.of(activity.title) for activity in case.portfolio.activities)
    for requirement in found.requirements:
        told = Counter([*requirement.counted, *(title for title, _why in requirement.not_counted)])
        if requirement.kind in {"count", "points"}:
            assert {title: told[title] for title in titles} == titles, (requirement, case)
        if requirement.kind == "count":
            assert told.keys() == titles.keys(), (requirement, case)
        assert sum(share.amount for share in requirement.shares) == requirement.have, (requirement, case)
        assert requirement.missing == max(0, requirement.needed - requirement.have)
        assert requirement.met == (requirement.missing == 0)
    assert found.complete == all(requirement.met for requirement in found.requirements)
    assert 0 <= found.share <= 1
    assert (found.share == 1) == all(r.met for r in found.requirements if r.kind != "eligibility")


def _unreadable(found: Progress) -> list[str]:
    sentences = [*found.notes, *(requirement.sentence for requirement in found.requirements)]
    sentences += [why for requirement in found.requirements for _title, why in requirement.not_counted]
    texts = [text for sentence in sentences for text in (sentence.sv, sentence.en)]
    texts += [text for requirement in found.requirements for text in (requirement.name.sv, requirement.name.en)]
    return [text for text in texts if not text.strip() or "{" in text or "None" in text]
