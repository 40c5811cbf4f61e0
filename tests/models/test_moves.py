"""Every move says who may make it, and what is offered is what can be made."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from models import permissions, states
from models.actions import activities, applications, assessments, reflections
from models.database import opened
from models.errors import Refused
from models.permissions import Actor
from models.tables import Version
from tests.factories import NOW
from tests.models.world import World

PEOPLE = (
    "student",
    "fellow student",
    "student who assesses",
    "assessor",
    "other assessor",
    "assessor elsewhere",
    "staff",
    "staff elsewhere",
    "administrator",
    "nobody",
)

Made = set[tuple[str, str]]


def _all_moves(kind: type) -> set[Any]:
    return {value for value in vars(states).values() if isinstance(value, kind)}


@pytest.mark.parametrize(
    ("kind", "moves", "who"),
    [
        (states.ActivityMove, states.ACTIVITY_MOVES, permissions.WHO_MOVES_ACTIVITIES),
        (states.ReflectionMove, states.REFLECTION_MOVES, permissions.WHO_MOVES_REFLECTIONS),
        (states.ApplicationMove, states.APPLICATION_MOVES, permissions.WHO_MOVES_APPLICATIONS),
    ],
)
def test_every_move_says_who_may_make_it(kind: type, moves: tuple[Any, ...], who: dict[Any, Any]) -> None:
    assert set(moves) == set(who) == _all_moves(kind)
    assert len(moves) == len({move.name for move in moves})


async def _submit(reflection: Any, *, actor: Actor) -> None:
    draft = await Version.get_or_none(reflection_id=reflection.id, frozen_at__isnull=True)
    await reflections.submit(reflection, revision=draft.revision if draft else 0, actor=actor, at=NOW)


MAKE: dict[Any, Callable[..., Awaitable[object]]] = {
    states.APPROVE_ACTIVITY: lambda row, actor: activities.approve(row, actor=actor, at=NOW),
    states.DECLINE_ACTIVITY: lambda row, actor: activities.decline(row, "No.", actor=actor, at=NOW),
    states.COMPLETE_ACTIVITY: lambda row, actor: activities.complete(row, actor=actor, at=NOW),
    states.WITHDRAW_ACTIVITY: lambda row, actor: activities.withdraw(row, actor=actor, at=NOW),
    states.SUBMIT: lambda row, actor: _submit(row, actor=actor),
    states.CLAIM: lambda row, actor: assessments.claim(row, actor=actor, at=NOW),
    states.RELEASE: lambda row, actor: assessments.release(row, actor=actor, at=NOW),
    states.RETURN_FOR_REVISION: lambda row, actor: assessments.return_for_revision(row, "Hm.", actor=actor, at=NOW),
    states.ACCEPT: lambda row, actor: assessments.accept(row, actor=actor, at=NOW),
    states.APPROVE_APPLICATION: lambda row, actor: applications.approve(row, actor=actor, at=NOW),
    states.DECLINE_APPLICATION: lambda row, actor: applications.decline(row, "No.", actor=actor, at=NOW),
}


async def _made(file: Path, folder: Path, rows: dict[Any, Any], moves: tuple[Any, ...], actor: Actor) -> Made:
    """Try every move on a row in every state; each success gets a fresh copy of the world for what comes next."""
    made: Made = set()
    attempts = [(state, row, move) for state, row in rows.items() for move in moves]
    while attempts:
        shutil.copyfile(file, folder / "grid.sqlite3")
        for suffix in ("-wal", "-shm"):
            (folder / f"grid.sqlite3{suffix}").unlink(missing_ok=True)
        async with opened(folder / "grid.sqlite3"):
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
    name: str, world_file: tuple[Path, World], tmp_path: Path
) -> None:
    file, world = world_file

    made = await _made(file, tmp_path, world.activities, states.ACTIVITY_MOVES, world.people[name])

    assert made == _offered(world.activities, permissions.open_activity_moves, world.people[name])


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_moves_of_reflections_that_are_offered_are_those_that_can_be_made(
    name: str, world_file: tuple[Path, World], tmp_path: Path
) -> None:
    file, world = world_file

    made = await _made(file, tmp_path, world.reflections, states.REFLECTION_MOVES, world.people[name])

    assert made == _offered(world.reflections, permissions.open_reflection_moves, world.people[name])


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_moves_of_applications_that_are_offered_are_those_that_can_be_made(
    name: str, world_file: tuple[Path, World], tmp_path: Path
) -> None:
    file, world = world_file

    made = await _made(file, tmp_path, world.applications, states.APPLICATION_MOVES, world.people[name])

    assert made == _offered(world.applications, permissions.open_application_moves, world.people[name])


def test_the_grid_holds_moves_to_find(world_file: tuple[Path, World]) -> None:
    world = world_file[1]

    offered = {
        name: _offered(world.reflections, permissions.open_reflection_moves, world.people[name])
        for name in ("student", "assessor", "other assessor", "staff", "administrator")
    }

    assert offered == {
        "student": {("draft", "submit"), ("returned", "submit")},
        "assessor": {
            ("submitted", "claim"),
            ("in_assessment", "release"),
            ("in_assessment", "return_for_revision"),
            ("in_assessment", "accept"),
        },
        "other assessor": {("submitted", "claim")},
        "staff": {("in_assessment", "release")},
        "administrator": set(),
    }
