"""What students do with their activities: choose, propose, note days, say that they are done, withdraw."""

from datetime import date, datetime
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models import states
from models.actions.activity_moves import fresh_activity, move_activity
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.facts import OWN, TypeNotListed
from models.actions.notices import tell
from models.actions.proof import check_day, check_done, signed_attendance
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import WHO_MOVES_ACTIVITIES, Actor, may_change, require
from models.portfolios import local_today, rule_set_of
from models.rules.primitives import normal
from models.states import OPEN_ACTIVITY_STATES, ActivityState
from models.tables import Activity, CatalogueItem, Enrolment, Occasion, Reflection
from models.tables.activities import Mode, Place
from models.tables.notices import NoticeKind


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
        await tell(NoticeKind.ACTIVITY_WAITS, activity, at=at)
    return activity


async def log_occasion(activity: Activity, took_place_on: date, *, actor: Actor, at: datetime) -> None:
    """Note a day on which it took place; the same day twice is one occasion."""
    require(may_change(actor, activity.enrolment))
    if took_place_on > await local_today(at):
        raise OccasionNotPast
    async with in_transaction():
        fresh = await fresh_activity(activity, OPEN_ACTIVITY_STATES)
        await check_day(took_place_on, fresh.enrolment, await rule_set_of(fresh.enrolment))
        _, is_new = await Occasion.get_or_create({"id": uuid4()}, activity_id=activity.id, took_place_on=took_place_on)
        if is_new:
            await record("log_occasion", activity, by=actor.person_id, at=at, on=took_place_on)


async def remove_occasion(occasion: Occasion, *, actor: Actor, at: datetime) -> None:
    """Take back a day that was noted by mistake, while the activity is neither reported nor done."""
    activity = await Activity.get(id=occasion.activity_id).select_related("enrolment")
    require(may_change(actor, activity.enrolment))
    async with in_transaction():
        await fresh_activity(activity, OPEN_ACTIVITY_STATES)
        if await Occasion.filter(id=occasion.id).delete():
            await record("remove_occasion", activity, by=actor.person_id, at=at, on=occasion.took_place_on)


async def state_attendance(activity: Activity, percent: int, *, actor: Actor, at: datetime) -> None:
    """Say how much of it one attended, in per cent."""
    require(may_change(actor, activity.enrolment))
    if not 0 <= percent <= 100:
        raise NotPercent
    async with in_transaction():
        await fresh_activity(activity, OPEN_ACTIVITY_STATES)
        signed = await signed_attendance(activity.id)
        if signed is not None:
            raise AttendanceSigned(percent=signed)
        await Activity.filter(id=activity.id).update(attendance_percent=percent)
        await record("state_attendance", activity, by=actor.person_id, at=at, percent=percent)


async def complete(activity: Activity, *, actor: Actor, at: datetime) -> None:
    """Say that an approved activity is done. Raises ReportInstead, and what `check_done` raises of proof."""
    require(WHO_MOVES_ACTIVITIES[states.COMPLETE_ACTIVITY](actor, activity))
    async with in_transaction():
        fresh = await fresh_activity(activity, states.COMPLETE_ACTIVITY.sources)
        rule_set = await rule_set_of(fresh.enrolment)
        if rule_set.activities.approval == "after":
            raise ReportInstead
        await check_done(fresh, fresh.enrolment, rule_set)
        await move_activity(states.COMPLETE_ACTIVITY, fresh, actor=actor, at=at)


async def report(activity: Activity, *, actor: Actor, at: datetime) -> None:
    """Say that it is done, where staff confirm it. Raises CompleteInstead, and what `complete` raises of proof."""
    require(WHO_MOVES_ACTIVITIES[states.REPORT_ACTIVITY](actor, activity))
    async with in_transaction():
        fresh = await fresh_activity(activity, states.REPORT_ACTIVITY.sources)
        rule_set = await rule_set_of(fresh.enrolment)
        if rule_set.activities.approval == "before":
            raise CompleteInstead
        await check_done(fresh, fresh.enrolment, rule_set)
        await move_activity(states.REPORT_ACTIVITY, fresh, actor=actor, at=at)


async def withdraw(activity: Activity, *, actor: Actor, at: datetime) -> None:
    """Take an activity back that is not done; one that was done and reflected on stays, raising ReflectionBegun."""
    require(WHO_MOVES_ACTIVITIES[states.WITHDRAW_ACTIVITY](actor, activity))
    async with in_transaction():
        if await Reflection.exists(activity_id=activity.id):
            raise ReflectionBegun
        await move_activity(states.WITHDRAW_ACTIVITY, activity, actor=actor, at=at)


async def _known(activity_id: UUID, enrolment: Enrolment) -> Activity | None:
    """Find the row that an earlier try of the same request made."""
    known = await Activity.get_or_none(id=activity_id)
    if known is not None and known.enrolment_id != enrolment.id:
        raise NotAllowed
    return known
