"""Every move says who may make it, and what is offered is what can be made."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from models import permissions, states
from models.actions import activities, applications, assessments, claims, decisions, enrolments, handing_in, settling
from models.database import Where, opened
from models.errors import Refused
from models.permissions import Actor
from models.states import EnrolmentState
from models.tables import Activity, Application, Person, Reflection, Version
from models.tables.assessments import Decision
from tests import databases
from tests.factories import AFTER, NOW, make_assessor, pin, programme_of
from tests.models.world import World

PEOPLE = (
    "student",
    "fellow student",
    "student who assesses",
    "assessor",
    "other assessor",
    "assessor elsewhere",
    "convener",
    "convener elsewhere",
    "staff",
    "staff elsewhere",
    "administrator",
    "nobody",
)

LAPSED = NOW + claims.LEASE

Made = set[tuple[str, str]]


def _all_moves(kind: type) -> set[Any]:
    return {value for value in vars(states).values() if isinstance(value, kind)}


@pytest.mark.parametrize(
    ("kind", "moves", "who"),
    [
        (states.ActivityMove, states.ACTIVITY_MOVES, permissions.WHO_MOVES_ACTIVITIES),
        (states.EnrolmentMove, states.ENROLMENT_MOVES, permissions.WHO_MOVES_ENROLMENTS),
        (states.ReflectionMove, states.REFLECTION_MOVES, permissions.WHO_MOVES_REFLECTIONS),
        (states.ApplicationMove, states.APPLICATION_MOVES, permissions.WHO_MOVES_APPLICATIONS),
    ],
)
def test_every_move_says_who_may_make_it(kind: type, moves: tuple[Any, ...], who: dict[Any, Any]) -> None:
    assert set(moves) == set(who) == _all_moves(kind)
    assert len(moves) == len({move.name for move in moves})


async def _hand_over(reflection: Any, *, actor: Actor) -> None:
    to = await make_assessor(await programme_of(reflection.enrolment), "Deputy")
    await claims.hand_over(reflection, await Person.get(id=to.person_id), actor=actor, at=NOW)


async def _submit(reflection: Any, *, actor: Actor) -> None:
    draft = await Version.get_or_none(reflection_id=reflection.id, frozen_at__isnull=True)
    await handing_in.submit(reflection, revision=draft.revision if draft else 0, actor=actor, at=NOW)


MAKE: dict[Any, Callable[..., Awaitable[object]]] = {
    states.APPROVE_ACTIVITY: lambda row, actor: decisions.approve(row, actor=actor, at=NOW),
    states.DECLINE_ACTIVITY: lambda row, actor: decisions.decline(row, "No.", actor=actor, at=NOW),
    states.COMPLETE_ACTIVITY: lambda row, actor: activities.complete(row, actor=actor, at=NOW),
    states.REPORT_ACTIVITY: lambda row, actor: activities.report(row, actor=actor, at=NOW),
    states.CONFIRM_ACTIVITY: lambda row, actor: decisions.confirm(row, actor=actor, at=NOW),
    states.SEND_BACK_ACTIVITY: lambda row, actor: decisions.send_back(row, "Hm.", actor=actor, at=NOW),
    states.REOPEN_ACTIVITY: lambda row, actor: decisions.reopen(row, "Hm.", actor=actor, at=NOW),
    states.WITHDRAW_ACTIVITY: lambda row, actor: activities.withdraw(row, actor=actor, at=NOW),
    states.VOID_ENROLMENT: lambda row, actor: enrolments.void(row, "No.", actor=actor, at=NOW),
    states.DEREGISTER: lambda row, actor: enrolments.deregister(row, "No.", actor=actor, at=NOW),
    states.REINSTATE: lambda row, actor: enrolments.reinstate(row, "Yes.", actor=actor, at=NOW),
    states.SUBMIT: lambda row, actor: _submit(row, actor=actor),
    states.TAKE_BACK: lambda row, actor: handing_in.take_back(row, actor=actor, at=NOW),
    states.CLAIM: lambda row, actor: claims.claim(row, actor=actor, at=NOW),
    states.TAKE_OVER: lambda row, actor: claims.take_over(row, actor=actor, at=LAPSED),
    states.HAND_OVER: lambda row, actor: _hand_over(row, actor=actor),
    states.RELEASE: lambda row, actor: claims.release(row, actor=actor, at=NOW),
    states.RETURN_FOR_REVISION: lambda row, actor: assessments.return_for_revision(row, "Hm.", actor=actor, at=NOW),
    states.ACCEPT: lambda row, actor: assessments.accept(row, actor=actor, at=NOW),
    states.AGREE_TO_ACCEPT: lambda row, actor: settling.agree(row, Decision.ACCEPTED, actor=actor, at=NOW),
    states.AGREE_TO_RETURN: lambda row, actor: settling.agree(row, Decision.RETURNED, actor=actor, at=NOW),
    states.SETTLE_BY_ACCEPTING: lambda row, actor: settling.settle(row, Decision.ACCEPTED, "So.", actor=actor, at=NOW),
    states.SETTLE_BY_RETURNING: lambda row, actor: settling.settle(row, Decision.RETURNED, "So.", actor=actor, at=NOW),
    states.APPROVE_APPLICATION: lambda row, actor: applications.approve(row, actor=actor, at=NOW),
    states.DECLINE_APPLICATION: lambda row, actor: applications.decline(row, "No.", actor=actor, at=NOW),
}


async def _made(of: Where, folder: Path, rows: dict[Any, Any], moves: tuple[Any, ...], actor: Actor) -> Made:
    """Try every move on a row in every state; each success gets a fresh copy of the world for what comes next."""
    made: Made = set()
    attempts = [(state, row, move) for state, row in rows.items() for move in moves]
    while attempts:
        with databases.new(folder, "grid", like=of) as where:
            async with opened(where):
                while attempts:
                    state, row, move = attempts.pop()
                    try:
                        await MAKE[move](row, actor)
                    except Refused:
                        continue
                    made.add((state.value, move.name))
                    break
    return made


def _offered(rows: dict[Any, Any], offer: Callable[[Actor, Any], list[Any]], actor: Actor) -> Made:
    return {(state.value, move.name) for state, row in rows.items() for move in offer(actor, row)}


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_moves_of_activities_that_are_offered_are_those_that_can_be_made(
    name: str, world_made: tuple[Where, World], tmp_path: Path
) -> None:
    where, world = world_made

    made = await _made(where, tmp_path, world.activities, states.ACTIVITY_MOVES, world.people[name])

    assert made == _offered(world.activities, permissions.open_activity_moves, world.people[name])


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_moves_offered_where_staff_confirm_afterwards_are_those_that_can_be_made(
    name: str, world_made: tuple[Where, World], tmp_path: Path
) -> None:
    world = world_made[1]
    with databases.new(tmp_path, "after", like=world_made[0]) as where:
        async with opened(where):
            await pin(world.enrolment, AFTER)

        made = await _made(where, tmp_path, world.activities, states.ACTIVITY_MOVES, world.people[name])

    offer = partial(permissions.open_activity_moves, approval="after")
    assert made == _offered(world.activities, offer, world.people[name])


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_moves_of_reflections_that_are_offered_are_those_that_can_be_made(
    name: str, world_made: tuple[Where, World], tmp_path: Path
) -> None:
    where, world = world_made

    moves = tuple(move for move in states.REFLECTION_MOVES if move not in states.HAVE_NO_BUTTON)
    made = await _made(where, tmp_path, world.reflections, moves, world.people[name])

    said = Decision.ACCEPTED if name == "assessor" else None
    offer = partial(permissions.open_reflection_moves, at=LAPSED, said=said)
    assert made == _offered(world.reflections, offer, world.people[name])


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_moves_of_applications_that_are_offered_are_those_that_can_be_made(
    name: str, world_made: tuple[Where, World], tmp_path: Path
) -> None:
    where, world = world_made

    made = await _made(where, tmp_path, world.applications, states.APPLICATION_MOVES, world.people[name])

    assert made == _offered(world.applications, permissions.open_application_moves, world.people[name])


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_moves_of_enrolments_that_are_offered_are_those_that_can_be_made(
    name: str, world_made: tuple[Where, World], tmp_path: Path
) -> None:
    where, world = world_made

    made = await _made(where, tmp_path, world.enrolments, states.ENROLMENT_MOVES, world.people[name])

    assert made == _offered(world.enrolments, permissions.open_enrolment_moves, world.people[name])


def test_staff_alone_move_enrolments(world_made: tuple[Where, World]) -> None:
    world = world_made[1]

    offered = {
        name: _offered(world.enrolments, permissions.open_enrolment_moves, actor)
        for name, actor in world.people.items()
    }

    everything = {(source.value, move.name) for move in states.ENROLMENT_MOVES for source in move.sources}
    assert {name for name, moves in offered.items() if moves} == {"staff", "student who assesses"}
    assert offered["staff"] == offered["student who assesses"] == everything


async def test_nobody_moves_the_work_of_an_enrolment_that_is_void_or_ended(world: World) -> None:
    ended = [world.enrolments[state].id for state in (EnrolmentState.VOID, EnrolmentState.DEREGISTERED)]
    works: tuple[tuple[Any, Callable[[Actor, Any], list[Any]]], ...] = (
        (Activity, permissions.open_activity_moves),
        (Reflection, permissions.open_reflection_moves),
        (Application, permissions.open_application_moves),
    )

    for table, offer in works:
        rows = await table.filter(enrolment_id__in=ended).select_related("enrolment")
        offered = {move.name for actor in world.people.values() for row in rows for move in offer(actor, row)}
        in_use = await table.exclude(enrolment_id__in=ended).select_related("enrolment")
        assert len(rows) > 1
        assert offered == set()
        assert any(offer(actor, row) for actor in world.people.values() for row in in_use)


async def test_the_student_of_an_ended_enrolment_changes_nothing_and_gets_no_file_in(world: World) -> None:
    for name, state in (("void student", EnrolmentState.VOID), ("deregistered student", EnrolmentState.DEREGISTERED)):
        actor, enrolment = world.people[name], world.enrolments[state]
        drafts = await Reflection.filter(enrolment_id=enrolment.id).select_related("enrolment")

        assert not permissions.may_change(actor, enrolment)
        assert not any(permissions.may_upload_to(actor, reflection) for reflection in drafts)


def test_the_grid_holds_moves_to_find(world_made: tuple[Where, World]) -> None:
    world = world_made[1]

    offered = {
        name: _offered(world.reflections, permissions.open_reflection_moves, world.people[name])
        for name in ("student", "assessor", "other assessor", "convener", "staff", "administrator")
    }

    assert offered == {
        "student": {
            ("draft", "submit"),
            ("returned", "submit"),
            ("taken_back", "submit"),
            ("submitted", "take_back"),
        },
        "assessor": {
            ("submitted", "claim"),
            ("in_assessment", "hand_over"),
            ("in_assessment", "release"),
            ("in_assessment", "return_for_revision"),
            ("in_assessment", "accept"),
        },
        "other assessor": {("submitted", "claim")},
        "convener": {
            ("in_assessment", "hand_over"),
            ("disputed", "settle_by_accepting"),
            ("disputed", "settle_by_returning"),
        },
        "staff": {("in_assessment", "hand_over"), ("in_assessment", "release")},
        "administrator": set(),
    }
