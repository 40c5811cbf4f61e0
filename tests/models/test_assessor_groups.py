"""Who may do what around disagreements and meetings, about the work of others and about their own: no wrong cell."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from models.actions import meetings, settling, timed_decisions
from models.database import Where, opened
from models.errors import NotAllowed, Refused
from models.permissions import Actor
from models.queries import meetings as queries
from models.queries.people import actor_of
from models.states import ReflectionState
from models.tables import Enrolment, MeetingCase, Person, Reflection
from models.tables.assessments import Decision
from tests import databases
from tests.factories import NOW
from tests.models.world import World

PEOPLE = (
    "student",
    "fellow student",
    "student elsewhere",
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
GROUP = {"assessor", "other assessor", "convener"}
CONVENER = {"convener"}

Attempt = Callable[[World, Actor], Awaitable[object]]


async def _disputed(world: World) -> Reflection:
    return await Reflection.get(id=world.reflections[ReflectionState.DISPUTED].id).select_related("enrolment")


async def _case(world: World, *, held: bool = False) -> MeetingCase:
    case = world.held_case if held else world.case
    return await MeetingCase.get(id=case.id).select_related("meeting", "version__reflection__enrolment")


async def _agree(world: World, actor: Actor) -> None:
    await settling.agree(await _disputed(world), Decision.RETURNED, actor=actor, at=NOW)


async def _settle(world: World, actor: Actor) -> None:
    await settling.settle(await _disputed(world), Decision.ACCEPTED, "So.", actor=actor, at=NOW)


async def _add_case(world: World, actor: Actor) -> None:
    await meetings.add_case(world.meeting, await _disputed(world), actor=actor, at=NOW)


async def _remove_case(world: World, actor: Actor) -> None:
    await meetings.remove_case(await _case(world), actor=actor, at=NOW)


async def _move_case(world: World, actor: Actor) -> None:
    await meetings.move_case(await _case(world), 1, actor=actor, at=NOW)


async def _show_draft(world: World, actor: Actor) -> None:
    await meetings.show_draft(await _case(world), actor=actor, at=NOW)


async def _hide_draft(world: World, actor: Actor) -> None:
    await meetings.hide_draft(await _case(world), actor=actor, at=NOW)


async def _decide(world: World, actor: Actor) -> None:
    await meetings.decide(await _case(world, held=True), Decision.ACCEPTED, "So.", actor=actor, at=NOW)


async def _decide_later(world: World, actor: Actor) -> None:
    reading = await Reflection.get(id=world.timed.id).select_related("enrolment")
    friday = NOW + timedelta(days=4)
    await timed_decisions.decide_later(reading, Decision.ACCEPTED, "", friday, actor=actor, at=NOW)


async def _withdraw(world: World, actor: Actor) -> None:
    reading = await Reflection.get(id=world.timed.id).select_related("enrolment")
    await timed_decisions.withdraw(reading, actor=actor, at=NOW)


async def _read_case(world: World, actor: Actor) -> None:
    await queries.case_file(world.case.id, actor=actor)


async def _call(world: World, actor: Actor) -> None:
    friday = NOW + timedelta(days=4)
    await meetings.call(world.programme, friday, "", meeting_id=uuid4(), actor=actor, at=NOW)


async def _call_off(world: World, actor: Actor) -> None:
    await meetings.call_off(world.meeting, actor=actor, at=NOW)


async def _note(world: World, actor: Actor) -> None:
    await meetings.note_presence(world.meeting, world.assessing_person, actor=actor, at=NOW)


async def _take_back(world: World, actor: Actor) -> None:
    await meetings.take_back_presence(world.held_meeting, world.assessing_person, actor=actor, at=NOW)


async def _close(world: World, actor: Actor) -> None:
    await meetings.close(world.held_meeting, actor=actor, at=NOW)


async def _read_meeting(world: World, actor: Actor) -> None:
    await queries.meeting(world.meeting.id, actor=actor)


async def _choose(world: World, actor: Actor) -> None:
    await queries.to_bring_up(world.meeting, actor=actor)


ABOUT_A_PIECE: dict[str, tuple[Attempt, set[str]]] = {
    "agree": (_agree, {"assessor"}),  # Who read it; the other reader is nobody in this list.
    "settle": (_settle, CONVENER),
    "add case": (_add_case, CONVENER),
    "remove case": (_remove_case, CONVENER),
    "move case": (_move_case, CONVENER),
    "show draft": (_show_draft, {"assessor"}),  # Who has written one.
    "hide draft": (_hide_draft, {"assessor", "other assessor"}),
    "decide": (_decide, CONVENER),
    "decide later": (_decide_later, {"assessor"}),  # Who holds it.
    "withdraw decision": (_withdraw, {"assessor"}),
    "read case": (_read_case, GROUP),
}
ABOUT_A_MEETING: dict[str, tuple[Attempt, set[str]]] = {
    "call": (_call, CONVENER),
    "call off": (_call_off, CONVENER),
    "note presence": (_note, CONVENER),
    "take back presence": (_take_back, CONVENER),
    "close": (_close, CONVENER),
    "read meeting": (_read_meeting, GROUP),
    "choose cases": (_choose, CONVENER),
}


@contextmanager
def _copy(world_made: tuple[Where, World], folder: Path) -> Iterator[Where]:
    with databases.new(folder, "grid", like=world_made[0]) as where:
        yield where


async def _who_can(world_made: tuple[Where, World], folder: Path, attempt: Attempt, *, own: bool = False) -> set[str]:
    """Let everybody try it in a copy of the world, each time a fresh one once it has changed."""
    world, left, able = world_made[1], list(PEOPLE), set()
    while left:
        with _copy(world_made, folder) as where:
            async with opened(where):
                while left:
                    name = left.pop()
                    person = world.people[name].person_id
                    if own:
                        of = (world.reflections[ReflectionState.DISPUTED].enrolment_id, world.enrolment.id)
                        await (
                            Enrolment.filter(person_id=person).exclude(id__in=of).update(programme_id=_elsewhere(world))
                        )
                        await Enrolment.filter(id__in=of).update(person_id=person)
                    actor = await actor_of(await Person.get(id=person))
                    try:
                        await attempt(world, actor)
                    except Refused:
                        continue
                    able.add(name)
                    break
    return able


def _elsewhere(world: World) -> int:
    return next(programme for _, programme in world.people["assessor elsewhere"].roles if programme)


@pytest.mark.parametrize("action", ABOUT_A_PIECE)
async def test_about_the_work_of_others_only_those_can_who_may(
    action: str, world_made: tuple[Where, World], tmp_path: Path
) -> None:
    attempt, expected = ABOUT_A_PIECE[action]

    assert await _who_can(world_made, tmp_path, attempt) == expected


@pytest.mark.parametrize("action", ABOUT_A_PIECE)
async def test_about_ones_own_work_nobody_can(action: str, world_made: tuple[Where, World], tmp_path: Path) -> None:
    attempt, _ = ABOUT_A_PIECE[action]

    assert await _who_can(world_made, tmp_path, attempt, own=True) == set()


@pytest.mark.parametrize("action", ABOUT_A_MEETING)
async def test_a_meeting_is_led_by_its_convener_and_read_by_the_group(
    action: str, world_made: tuple[Where, World], tmp_path: Path
) -> None:
    attempt, expected = ABOUT_A_MEETING[action]

    assert await _who_can(world_made, tmp_path, attempt) == expected


async def test_minutes_are_for_the_group(world: World) -> None:
    await meetings.close(world.held_meeting, actor=world.people["convener"], at=NOW)

    able = set()
    for name in PEOPLE:
        try:
            await queries.minutes(world.held_meeting.id, actor=world.people[name])
        except NotAllowed:
            continue
        able.add(name)

    assert able == GROUP
