"""A done activity is opened again by staff, so that something can be put right."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import activities, applications, decisions, sign_offs
from models.actions.activities import ReflectionBegun
from models.actions.decisions import AppliedFor
from models.actions.enrolments import CertificateIssued, ReasonMissing
from models.errors import WrongState
from models.permissions import Actor
from models.portfolios import portfolio_of, rule_set_of
from models.queries.enrolments import latest_decision
from models.rules.progress import progress
from models.states import (
    APPROVE_ACTIVITY,
    CONFIRM_ACTIVITY,
    REOPEN_ACTIVITY,
    SEND_BACK_ACTIVITY,
    ActivityState,
    ApplicationState,
    ReflectionState,
)
from models.tables import Activity, Application, Enrolment, Event, Precedent, Reflection
from models.tables.activities import SignOffOutcome
from tests.factories import (
    AFTER,
    NOW,
    make_activity,
    make_application,
    make_finished_enrolment,
    make_reflection,
    make_staff,
    pin,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(days=1)


async def _staff_of(activity: Activity) -> Actor:
    return await make_staff(await programme_of(activity.enrolment))


async def _reopen(activity: Activity, reason: str = "The day is wrong.") -> Activity:
    await decisions.reopen(activity, reason, actor=await _staff_of(activity), at=LATER)
    return await Activity.get(id=activity.id).select_related("enrolment")


async def _have(enrolment: Enrolment) -> float:
    today = NOW.date()
    return progress(await portfolio_of(enrolment), await rule_set_of(enrolment), on=today).requirements[0].have


async def test_a_done_activity_is_opened_again_with_the_reason() -> None:
    activity = await make_activity()
    staff = await _staff_of(activity)

    await decisions.reopen(activity, " The day is wrong. ", actor=staff, at=LATER)

    opened = await Activity.get(id=activity.id)
    assert (opened.state, opened.decision_note) == (ActivityState.APPROVED, "The day is wrong.")
    assert (opened.decided_by_id, opened.decided_at) == (staff.person_id, LATER)
    event = await Event.get(move="reopen_activity")
    assert (event.actor_id, event.facts) == (staff.person_id, {"reason": "The day is wrong."})


async def test_opening_again_needs_a_reason() -> None:
    activity = await make_activity()

    with pytest.raises(ReasonMissing):
        await _reopen(activity, " \n")

    assert (await Activity.get(id=activity.id)).state is ActivityState.DONE


async def test_what_is_not_done_is_not_opened_again() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)

    with pytest.raises(WrongState):
        await _reopen(activity)


async def test_its_accepted_reflection_stays_and_it_counts_again_when_it_is_done_again() -> None:
    reflection = await make_reflection(state=ReflectionState.ACCEPTED)
    activity = await Activity.get(id=reflection.activity_id).select_related("enrolment")
    before = await _have(activity.enrolment)

    opened = await _reopen(activity)
    between = await _have(activity.enrolment)
    await activities.complete(opened, actor=await student_of(activity.enrolment), at=LATER)

    assert (before, between, await _have(activity.enrolment)) == (1, 0, 1)
    assert (await Reflection.get(id=reflection.id)).state is ReflectionState.ACCEPTED


async def test_an_own_activity_is_confirmed_again_and_keeps_one_precedent() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)
    await pin(activity.enrolment, AFTER)
    staff = await _staff_of(activity)
    await decisions.confirm(activity, actor=staff, at=NOW)

    opened = await _reopen(activity)
    await activities.report(opened, actor=await student_of(activity.enrolment), at=LATER)
    await decisions.confirm(opened, "Now it is right.", actor=staff, at=LATER)

    assert (await Activity.get(id=activity.id)).state is ActivityState.DONE
    assert (await Precedent.get(activity_id=activity.id)).reason == "Now it is right."


async def test_while_an_application_waits_nothing_is_opened_again() -> None:
    application = await make_application()
    activity = await Activity.filter(enrolment_id=application.enrolment_id).select_related("enrolment").first()

    with pytest.raises(AppliedFor):
        await _reopen(activity)
    await applications.decline(application, "A day is wrong.", actor=await _staff_of(activity), at=NOW)

    assert (await _reopen(activity)).state is ActivityState.APPROVED


async def test_with_a_certificate_nothing_is_opened_again() -> None:
    application = await make_application(state=ApplicationState.APPROVED)
    activity = await Activity.filter(enrolment_id=application.enrolment_id).select_related("enrolment").first()

    with pytest.raises(CertificateIssued):
        await _reopen(activity)

    assert (await Activity.get(id=activity.id)).state is ActivityState.DONE


async def test_who_has_an_activity_opened_again_cannot_apply_until_it_is_done_again() -> None:
    enrolment = await make_finished_enrolment()
    activity = await Activity.filter(enrolment_id=enrolment.id).select_related("enrolment").first()
    await _reopen(activity)

    with pytest.raises(applications.RuleSays):
        await applications.apply(enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=NOW)

    assert not await Application.exists(enrolment_id=enrolment.id)


async def test_what_the_organiser_wrote_while_it_was_done_holds_when_it_is_opened_again() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    student = await student_of(activity.enrolment)
    token = await sign_offs.request(activity, "The café", sign_off_id=uuid4(), actor=student, at=NOW)
    await activities.state_attendance(activity, 90, actor=student, at=NOW)
    await activities.complete(activity, actor=student, at=NOW)
    await sign_offs.answer(token, SignOffOutcome.CONFIRMED, "Kim Alm", "Host", 60, "", at=NOW)

    opened = await _reopen(activity)

    assert opened.attendance_percent == 60


async def test_what_the_student_stated_stays_when_nobody_signed() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    student = await student_of(activity.enrolment)
    await activities.state_attendance(activity, 90, actor=student, at=NOW)
    await activities.complete(activity, actor=student, at=NOW)

    opened = await _reopen(activity)

    assert opened.attendance_percent == 90


async def test_what_was_reflected_on_is_not_taken_off_the_list_when_it_is_open_again() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    opened = await _reopen(await Activity.get(id=reflection.activity_id).select_related("enrolment"))

    with pytest.raises(ReflectionBegun):
        await activities.withdraw(opened, actor=await student_of(opened.enrolment), at=LATER)

    assert (await Activity.get(id=opened.id)).state is ActivityState.APPROVED


async def test_a_note_that_goes_with_an_approval_is_told_from_one_that_asks_for_something() -> None:
    approved = await make_activity(state=ActivityState.PROPOSED)
    staff = await _staff_of(approved)
    await decisions.approve(approved, "Have fun.", actor=staff, at=NOW)
    reported = await make_activity(approved.enrolment, ActivityState.REPORTED)
    await decisions.send_back(reported, "The sheet is missing.", actor=staff, at=NOW)
    done = await make_activity(approved.enrolment)
    before = await latest_decision(done)
    await _reopen(done)

    assert [await latest_decision(one) for one in (approved, reported, done)] == [
        APPROVE_ACTIVITY,
        SEND_BACK_ACTIVITY,
        REOPEN_ACTIVITY,
    ]
    assert before is None


async def test_the_newest_decision_is_the_one_that_is_told() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)
    staff = await _staff_of(activity)
    await pin(activity.enrolment, AFTER)
    await decisions.send_back(activity, "The sheet is missing.", actor=staff, at=NOW)
    await activities.report(activity, actor=await student_of(activity.enrolment), at=NOW)
    await decisions.confirm(activity, actor=staff, at=NOW)

    assert await latest_decision(activity) is CONFIRM_ACTIVITY
