"""The end of studies, the day of admission, extensions."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from models.actions import study_dates
from models.actions.eligibility import AdmissionNotPast
from models.actions.enrolments import CertificateIssued, ReasonMissing, StudyEndNotAhead
from models.actions.study_dates import ExtensionTooShort, NothingToExtend, StudiesEnded
from models.errors import NotAllowed
from models.portfolios import deadline_of
from models.rules.primitives import ApplicationRules
from models.rules.ruleset import preset
from models.states import ApplicationState
from models.tables import Enrolment, Event, Extension
from tests.factories import (
    DEADLINE,
    KI,
    NOW,
    STUDY_END,
    at_noon,
    edition,
    make_application,
    make_enrolment,
    make_programme,
    make_staff,
    pin,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

TODAY = NOW.date()
ADMITTED, EARLIER = date(2025, 9, 1), date(2024, 9, 1)


async def test_a_later_study_end_moves_the_deadline() -> None:
    enrolment = await make_enrolment()

    await study_dates.change_study_end(
        enrolment, STUDY_END + timedelta(days=14), actor=await student_of(enrolment), at=NOW
    )

    assert await deadline_of(enrolment) == DEADLINE + timedelta(days=14)


async def test_a_change_of_the_study_end_keeps_both_dates_in_the_record() -> None:
    enrolment = await make_enrolment()

    await study_dates.change_study_end(enrolment, date(2026, 9, 1), actor=await student_of(enrolment), at=NOW)

    event = await Event.get(move="change_study_end")
    assert event.facts == {"before": "2026-06-05", "now": "2026-09-01"}


async def test_the_study_end_cannot_become_a_day_that_has_passed() -> None:
    enrolment = await make_enrolment()

    with pytest.raises(StudyEndNotAhead):
        await study_dates.change_study_end(enrolment, TODAY, actor=await student_of(enrolment), at=NOW)

    assert (await Enrolment.get(id=enrolment.id)).study_end_date == STUDY_END


async def _change_admitted(enrolment: Enrolment, day: date, reason: str = "A misprint.") -> None:
    staff = await make_staff(await programme_of(enrolment))
    await study_dates.change_admitted_date(enrolment, day, reason, actor=staff, at=NOW)


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
        await study_dates.change_admitted_date(
            enrolment, EARLIER, "I want it.", actor=await student_of(enrolment), at=NOW
        )


async def test_with_a_certificate_the_beginning_of_the_studies_stays() -> None:
    enrolment = (await make_application(state=ApplicationState.APPROVED)).enrolment

    with pytest.raises(CertificateIssued):
        await _change_admitted(enrolment, EARLIER)


async def _extend(enrolment: Enrolment, until: date, reason: str = "Illness.") -> Extension:
    staff = await make_staff(await programme_of(enrolment))
    return await study_dates.grant_extension(enrolment, until, reason, extension_id=uuid4(), actor=staff, at=NOW)


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

    again = await study_dates.grant_extension(
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
        await study_dates.grant_extension(
            enrolment, date(2026, 5, 20), "I want it.", extension_id=uuid4(), actor=staff, at=NOW
        )


async def test_where_the_rules_know_no_last_day_there_is_nothing_to_extend() -> None:
    enrolment = await make_enrolment()
    await pin(enrolment, edition("endless", final=KI.final.model_copy(update={"weeks_before_study_end": None})))

    with pytest.raises(NothingToExtend):
        await _extend(enrolment, date(2026, 12, 1))


async def test_where_only_applying_has_a_last_day_it_is_that_one_which_is_extended() -> None:
    enrolment = await make_enrolment()
    endless = KI.final.model_copy(update={"weeks_before_study_end": None})
    await pin(enrolment, edition("one-term", final=endless, application=ApplicationRules(weeks_after_study_end=20)))

    await _extend(enrolment, date(2026, 12, 1))

    event = await Event.get(move="grant_extension")
    assert event.facts == {"before": (STUDY_END + timedelta(weeks=20)).isoformat(), "until": "2026-12-01"}


async def test_where_there_is_no_last_day_only_staff_make_studies_that_have_ended_longer() -> None:
    programme = await make_programme("JU", preset("ju"))
    enrolment = await make_enrolment(programme)
    after_the_end, longer = at_noon(STUDY_END + timedelta(days=1)), STUDY_END + timedelta(days=90)

    with pytest.raises(StudiesEnded):
        await study_dates.change_study_end(enrolment, longer, actor=await student_of(enrolment), at=after_the_end)
    staff = await make_staff(programme)
    await study_dates.change_study_end(enrolment, longer, actor=staff, at=after_the_end)

    assert (await Enrolment.get(id=enrolment.id)).study_end_date == longer
