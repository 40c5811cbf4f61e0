"""A student's activities: chosen or proposed, done on certain days, decided by staff before or after."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models import states
from models.actions import precedents
from models.actions.enrolments import CertificateIssued, ReasonMissing, check_active
from models.actions.events import record
from models.actions.facts import OWN, TypeNotListed, checked, checked_decision, points_of
from models.actions.facts import DecidedFacts as DecidedFacts  # Pages say `activities.DecidedFacts`.
from models.actions.proof import check_day, check_done
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import WHO_MOVES_ACTIVITIES, Actor, may_change, require
from models.portfolios import local_today, rule_set_of
from models.rules.primitives import normal
from models.rules.ruleset import RuleSet
from models.states import OPEN_ACTIVITY_STATES, ActivityState, ApplicationState
from models.tables import (
    Activity,
    Application,
    CatalogueItem,
    Certificate,
    Enrolment,
    Occasion,
    Reflection,
    SignOff,
)
from models.tables.activities import Mode, Place


class TitleMissing(Refused):
    """A proposal needs a name and a description."""

    words = N_("Give the activity a name and say in a few words what it is.")


class NoOwnProposals(Refused):
    """The rule set decides it."""

    words = N_("In this programme activities are chosen from the list only.")


class OccasionNotPast(Refused):
    """What is still to come is not done."""

    words = N_("Choose the day on which it took place: today or earlier, not in the future.")


class NotPercent(Refused):
    """A share of the whole."""

    words = N_("Attendance is a whole number of per cent, from 0 to 100.")


class AttendanceSigned(Refused):
    """What the organiser wrote stands."""

    words = N_("Whoever arranged it has written that you attended {percent} per cent; that stands.")


class ReportInstead(Refused):
    """The rule set lets staff confirm what was done."""

    words = N_("In this programme staff confirm what you have done: report it instead of marking it as done.")


class CompleteInstead(Refused):
    """The rule set lets staff decide before."""

    words = N_("In this programme staff decide before: once it is approved you mark it as done yourself.")


class ReflectionBegun(Refused):
    """What was written about it would be about nothing."""

    words = N_("A reflection on this activity has been begun, so it stays on your list.")


class AppliedFor(Refused):
    """An application stands on what was done when it was made."""

    words = N_("The student has applied for the certificate. Decline the application first, then open this again.")


async def choose(
    enrolment: Enrolment, item: CatalogueItem, *, activity_id: UUID, actor: Actor, at: datetime
) -> Activity:
    """Take an activity from the programme's catalogue; the programme has approved it by listing it."""
    require(may_change(actor, enrolment))
    if item.programme_id != enrolment.programme_id:
        raise NotAllowed
    async with in_transaction():
        known = await _known(activity_id, enrolment)
        if known is not None:
            return known
        await check_active(enrolment.id)
        # As it is listed now: staff may have corrected or closed it since the page was opened.
        listed = await CatalogueItem.get_or_none(id=item.id, programme_id=enrolment.programme_id, is_open=True)
        if listed is None:
            raise WrongState
        activity = await Activity.create(
            id=activity_id,
            enrolment_id=enrolment.id,
            catalogue_item_id=listed.id,
            kind=listed.kind,
            title_sv=listed.title_sv,
            title_en=listed.title_en,
            place=listed.place,
            mode=listed.mode,
            class_code=listed.class_code,
            theme=listed.theme,
            points=listed.points,
            state=ActivityState.APPROVED,
            created_at=at,
            changed_at=at,
        )
        await record("choose", activity, by=actor.person_id, at=at, catalogue_item=listed.id)
    return activity


async def propose(
    enrolment: Enrolment,
    title: str,
    about: str,
    place: Place,
    mode: Mode,
    *,
    kind: str = OWN,
    activity_id: UUID,
    actor: Actor,
    at: datetime,
) -> Activity:
    """Propose an activity of one's own, of a type that the rule set lists or `own`; staff decide whether it counts."""
    require(may_change(actor, enrolment))
    if not title.strip() or not about.strip():
        raise TitleMissing
    async with in_transaction():
        known = await _known(activity_id, enrolment)
        if known is not None:
            return known
        await check_active(enrolment.id)
        rule_set = await rule_set_of(await Enrolment.get(id=enrolment.id))
        if not rule_set.own_proposals:
            raise NoOwnProposals
        type_ = rule_set.type_of(kind)
        if type_ is None and normal(kind) != OWN:
            raise TypeNotListed
        activity = await Activity.create(
            id=activity_id,
            enrolment_id=enrolment.id,
            kind=type_.id if type_ else OWN,
            title_sv=title.strip()[:200],
            title_en=title.strip()[:200],
            about=about.strip(),
            place=place,
            mode=mode,
            state=ActivityState.PROPOSED,
            created_at=at,
            changed_at=at,
        )
        await record("propose", activity, by=actor.person_id, at=at)
    return activity


