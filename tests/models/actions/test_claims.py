"""Who reads a reflection: one at a time, for as long as they work on it."""

import asyncio
from datetime import timedelta

import pytest

from models import states
from models.actions import assessments, claims
from models.actions.claims import LEASE, LEAVING, HeldBySomebody, TakenOver
from models.errors import NotAllowed, WrongState
from models.permissions import Actor, open_reflection_moves
from models.states import ReflectionState
from models.tables import Assessment, Event, Reflection
from tests.factories import (
    NOW,
    make_assessor,
    make_programme,
    make_reflection,
    move_on,
    programme_of,
    reload_reflection,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

SOON = NOW + timedelta(minutes=10)
LAPSED = NOW + LEASE


async def _held() -> tuple[Reflection, Actor, Actor]:
    """Make a reflection that Astrid claimed at NOW, and a colleague of hers."""
    reflection = await make_reflection()
    programme = await programme_of(reflection.enrolment)
    reader, colleague = await make_assessor(programme, "Astrid"), await make_assessor(programme, "Henrik")
    return await move_on(reflection, ReflectionState.IN_ASSESSMENT, assessor=reader), reader, colleague


async def test_whoever_comes_second_is_told_who_has_it() -> None:
    reflection, _, colleague = await _held()
    old_list = await Reflection.get(id=reflection.id).select_related("enrolment")
    old_list.state = ReflectionState.SUBMITTED

    with pytest.raises(HeldBySomebody) as refused:
        await claims.claim(old_list, actor=colleague, at=SOON)

    assert "Astrid is assessing it" in str(refused.value)


async def test_a_claim_is_not_taken_over_before_it_has_ended() -> None:
    reflection, reader, colleague = await _held()

    with pytest.raises(HeldBySomebody):
        await claims.take_over(reflection, actor=colleague, at=LAPSED - timedelta(seconds=1))

    assert (await reload_reflection(reflection)).assessor_id == reader.person_id


async def test_a_claim_that_has_ended_can_be_taken_by_a_colleague_alone() -> None:
    reflection, reader, colleague = await _held()
    elsewhere = await make_assessor(await make_programme("PT"))

    offered = {
        name: states.TAKE_OVER in open_reflection_moves(actor, reflection, at=LAPSED)
        for name, actor in (("reader", reader), ("colleague", colleague), ("elsewhere", elsewhere))
    }
    early = open_reflection_moves(colleague, reflection, at=LAPSED - timedelta(seconds=1))
    await claims.take_over(reflection, actor=colleague, at=LAPSED)

    assert offered == {"reader": False, "colleague": True, "elsewhere": False}
    assert early == []
    taken = await reload_reflection(reflection)
    assert (taken.assessor_id, taken.claimed_until) == (colleague.person_id, LAPSED + LEASE)
    event = await Event.get(move="take_over")
    assert (event.actor_id, event.facts) == (colleague.person_id, {"before": str(reader.person_id)})


async def test_of_twenty_colleagues_who_take_it_over_at_once_one_gets_it() -> None:
    reflection, _, first = await _held()
    programme = await programme_of(reflection.enrolment)
    colleagues = [first, *[await make_assessor(programme) for _ in range(19)]]

    results = await asyncio.gather(
        *(claims.take_over(reflection, actor=one, at=LAPSED) for one in colleagues), return_exceptions=True
    )

    assert sum(result is None for result in results) == 1
    assert {type(result) for result in results if result is not None} == {HeldBySomebody}
    assert await Event.filter(move="take_over").count() == 1


async def test_late_decision_of_whom_it_was_taken_from_is_refused_and_changes_nothing() -> None:
    reflection, reader, colleague = await _held()
    await claims.take_over(reflection, actor=colleague, at=LAPSED)

    for late in (
        assessments.accept(reflection, "Well done.", actor=reader, at=LAPSED),
        assessments.return_for_revision(reflection, "Say more.", actor=reader, at=LAPSED),
        claims.renew(reflection, actor=reader, at=LAPSED),
    ):
        with pytest.raises(TakenOver) as refused:
            await late
        assert "Henrik has taken it over" in str(refused.value)

    now = await reload_reflection(reflection)
    assert (now.state, now.assessor_id) == (ReflectionState.IN_ASSESSMENT, colleague.person_id)
    assert await Assessment.all().count() == 0


async def test_page_left_open_gives_nothing_back_that_a_colleague_has_taken() -> None:
    reflection, reader, colleague = await _held()
    await claims.take_over(reflection, actor=colleague, at=LAPSED)

    with pytest.raises(WrongState):
        await claims.release(reflection, actor=reader, at=LAPSED)

    assert (await reload_reflection(reflection)).assessor_id == colleague.person_id


async def test_reader_who_works_on_keeps_it() -> None:
    reflection, reader, colleague = await _held()

    until = await claims.renew(reflection, actor=reader, at=SOON)

    assert until == SOON + LEASE
    with pytest.raises(HeldBySomebody):
        await claims.take_over(reflection, actor=colleague, at=until - timedelta(seconds=1))


async def test_reader_who_comes_back_late_decides_if_nobody_else_took_it() -> None:
    reflection, reader, _ = await _held()

    await claims.renew(reflection, actor=reader, at=LAPSED + timedelta(hours=3))
    await assessments.accept(reflection, actor=reader, at=LAPSED + timedelta(hours=3))

    decided = await reload_reflection(reflection)
    assert (decided.state, decided.claimed_until) == (ReflectionState.ACCEPTED, None)


async def test_reader_who_leaves_the_page_gives_it_free_a_moment_later() -> None:
    reflection, reader, colleague = await _held()

    await claims.leave(reflection, actor=reader, at=SOON)

    with pytest.raises(HeldBySomebody):
        await claims.take_over(await reload_reflection(reflection), actor=colleague, at=SOON)
    await claims.take_over(await reload_reflection(reflection), actor=colleague, at=SOON + LEAVING)
    assert (await reload_reflection(reflection)).assessor_id == colleague.person_id


async def test_page_that_only_loads_again_keeps_it() -> None:
    reflection, reader, _ = await _held()

    await claims.leave(reflection, actor=reader, at=SOON)
    await claims.renew(reflection, actor=reader, at=SOON + timedelta(seconds=2))

    assert (await reload_reflection(reflection)).claimed_until == SOON + timedelta(seconds=2) + LEASE


async def test_leaving_late_makes_no_claim_longer_and_takes_nothing_from_anybody() -> None:
    reflection, reader, colleague = await _held()
    await claims.leave(reflection, actor=reader, at=LAPSED - timedelta(seconds=5))
    unchanged = await reload_reflection(reflection)
    await claims.take_over(reflection, actor=colleague, at=LAPSED)

    await claims.leave(reflection, actor=reader, at=LAPSED)

    assert unchanged.claimed_until == LAPSED
    assert (await reload_reflection(reflection)).claimed_until == LAPSED + LEASE


async def test_student_holds_and_leaves_nothing() -> None:
    reflection, _, _ = await _held()
    student = await student_of(reflection.enrolment)

    for tried in (claims.renew, claims.leave, claims.take_over):
        with pytest.raises(NotAllowed):
            await tried(reflection, actor=student, at=LAPSED)
