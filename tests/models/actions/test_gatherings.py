"""Gatherings: made, changed, called off."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.actions import attendance, gatherings, sign_ups
from models.actions.enrolments import ReasonMissing
from models.actions.gatherings import Plan
from models.errors import NotAllowed, WrongState
from models.tables import Event, Gathering, Invitation, Programme, RoleKind, SignUp
from models.tables.gatherings import Part
from tests.factories import (
    KI,
    NOW,
    WITH_EVENTS,
    make_actor,
    make_enrolment,
    make_gathering,
    make_programme,
    make_staff,
    student_of,
)

SOON = NOW + timedelta(days=7)
PLAN = Plan("workshop", "Träff", "Meeting", SOON, SOON + timedelta(hours=2))
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def programme(database: object) -> Programme:
    return await make_programme("OT", WITH_EVENTS)


async def signed_up(gathering: Gathering) -> SignUp:
    enrolment = await make_enrolment(await Programme.get(code="OT"))
    student = await student_of(enrolment)
    return await sign_ups.sign_up(gathering, enrolment, Part.LISTENER, sign_up_id=uuid4(), actor=student, at=NOW)


async def test_the_same_gathering_made_twice_is_one(programme: Programme) -> None:
    staff, id_ = await make_staff(programme), uuid4()

    both = await asyncio.gather(
        *(gatherings.make(PLAN, [programme], gathering_id=id_, actor=staff, at=NOW) for _ in range(2))
    )

    assert both[0].id == both[1].id
    assert await Invitation.all().count() == 1
    assert await Event.filter(move="make").count() == 1


async def test_the_code_has_six_characters_that_nobody_mistakes(programme: Programme) -> None:
    gathering = await make_gathering(programme)

    assert len(gathering.code) == 6
    assert not set(gathering.code) & set("O0I1LS5B8Z2UVQG")


async def test_staff_invite_only_programmes_of_their_own(programme: Programme) -> None:
    other = await make_programme("BE", WITH_EVENTS)

    with pytest.raises(NotAllowed):
        await gatherings.make(PLAN, [programme, other], gathering_id=uuid4(), actor=await make_staff(programme), at=NOW)

    assert await Gathering.all().count() == 0


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title_sv": " "}, gatherings.TitlesMissing),
        ({"ends_at": SOON}, gatherings.UnlikelyTime),
        ({"starts_at": NOW + timedelta(days=2000), "ends_at": NOW + timedelta(days=2001)}, gatherings.UnlikelyTime),
        ({"starts_at": datetime(9999, 12, 31, tzinfo=UTC)}, gatherings.UnlikelyTime),
        ({"capacity": 0}, gatherings.UnlikelyCapacity),
        ({"kind": "ball"}, gatherings.EventNotInRules),
        ({"kind": "presentation"}, gatherings.ForumMissing),
        ({"kind": "presentation", "forum": "cellar"}, gatherings.ForumMissing),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_in_words(
    programme: Programme, changes: dict[str, object], refusal: type[Exception]
) -> None:
    plan = replace(PLAN, **changes)

    with pytest.raises(refusal):
        await gatherings.make(plan, [programme], gathering_id=uuid4(), actor=await make_staff(programme), at=NOW)


async def test_somebody_is_invited(programme: Programme) -> None:
    with pytest.raises(gatherings.NobodyInvited):
        await gatherings.make(PLAN, [], gathering_id=uuid4(), actor=await make_staff(programme), at=NOW)


async def test_a_programme_whose_rules_do_not_know_the_event_is_not_invited(programme: Programme) -> None:
    other = await make_programme("BE", KI.model_copy(update={"id": "plain"}))
    both = await make_actor("Both", (RoleKind.STAFF, programme), (RoleKind.STAFF, other))

    with pytest.raises(gatherings.EventNotInRules, match="BE"):
        await gatherings.make(PLAN, [programme, other], gathering_id=uuid4(), actor=both, at=NOW)


async def test_staff_of_one_invited_programme_may_change_it_and_the_other_stays_invited(programme: Programme) -> None:
    other = await make_programme("BE", WITH_EVENTS)
    both = await make_actor("Both", (RoleKind.STAFF, programme), (RoleKind.STAFF, other))
    gathering = await gatherings.make(PLAN, [programme, other], gathering_id=uuid4(), actor=both, at=NOW)
    one = await make_staff(programme)

    await gatherings.change(gathering, replace(PLAN, where="Room 4"), [programme, other], actor=one, at=NOW)
    with pytest.raises(NotAllowed):
        await gatherings.change(gathering, PLAN, [programme], actor=one, at=NOW)

    assert (await Gathering.get(id=gathering.id)).where == "Room 4"
    assert await Invitation.all().count() == 2


async def test_a_programme_whose_students_signed_up_stays_invited(programme: Programme) -> None:
    other = await make_programme("BE", WITH_EVENTS)
    both = await make_actor("Both", (RoleKind.STAFF, programme), (RoleKind.STAFF, other))
    gathering = await gatherings.make(PLAN, [programme, other], gathering_id=uuid4(), actor=both, at=NOW)
    await signed_up(gathering)

    with pytest.raises(gatherings.StudentsSignedUp, match="OT"):
        await gatherings.change(gathering, PLAN, [other], actor=both, at=NOW)


async def test_what_somebody_attended_keeps_its_kind(programme: Programme) -> None:
    gathering = await make_gathering(programme)
    row = await signed_up(gathering)
    staff = await make_staff(programme)
    await attendance.note_attendance(row, actor=staff, at=NOW)

    with pytest.raises(gatherings.AttendanceNoted):
        plan = replace(PLAN, kind="presentation", forum="cafe")
        await gatherings.change(gathering, plan, [programme], actor=staff, at=NOW)
    with pytest.raises(gatherings.AttendanceNoted):
        await gatherings.cancel(gathering, "Nobody came.", actor=staff, at=NOW)


async def test_calling_off_needs_a_reason_and_tells_it(programme: Programme) -> None:
    gathering = await make_gathering(programme)
    staff = await make_staff(programme)
    with pytest.raises(ReasonMissing):
        await gatherings.cancel(gathering, " ", actor=staff, at=NOW)

    await gatherings.cancel(gathering, "The teacher is ill.", actor=staff, at=NOW)

    with pytest.raises(gatherings.GatheringCancelled, match="The teacher is ill"):
        await signed_up(gathering)
    with pytest.raises(WrongState):
        await gatherings.cancel(gathering, "Again.", actor=staff, at=NOW)
