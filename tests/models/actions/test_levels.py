"""Judging by criteria: all of them, on levels that the student's rules know and that pass."""

import pytest

from models.actions import assessments, claims, enrolments
from models.actions.levels import CriteriaChanged, LevelNotEnough, LevelsMissing
from models.permissions import Actor
from models.queries import reflections as queries
from models.queries.people import actor_of
from models.rules.ruleset import RuleSet
from models.states import ReflectionState
from models.tables import Assessment, Enrolment, Person, Reflection
from tests.factories import (
    KI,
    NOW,
    make_assessor,
    make_enrolment,
    make_programme,
    make_reflection,
    make_rule_set,
    make_staff,
    move_on,
    programme_of,
    reload_reflection,
)
from tests.models.criteria import ALL, with_criteria

pytestmark = pytest.mark.usefixtures("database")


async def _held(rules: RuleSet | None = None) -> tuple[Reflection, Actor]:
    """Make a reflection under rules with criteria, and the assessor who reads it."""
    enrolment = await make_enrolment(await make_programme("OT", rules or with_criteria()))
    reflection = await make_reflection(enrolment)
    reader = await make_assessor(await programme_of(enrolment))
    return await move_on(reflection, ReflectionState.IN_ASSESSMENT, assessor=reader), reader


async def test_decision_keeps_the_levels_and_by_which_rules_they_were_given() -> None:
    reflection, reader = await _held()

    await assessments.accept(reflection, "Well seen.", ALL, actor=reader, at=NOW)

    made = await Assessment.get().select_related("rule_set")
    assert (made.levels, made.comment) == (ALL, "Well seen.")
    assert made.rule_set is not None
    assert made.rule_set.version == "criteria"


async def test_accepting_needs_a_level_for_every_criterion() -> None:
    reflection, reader = await _held()

    with pytest.raises(LevelsMissing) as refused:
        await assessments.accept(reflection, "", {"depth": "clear"}, actor=reader, at=NOW)

    assert refused.value.arguments["criteria"].en == "Wording"
    assert (await Reflection.get()).state is ReflectionState.IN_ASSESSMENT


async def test_accepting_needs_levels_that_pass() -> None:
    reflection, reader = await _held()

    with pytest.raises(LevelNotEnough) as refused:
        await assessments.accept(reflection, "", ALL | {"depth": "weak"}, actor=reader, at=NOW)

    assert refused.value.arguments["criteria"].en == "Depth"
    assert await Assessment.all().count() == 0


async def test_returning_may_leave_criteria_open_and_give_levels_that_do_not_pass() -> None:
    reflection, reader = await _held()

    await assessments.return_for_revision(reflection, "Go deeper.", {"depth": "weak"}, actor=reader, at=NOW)

    assert (await Assessment.get()).levels == {"depth": "weak"}


@pytest.mark.parametrize("levels", [ALL | {"depth": "unheard-of"}, ALL | {"other": "clear"}])
async def test_level_that_the_students_rules_do_not_know_is_refused(levels: dict[str, str]) -> None:
    reflection, reader = await _held()

    with pytest.raises(CriteriaChanged):
        await assessments.accept(reflection, "", levels, actor=reader, at=NOW)
    with pytest.raises(CriteriaChanged):
        await assessments.return_for_revision(reflection, "Hm.", levels, actor=reader, at=NOW)

    assert (await Reflection.get()).state is ReflectionState.IN_ASSESSMENT


async def test_without_criteria_nothing_is_asked_for() -> None:
    reflection = await make_reflection()
    reader = await make_assessor(await programme_of(reflection.enrolment))
    held = await move_on(reflection, ReflectionState.IN_ASSESSMENT, assessor=reader)

    await assessments.accept(held, actor=reader, at=NOW)

    assert (await Assessment.get()).levels == {}


async def test_levels_are_asked_for_by_the_rules_that_hold_when_it_is_decided() -> None:
    reflection, reader = await _held()
    await _move(reflection, KI)

    with pytest.raises(CriteriaChanged):
        await assessments.accept(reflection, "", ALL, actor=reader, at=NOW)


async def test_levels_stay_readable_after_the_student_moved_to_other_rules() -> None:
    reflection, reader = await _held()
    await assessments.accept(reflection, "", ALL, actor=reader, at=NOW)

    await _move(reflection, with_criteria("later"))

    student = await actor_of(await Person.get(id=reflection.enrolment.person_id))
    [version] = await queries.versions(await queries.reflection(reflection.id, actor=student), actor=student)
    [shown] = version.assessments
    assert shown.rule_set is not None
    assert (shown.rule_set.version, shown.levels) == ("criteria", ALL)


async def test_second_reader_sees_no_level_of_the_first_one_before_deciding() -> None:
    reflection, first = await _held(with_criteria("two", readers=2))
    second = await make_assessor(await programme_of(reflection.enrolment), "Sam")
    await assessments.accept(reflection, "", ALL | {"depth": "strong"}, actor=first, at=NOW)
    await claims.claim(await reload_reflection(reflection), actor=second, at=NOW)

    before = await _levels(reflection, second)
    await assessments.accept(await reload_reflection(reflection), "", ALL, actor=second, at=NOW)
    after = await _levels(reflection, second)

    assert before == []
    assert sorted(levels["depth"] for levels in after) == ["clear", "strong"]


async def _levels(reflection: Reflection, actor: Actor) -> list[dict[str, str]]:
    [version] = await queries.versions(await queries.reflection(reflection.id, actor=actor), actor=actor)
    return [assessment.levels or {} for assessment in version.assessments]


async def _move(reflection: Reflection, rules: RuleSet) -> None:
    enrolment = await Enrolment.get(id=reflection.enrolment_id)
    staff = await make_staff(await programme_of(enrolment))
    await enrolments.move_to_version(enrolment, await make_rule_set(rules), "Agreed.", actor=staff, at=NOW)
