"""Enrolling."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from models.actions import enrolments
from models.actions.enrolments import AlreadyEnrolled, StudyEndNotAhead
from models.errors import NotAllowed
from models.portfolios import rule_set_of
from models.tables import Enrolment, Event, Programme
from tests.factories import (
    NOW,
    STUDY_END,
    make_actor,
    make_enrolment,
    make_programme,
    make_rule_set,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

TODAY = NOW.date()


async def test_enrolling_pins_the_rule_set_that_the_programme_has_now() -> None:
    programme = await make_programme()

    enrolment = await make_enrolment(programme)

    assert (await rule_set_of(enrolment)).version == "2025-26"


async def test_a_new_published_version_does_not_move_an_enrolment() -> None:
    enrolment = await make_enrolment()
    newer = await make_rule_set(version="2026-27")

    await Programme.filter(id=enrolment.programme_id).update(rule_set_id=newer.id)

    assert (await rule_set_of(await Enrolment.get(id=enrolment.id))).version == "2025-26"


async def test_who_enrols_after_a_new_version_gets_the_new_one() -> None:
    programme = await make_programme()
    newer = await make_rule_set(version="2026-27")
    await Programme.filter(id=programme.id).update(rule_set_id=newer.id)

    enrolment = await make_enrolment(await Programme.get(id=programme.id))

    assert (await rule_set_of(enrolment)).version == "2026-27"


async def test_one_cannot_enrol_twice_in_one_programme() -> None:
    enrolment = await make_enrolment()

    with pytest.raises(AlreadyEnrolled):
        await make_enrolment(await programme_of(enrolment), await student_of(enrolment))

    assert await Enrolment.all().count() == 1


async def test_one_can_enrol_in_two_programmes() -> None:
    enrolment = await make_enrolment()

    await make_enrolment(await make_programme("BE"), await student_of(enrolment))

    assert await Enrolment.filter(person_id=enrolment.person_id).count() == 2


async def test_the_same_enrolment_sent_again_is_the_first_one() -> None:
    enrolment = await make_enrolment()
    events = await Event.all().count()

    again = await enrolments.enrol(
        await programme_of(enrolment),
        STUDY_END + timedelta(days=9),
        enrolment_id=enrolment.id,
        actor=await student_of(enrolment),
        at=NOW,
    )

    assert again.study_end_date == STUDY_END
    assert await Event.all().count() == events


async def test_the_same_enrolment_sent_twice_at_once_is_one() -> None:
    programme, actor, enrolment_id = await make_programme(), await make_actor(), uuid4()

    both = await asyncio.gather(
        *(enrolments.enrol(programme, STUDY_END, enrolment_id=enrolment_id, actor=actor, at=NOW) for _ in range(2))
    )

    assert [enrolment.id for enrolment in both] == [enrolment_id, enrolment_id]


async def test_somebody_elses_enrolment_id_is_refused() -> None:
    enrolment = await make_enrolment()

    with pytest.raises(NotAllowed):
        await enrolments.enrol(
            await programme_of(enrolment), STUDY_END, enrolment_id=enrolment.id, actor=await make_actor(), at=NOW
        )


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY, date(2036, 3, 3), date(2099, 1, 1)])
async def test_the_studies_cannot_end_today_earlier_or_after_ten_years(day: date) -> None:
    programme, actor = await make_programme(), await make_actor()

    with pytest.raises(StudyEndNotAhead):
        await enrolments.enrol(programme, day, enrolment_id=uuid4(), actor=actor, at=NOW)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2036, 3, 2)])
async def test_the_studies_may_end_from_tomorrow_until_ten_years_from_now(day: date) -> None:
    enrolment = await make_enrolment(study_end_date=day)

    assert enrolment.study_end_date == day


async def test_enrolling_on_the_leap_day_works() -> None:
    programme, actor, leap_day = await make_programme(), await make_actor(), NOW.replace(year=2028, month=2, day=29)

    enrolment = await enrolments.enrol(programme, date(2030, 1, 1), enrolment_id=uuid4(), actor=actor, at=leap_day)

    assert enrolment.enrolled_at == leap_day


async def test_today_is_the_day_at_the_institution() -> None:
    programme, actor = await make_programme(), await make_actor()
    past_midnight_in_stockholm = NOW.replace(hour=23, minute=30)

    with pytest.raises(StudyEndNotAhead):
        await enrolments.enrol(
            programme, TODAY + timedelta(days=1), enrolment_id=uuid4(), actor=actor, at=past_midnight_in_stockholm
        )
