"""Applying, approving, declining, numbering."""

import asyncio
from uuid import uuid4

import pytest

from models.actions import applications
from models.actions.applications import AlreadyApplied
from models.actions.enrolments import ReasonMissing
from models.actions.reflections import RuleSays
from models.errors import NotAllowed, WrongState
from models.states import ApplicationState, ReflectionState
from models.tables import Activity, Application, Certificate, Enrolment, Event, Institution, Person, Programme
from tests.factories import (
    DEADLINE,
    NOW,
    at_noon,
    make_actor,
    make_application,
    make_enrolment,
    make_final,
    make_finished_enrolment,
    make_programme,
    make_reflection,
    make_staff,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")


async def _apply(enrolment: Enrolment) -> Application:
    return await applications.apply(enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=NOW)


async def test_who_meets_every_requirement_can_apply() -> None:
    application = await _apply(await make_finished_enrolment())

    assert application.state is ApplicationState.SUBMITTED


async def test_an_application_is_refused_with_what_is_missing() -> None:
    enrolment = await make_enrolment()
    await make_reflection(enrolment, ReflectionState.ACCEPTED)

    with pytest.raises(RuleSays) as refusal:
        await _apply(enrolment)

    assert [sentence.en for sentence in refusal.value.sentences] == [
        "You lack 2 activities.",
        "You lack 2 accepted reflections. Handed in so far: 1.",
        "You lack the final reflection. Hand it in by 8 May 2026 at the latest.",
    ]
    assert await Application.all().count() == 0


async def test_a_final_that_waits_for_its_assessment_is_not_enough() -> None:
    enrolment = await make_enrolment()
    for _ in range(3):
        await make_reflection(enrolment, ReflectionState.ACCEPTED)
    await make_final(enrolment, ReflectionState.SUBMITTED)

    with pytest.raises(RuleSays) as refusal:
        await _apply(enrolment)

    assert [sentence.sv for sentence in refusal.value.sentences] == [
        "Din slutreflektion är inlämnad och väntar på bedömning."
    ]


async def test_who_was_in_time_can_apply_after_the_deadline() -> None:
    enrolment = await make_finished_enrolment()

    application = await applications.apply(
        enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=at_noon(DEADLINE.replace(day=30))
    )

    assert application.state is ApplicationState.SUBMITTED


async def test_one_application_at_a_time() -> None:
    application = await make_application()

    with pytest.raises(AlreadyApplied):
        await _apply(application.enrolment)


async def test_the_same_application_sent_twice_at_once_is_one() -> None:
    enrolment = await make_finished_enrolment()
    student, application_id = await student_of(enrolment), uuid4()

    both = await asyncio.gather(
        *(applications.apply(enrolment, application_id=application_id, actor=student, at=NOW) for _ in range(2))
    )

    assert [application.id for application in both] == [application_id, application_id]


async def test_the_id_of_somebody_elses_application_is_refused() -> None:
    foreign = await make_application()
    enrolment = await make_finished_enrolment(await programme_of(foreign.enrolment))

    with pytest.raises(NotAllowed):
        await applications.apply(enrolment, application_id=foreign.id, actor=await student_of(enrolment), at=NOW)


async def test_certificates_are_numbered_without_gaps() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)

    for _ in range(3):
        await make_application(await make_finished_enrolment(programme), ApplicationState.APPROVED, staff=staff)

    assert await Certificate.all().order_by("issued_at", "number").values_list("number", flat=True) == [1, 2, 3]


async def test_certificates_approved_at_once_are_numbered_without_gaps() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    waiting = [await make_application(await make_finished_enrolment(programme)) for _ in range(3)]

    certificates = await asyncio.gather(
        *(applications.approve(application, actor=staff, at=NOW) for application in waiting)
    )

    assert sorted(certificate.number for certificate in certificates) == [1, 2, 3]


