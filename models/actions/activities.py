"""A student's activities: chosen or proposed, decided by staff, done on certain days."""

from datetime import date, datetime
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models import states
from models.actions.enrolments import ReasonMissing
from models.actions.events import record
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import WHO_MOVES_ACTIVITIES, Actor, may_change, require
from models.portfolios import local_today, rule_set_of
from models.states import ActivityState
from models.tables import Activity, CatalogueItem, Enrolment, Occasion
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


class NoOccasion(Refused):
    """Done means that it took place on a day."""

    words = N_("First say on which day it took place.")


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
        if not await CatalogueItem.exists(id=item.id, is_open=True):
            raise WrongState
        activity = await Activity.create(
            id=activity_id,
            enrolment_id=enrolment.id,
            catalogue_item_id=item.id,
            kind=item.kind,
            title_sv=item.title_sv,
            title_en=item.title_en,
            place=item.place,
            mode=item.mode,
            state=ActivityState.APPROVED,
            created_at=at,
            changed_at=at,
        )
        await record("choose", activity, by=actor.person_id, at=at, catalogue_item=item.id)
    return activity


async def propose(
    enrolment: Enrolment,
    title: str,
    about: str,
    place: Place,
    mode: Mode,
    *,
    activity_id: UUID,
    actor: Actor,
    at: datetime,
) -> Activity:
    """Propose an activity of one's own; staff decide whether it counts."""
    require(may_change(actor, enrolment))
    if not title.strip() or not about.strip():
        raise TitleMissing
    async with in_transaction():
        known = await _known(activity_id, enrolment)
        if known is not None:
            return known
        if not (await rule_set_of(enrolment)).own_proposals:
            raise NoOwnProposals
        activity = await Activity.create(
            id=activity_id,
            enrolment_id=enrolment.id,
            kind="own",
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
        if not await Activity.exists(id=activity.id, state=ActivityState.APPROVED):
            raise WrongState
        _, is_new = await Occasion.get_or_create({"id": uuid4()}, activity_id=activity.id, took_place_on=took_place_on)
        if is_new:
            await record("log_occasion", activity, by=actor.person_id, at=at, on=took_place_on)


async def remove_occasion(occasion: Occasion, *, actor: Actor, at: datetime) -> None:
    """Take back a day that was noted by mistake, while the activity is not done."""
    activity = await Activity.get(id=occasion.activity_id).select_related("enrolment")
    require(may_change(actor, activity.enrolment))
    async with in_transaction():
        if not await Activity.exists(id=activity.id, state=ActivityState.APPROVED):
            raise WrongState
        if await Occasion.filter(id=occasion.id).delete():
            await record("remove_occasion", activity, by=actor.person_id, at=at, on=occasion.took_place_on)


async def complete(activity: Activity, *, actor: Actor, at: datetime) -> None:
    """Say that it is done; needs a day on which it took place."""
    require(WHO_MOVES_ACTIVITIES[states.COMPLETE_ACTIVITY](actor, activity))
    async with in_transaction():
        if not await Occasion.exists(activity_id=activity.id):
            raise NoOccasion
        await _make(states.COMPLETE_ACTIVITY, activity, actor=actor, at=at)


async def withdraw(activity: Activity, *, actor: Actor, at: datetime) -> None:
    """Take an activity back that is not done."""
    require(WHO_MOVES_ACTIVITIES[states.WITHDRAW_ACTIVITY](actor, activity))
    await _make(states.WITHDRAW_ACTIVITY, activity, actor=actor, at=at)


async def approve(activity: Activity, note: str = "", *, actor: Actor, at: datetime) -> None:
    """Decide that a proposed activity counts."""
    require(WHO_MOVES_ACTIVITIES[states.APPROVE_ACTIVITY](actor, activity))
    await _make(states.APPROVE_ACTIVITY, activity, actor=actor, at=at, decision_note=note.strip())


async def decline(activity: Activity, reason: str, *, actor: Actor, at: datetime) -> None:
    """Decide that a proposed activity does not count, and say why."""
    require(WHO_MOVES_ACTIVITIES[states.DECLINE_ACTIVITY](actor, activity))
    if not reason.strip():
        raise ReasonMissing
    await _make(states.DECLINE_ACTIVITY, activity, actor=actor, at=at, decision_note=reason.strip())


async def _known(activity_id: UUID, enrolment: Enrolment) -> Activity | None:
    """Find the row that an earlier try of the same request made."""
    known = await Activity.get_or_none(id=activity_id)
    if known is not None and known.enrolment_id != enrolment.id:
        raise NotAllowed
    return known


async def _make(
    move: states.ActivityMove, activity: Activity, *, actor: Actor, at: datetime, decision_note: str | None = None
) -> None:
    decided = (
        {}
        if decision_note is None
        else {
            "decided_by_id": actor.person_id,
            "decided_at": at,
            "decision_note": decision_note,
        }
    )
    async with in_transaction():
        moved = await Activity.filter(id=activity.id, state__in=move.sources).update(
            state=move.target, changed_at=at, **decided
        )
        if not moved:
            raise WrongState
        await record(move.name, activity, by=actor.person_id, at=at)
