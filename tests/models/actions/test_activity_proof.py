"""What must be there before an activity is done: days that count, evidence, attendance."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from models.actions import activities
from models.actions.activities import AttendanceSigned, CompleteInstead, NotPercent, ReportInstead
from models.actions.proof import (
    AttendanceMissing,
    AttendanceTooLow,
    BeforeAdmission,
    BeforeEnrolment,
    EvidenceMissing,
    EvidenceOnItsWay,
    NoOccasion,
)
from models.errors import WrongState
from models.evidence import has_evidence
from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityRules, ActivityType
from models.rules.ruleset import RuleSet
from models.states import ActivityState, MediaState
from models.tables import Activity, Enrolment, Event, MediaItem, Occasion, SignOff
from models.tables.activities import SignOffOutcome
from models.tables.media import Purpose
from tests.factories import AFTER, NOW, OCCASION, edition, make_activity, make_enrolment, pin, student_of

pytestmark = pytest.mark.usefixtures("database")

ENROLLED = NOW.date()


def _rules(version: str, *, type_: ActivityType | None = None, **rules: object) -> RuleSet:
    return edition(version, activities=ActivityRules(**rules), types=(type_,) if type_ else ())


def _language_cafe(**facts: object) -> ActivityType:
    return ActivityType(id="language-cafe", name=Bilingual("Språkcafé", "Language café"), **facts)


async def _approved(rule_set: RuleSet) -> Activity:
    """Make an approved activity that took place three weeks before the enrolment."""
    activity = await make_activity(state=ActivityState.APPROVED)
    await pin(activity.enrolment, rule_set)
    return activity


async def _add_file(activity: Activity, state: MediaState = MediaState.READY) -> None:
    await MediaItem.create(
        id=uuid4(), owner_id=activity.enrolment.person_id, activity=activity, purpose=Purpose.EVIDENCE, state=state
    )


async def _sign(activity: Activity, outcome: SignOffOutcome, percent: int | None = None) -> None:
    await SignOff.create(
        id=uuid4(),
        activity=activity,
        token_hash=uuid4().hex,
        organiser="The café",
        asked_at=NOW,
        expires_at=NOW + timedelta(days=14),
        outcome=outcome,
        answered_at=NOW,
        attendance_percent=percent,
    )


async def _complete(activity: Activity) -> ActivityState:
    await activities.complete(activity, actor=await student_of(activity.enrolment), at=NOW)
    return (await Activity.get(id=activity.id)).state


async def test_an_optional_evidence_is_not_missed() -> None:
    activity = await _approved(_rules("optional"))

    assert await _complete(activity) is ActivityState.DONE


async def test_where_evidence_is_required_an_activity_without_it_is_not_done() -> None:
    activity = await _approved(_rules("required", evidence="required"))

    with pytest.raises(EvidenceMissing):
        await _complete(activity)

    assert (await Activity.get(id=activity.id)).state is ActivityState.APPROVED


async def test_a_type_can_ask_for_evidence_alone() -> None:
    activity = await _approved(_rules("typed", type_=_language_cafe(evidence=True)))

    with pytest.raises(EvidenceMissing):
        await _complete(activity)


async def test_a_file_is_evidence() -> None:
    activity = await _approved(_rules("required", evidence="required"))
    await _add_file(activity)

    assert await _complete(activity) is ActivityState.DONE


async def test_the_word_of_the_organiser_is_evidence() -> None:
    activity = await _approved(_rules("required", evidence="required"))
    await _sign(activity, SignOffOutcome.CONFIRMED)

    assert await _complete(activity) is ActivityState.DONE


async def test_neither_a_file_on_its_way_nor_a_denial_nor_somebody_elses_file_is_evidence() -> None:
    activity, other = await make_activity(), await make_activity()
    await _add_file(activity, MediaState.PROCESSING)
    await _add_file(activity, MediaState.REFUSED)
    await _sign(activity, SignOffOutcome.DENIED)
    await _add_file(other)

    assert await has_evidence([activity.id, other.id]) == {other.id}


async def test_who_has_sent_a_file_that_is_still_prepared_is_told_to_wait() -> None:
    activity = await _approved(_rules("with-proof", retroactive="with-proof"))
    await _add_file(activity, MediaState.PROCESSING)

    with pytest.raises(EvidenceOnItsWay):
        await _complete(activity)


async def test_before_the_enrolment_it_counts_with_proof() -> None:
    activity = await _approved(_rules("with-proof", retroactive="with-proof"))

    with pytest.raises(EvidenceMissing):
        await _complete(activity)
    await _add_file(activity)

    assert await _complete(activity) is ActivityState.DONE


async def test_from_the_day_of_the_enrolment_no_proof_is_needed() -> None:
    activity = await _approved(_rules("with-proof", retroactive="with-proof"))
    await Occasion.filter(activity_id=activity.id).update(took_place_on=ENROLLED)

    assert await _complete(activity) is ActivityState.DONE


async def test_a_day_before_the_enrolment_is_refused_where_nothing_earlier_counts() -> None:
    activity = await _approved(_rules("none", retroactive="no"))
    student = await student_of(activity.enrolment)

    with pytest.raises(BeforeEnrolment) as refusal:
        await activities.log_occasion(activity, ENROLLED - timedelta(days=1), actor=student, at=NOW)

    assert refusal.value.arguments == {"earliest": ENROLLED}
    assert await Occasion.filter(activity_id=activity.id).count() == 1


async def test_the_day_of_the_enrolment_is_early_enough() -> None:
    activity = await _approved(_rules("none", retroactive="no"))

    await activities.log_occasion(activity, ENROLLED, actor=await student_of(activity.enrolment), at=NOW)

    assert await Occasion.exists(activity_id=activity.id, took_place_on=ENROLLED)


@pytest.mark.parametrize(("day", "is_refused"), [(date(2025, 8, 31), True), (date(2025, 9, 1), False)])
async def test_what_was_before_the_studies_is_refused_where_it_does_not_count(*, day: date, is_refused: bool) -> None:
    activity = await _approved(_rules("studies", after_admission=True))
    await Enrolment.filter(id=activity.enrolment_id).update(admitted_date=date(2025, 9, 1))
    student = await student_of(activity.enrolment)

    if is_refused:
        with pytest.raises(BeforeAdmission):
            await activities.log_occasion(activity, day, actor=student, at=NOW)
    else:
        await activities.log_occasion(activity, day, actor=student, at=NOW)

    assert await Occasion.exists(activity_id=activity.id, took_place_on=day) is not is_refused


async def test_where_the_beginning_of_the_studies_is_unknown_no_day_is_too_early() -> None:
    activity = await _approved(_rules("studies", after_admission=True))

    await activities.log_occasion(activity, date(2024, 1, 1), actor=await student_of(activity.enrolment), at=NOW)

    assert await Occasion.filter(activity_id=activity.id).count() == 2


async def test_attendance_is_asked_for_where_a_type_and_the_rules_say_so() -> None:
    activity = await _approved(_rules("attended", attendance_minimum=80, type_=_language_cafe(attendance=True)))

    with pytest.raises(AttendanceMissing):
        await _complete(activity)
    await activities.state_attendance(activity, 80, actor=await student_of(activity.enrolment), at=NOW)

    assert await _complete(activity) is ActivityState.DONE


@pytest.mark.parametrize("type_", [_language_cafe(attendance=True), _language_cafe()])
async def test_too_little_attendance_is_refused_with_both_numbers_and_can_be_corrected(type_: ActivityType) -> None:
    activity = await _approved(_rules("attended", attendance_minimum=80, type_=type_))
    student = await student_of(activity.enrolment)
    await activities.state_attendance(activity, 8, actor=student, at=NOW)

    with pytest.raises(AttendanceTooLow, match="attendance is 8 per cent, and it counts from 80"):
        await _complete(activity)
    await activities.state_attendance(activity, 80, actor=student, at=NOW)

    assert await _complete(activity) is ActivityState.DONE


async def test_what_is_reported_needs_enough_attendance_too() -> None:
    rules = _rules("after", approval="after", attendance_minimum=80, type_=_language_cafe(attendance=True))
    activity = await _approved(rules)
    student = await student_of(activity.enrolment)
    await activities.state_attendance(activity, 79, actor=student, at=NOW)

    with pytest.raises(AttendanceTooLow):
        await activities.report(activity, actor=student, at=NOW)

    assert (await Activity.get(id=activity.id)).state is ActivityState.APPROVED


async def test_attendance_is_asked_for_other_types_neither() -> None:
    activity = await _approved(_rules("attended", attendance_minimum=80, type_=_language_cafe()))

    assert await _complete(activity) is ActivityState.DONE


@pytest.mark.parametrize("percent", [0, 100])
async def test_attendance_is_kept_with_an_event(percent: int) -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)

    await activities.state_attendance(activity, percent, actor=await student_of(activity.enrolment), at=NOW)

    assert (await Activity.get(id=activity.id)).attendance_percent == percent
    assert (await Event.get(move="state_attendance")).facts == {"percent": percent}


@pytest.mark.parametrize("percent", [-1, 101])
async def test_attendance_is_a_share_of_a_hundred(percent: int) -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    with pytest.raises(NotPercent):
        await activities.state_attendance(activity, percent, actor=await student_of(activity.enrolment), at=NOW)


async def test_the_attendance_of_a_done_activity_stays() -> None:
    activity = await make_activity(state=ActivityState.DONE)

    with pytest.raises(WrongState):
        await activities.state_attendance(activity, 90, actor=await student_of(activity.enrolment), at=NOW)


async def test_the_attendance_that_the_organiser_wrote_stays() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    await _sign(activity, SignOffOutcome.CONFIRMED, 60)

    with pytest.raises(AttendanceSigned) as refusal:
        await activities.state_attendance(activity, 90, actor=await student_of(activity.enrolment), at=NOW)

    assert refusal.value.arguments == {"percent": 60}


async def test_where_staff_confirm_afterwards_an_activity_is_reported_and_not_completed() -> None:
    activity = await _approved(AFTER)

    with pytest.raises(ReportInstead):
        await _complete(activity)
    await activities.report(activity, actor=await student_of(activity.enrolment), at=NOW)

    assert (await Activity.get(id=activity.id)).state is ActivityState.REPORTED


async def test_where_staff_decide_before_an_activity_is_not_reported() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    with pytest.raises(CompleteInstead):
        await activities.report(activity, actor=await student_of(activity.enrolment), at=NOW)


async def test_a_proposal_is_reported_without_a_decision_before() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)
    await pin(activity.enrolment, AFTER)
    student = await student_of(activity.enrolment)
    await activities.log_occasion(activity, OCCASION, actor=student, at=NOW)

    await activities.report(activity, actor=student, at=NOW)

    assert (await Activity.get(id=activity.id)).state is ActivityState.REPORTED


async def test_a_report_needs_a_day() -> None:
    activity = await make_activity(state=ActivityState.PROPOSED)
    await pin(activity.enrolment, AFTER)

    with pytest.raises(NoOccasion):
        await activities.report(activity, actor=await student_of(activity.enrolment), at=NOW)


async def test_a_report_needs_the_evidence_that_the_rules_require() -> None:
    activity = await _approved(_rules("after-with", approval="after", evidence="required"))

    with pytest.raises(EvidenceMissing):
        await activities.report(activity, actor=await student_of(activity.enrolment), at=NOW)


async def test_a_reported_activity_loses_no_day() -> None:
    activity = await make_activity(state=ActivityState.REPORTED)

    with pytest.raises(WrongState):
        await activities.remove_occasion(
            await Occasion.get(activity_id=activity.id), actor=await student_of(activity.enrolment), at=NOW
        )


async def test_the_rules_are_those_of_the_enrolment_and_not_of_the_programme() -> None:
    strict = _rules("required", evidence="required")
    enrolment, other = await make_enrolment(), await make_enrolment()
    await pin(other, strict)

    assert await _complete(await make_activity(enrolment, ActivityState.APPROVED)) is ActivityState.DONE
    with pytest.raises(EvidenceMissing):
        await _complete(await make_activity(other, ActivityState.APPROVED))
