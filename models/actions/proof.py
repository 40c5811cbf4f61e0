"""What must be there before an activity counts as done: days, evidence, attendance."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from models.errors import N_, Refused
from models.evidence import has_evidence
from models.portfolios import time_zone
from models.rules.primitives import ActivityType
from models.rules.ruleset import RuleSet
from models.states import MediaState
from models.tables import Activity, Enrolment, MediaItem, Occasion, SignOff


class NoOccasion(Refused):
    """Done means that it took place on a day."""

    words = N_("First say on which day it took place.")


class EvidenceMissing(Refused):
    """The rule set, the type, or an activity from before the enrolment asks for it."""

    words = N_("First add evidence that you took part: a file, or a confirmation by whoever arranged it.")


class EvidenceOnItsWay(Refused):
    """Only a file that can be read is evidence."""

    words = N_("Your evidence is still on its way or being prepared. Try again in a moment.")


class AttendanceMissing(Refused):
    """The rule set asks for a share of attendance."""

    words = N_("First say how much of it you attended, in per cent; the rules ask for at least {minimum} per cent.")


class AttendanceTooLow(Refused):
    """Done and too little would never count, and nobody could put it right."""

    words = N_(
        "The attendance is {attendance} per cent, and it counts from {minimum} per cent. If the number is wrong, "
        "correct it; if whoever arranged it wrote it, ask them again."
    )


class BeforeEnrolment(Refused):
    """The rule set counts only what is done after enrolling for the certificate."""

    words = N_("Only what took place after you enrolled for the certificate counts: on {earliest} or later.")


class BeforeAdmission(Refused):
    """The rule set counts only what is done after the studies began."""

    words = N_("Only what took place after your studies began counts: on {earliest} or later.")


async def check_day(day: date, enrolment: Enrolment, rule_set: RuleSet) -> None:
    """Machine's own, part of noting a day: refuse one that is too early to count."""
    enrolled = await _enrolled_date(enrolment)
    if rule_set.activities.retroactive == "no" and day < enrolled:
        raise BeforeEnrolment(earliest=enrolled)
    admitted = enrolment.admitted_date
    if rule_set.activities.after_admission and admitted is not None and day < admitted:
        raise BeforeAdmission(earliest=admitted)


async def check_done(activity: Activity, enrolment: Enrolment, rule_set: RuleSet) -> None:
    """Machine's own, part of saying that it is done.

    Raises NoOccasion, EvidenceMissing, EvidenceOnItsWay, AttendanceMissing or AttendanceTooLow.
    """
    rules, type_ = rule_set.activities, rule_set.type_of(activity.kind)
    days = [occasion.took_place_on for occasion in await Occasion.filter(activity_id=activity.id)]
    if not days:
        raise NoOccasion
    is_asked = rules.evidence == "required" or (type_ is not None and type_.evidence)
    is_asked = is_asked or await must_prove_days(days, enrolment, rule_set)
    if is_asked and activity.id not in await has_evidence([activity.id]):
        coming = (MediaState.RECEIVING, MediaState.PROCESSING)
        raise EvidenceOnItsWay if await MediaItem.exists(activity_id=activity.id, state__in=coming) else EvidenceMissing
    _check_attendance(activity.attendance_percent, rules.attendance_minimum, type_)


async def must_prove_days(days: Sequence[date], enrolment: Enrolment, rule_set: RuleSet) -> bool:
    """Machine's own, part of showing an activity, too: tell whether one of its days asks for evidence."""
    if rule_set.activities.retroactive != "with-proof" or not days:
        return False
    return min(days) < await _enrolled_date(enrolment)


async def signed_attendance(activity_id: UUID) -> int | None:
    """Machine's own: find the share that whoever arranged it wrote last, in per cent."""
    signed = SignOff.filter(activity_id=activity_id, attendance_percent__isnull=False)
    newest = await signed.order_by("-answered_at").first()
    return newest.attendance_percent if newest is not None else None


def _check_attendance(percent: int | None, minimum: int | None, type_: ActivityType | None) -> None:
    if minimum is None:
        return
    if percent is None and type_ is not None and type_.attendance:
        raise AttendanceMissing(minimum=minimum)
    if percent is not None and percent < minimum:
        raise AttendanceTooLow(attendance=percent, minimum=minimum)


async def _enrolled_date(enrolment: Enrolment) -> date:
    return enrolment.enrolled_at.astimezone(await time_zone()).date()