async def log_occasion(activity: Activity, took_place_on: date, *, actor: Actor, at: datetime) -> None:
    """Note a day on which it took place; the same day twice is one occasion."""
    require(may_change(actor, activity.enrolment))
    if took_place_on > await local_today(at):
        raise OccasionNotPast
    async with in_transaction():
        fresh = await _fresh(activity, OPEN_ACTIVITY_STATES)
        await check_day(took_place_on, fresh.enrolment, await rule_set_of(fresh.enrolment))
        _, is_new = await Occasion.get_or_create({"id": uuid4()}, activity_id=activity.id, took_place_on=took_place_on)
        if is_new:
            await record("log_occasion", activity, by=actor.person_id, at=at, on=took_place_on)


async def remove_occasion(occasion: Occasion, *, actor: Actor, at: datetime) -> None:
    """Take back a day that was noted by mistake, while the activity is neither reported nor done."""
    activity = await Activity.get(id=occasion.activity_id).select_related("enrolment")
    require(may_change(actor, activity.enrolment))
    async with in_transaction():
        await _fresh(activity, OPEN_ACTIVITY_STATES)
        if await Occasion.filter(id=occasion.id).delete():
            await record("remove_occasion", activity, by=actor.person_id, at=at, on=occasion.took_place_on)


async def state_attendance(activity: Activity, percent: int, *, actor: Actor, at: datetime) -> None:
    """Say how much of it one attended, in per cent."""
    require(may_change(actor, activity.enrolment))
    if not 0 <= percent <= 100:
        raise NotPercent
    async with in_transaction():
        await _fresh(activity, OPEN_ACTIVITY_STATES)
        signed = await _signed_attendance(activity.id)
        if signed is not None:
            raise AttendanceSigned(percent=signed)
        await Activity.filter(id=activity.id).update(attendance_percent=percent)
        await record("state_attendance", activity, by=actor.person_id, at=at, percent=percent)


async def complete(activity: Activity, *, actor: Actor, at: datetime) -> None:
    """Say that an approved activity is done. Raises ReportInstead, and what `check_done` raises of proof."""
    require(WHO_MOVES_ACTIVITIES[states.COMPLETE_ACTIVITY](actor, activity))
    async with in_transaction():
        fresh = await _fresh(activity, states.COMPLETE_ACTIVITY.sources)
        rule_set = await rule_set_of(fresh.enrolment)
        if rule_set.activities.approval == "after":
            raise ReportInstead
        await check_done(fresh, fresh.enrolment, rule_set)
        await _make(states.COMPLETE_ACTIVITY, fresh, actor=actor, at=at)


async def report(activity: Activity, *, actor: Actor, at: datetime) -> None:
    """Say that it is done, where staff confirm it. Raises CompleteInstead, and what `complete` raises of proof."""
    require(WHO_MOVES_ACTIVITIES[states.REPORT_ACTIVITY](actor, activity))
    async with in_transaction():
        fresh = await _fresh(activity, states.REPORT_ACTIVITY.sources)
        rule_set = await rule_set_of(fresh.enrolment)
        if rule_set.activities.approval == "before":
            raise CompleteInstead
        await check_done(fresh, fresh.enrolment, rule_set)
        await _make(states.REPORT_ACTIVITY, fresh, actor=actor, at=at)


async def withdraw(activity: Activity, *, actor: Actor, at: datetime) -> None:
    """Take an activity back that is not done; one that was done and reflected on stays, raising ReflectionBegun."""
    require(WHO_MOVES_ACTIVITIES[states.WITHDRAW_ACTIVITY](actor, activity))
    async with in_transaction():
        if await Reflection.exists(activity_id=activity.id):
            raise ReflectionBegun
        await _make(states.WITHDRAW_ACTIVITY, activity, actor=actor, at=at)


async def approve(
    activity: Activity, note: str = "", *, facts: DecidedFacts | None = None, actor: Actor, at: datetime
) -> None:
    """Decide that a proposed activity counts, and as what; without `facts` it stays what the student said."""
    require(WHO_MOVES_ACTIVITIES[states.APPROVE_ACTIVITY](actor, activity))
    await _let_count(states.APPROVE_ACTIVITY, activity, note.strip(), facts, actor=actor, at=at)


async def confirm(
    activity: Activity, note: str = "", *, facts: DecidedFacts | None = None, actor: Actor, at: datetime
) -> None:
    """Decide that a reported activity was done and counts, and as what; without `facts` it stays what it is."""
    require(WHO_MOVES_ACTIVITIES[states.CONFIRM_ACTIVITY](actor, activity))
    await _let_count(states.CONFIRM_ACTIVITY, activity, note.strip(), facts, actor=actor, at=at)


async def send_back(activity: Activity, reason: str, *, actor: Actor, at: datetime) -> None:
    """Ask for something that a reported activity lacks; it is neither counted nor declined by that."""
    require(WHO_MOVES_ACTIVITIES[states.SEND_BACK_ACTIVITY](actor, activity))
    if not reason.strip():
        raise ReasonMissing
    await _make(states.SEND_BACK_ACTIVITY, activity, actor=actor, at=at, **_decided(actor, at, reason.strip()))


