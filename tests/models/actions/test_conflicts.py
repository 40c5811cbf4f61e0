"""Who must not assess whom: nothing of the student is theirs to read, to hold or to judge any more."""

import asyncio

import pytest

from models.actions import assessments, claims, conflicts, meetings, timed_decisions
from models.actions.claims import NotForThem, TakenOver
from models.actions.conflicts import NotAnAssessor, ReasonMissing
from models.errors import NotAllowed, Refused, WrongState
from models.permissions import Actor, is_assessor_of, open_reflection_moves
from models.queries import load, media, reflections
from models.queries import meetings as meeting_queries
from models.queries.people import actor_of
from models.queries.queue import queue
from models.states import HAND_OVER, ReflectionState
from models.tables import Conflict, Event, Notice, Person, Programme, Reflection, TimedDecision, Version
from models.tables.assessments import Decision
from models.tables.notices import NoticeKind
from tests.factories import (
    NOW,
    make_assessor,
    make_convener,
    make_enrolment,
    make_programme,
    make_reflection,
    make_staff,
    reload_reflection,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")


async def person_of(actor: Actor) -> Person:
    return await Person.get(id=actor.person_id)


async def again(actor: Actor) -> Actor:
    """Load somebody's rights as they are now."""
    return await actor_of(await person_of(actor))


@pytest.fixture
async def programme() -> Programme:
    """The programme."""
    return await make_programme()


@pytest.fixture
async def assessor(programme: Programme) -> Actor:
    """Who supervises the student's thesis."""
    return await make_assessor(programme)


@pytest.fixture
async def reflection(programme: Programme) -> Reflection:
    """A podcast that waits."""
    return await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED, "podcast")


async def declare(reflection: Reflection, assessor: Actor, *, by: Actor | None = None) -> Conflict:
    made = await conflicts.declare(
        reflection.enrolment, await person_of(assessor), "I supervise the thesis.", actor=by or assessor, at=NOW
    )
    return await Conflict.get(id=made.id).select_related("enrolment")


async def test_nothing_of_the_student_is_theirs_to_read(reflection: Reflection, assessor: Actor) -> None:
    version = await Version.get(reflection_id=reflection.id)
    assert version.recording_id is not None
    before = [len(await queue(assessor)), (await media.media(version.recording_id, actor=assessor)).id]

    await declare(reflection, assessor)
    partial = await again(assessor)

    assert before == [1, version.recording_id]
    assert await queue(partial) == []
    assert await reflections.all_reflections(partial) == []
    for look in (
        reflections.reflection(reflection.id, actor=partial),
        reflections.frozen_version(version.id, actor=partial),
        media.media(version.recording_id, actor=partial),
    ):
        with pytest.raises(NotAllowed):
            await look


async def test_another_student_is_still_theirs(programme: Programme, reflection: Reflection, assessor: Actor) -> None:
    other = await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED)

    await declare(reflection, assessor)

    assert [piece.id for piece in await queue(await again(assessor))] == [other.id]


async def test_what_they_hold_goes_back_to_the_queue(programme: Programme, assessor: Actor) -> None:
    held = await make_reflection(await make_enrolment(programme), ReflectionState.IN_ASSESSMENT, assessor=assessor)

    await declare(held, assessor)

    now = await Reflection.get(id=held.id)
    assert (now.state, now.assessor_id, now.claimed_until) == (ReflectionState.SUBMITTED, None, None)


async def test_somebody_with_old_rights_can_neither_claim_nor_judge(reflection: Reflection, assessor: Actor) -> None:
    await declare(reflection, assessor)

    # A page that was open all the time acts with rights that are loaded anew; a request on its way does not.
    with pytest.raises(NotAllowed):
        await claims.claim(reflection, actor=assessor, at=NOW)
    with pytest.raises(NotAllowed):
        await claims.claim(reflection, actor=await again(assessor), at=NOW)
    with pytest.raises(Refused):
        await assessments.accept(await reload_reflection(reflection), actor=assessor, at=NOW)
    assert (await Reflection.get(id=reflection.id)).state is ReflectionState.SUBMITTED