async def test_a_refused_approval_uses_no_number_up() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    first = await make_application(await make_finished_enrolment(programme), ApplicationState.APPROVED, staff=staff)
    with pytest.raises(WrongState):
        await applications.approve(first, actor=staff, at=NOW)

    await make_application(await make_finished_enrolment(programme), ApplicationState.APPROVED, staff=staff)

    assert await Certificate.all().order_by("number").values_list("number", flat=True) == [1, 2]


async def test_two_decisions_about_one_application_are_one() -> None:
    application = await make_application()
    programme = await programme_of(application.enrolment)
    one, other = await make_staff(programme), await make_staff(programme)

    results = await asyncio.gather(
        applications.approve(application, actor=one, at=NOW),
        applications.decline(application, "No.", actor=other, at=NOW),
        return_exceptions=True,
    )

    assert sorted(type(result).__name__ for result in results) == ["Certificate", "WrongState"]


async def test_declining_needs_a_reason() -> None:
    application = await make_application()
    staff = await make_staff(await programme_of(application.enrolment))

    with pytest.raises(ReasonMissing):
        await applications.decline(application, " ", actor=staff, at=NOW)

    assert (await Application.get(id=application.id)).state is ApplicationState.SUBMITTED


async def test_a_declined_application_keeps_who_when_and_why() -> None:
    application = await make_application()
    staff = await make_staff(await programme_of(application.enrolment))

    await applications.decline(application, " The evidence is missing. ", actor=staff, at=NOW)

    decided = await Application.get(id=application.id)
    assert (decided.decided_by_id, decided.decided_at, decided.reason) == (
        staff.person_id,
        NOW,
        "The evidence is missing.",
    )


async def test_after_a_refusal_one_may_apply_again() -> None:
    declined = await make_application(state=ApplicationState.DECLINED)

    again = await _apply(declined.enrolment)

    assert again.state is ApplicationState.SUBMITTED
    assert await Application.all().count() == 2


async def test_after_an_approval_nobody_applies_again() -> None:
    approved = await make_application(state=ApplicationState.APPROVED)

    with pytest.raises(AlreadyApplied):
        await _apply(approved.enrolment)


async def test_staff_cannot_approve_their_own_application() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    application = await make_application(await make_finished_enrolment(programme, staff))

    with pytest.raises(NotAllowed):
        await applications.approve(application, actor=staff, at=NOW)

    assert await Certificate.all().count() == 0


async def test_the_facts_of_a_certificate_are_those_of_the_day_of_the_approval() -> None:
    await Institution.create(name_sv="Norra högskolan", name_en="Northern University")
    programme = await make_programme()
    staff = await make_staff(programme, "Sten Staff")
    enrolment = await make_finished_enrolment(programme, await make_actor("Robin Student"))
    await make_application(enrolment, ApplicationState.APPROVED, staff=staff)

    await Person.all().update(name="Renamed")
    await Programme.all().update(code="XX", name_en="Renamed", name_sv="Omdöpt")
    await Activity.all().update(title_en="Renamed", title_sv="Omdöpt")

    certificate = await Certificate.get(number=1)
    assert certificate.name == "Robin Student"
    assert certificate.facts == {
        "institution": {"sv": "Norra högskolan", "en": "Northern University"},
        "programme_code": "OT",
        "programme_name": {"sv": "Program OT", "en": "Programme OT"},
        "certificate_name": {"sv": "Certificate of International Merits", "en": "Certificate of International Merits"},
        "rule_set": "ki",
        "rule_set_version": "2025-26",
        "study_end_date": "2026-06-05",
        "approved_by": "Sten Staff",
        "activities": [
            {"sv": "Language café (sv)", "en": "Language café"},
            {"sv": "Student ambassador (sv)", "en": "Student ambassador"},
            {"sv": "TedX (sv)", "en": "TedX"},
        ],
    }


async def test_an_issued_certificate_is_recorded() -> None:
    application = await make_application(state=ApplicationState.APPROVED)

    event = await Event.get(move="issue")

    assert (event.subject_kind, event.subject_id) == ("certificate", "1")
    assert event.facts == {"application": str(application.id)}
