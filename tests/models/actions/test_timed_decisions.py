"""Decisions that are made and told at a set time."""

import asyncio
from datetime import timedelta

import pytest

from models.actions import accounts, assessments, claims, enrolments, timed_decisions
from models.actions.assessments import CommentMissing
from models.actions.claims import LEASE, HeldBySomebody
from models.actions.timed_decisions import ToldWhenBothHaveDecided, UnlikelyTellingTime
from models.errors import NotAllowed, WrongState
from models.permissions import Actor, open_reflection_moves
from models.portfolios import portfolio_of
from models.queries.people import actor_of
from models.queries.reflections import timed_decision, versions
from models.states import ReflectionState
from models.tables import Assessment, Event, Person, Reflection, Role, RoleKind, TimedDecision
from models.tables.assessments import Decision
from tests.factories import (
    NOW,
    TWO,
    make_actor,
    make_assessor,
    make_programme,
    make_reflection,
    make_staff,
    move_on,
    pin,
    programme_of,
    reload_reflection,
    student_of,
    versions_of,
)

pytestmark = pytest.mark.usefixtures("database")

FRIDAY = NOW + timedelta(days=4)
ACCEPTED, RETURNED = Decision.ACCEPTED, Decision.RETURNED


async def _held() -> tuple[Reflection, Actor]:
    reflection = await make_reflection()
    reader = await make_assessor(await programme_of(reflection.enrolment))
    return await move_on(reflection, ReflectionState.IN_ASSESSMENT, assessor=reader), reader


async def _decided(decision: Decision = RETURNED) -> tuple[Reflection, Actor]:
    reflection, reader = await _held()
    await timed_decisions.decide_later(reflection, decision, "Say more.", FRIDAY, actor=reader, at=NOW)
    return await reload_reflection(reflection), reader


@pytest.mark.parametrize(("decision", "state"), [(ACCEPTED, "accepted"), (RETURNED, "returned")])
async def test_it_is_made_when_its_time_has_come_and_not_before(decision: Decision, state: str) -> None:
    reflection, reader = await _decided(decision)

    early = await timed_decisions.make_due(at=FRIDAY - timedelta(seconds=1))
    before = await reload_reflection(reflection)
    in_time = await timed_decisions.make_due(at=FRIDAY)

    assert (early, before.state, in_time) == (0, ReflectionState.IN_ASSESSMENT, 1)
    assert (await reload_reflection(reflection)).state.value == state
    made = await Assessment.get()
    assert (made.assessor_id, made.decision, made.comment, made.decided_at) == (
        reader.person_id,
        decision,
        "Say more.",
        FRIDAY,
    )
    assert len(await versions_of(reflection)) == (2 if decision is RETURNED else 1)
    assert await TimedDecision.all().count() == 0


async def test_what_came_due_while_the_application_was_away_is_made_afterwards() -> None:
    reflection, _ = await _decided()

    made = await timed_decisions.make_due(at=FRIDAY + timedelta(days=3))

    assert made == 1
    assert (await reload_reflection(reflection)).state is ReflectionState.RETURNED


async def test_of_ten_who_make_it_at_once_one_does() -> None:
    reflection, _ = await _decided()

    made = await asyncio.gather(*(timed_decisions.make_due(at=FRIDAY) for _ in range(10)))

    assert sum(made) == 1
    assert await Assessment.all().count() == await Event.filter(move="return_for_revision").count() == 1
    assert len(await versions_of(reflection)) == 2


async def test_until_then_its_student_sees_that_it_is_assessed_and_no_word() -> None:
    reflection, reader = await _decided()
    student = await student_of(reflection.enrolment)

    [version] = await versions(reflection, actor=student)
    [standing] = [one.reflection for one in (await portfolio_of(reflection.enrolment)).activities if one.reflection]

    assert (list(version.assessments), standing.state) == ([], "in_assessment")
    assert await timed_decision(reflection, actor=student) is None
    assert (await timed_decision(reflection, actor=reader)) is not None


async def test_until_then_it_can_be_withdrawn_and_is_read_on() -> None:
    reflection, reader = await _decided()

    await timed_decisions.withdraw(reflection, actor=reader, at=NOW)

    now = await reload_reflection(reflection)
    assert (now.state, now.claimed_until) == (ReflectionState.IN_ASSESSMENT, NOW + LEASE)
    assert await timed_decisions.make_due(at=FRIDAY) == 0
    with pytest.raises(WrongState):
        await timed_decisions.withdraw(now, actor=reader, at=NOW)


async def test_what_has_been_told_is_not_withdrawn() -> None:
    reflection, reader = await _decided()
    await timed_decisions.make_due(at=FRIDAY)

    with pytest.raises(WrongState):
        await timed_decisions.withdraw(reflection, actor=reader, at=FRIDAY)

    assert (await reload_reflection(reflection)).state is ReflectionState.RETURNED