async def test_a_claim_and_a_declaration_at_once_leave_it_with_nobody_partial(
    reflection: Reflection, assessor: Actor
) -> None:
    await asyncio.gather(
        claims.claim(reflection, actor=assessor, at=NOW), declare(reflection, assessor), return_exceptions=True
    )

    assert (await Reflection.get(id=reflection.id)).assessor_id is None


async def test_staff_declare_for_somebody_and_let_them_judge_again(
    programme: Programme, reflection: Reflection, assessor: Actor
) -> None:
    staff = await make_staff(programme)
    conflict = await declare(reflection, assessor, by=staff)
    listed = [one.assessor.name for one in await load.conflicts_of(reflection.enrolment)]
    await conflicts.withdraw(conflict, actor=staff, at=NOW)

    assert listed == ["Astrid"]
    assert await load.conflicts_of(reflection.enrolment) == []
    assert [piece.id for piece in await queue(await again(assessor))] == [reflection.id]
    assert await Event.filter(move__in=["declare_conflict", "withdraw_conflict"]).count() == 2
    with pytest.raises(WrongState):
        await conflicts.withdraw(conflict, actor=staff, at=NOW)


async def test_said_again_the_newer_reason_holds(reflection: Reflection, assessor: Actor) -> None:
    await declare(reflection, assessor)

    await conflicts.declare(reflection.enrolment, await person_of(assessor), "A cousin.", actor=assessor, at=NOW)

    assert [row.reason for row in await Conflict.all()] == ["A cousin."]


async def test_who_is_partial_does_not_undo_it_oneself(programme: Programme, reflection: Reflection) -> None:
    both = await make_assessor(programme, "Both")
    conflict = await declare(reflection, both)

    with pytest.raises(NotAllowed):
        await conflicts.withdraw(conflict, actor=await again(both), at=NOW)


async def test_nobody_declares_for_a_colleague_without_a_reason_or_for_who_assesses_nothing(
    programme: Programme, reflection: Reflection, assessor: Actor
) -> None:
    colleague, staff = await make_assessor(programme, "Vidar"), await make_staff(programme)
    student = await student_of(reflection.enrolment)
    enrolment = reflection.enrolment

    for who in (colleague, student, await make_assessor(await make_programme("MED"))):
        with pytest.raises(NotAllowed):
            await conflicts.declare(enrolment, await person_of(assessor), "So.", actor=who, at=NOW)
    with pytest.raises(ReasonMissing):
        await conflicts.declare(enrolment, await person_of(assessor), "  ", actor=assessor, at=NOW)
    with pytest.raises(NotAnAssessor):
        await conflicts.declare(enrolment, await person_of(staff), "So.", actor=staff, at=NOW)
    assert await Conflict.all().count() == 0


async def test_a_partial_convener_neither_brings_it_up_nor_reads_its_case(
    programme: Programme, reflection: Reflection
) -> None:
    convener, other = await make_convener(programme), await make_convener(programme, "Runa")
    meeting = await meetings.call(programme, NOW, "F 2", meeting_id=reflection.id, actor=other, at=NOW)
    await meetings.add_case(meeting, reflection, actor=other, at=NOW)
    seen = await meeting_queries.cases(meeting, actor=convener)
    await declare(reflection, convener)
    partial = await again(convener)

    assert len(seen) == 1
    assert await meeting_queries.cases(meeting, actor=partial) == []
    assert not is_assessor_of(partial, reflection.enrolment)
    with pytest.raises(NotAllowed):
        await meetings.decide(seen[0], Decision.ACCEPTED, "So.", actor=partial, at=NOW)


