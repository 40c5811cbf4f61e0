"""Void, deregistered, reinstated, moved to another version: what staff do to an enrolment, and what it stops."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from models import permissions
from models.actions import (
    activities,
    applications,
    assessments,
    claims,
    enrolments,
    handing_in,
    reflections,
    study_dates,
)
from models.actions.eligibility import AdmissionMissing, AdmissionNotPast
from models.actions.enrolments import (
    AlreadyEnrolled,
    CertificateIssued,
    EnrolmentEnded,
    ReasonMissing,
    SameVersion,
    VersionNotOffered,
    WasEnded,
)
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.portfolios import rule_set_of
from models.queries.enrolments import enrolments_of_staff, standing_under, versions_for
from models.queries.queue import queue
from models.rules.primitives import ActivityRules
from models.states import ActivityState, ApplicationState, EnrolmentState, ReflectionState
from models.tables import Activity, Application, Enrolment, Event, Programme, Reflection, RuleSetVersion
from models.tables.activities import Mode, Place
from tests.factories import (
    KI,
    NOW,
    edition,
    make_activity,
    make_application,
    make_assessor,
    make_enrolment,
    make_finished_enrolment,
    make_item,
    make_reflection,
    make_rule_set,
    make_staff,
    make_upload,
    programme_of,
    reload_reflection,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

ENDS = {EnrolmentState.VOID: enrolments.void, EnrolmentState.DEREGISTERED: enrolments.deregister}
LATER = NOW + timedelta(days=1)


async def _staff_of(enrolment: Enrolment) -> Actor:
    return await make_staff(await programme_of(enrolment))


async def _ended(state: EnrolmentState, enrolment: Enrolment | None = None) -> Enrolment:
    enrolment = enrolment or await make_enrolment()
    await ENDS[state](enrolment, "Another faculty.", actor=await _staff_of(enrolment), at=NOW)
    return await Enrolment.get(id=enrolment.id)


@pytest.mark.parametrize(("state", "move"), [("void", "void_enrolment"), ("deregistered", "deregister")])
async def test_an_ended_enrolment_says_who_when_and_why(state: str, move: str) -> None:
    enrolment = await make_enrolment()
    staff = await _staff_of(enrolment)

    await ENDS[EnrolmentState(state)](enrolment, " Another faculty. ", actor=staff, at=LATER)

    ended = await Enrolment.get(id=enrolment.id)
    assert (ended.state, ended.ended_reason, ended.ended_by_id, ended.ended_at) == (
        EnrolmentState(state),
        "Another faculty.",
        staff.person_id,
        LATER,
    )
    assert (await Event.get(move=move)).facts == {"reason": "Another faculty."}


@pytest.mark.parametrize("end", ENDS.values())
async def test_ending_an_enrolment_needs_a_reason(end: object) -> None:
    enrolment = await make_enrolment()

    with pytest.raises(ReasonMissing):
        await end(enrolment, " \n", actor=await _staff_of(enrolment), at=NOW)

    assert (await Enrolment.get(id=enrolment.id)).state is EnrolmentState.ACTIVE


async def test_of_two_who_end_it_at_once_one_wins() -> None:
    enrolment = await make_enrolment()
    one, other = await _staff_of(enrolment), await _staff_of(enrolment)

    results = await asyncio.gather(
        enrolments.void(enrolment, "Wrong.", actor=one, at=NOW),
        enrolments.deregister(enrolment, "Late.", actor=other, at=NOW),
        return_exceptions=True,
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "WrongState"]


async def test_staff_do_not_end_their_own() -> None:
    enrolment = await make_enrolment()
    staff = await _staff_of(enrolment)
    own = await make_enrolment(await programme_of(enrolment), staff)

    with pytest.raises(NotAllowed):
        await enrolments.void(own, "I am tired.", actor=staff, at=NOW)


@pytest.mark.parametrize("end", ENDS.values())
async def test_what_has_a_certificate_is_never_ended(end: object) -> None:
    application = await make_application(state=ApplicationState.APPROVED)

    with pytest.raises(CertificateIssued):
        await end(application.enrolment, "Hm.", actor=await _staff_of(application.enrolment), at=NOW)


@pytest.mark.parametrize("state", ENDS)
async def test_reinstating_clears_the_reason_and_the_record_keeps_both(state: EnrolmentState) -> None:
    ended = await _ended(state)

    await enrolments.reinstate(ended, "It was the right one.", actor=await _staff_of(ended), at=LATER)

    again = await Enrolment.get(id=ended.id)
    assert (again.state, again.ended_reason, again.ended_by_id, again.ended_at) == (
        EnrolmentState.ACTIVE,
        "",
        None,
        None,
    )
    assert (await Event.get(move="reinstate")).facts == {"reason": "It was the right one."}


async def test_what_is_in_use_is_not_reinstated() -> None:
    enrolment = await make_enrolment()

    with pytest.raises(WrongState):
        await enrolments.reinstate(enrolment, "Why not.", actor=await _staff_of(enrolment), at=NOW)


@pytest.mark.parametrize("state", ENDS)
async def test_who_was_taken_out_does_not_enrol_again_by_themselves(state: EnrolmentState) -> None:
    ended = await _ended(state)

    with pytest.raises(WasEnded):
        await make_enrolment(await programme_of(ended), await student_of(ended))


async def test_who_was_reinstated_is_enrolled_already() -> None:
    ended = await _ended(EnrolmentState.VOID)
    await enrolments.reinstate(ended, "Right.", actor=await _staff_of(ended), at=NOW)

    with pytest.raises(AlreadyEnrolled):
        await make_enrolment(await programme_of(ended), await student_of(ended))


@pytest.mark.parametrize("state", ENDS)
async def test_nothing_is_begun_saved_or_handed_in_from_a_page_that_was_open_before(state: EnrolmentState) -> None:
    activity = await make_activity()
    draft = await make_reflection(activity=activity)
    student = await student_of(activity.enrolment)
    other = await make_activity(activity.enrolment, title="Journal club")
    await _ended(state, activity.enrolment)

    with pytest.raises(EnrolmentEnded):
        await handing_in.submit(draft, revision=1, actor=student, at=NOW)
    with pytest.raises(EnrolmentEnded):
        await reflections.save_draft(draft, base_revision=1, text="More.", actor=student, at=NOW)
    with pytest.raises(EnrolmentEnded):
        await reflections.start(other, "written", "en", actor=student, at=NOW)

    assert (await Reflection.get(id=draft.id)).state is ReflectionState.DRAFT


async def test_a_page_that_is_loaded_afterwards_offers_and_allows_nothing() -> None:
    draft = await make_reflection()
    student = await student_of(draft.enrolment)
    await _ended(EnrolmentState.VOID, draft.enrolment)
    loaded = await reload_reflection(draft)

    assert permissions.open_reflection_moves(student, loaded) == []
    with pytest.raises(NotAllowed):
        await handing_in.submit(loaded, revision=1, actor=student, at=NOW)


async def test_nobody_applies_from_a_page_that_was_open_before() -> None:
    enrolment = await make_finished_enrolment()
    await _ended(EnrolmentState.DEREGISTERED, enrolment)

    with pytest.raises(EnrolmentEnded):
        await applications.apply(enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=NOW)

    assert await Application.all().count() == 0


async def test_an_application_is_not_decided_once_the_enrolment_has_ended() -> None:
    application = await make_application()
    staff = await _staff_of(application.enrolment)
    await _ended(EnrolmentState.VOID, application.enrolment)

    with pytest.raises(EnrolmentEnded):
        await applications.approve(application, actor=staff, at=NOW)
    with pytest.raises(EnrolmentEnded):
        await applications.decline(application, "Void.", actor=staff, at=NOW)

    assert (await Application.get(id=application.id)).state is ApplicationState.SUBMITTED


async def test_what_was_handed_in_waits_for_no_assessor_and_cannot_be_claimed() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    assessor = await make_assessor(await programme_of(reflection.enrolment))
    before = await queue(assessor)
    await _ended(EnrolmentState.VOID, reflection.enrolment)

    assert [row.id for row in before] == [reflection.id]
    assert await queue(assessor) == []
    with pytest.raises(EnrolmentEnded):
        await claims.claim(reflection, actor=assessor, at=NOW)


async def test_who_holds_it_decides_nothing_after_the_end_and_goes_on_after_the_reinstatement() -> None:
    assessor = await make_assessor(await programme_of(enrolment := await make_enrolment()))
    reflection = await make_reflection(enrolment, ReflectionState.IN_ASSESSMENT, assessor=assessor)
    ended = await _ended(EnrolmentState.VOID, enrolment)

    with pytest.raises(EnrolmentEnded):
        await assessments.accept(reflection, actor=assessor, at=NOW)

    await enrolments.reinstate(ended, "Right.", actor=await _staff_of(ended), at=NOW)
    await assessments.accept(await reload_reflection(reflection), actor=assessor, at=NOW)
    assert (await Reflection.get(id=reflection.id)).state is ReflectionState.ACCEPTED


async def test_an_ended_enrolment_gets_no_later_deadline_and_no_other_study_end() -> None:
    enrolment = await make_enrolment()
    await _ended(EnrolmentState.VOID, enrolment)

    with pytest.raises(EnrolmentEnded):
        await study_dates.grant_extension(
            enrolment, date(2026, 5, 20), "Ill.", extension_id=uuid4(), actor=await _staff_of(enrolment), at=NOW
        )
    with pytest.raises(EnrolmentEnded):
        await study_dates.change_study_end(enrolment, date(2026, 9, 1), actor=await student_of(enrolment), at=NOW)


async def test_an_ended_enrolment_is_left_out_of_the_list_of_students() -> None:
    ended = await _ended(EnrolmentState.VOID)
    staff = await _staff_of(ended)
    other = await make_enrolment(await programme_of(ended))

    assert [row.id for row in await enrolments_of_staff(staff)] == [other.id]
    assert {row.id for row in await enrolments_of_staff(staff, include_ended=True)} == {ended.id, other.id}


async def _newer(enrolment: Enrolment) -> RuleSetVersion:
    """Publish a version that asks for four activities; the programme points at it."""
    [three] = KI.requirements
    newer = await make_rule_set(edition("2026-27", requirements=(three.model_copy(update={"minimum": 4}),)))
    await Programme.filter(id=enrolment.programme_id).update(rule_set_id=newer.id)
    return newer


async def test_moving_to_another_version_keeps_both_and_the_reason() -> None:
    enrolment = await make_enrolment()
    newer = await _newer(enrolment)

    await enrolments.move_to_version(enrolment, newer, " Wants to. ", actor=await _staff_of(enrolment), at=NOW)

    assert (await rule_set_of(enrolment)).version == "2026-27"  # Also for a row that was loaded before.
    event = await Event.get(move="move_to_version")
    assert event.facts == {"before": "ki 2025-26", "now": "ki 2026-27", "reason": "Wants to."}


async def test_moving_to_another_version_needs_a_reason() -> None:
    enrolment = await make_enrolment()

    with pytest.raises(ReasonMissing):
        await enrolments.move_to_version(
            enrolment, await _newer(enrolment), " ", actor=await _staff_of(enrolment), at=NOW
        )


async def _asks_when_the_studies_began(enrolment: Enrolment) -> RuleSetVersion:
    rules = edition("admitted", activities=ActivityRules(after_admission=True))
    version = await make_rule_set(rules)
    await Programme.filter(id=enrolment.programme_id).update(rule_set_id=version.id)
    return version


async def test_a_move_to_rules_that_ask_when_the_studies_began_says_so_where_nobody_has() -> None:
    enrolment = await make_enrolment()
    version, staff = await _asks_when_the_studies_began(enrolment), await _staff_of(enrolment)

    with pytest.raises(AdmissionMissing):
        await enrolments.move_to_version(enrolment, version, "Hm.", actor=staff, at=NOW)
    with pytest.raises(AdmissionNotPast):
        await enrolments.move_to_version(enrolment, version, "Hm.", admitted_date=LATER.date(), actor=staff, at=NOW)
    await enrolments.move_to_version(enrolment, version, "Hm.", admitted_date=date(2024, 9, 1), actor=staff, at=NOW)

    moved = await Enrolment.get(id=enrolment.id)
    assert (moved.rule_set_id, moved.admitted_date) == (version.id, date(2024, 9, 1))
    assert (await Event.get(move="move_to_version")).facts["admitted"] == "2024-09-01"


async def test_a_move_does_not_change_a_day_that_is_known() -> None:
    enrolment = await make_enrolment()
    await Enrolment.filter(id=enrolment.id).update(admitted_date=date(2025, 9, 1))
    version, staff = await _asks_when_the_studies_began(enrolment), await _staff_of(enrolment)

    await enrolments.move_to_version(enrolment, version, "Hm.", admitted_date=date(2024, 9, 1), actor=staff, at=NOW)

    assert (await Enrolment.get(id=enrolment.id)).admitted_date == date(2025, 9, 1)


async def test_what_a_move_would_mean_is_seen_with_the_day_that_would_be_given() -> None:
    enrolment = await make_enrolment()
    await make_activity(enrolment)  # Three weeks before the enrolment.
    version, staff = await _asks_when_the_studies_began(enrolment), await _staff_of(enrolment)

    seen = [
        await standing_under(enrolment, version, on=NOW.date(), admitted_date=day, actor=staff)
        for day in (None, date(2024, 9, 1))
    ]

    assert [standing.enrolment.admitted_date for standing in seen] == [None, date(2024, 9, 1)]
    assert (await Enrolment.get(id=enrolment.id)).admitted_date is None


async def test_moving_to_the_same_version_is_refused() -> None:
    enrolment = await make_enrolment()

    with pytest.raises(SameVersion):
        await enrolments.move_to_version(
            enrolment, await make_rule_set(), "Hm.", actor=await _staff_of(enrolment), at=NOW
        )


async def test_nobody_is_moved_who_has_a_certificate() -> None:
    enrolment = (await make_application(state=ApplicationState.APPROVED)).enrolment

    with pytest.raises(CertificateIssued):
        await enrolments.move_to_version(
            enrolment, await _newer(enrolment), "Hm.", actor=await _staff_of(enrolment), at=NOW
        )


async def test_nobody_is_moved_to_the_rules_of_another_programme() -> None:
    enrolment = await make_enrolment()
    foreign = await make_rule_set(edition("1", id="other"))

    with pytest.raises(VersionNotOffered):
        await enrolments.move_to_version(enrolment, foreign, "Hm.", actor=await _staff_of(enrolment), at=NOW)


async def test_other_rules_are_offered_and_taken_when_the_programme_points_at_them() -> None:
    enrolment = await make_enrolment()
    staff = await _staff_of(enrolment)
    other = await make_rule_set(edition("1", id="other"))
    await Programme.filter(id=enrolment.programme_id).update(rule_set_id=other.id)

    offered = await versions_for(enrolment, actor=staff)
    await enrolments.move_to_version(enrolment, offered[0], "New rules.", actor=staff, at=NOW)

    assert [version.id for version in offered] == [other.id]
    assert (await Enrolment.get(id=enrolment.id)).rule_set_id == other.id


async def test_only_other_versions_of_ones_own_rules_are_offered_and_only_to_staff() -> None:
    enrolment = await make_enrolment()
    newer = await _newer(enrolment)
    await make_rule_set(edition("1", id="foreign"))

    offered = await versions_for(enrolment, actor=await _staff_of(enrolment))

    assert [version.id for version in offered] == [newer.id]
    with pytest.raises(NotAllowed):
        await versions_for(enrolment, actor=await student_of(enrolment))


async def test_staff_see_how_far_a_student_would_be_under_another_version_and_nothing_moves() -> None:
    enrolment = await make_finished_enrolment()
    newer = await _newer(enrolment)
    staff = await _staff_of(enrolment)

    standing = await standing_under(enrolment, newer, on=NOW.date(), actor=staff)

    assert standing.progress.requirements[0].needed == 4
    assert not standing.progress.complete
    assert (await Enrolment.get(id=enrolment.id)).rule_set_id != newer.id
    with pytest.raises(NotAllowed):
        await standing_under(enrolment, newer, on=NOW.date(), actor=await student_of(enrolment))


async def test_nothing_is_chosen_proposed_moved_or_uploaded_from_a_page_that_was_open_before() -> None:
    approved = await make_activity(state=ActivityState.APPROVED)
    draft = await make_reflection(approved.enrolment)
    enrolment, student = approved.enrolment, await student_of(approved.enrolment)
    item = await make_item(await programme_of(enrolment), "Journal club")
    await _ended(EnrolmentState.VOID, enrolment)

    tries = (
        activities.choose(enrolment, item, activity_id=uuid4(), actor=student, at=NOW),
        activities.propose(
            enrolment, "Fair", "We met.", Place.ABROAD, Mode.ONSITE, activity_id=uuid4(), actor=student, at=NOW
        ),
        activities.log_occasion(approved, NOW.date(), actor=student, at=NOW),
        activities.complete(approved, actor=student, at=NOW),
        activities.withdraw(approved, actor=student, at=NOW),
        make_upload(draft),
    )
    for attempt in tries:
        with pytest.raises(EnrolmentEnded):
            await attempt

    assert await Activity.filter(enrolment_id=enrolment.id).count() == 2
