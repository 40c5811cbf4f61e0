"""Signing up for a gathering, cancelling, waiting for a place."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from models.actions import gatherings, sign_ups
from models.actions.gatherings import Plan
from models.errors import NotAllowed, WrongState
from models.states import EnrolmentState
from models.tables import Enrolment, Event, Gathering, Programme, SignUp
from models.tables.gatherings import Part
from tests.factories import (
    NOW,
    WITH_EVENTS,
    make_enrolment,
    make_gathering,
    make_person,
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


async def sign_up(
    gathering: Gathering, enrolment: Enrolment, part: Part = Part.LISTENER, topic: str = "", at: datetime = NOW
) -> SignUp:
    student = await student_of(enrolment)
    return await sign_ups.sign_up(gathering, enrolment, part, topic, sign_up_id=uuid4(), actor=student, at=at)


async def signed_up(gathering: Gathering, count: int) -> list[SignUp]:
    programme = await Programme.get(code="OT")
    return [
        await sign_up(gathering, await make_enrolment(programme), at=NOW + timedelta(seconds=n)) for n in range(count)
    ]


async def waiting(rows: list[SignUp]) -> list[bool]:
    return [(await SignUp.get(id=row.id)).is_waiting for row in rows]


async def test_the_same_sign_up_sent_twice_is_one(programme: Programme) -> None:
    gathering, enrolment = await make_gathering(programme), await make_enrolment(programme)
    student, id_ = await student_of(enrolment), uuid4()

    both = await asyncio.gather(
        *(
            sign_ups.sign_up(gathering, enrolment, Part.LISTENER, sign_up_id=id_, actor=student, at=NOW)
            for _ in range(2)
        )
    )

    assert [row.id for row in both] == [id_, id_]
    assert await Event.filter(move="sign_up").count() == 1


async def test_one_signs_up_once(programme: Programme) -> None:
    gathering, enrolment = await make_gathering(programme), await make_enrolment(programme)
    await sign_up(gathering, enrolment)

    with pytest.raises(sign_ups.AlreadySignedUp):
        await sign_up(gathering, enrolment, Part.PRESENTER, "Lund")


async def test_a_presenter_says_about_what(programme: Programme) -> None:
    gathering, enrolment = await make_gathering(programme), await make_enrolment(programme)

    with pytest.raises(sign_ups.TopicMissing):
        await sign_up(gathering, enrolment, Part.PRESENTER, " ")
    row = await sign_up(gathering, enrolment, Part.PRESENTER, " A term in Lund ")

    assert (row.part, row.topic) == (Part.PRESENTER, "A term in Lund")


async def test_only_students_of_an_invited_programme_sign_up(programme: Programme) -> None:
    gathering = await make_gathering(programme)
    elsewhere = await make_enrolment(await make_programme("BE", WITH_EVENTS))

    with pytest.raises(NotAllowed):
        await sign_up(gathering, elsewhere)


async def test_an_enrolment_that_ended_signs_up_for_nothing(programme: Programme) -> None:
    gathering, enrolment = await make_gathering(programme), await make_enrolment(programme)
    await Enrolment.filter(id=enrolment.id).update(state=EnrolmentState.VOID, ended_reason="Wrong faculty.")

    with pytest.raises(WrongState):
        await sign_up(gathering, enrolment)
    with pytest.raises(NotAllowed):
        await sign_up(gathering, await Enrolment.get(id=enrolment.id))


async def test_one_signs_up_until_it_ends(programme: Programme) -> None:
    gathering = await make_gathering(programme, starts_at=NOW - timedelta(hours=2))

    with pytest.raises(sign_ups.GatheringOver):
        await signed_up(gathering, 1)


async def test_ten_at_once_for_three_places_give_three_places_and_a_queue_of_seven(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=3)
    enrolments = [await make_enrolment(programme) for _ in range(10)]

    rows = await asyncio.gather(*(sign_up(gathering, enrolment) for enrolment in enrolments))

    assert sum(not row.is_waiting for row in rows) == 3
    assert await SignUp.filter(is_waiting=True).count() == 7


async def test_presenters_and_listeners_share_the_places(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=1)
    await sign_up(gathering, await make_enrolment(programme), Part.PRESENTER, "Lund")

    listener = await sign_up(gathering, await make_enrolment(programme))

    assert listener.is_waiting


async def test_when_somebody_cancels_exactly_the_first_who_waits_moves_up(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=1)
    rows = await signed_up(gathering, 3)
    student = await student_of(await rows[0].enrolment)

    await sign_ups.cancel_sign_up(rows[0], actor=student, at=NOW)

    assert await waiting(rows[1:]) == [False, True]
    assert await Event.filter(move="move_up").count() == 1


async def test_two_who_cancel_at_once_move_two_up(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=2)
    rows = await signed_up(gathering, 5)
    students = [await student_of(await row.enrolment) for row in rows[:2]]

    await asyncio.gather(
        *(sign_ups.cancel_sign_up(row, actor=who, at=NOW) for row, who in zip(rows[:2], students, strict=True))
    )

    assert await waiting(rows[2:]) == [False, False, True]


async def test_one_cancellation_sent_twice_moves_one_up(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=1)
    rows = await signed_up(gathering, 3)
    student = await student_of(await rows[0].enrolment)

    results = await asyncio.gather(
        *(sign_ups.cancel_sign_up(rows[0], actor=student, at=NOW) for _ in range(2)), return_exceptions=True
    )

    assert [type(result) for result in results].count(WrongState) == 1
    assert await waiting(rows[1:]) == [False, True]


async def test_whoever_waits_and_cancels_moves_nobody_up(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=1)
    rows = await signed_up(gathering, 3)

    await sign_ups.cancel_sign_up(rows[1], actor=await student_of(await rows[1].enrolment), at=NOW)

    assert await waiting([rows[0], rows[2]]) == [False, True]


async def test_an_ended_enrolment_that_waits_is_passed_over(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=1)
    rows = await signed_up(gathering, 3)
    await Enrolment.filter(id=rows[1].enrolment_id).update(state=EnrolmentState.VOID, ended_reason="Wrong faculty.")

    await sign_ups.cancel_sign_up(rows[0], actor=await student_of(await rows[0].enrolment), at=NOW)

    assert await waiting(rows[1:]) == [True, False]


async def test_more_places_move_up_as_many_in_order(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=1)
    rows = await signed_up(gathering, 4)

    plan = replace(PLAN, capacity=3)
    await gatherings.change(gathering, plan, [programme], actor=await make_staff(programme), at=NOW)

    assert await waiting(rows) == [False, False, False, True]


async def test_with_fewer_places_nobody_loses_theirs(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=3)
    rows = await signed_up(gathering, 4)

    plan = replace(PLAN, capacity=1)
    await gatherings.change(gathering, plan, [programme], actor=await make_staff(programme), at=NOW)
    await sign_ups.cancel_sign_up(rows[0], actor=await student_of(await rows[0].enrolment), at=NOW)

    assert await waiting(rows[1:]) == [False, False, True]


async def test_whoever_signs_up_again_goes_to_the_end_of_the_queue(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=1)
    rows = await signed_up(gathering, 2)
    enrolment = await rows[0].enrolment

    await sign_ups.cancel_sign_up(rows[0], actor=await student_of(enrolment), at=NOW)
    again = await sign_up(gathering, enrolment, at=NOW + timedelta(hours=1))

    assert again.is_waiting
    assert await waiting(rows[1:]) == [False]


async def test_nobody_cancels_for_another(programme: Programme) -> None:
    [row] = await signed_up(await make_gathering(programme), 1)
    await make_person("Eve")

    with pytest.raises(NotAllowed):
        await sign_ups.cancel_sign_up(row, actor=await make_staff(programme), at=NOW)