async def test_a_colleague_gets_it_and_is_told(programme: Programme, assessor: Actor) -> None:
    held = await make_reflection(await make_enrolment(programme), ReflectionState.IN_ASSESSMENT, assessor=assessor)
    deputy = await make_assessor(programme, "Vidar")

    await claims.hand_over(held, await person_of(deputy), actor=assessor, at=NOW)

    now = await reload_reflection(held)
    assert (now.assessor_id, now.claimed_until) == (deputy.person_id, NOW + claims.HANDED)
    told = [row.person_id for row in await Notice.filter(kind=NoticeKind.HANDED_OVER)]
    assert told == [deputy.person_id]
    assert HAND_OVER in open_reflection_moves(deputy, now)
    with pytest.raises(TakenOver):
        await assessments.accept(held, actor=assessor, at=NOW)


@pytest.mark.parametrize("who", ["staff", "convener"])
async def test_staff_and_the_convener_hand_over_what_somebody_on_leave_holds(who: str, programme: Programme) -> None:
    assessor, deputy = await make_assessor(programme), await make_assessor(programme, "Vidar")
    actor = await (make_staff if who == "staff" else make_convener)(programme)
    held = await make_reflection(await make_enrolment(programme), ReflectionState.IN_ASSESSMENT, assessor=assessor)

    await claims.hand_over(held, await person_of(deputy), actor=actor, at=NOW)

    assert (await Reflection.get(id=held.id)).assessor_id == deputy.person_id


async def test_it_goes_to_nobody_who_could_not_take_it(programme: Programme, assessor: Actor) -> None:
    held = await make_reflection(await make_enrolment(programme), ReflectionState.IN_ASSESSMENT, assessor=assessor)
    partial = await make_assessor(programme, "Vidar")
    await declare(held, partial)
    elsewhere, student = await make_assessor(await make_programme("MED")), await student_of(held.enrolment)

    for to in (partial, elsewhere, student, assessor, await make_staff(programme)):
        with pytest.raises(NotForThem):
            await claims.hand_over(held, await person_of(to), actor=assessor, at=NOW)
    assert [person.id for person in await load.colleagues(held)] == []
    assert (await Reflection.get(id=held.id)).assessor_id == assessor.person_id


async def test_a_decision_that_was_to_be_told_later_is_withdrawn(programme: Programme, assessor: Actor) -> None:
    held = await make_reflection(await make_enrolment(programme), ReflectionState.IN_ASSESSMENT, assessor=assessor)
    later = NOW + claims.HANDED
    await timed_decisions.decide_later(held, Decision.ACCEPTED, "", later, actor=assessor, at=NOW)
    deputy = await make_assessor(programme, "Vidar")

    await claims.hand_over(await reload_reflection(held), await person_of(deputy), actor=assessor, at=NOW)

    assert await TimedDecision.all().count() == 0


async def test_the_load_of_a_programme_counts_what_waits_and_who_holds_what(programme: Programme) -> None:
    astrid, vidar = await make_assessor(programme), await make_assessor(programme, "Vidar")
    states = ReflectionState
    await make_reflection(await make_enrolment(programme), states.SUBMITTED)
    held = await make_reflection(await make_enrolment(programme), states.IN_ASSESSMENT, assessor=astrid)
    await make_reflection(await make_enrolment(programme), states.ACCEPTED, assessor=vidar)
    await make_reflection(await make_enrolment(await make_programme("MED")), states.SUBMITTED)
    await declare(held, vidar)

    [seen] = await load.loads(await make_staff(programme), at=NOW)

    rows = [(one.person.name, [piece.id for piece in one.held], one.decided, one.conflicts) for one in seen.assessors]
    assert (seen.free, seen.oldest_at, seen.late) == (1, NOW, 0)
    assert rows == [("Astrid", [held.id], 0, 0), ("Vidar", [], 1, 1)]


async def test_the_load_is_for_staff_and_conveners_of_the_programme(programme: Programme, assessor: Actor) -> None:
    other = await make_programme("MED")

    for who in (assessor, await student_of(await make_enrolment(programme))):
        with pytest.raises(NotAllowed):
            await load.loads(who, at=NOW)
    seen = [await load.loads(who, at=NOW) for who in (await make_convener(programme), await make_staff(other))]
    assert [[one.programme.code for one in listed] for listed in seen] == [["OT"], ["MED"]]
