"""The code of the day, and attendance noted by hand."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from models.actions import attendance, gatherings, sign_ups
from models.actions.enrolments import ReasonMissing
from models.errors import NotAllowed
from models.events_attended import events_of
from models.permissions import Actor
from models.rules.portfolio import PortfolioEvent
from models.tables import Enrolment, Event, Gathering, Programme, RoleKind, SignUp
from models.tables.gatherings import AttendanceProof, Part
from tests.factories import (
    NOW,
    WITH_EVENTS,
    make_actor,
    make_enrolment,
    make_gathering,
    make_programme,
    make_staff,
    student_of,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HALF_AN_HOUR, TWO_HOURS = timedelta(minutes=30), timedelta(hours=2)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def programme(database: object) -> Programme:
    return await make_programme("OT", WITH_EVENTS)


@pytest.fixture
async def enrolment(programme: Programme) -> Enrolment:
    return await make_enrolment(programme)


@pytest.fixture
async def student(enrolment: Enrolment) -> Actor:
    return await student_of(enrolment)


async def signed_up(gathering: Gathering, enrolment: Enrolment, part: Part = Part.LISTENER) -> SignUp:
    return await sign_ups.sign_up(
        gathering, enrolment, part, "Lund", sign_up_id=uuid4(), actor=await student_of(enrolment), at=NOW
    )


async def facts(enrolment: Enrolment) -> list[PortfolioEvent]:
    return (await events_of([enrolment.id], STOCKHOLM))[enrolment.id]


def wrong(gathering: Gathering) -> str:
    return "AAAAAA" if gathering.code != "AAAAAA" else "CCCCCC"


async def try_wrongly(gathering: Gathering, enrolment: Enrolment, times: int) -> list[type[BaseException]]:
    student = await student_of(enrolment)
    tries = [
        await asyncio.gather(
            attendance.attend(gathering, enrolment, wrong(gathering), actor=student, at=NOW), return_exceptions=True
        )
        for _ in range(times)
    ]
    return [type(result) for [result] in tries]


async def test_the_code_shows_that_one_was_there(programme: Programme, enrolment: Enrolment, student: Actor) -> None:
    gathering = await make_gathering(programme)
    row = await signed_up(gathering, enrolment)

    await attendance.attend(gathering, enrolment, gathering.code, actor=student, at=NOW)

    came = await SignUp.get(id=row.id)
    assert (came.attended_at, came.proof, came.noted_by_id) == (NOW, AttendanceProof.CODE, None)


async def test_case_spaces_and_hyphens_are_forgiven(programme: Programme, enrolment: Enrolment, student: Actor) -> None:
    gathering = await make_gathering(programme)
    spelled = f" {gathering.code[:3].lower()} - {gathering.code[3:].lower()} "

    row = await attendance.attend(gathering, enrolment, spelled, actor=student, at=NOW)

    assert row.attended_at == NOW


@pytest.mark.parametrize(
    ("after_start", "is_open"),
    [
        (-HALF_AN_HOUR - SECOND, False),
        (-HALF_AN_HOUR, True),
        (TWO_HOURS + TWO_HOURS, True),
        (TWO_HOURS + TWO_HOURS + SECOND, False),
    ],
)
async def test_the_code_works_from_half_an_hour_before_until_two_hours_after(
    programme: Programme, enrolment: Enrolment, student: Actor, after_start: timedelta, is_open: bool
) -> None:
    gathering = await make_gathering(programme)

    results = await asyncio.gather(
        attendance.attend(gathering, enrolment, gathering.code, actor=student, at=NOW + after_start),
        return_exceptions=True,
    )

    assert isinstance(results[0], SignUp) is is_open
    assert isinstance(results[0], attendance.NotOpenForCodes) is not is_open


async def test_entering_it_twice_changes_nothing(programme: Programme, enrolment: Enrolment, student: Actor) -> None:
    gathering = await make_gathering(programme)

    rows = await asyncio.gather(
        *(attendance.attend(gathering, enrolment, gathering.code, actor=student, at=NOW) for _ in range(3))
    )

    assert len({row.id for row in rows}) == 1
    assert await Event.filter(move="attend").count() == 1


async def test_wrong_codes_are_counted_and_after_ten_the_right_one_helps_no_more(
    programme: Programme, enrolment: Enrolment, student: Actor
) -> None:
    gathering = await make_gathering(programme)
    row = await signed_up(gathering, enrolment)

    refusals = await try_wrongly(gathering, enrolment, 11)

    assert refusals == [attendance.WrongCode] * 9 + [attendance.CodeUsedUp] * 2
    assert (await SignUp.get(id=row.id)).wrong_codes == 10
    with pytest.raises(attendance.CodeUsedUp):
        await attendance.attend(gathering, enrolment, gathering.code, actor=student, at=NOW)


async def test_tries_are_counted_for_whoever_did_not_sign_up_and_signing_up_does_not_forget_them(
    programme: Programme, enrolment: Enrolment
) -> None:
    gathering = await make_gathering(programme)
    await try_wrongly(gathering, enrolment, 9)

    row = await signed_up(gathering, enrolment)

    assert row.wrong_codes == 9
    assert await try_wrongly(gathering, enrolment, 1) == [attendance.CodeUsedUp]


async def test_guesses_that_come_all_at_once_are_all_counted(
    programme: Programme, enrolment: Enrolment, student: Actor
) -> None:
    gathering = await make_gathering(programme)

    await asyncio.gather(
        *(attendance.attend(gathering, enrolment, wrong(gathering), actor=student, at=NOW) for _ in range(20)),
        return_exceptions=True,
    )

    assert (await SignUp.get(enrolment_id=enrolment.id)).wrong_codes == 10


async def test_a_wrong_try_is_no_sign_up(programme: Programme, enrolment: Enrolment) -> None:
    gathering = await make_gathering(programme)

    await try_wrongly(gathering, enrolment, 1)

    assert await facts(enrolment) == []


async def test_whoever_did_not_sign_up_is_let_in_while_there_is_room(
    programme: Programme, enrolment: Enrolment, student: Actor
) -> None:
    gathering = await make_gathering(programme, capacity=1)
    absent = await signed_up(gathering, await make_enrolment(programme))

    row = await attendance.attend(gathering, enrolment, gathering.code, actor=student, at=NOW)

    assert (row.part, row.attended_at) == (Part.LISTENER, NOW)
    late = await absent.enrolment
    await attendance.attend(gathering, late, gathering.code, actor=await student_of(late), at=NOW)
    with pytest.raises(attendance.NoRoom):
        third = await make_enrolment(programme)
        await attendance.attend(gathering, third, gathering.code, actor=await student_of(third), at=NOW)


async def test_of_five_at_once_two_find_room(programme: Programme) -> None:
    gathering = await make_gathering(programme, capacity=2)
    enrolments = [await make_enrolment(programme) for _ in range(5)]
    students = [await student_of(one) for one in enrolments]

    results = await asyncio.gather(
        *(
            attendance.attend(gathering, one, gathering.code, actor=student, at=NOW)
            for one, student in zip(enrolments, students, strict=True)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(result, SignUp) for result in results) == 2
    assert await SignUp.filter(attended_at__isnull=False).count() == 2


async def test_staff_note_by_hand_who_presented_and_a_second_time_changes_nothing(
    programme: Programme, enrolment: Enrolment
) -> None:
    gathering = await make_gathering(programme, kind="presentation")
    row = await signed_up(gathering, enrolment, Part.PRESENTER)
    staff = await make_staff(programme)

    for _ in range(2):
        await attendance.note_attendance(row, actor=staff, at=NOW)

    noted = await SignUp.get(id=row.id)
    assert (noted.proof, noted.noted_by_id) == (AttendanceProof.STAFF, staff.person_id)
    assert await Event.filter(move="note_attendance").count() == 1


async def test_nobody_was_there_before_it_begins(programme: Programme, enrolment: Enrolment) -> None:
    gathering = await make_gathering(programme, starts_at=NOW + timedelta(days=1))
    row = await signed_up(gathering, enrolment)

    with pytest.raises(attendance.NotBegun):
        await attendance.note_attendance(row, actor=await make_staff(programme), at=NOW)


async def test_staff_note_nothing_for_themselves(programme: Programme) -> None:
    both = await make_actor("Both", (RoleKind.STAFF, programme))
    gathering = await make_gathering(programme)
    row = await signed_up(gathering, await make_enrolment(programme, both))

    with pytest.raises(NotAllowed):
        await attendance.note_attendance(row, actor=both, at=NOW)


async def test_what_was_taken_back_with_a_reason_the_code_does_not_bring_back(
    programme: Programme, enrolment: Enrolment, student: Actor
) -> None:
    gathering, staff = await make_gathering(programme), await make_staff(programme)
    row = await attendance.attend(gathering, enrolment, gathering.code, actor=student, at=NOW)
    with pytest.raises(ReasonMissing):
        await attendance.take_back_attendance(row, " ", actor=staff, at=NOW)

    await attendance.take_back_attendance(row, "She was not there.", actor=staff, at=NOW)

    assert (await SignUp.get(id=row.id)).attended_at is None
    with pytest.raises(attendance.CodeUsedUp):
        await attendance.attend(gathering, enrolment, gathering.code, actor=student, at=NOW)
    event = await Event.get(move="take_back_attendance")
    assert event.facts == {"reason": "She was not there."}


async def test_staff_record_somebody_who_had_not_signed_up(programme: Programme, enrolment: Enrolment) -> None:
    gathering, staff = await make_gathering(programme, kind="presentation"), await make_staff(programme)

    for _ in range(2):
        await attendance.record_attendance(
            gathering, enrolment, Part.PRESENTER, "Lund", sign_up_id=uuid4(), actor=staff, at=NOW
        )

    assert await facts(enrolment) == [PortfolioEvent("presentation", date(2026, 3, 2), True, "cafe")]


async def test_the_rules_learn_what_was_attended_and_what_is_to_come(
    programme: Programme, enrolment: Enrolment, student: Actor
) -> None:
    late_evening = NOW.replace(hour=23, minute=30)
    today = await make_gathering(programme)
    await signed_up(await make_gathering(programme, starts_at=late_evening), enrolment)
    await attendance.attend(today, enrolment, today.code, actor=student, at=NOW)

    assert await facts(enrolment) == [
        PortfolioEvent("workshop", date(2026, 3, 2), True),
        PortfolioEvent("workshop", date(2026, 3, 3), False),
    ]


async def test_listening_to_presentations_waiting_and_what_was_called_off_are_no_facts(
    programme: Programme, enrolment: Enrolment, student: Actor
) -> None:
    heard = await make_gathering(programme, kind="presentation")
    await attendance.attend(heard, enrolment, heard.code, actor=student, at=NOW)
    full = await make_gathering(programme, capacity=1)
    await signed_up(full, await make_enrolment(programme))
    await signed_up(full, enrolment)
    called_off = await make_gathering(programme)
    await signed_up(called_off, enrolment)
    await gatherings.cancel(called_off, "Snow.", actor=await make_staff(programme), at=NOW)
    left = await make_gathering(programme)
    await sign_ups.cancel_sign_up(await signed_up(left, enrolment), actor=student, at=NOW)

    assert await facts(enrolment) == []