async def test_another_time_or_decision_takes_the_place_of_the_first() -> None:
    reflection, reader = await _decided()

    await timed_decisions.decide_later(reflection, ACCEPTED, "", FRIDAY + timedelta(days=1), actor=reader, at=NOW)

    assert await timed_decisions.make_due(at=FRIDAY) == 0
    assert await timed_decisions.make_due(at=FRIDAY + timedelta(days=1)) == 1
    assert (await reload_reflection(reflection)).state is ReflectionState.ACCEPTED


async def test_no_lease_runs_out_until_then_and_no_page_left_open_begins_one() -> None:
    reflection, reader = await _decided()
    colleague = await make_assessor(await programme_of(reflection.enrolment), "Henrik")
    much_later = NOW + timedelta(days=3)

    with pytest.raises(HeldBySomebody):
        await claims.take_over(reflection, actor=colleague, at=much_later)
    with pytest.raises(WrongState):
        await claims.renew(reflection, actor=reader, at=much_later)

    assert open_reflection_moves(colleague, await reload_reflection(reflection), at=much_later) == []
    assert await timed_decisions.make_due(at=FRIDAY) == 1


async def test_whoever_decides_at_once_after_all_has_decided() -> None:
    reflection, reader = await _decided()

    await assessments.accept(reflection, "Now I see it.", actor=reader, at=NOW)

    assert await timed_decisions.make_due(at=FRIDAY) == 0
    assert (await reload_reflection(reflection)).state is ReflectionState.ACCEPTED


async def test_what_staff_give_back_to_the_queue_is_not_decided() -> None:
    reflection, _ = await _decided()
    staff = await make_staff(await programme_of(reflection.enrolment))

    await claims.release(reflection, actor=staff, at=NOW)

    assert await timed_decisions.make_due(at=FRIDAY) == 0
    assert (await reload_reflection(reflection)).state is ReflectionState.SUBMITTED


async def test_who_is_no_assessor_any_more_decides_nothing_later() -> None:
    reflection, reader = await _decided()
    administrator = await make_actor("Ada", (RoleKind.ADMINISTRATOR, None))

    await accounts.take_role(await Role.get(person_id=reader.person_id), actor=administrator, at=NOW)

    assert await timed_decisions.make_due(at=FRIDAY) == 0
    assert (await reload_reflection(reflection)).state is ReflectionState.SUBMITTED


async def test_an_enrolment_that_ended_meanwhile_cancels_it_for_good() -> None:
    reflection, _ = await _decided()
    programme = await programme_of(reflection.enrolment)
    staff, colleague = await make_staff(programme), await make_assessor(programme, "Henrik")
    await enrolments.void(reflection.enrolment, "Wrong faculty.", actor=staff, at=NOW)
    ended = await reload_reflection(reflection)

    await enrolments.reinstate(ended.enrolment, "A mistake.", actor=staff, at=NOW)

    assert await timed_decisions.make_due(at=FRIDAY) == 0
    now = await reload_reflection(reflection)
    assert now.state is ReflectionState.IN_ASSESSMENT
    await claims.take_over(now, actor=colleague, at=FRIDAY)
    assert await Assessment.all().count() == 0


async def test_sending_back_needs_words_then_as_well() -> None:
    reflection, reader = await _held()

    with pytest.raises(CommentMissing):
        await timed_decisions.decide_later(reflection, RETURNED, " ", FRIDAY, actor=reader, at=NOW)

    assert await TimedDecision.all().count() == 0


@pytest.mark.parametrize("tell_at", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=61)])
async def test_the_time_is_to_come_and_not_far_away(tell_at: object) -> None:
    reflection, reader = await _held()

    with pytest.raises(UnlikelyTellingTime):
        await timed_decisions.decide_later(reflection, ACCEPTED, "", tell_at, actor=reader, at=NOW)  # type: ignore[arg-type]

    assert await TimedDecision.all().count() == 0


async def test_what_two_read_is_told_when_both_have_decided() -> None:
    reflection, reader = await _held()
    await pin(reflection.enrolment, TWO)

    with pytest.raises(ToldWhenBothHaveDecided):
        await timed_decisions.decide_later(reflection, ACCEPTED, "", FRIDAY, actor=reader, at=NOW)

    assert await TimedDecision.all().count() == 0


async def test_only_who_holds_it_decides_later() -> None:
    reflection, _ = await _held()
    colleague = await make_assessor(await programme_of(reflection.enrolment), "Henrik")
    elsewhere = await make_assessor(await make_programme("PT"))

    for who in (colleague, elsewhere, await student_of(reflection.enrolment)):
        with pytest.raises(NotAllowed):
            await timed_decisions.decide_later(reflection, ACCEPTED, "", FRIDAY, actor=who, at=NOW)

    person = await Person.get(id=colleague.person_id)
    assert await timed_decision(reflection, actor=await actor_of(person)) is None
