"""Enrolling, the end of studies, extensions."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from models.actions import enrolments
from models.actions.eligibility import AdmissionNotPast
from models.actions.enrolments import (
    AlreadyEnrolled,
    CertificateIssued,
    ExtensionTooShort,
    ReasonMissing,
    StudiesEnded,
    StudyEndNotAhead,
)
from models.errors import NotAllowed
from models.portfolios import deadline_of, rule_set_of
from models.rules.ruleset import preset
from models.states import ApplicationState
from models.tables import Enrolment, Event, Extension, Programme
from tests.factories import (
    DEADLINE,
    NOW,
    STUDY_END,
    at_noon,
    make_actor,
    make_application,
    make_enrolment,
    make_programme,
    make_rule_set,
    make_staff,
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


async def test_a_later_study_end_moves_the_deadline() -> None:
    enrolment = await make_enrolment()

    await enrolments.change_study_end(
        enrolment, STUDY_END + timedelta(days=14), actor=await student_of(enrolment), at=NOW
    )

    assert await deadline_of(enrolment) == DEADLINE + timedelta(days=14)


async def test_a_change_of_the_study_end_keeps_both_dates_in_the_record() -> None:
    enrolment = await make_enrolment()

    await enrolments.change_study_end(enrolment, date(2026, 9, 1), actor=await student_of(enrolment), at=NOW)

    event = await Event.get(move="change_study_end")
    assert event.facts == {"before": "2026-06-05", "now": "2026-09-01"}


async def test_the_study_end_cannot_become_a_day_that_has_passed() -> None:
    enrolment = await make_enrolment()

    with pytest.raises(StudyEndNotAhead):
        await enrolments.change_study_end(enrolment, TODAY, actor=await student_of(enrolment), at=NOW)

    assert (await Enrolment.get(id=enrolment.id)).study_end_date == STUDY_END


ADMITTED, EARLIER = date(2025, 9, 1), date(2024, 9, 1)


async def _change_admitted(enrolment: Enrolment, day: date, reason: str = "A misprint.") -> None:
    staff = await make_staff(await programme_of(enrolment))
    await enrolments.change_admitted_date(enrolment, day, reason, actor=staff, at=NOW)


async def _admitted() -> Enrolment:
    enrolment = await make_enrolment()
    await Enrolment.filter(id=enrolment.id).update(admitted_date=ADMITTED)
    return enrolment


async def test_staff_put_the_beginning_of_the_studies_right_and_the_record_keeps_both_days() -> None:
    enrolment = await _admitted()

    await _change_admitted(enrolment, EARLIER, " A misprint. ")

    assert (await Enrolment.get(id=enrolment.id)).admitted_date == EARLIER
    event = await Event.get(move="change_admitted_date")
    assert event.facts == {"before": "2025-09-01", "now": "2024-09-01", "reason": "A misprint."}


async def test_the_studies_did_not_begin_after_today() -> None:
    enrolment = await _admitted()

    with pytest.raises(AdmissionNotPast):
        await _change_admitted(enrolment, TODAY + timedelta(days=1))
    await _change_admitted(enrolment, TODAY)

    assert (await Enrolment.get(id=enrolment.id)).admitted_date == TODAY


async def test_putting_the_beginning_of_the_studies_right_needs_a_reason() -> None:
    enrolment = await _admitted()

    with pytest.raises(ReasonMissing):
        await _change_admitted(enrolment, EARLIER, " ")

    assert (await Enrolment.get(id=enrolment.id)).admitted_date == ADMITTED


async def test_the_student_does_not_change_the_beginning_of_the_studies() -> None:
    enrolment = await _admitted()

    with pytest.raises(NotAllowed):
        await enrolments.change_admitted_date(
            enrolment, EARLIER, "I want it.", actor=await student_of(enrolment), at=NOW
        )


async def test_with_a_certificate_the_beginning_of_the_studies_stays() -> None:
    enrolment = (await make_application(state=ApplicationState.APPROVED)).enrolment

    with pytest.raises(CertificateIssued):
        await _change_admitted(enrolment, EARLIER)


async def _extend(enrolment: Enrolment, until: date, reason: str = "Illness.") -> Extension:
    staff = await make_staff(await programme_of(enrolment))
    return await enrolments.grant_extension(enrolment, until, reason, extension_id=uuid4(), actor=staff, at=NOW)


async def test_an_extension_moves_the_deadline() -> None:
    enrolment = await make_enrolment()

    await _extend(enrolment, date(2026, 5, 20))

    assert await deadline_of(enrolment) == date(2026, 5, 20)


async def test_an_extension_needs_a_reason() -> None:
    enrolment = await make_enrolment()

    with pytest.raises(ReasonMissing):
        await _extend(enrolment, date(2026, 5, 20), reason="  \n")

    assert await deadline_of(enrolment) == DEADLINE


@pytest.mark.parametrize("day", [DEADLINE, DEADLINE - timedelta(days=1)])
async def test_an_extension_must_be_later_than_the_deadline(day: date) -> None:
    enrolment = await make_enrolment()

    with pytest.raises(ExtensionTooShort) as refusal:
        await _extend(enrolment, day)

    assert refusal.value.arguments == {"deadline": DEADLINE}


async def test_a_second_extension_must_be_later_than_the_first() -> None:
    enrolment = await make_enrolment()
    await _extend(enrolment, date(2026, 5, 20))

    with pytest.raises(ExtensionTooShort):
        await _extend(enrolment, date(2026, 5, 19))


async def test_an_extension_cannot_end_before_today() -> None:
    enrolment = await make_enrolment(study_end_date=TODAY + timedelta(days=7))

    with pytest.raises(ExtensionTooShort):
        await _extend(enrolment, TODAY - timedelta(days=1))


async def test_an_extension_is_recorded_with_both_dates() -> None:
    enrolment = await make_enrolment()

    extension = await _extend(enrolment, date(2026, 5, 20))

    event = await Event.get(move="grant_extension")
    assert event.actor_id == extension.granted_by_id
    assert event.facts == {"before": "2026-05-08", "until": "2026-05-20"}


async def test_the_same_extension_sent_again_is_the_first_one() -> None:
    enrolment = await make_enrolment()
    extension = await _extend(enrolment, date(2026, 5, 20))

    again = await enrolments.grant_extension(
        enrolment,
        date(2026, 5, 20),
        "Illness.",
        extension_id=extension.id,
        actor=await make_staff(await programme_of(enrolment)),
        at=NOW,
    )

    assert again.id == extension.id
    assert await Extension.all().count() == 1


async def test_staff_cannot_extend_their_own_deadline() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    enrolment = await make_enrolment(programme, staff)

    with pytest.raises(NotAllowed):
        await enrolments.grant_extension(
            enrolment, date(2026, 5, 20), "I want it.", extension_id=uuid4(), actor=staff, at=NOW
        )


async def test_where_there_is_no_last_day_only_staff_make_studies_that_have_ended_longer() -> None:
    programme = await make_programme("JU", preset("ju"))
    enrolment = await make_enrolment(programme)
    after_the_end, longer = at_noon(STUDY_END + timedelta(days=1)), STUDY_END + timedelta(days=90)

    with pytest.raises(StudiesEnded):
        await enrolments.change_study_end(enrolment, longer, actor=await student_of(enrolment), at=after_the_end)
    staff = await make_staff(programme)
    await enrolments.change_study_end(enrolment, longer, actor=staff, at=after_the_end)

    assert (await Enrolment.get(id=enrolment.id)).study_end_date == longer