async def reopen(activity: Activity, reason: str, *, actor: Actor, at: datetime) -> None:
    """Open a done activity again, so that its student can put something right and say once more that it is done.

    The reflection on it stays what it is. Raises AppliedFor and CertificateIssued.
    """
    require(WHO_MOVES_ACTIVITIES[states.REOPEN_ACTIVITY](actor, activity))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        await _check_not_applied(activity.enrolment_id)
        # What the organiser wrote while it was done was kept with the answer alone; from now on it holds.
        signed = await _signed_attendance(activity.id)
        noted: dict[str, Any] = {} if signed is None else {"attendance_percent": signed}
        decided = _decided(actor, at, reason.strip())
        await _make(states.REOPEN_ACTIVITY, activity, reason=reason.strip(), actor=actor, at=at, **decided, **noted)


async def decline(activity: Activity, reason: str, *, actor: Actor, at: datetime) -> None:
    """Decide that a proposed or reported activity does not count, and say why."""
    require(WHO_MOVES_ACTIVITIES[states.DECLINE_ACTIVITY](actor, activity))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        fresh = await _fresh(activity, states.DECLINE_ACTIVITY.sources)
        await _make(states.DECLINE_ACTIVITY, fresh, actor=actor, at=at, **_decided(actor, at, reason.strip()))
        rule_set = await rule_set_of(fresh.enrolment)
        await _keep(fresh, rule_set, reason.strip(), counts=False, actor=actor, at=at)


async def _let_count(
    move: states.ActivityMove, activity: Activity, note: str, facts: DecidedFacts | None, *, actor: Actor, at: datetime
) -> None:
    async with in_transaction():
        fresh = await _fresh(activity, move.sources)
        rule_set = await rule_set_of(fresh.enrolment)
        if facts is not None or _is_own(fresh):
            check = checked_decision if _is_own(fresh) else checked
            facts = check(facts or _facts_of(fresh), rule_set)
            if facts != _facts_of(fresh):
                await _change_facts(fresh, facts, actor=actor, at=at)
        await _make(move, fresh, actor=actor, at=at, **_decided(actor, at, note))
        await _keep(fresh, rule_set, note, counts=True, actor=actor, at=at)


async def _check_not_applied(enrolment_id: UUID) -> None:
    if await Certificate.exists(enrolment_id=enrolment_id):
        raise CertificateIssued
    if await Application.exists(enrolment_id=enrolment_id, state=ApplicationState.SUBMITTED):
        raise AppliedFor


async def _signed_attendance(activity_id: UUID) -> int | None:
    """Find the share that whoever arranged it wrote last, in per cent."""
    signed = SignOff.filter(activity_id=activity_id, attendance_percent__isnull=False)
    newest = await signed.order_by("-answered_at").first()
    return newest.attendance_percent if newest is not None else None


async def _change_facts(activity: Activity, facts: DecidedFacts, *, actor: Actor, at: datetime) -> None:
    columns = asdict(facts)
    await activity.update_from_dict(columns).save(update_fields=list(columns))
    await record("change_facts", activity, by=actor.person_id, at=at, **columns)


async def _keep(
    activity: Activity, rule_set: RuleSet, reason: str, *, counts: bool, actor: Actor, at: datetime
) -> None:
    """Keep the decision for the next one like it; what the programme lists itself was decided by listing it."""
    if _is_own(activity):
        points = points_of(_facts_of(activity), rule_set)
        programme_id = activity.enrolment.programme_id
        await precedents.keep(activity, programme_id, points, reason, counts=counts, by=actor, at=at)


def _is_own(activity: Activity) -> bool:
    return activity.catalogue_item_id is None


def _facts_of(activity: Activity) -> DecidedFacts:
    return DecidedFacts(activity.kind, activity.class_code, activity.theme, activity.points)


def _decided(actor: Actor, at: datetime, note: str) -> dict[str, Any]:
    return {"decided_by_id": actor.person_id, "decided_at": at, "decision_note": note}


async def _known(activity_id: UUID, enrolment: Enrolment) -> Activity | None:
    """Find the row that an earlier try of the same request made."""
    known = await Activity.get_or_none(id=activity_id)
    if known is not None and known.enrolment_id != enrolment.id:
        raise NotAllowed
    return known


async def _fresh(activity: Activity, sources: Collection[ActivityState]) -> Activity:
    """Load it as it is now, with its enrolment; raises WrongState when it is not at this step any more."""
    fresh = await Activity.get(id=activity.id).select_related("enrolment")
    await check_active(fresh.enrolment_id)
    if fresh.state not in sources:
        raise WrongState
    return fresh


async def _make(
    move: states.ActivityMove,
    activity: Activity,
    *,
    reason: str | None = None,
    actor: Actor,
    at: datetime,
    **changes: object,
) -> None:
    """Move it. A `reason` is kept in the record, too, where the next decision would replace it."""
    async with in_transaction():
        await check_active(activity.enrolment_id)
        moved = await Activity.filter(id=activity.id, state__in=move.sources).update(
            state=move.target, changed_at=at, **changes
        )
        if not moved:
            raise WrongState
        said = {} if reason is None else {"reason": reason}
        await record(move.name, activity, by=actor.person_id, at=at, **said)
