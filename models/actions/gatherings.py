"""Gatherings: staff make, change and call them off; students sign up and wait for a place.

The capacity counts everybody who has a place, presenters and listeners alike.
"""

import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.enrolments import ReasonMissing
from models.actions.events import record
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import (
    Actor,
    may_change,
    may_hold_gathering,
    may_invite,
    require,
)
from models.portfolios import parsed
from models.states import EnrolmentState
from models.tables import Enrolment, Gathering, Invitation, Programme, SignUp
from models.tables.gatherings import Part

CODE_LETTERS = "ACDEFHJKMNPRTWXY34679"
"""Letters and digits that nobody takes for another one when they are read from a wall."""

CODE_LENGTH = 6
_LONGEST = timedelta(days=14)
_FARTHEST = timedelta(days=3 * 366)


class TitlesMissing(Refused):
    """Students read it in their own language."""

    words = N_("Write a title in Swedish and in English.")


class NobodyInvited(Refused):
    """Nobody could see it."""

    words = N_("Choose at least one programme whose students are invited.")


class UnlikelyTime(Refused):
    """A wrong year is a common slip."""

    words = N_("Check the day and the times: it must end after it starts, and lie within three years from today.")


class UnlikelyCapacity(Refused):
    """Nobody could come."""

    words = N_("The number of places must be between 1 and 100 000. Leave it empty if there is room for everybody.")


class EventNotInRules(Refused):
    """It would count for nobody."""

    words = N_("The rules of {programme} do not know this kind of event, so that it would count for nothing there.")


class ForumMissing(Refused):
    """The rule set lists where it may be held."""

    words = N_("Choose the forum: the rules of {programme} list where this kind of event may be held.")


class StudentsSignedUp(Refused):
    """Whoever has signed up keeps the invitation."""

    words = N_("Students of {programme} have signed up, so that the programme stays invited.")


class AttendanceNoted(Refused):
    """What somebody has attended stays what it was."""

    words = N_("It is noted already who was there, so that this can no longer be changed.")


class GatheringCancelled(Refused):
    """It does not take place."""

    words = N_("This was called off: {reason}")


class GatheringOver(Refused):
    """One signs up, and changes one's mind, before the end."""

    words = N_("This is over; one can sign up or cancel until it ends.")


class AlreadySignedUp(Refused):
    """Once for each gathering."""

    words = N_("You have signed up for this already.")


class TopicMissing(Refused):
    """The programme is planned by topics."""

    words = N_("Write in a few words what you will present.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What staff say about a gathering; `kind` is an event of the rules, `capacity` None means room for everybody."""

    kind: str
    title_sv: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    forum: str = ""
    about_sv: str = ""
    about_en: str = ""
    where: str = ""
    capacity: int | None = None

    def tidy(self) -> "Plan":
        """Give it without blanks around the words, and no longer than the columns are."""
        return Plan(
            kind=self.kind,
            title_sv=self.title_sv.strip()[:200],
            title_en=self.title_en.strip()[:200],
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            forum=self.forum,
            about_sv=self.about_sv.strip(),
            about_en=self.about_en.strip(),
            where=self.where.strip()[:200],
            capacity=self.capacity,
        )


async def make(
    plan: Plan, programmes: Collection[Programme], *, gathering_id: UUID, actor: Actor, at: datetime
) -> Gathering:
    """Announce a gathering to the students of some programmes; the same `gathering_id` again changes nothing."""
    ids = sorted({programme.id for programme in programmes})
    require(may_invite(actor, ids))
    plan = plan.tidy()
    _check(plan, ids, at=at)
    async with in_transaction():
        known = await Gathering.get_or_none(id=gathering_id)
        if known is not None:
            require(known.made_by_id == actor.person_id)
            return known
        await _check_rules(plan, ids)
        gathering = await Gathering.create(
            id=gathering_id, **asdict(plan), code=_new_code(), made_by_id=actor.person_id, made_at=at
        )
        for id_ in ids:
            await Invitation.create(gathering_id=gathering_id, programme_id=id_)
        await record("make", gathering, by=actor.person_id, at=at, kind=plan.kind, programmes=ids)
    return gathering


async def change(
    gathering: Gathering, plan: Plan, programmes: Collection[Programme], *, actor: Actor, at: datetime
) -> None:
    """Change what was announced. Nobody loses a place: with more places, those who wait move up in order.

    One invites and uninvites only programmes of one's own, and none of which students have signed up.
    """
    invited = await invited_to(gathering)
    wanted = {programme.id for programme in programmes}
    require(may_hold_gathering(actor, invited) and may_invite(actor, wanted ^ invited))
    plan = plan.tidy()
    _check(plan, wanted, at=at)
    async with in_transaction():
        before = await living(gathering)
        await _check_uninvited(gathering, invited - wanted)
        is_another = (plan.kind, plan.forum) != (before.kind, before.forum)
        if (is_another or plan.starts_at != before.starts_at) and await _was_attended(gathering):
            raise AttendanceNoted
        if is_another:
            await _check_rules(plan, wanted)
        else:
            await _check_rules(plan, wanted - invited)
        await Gathering.filter(id=gathering.id).update(**asdict(plan))
        await Invitation.filter(gathering_id=gathering.id, programme_id__in=invited - wanted).delete()
        for id_ in sorted(wanted - invited):
            await Invitation.create(gathering_id=gathering.id, programme_id=id_)
        await record(
            "change",
            gathering,
            by=actor.person_id,
            at=at,
            kind=plan.kind,
            starts_at=plan.starts_at,
            capacity=plan.capacity,
            programmes=sorted(wanted),
        )
        await _fill_places(gathering, at=at)


async def cancel(gathering: Gathering, reason: str, *, actor: Actor, at: datetime) -> None:
    """Call a gathering off and say why; everybody who signed up reads it."""
    require(may_hold_gathering(actor, await invited_to(gathering)))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        if await _was_attended(gathering):
            raise AttendanceNoted
        called_off = Gathering.filter(id=gathering.id, cancelled_at__isnull=True)
        if not await called_off.update(cancelled_at=at, cancelled_reason=reason.strip()):
            raise WrongState
        await record("cancel", gathering, by=actor.person_id, at=at, reason=reason.strip())


async def sign_up(
    gathering: Gathering,
    enrolment: Enrolment,
    part: Part,
    topic: str = "",
    *,
    sign_up_id: UUID,
    actor: Actor,
    at: datetime,
) -> SignUp:
    """Sign up to present or to listen; when all places are taken, one waits in order.

    The same `sign_up_id` again changes nothing.
    """
    require(may_change(actor, enrolment) and enrolment.programme_id in await invited_to(gathering))
    if part is Part.PRESENTER and not topic.strip():
        raise TopicMissing
    async with in_transaction():
        known = await SignUp.get_or_none(id=sign_up_id)
        if known is not None:
            require(known.enrolment_id == enrolment.id and known.gathering_id == gathering.id)
            return known
        fresh = await living(gathering)
        if at >= fresh.ends_at:
            raise GatheringOver
        if not await Enrolment.exists(id=enrolment.id, state=EnrolmentState.ACTIVE):
            raise WrongState
        earlier = await earlier_sign_up(gathering, enrolment)
        if earlier is not None and earlier.cancelled_at is None:
            raise AlreadySignedUp
        if earlier is not None:
            await earlier.delete()  # The record keeps it; the tries with wrong codes go on counting.
        row = await SignUp.create(
            id=sign_up_id,
            gathering_id=gathering.id,
            enrolment_id=enrolment.id,
            part=part,
            topic=topic.strip()[:200] if part is Part.PRESENTER else "",
            is_waiting=fresh.capacity is not None and await _taken(gathering) >= fresh.capacity,
            signed_up_at=at,
            wrong_codes=earlier.wrong_codes if earlier is not None else 0,
        )
        await record("sign_up", row, by=actor.person_id, at=at, gathering=gathering.id, part=part, waits=row.is_waiting)
    return row


async def cancel_sign_up(sign_up: SignUp, *, actor: Actor, at: datetime) -> None:
    """Cancel one's own sign-up; the first who waits gets the place."""
    enrolment = await Enrolment.get(id=sign_up.enrolment_id)
    require(may_change(actor, enrolment))
    async with in_transaction():
        gathering = await Gathering.get(id=sign_up.gathering_id)
        if at >= gathering.ends_at:
            raise GatheringOver
        mine = SignUp.filter(id=sign_up.id, cancelled_at__isnull=True, attended_at__isnull=True)
        if not await mine.update(cancelled_at=at, is_waiting=False):
            raise WrongState
        await record("cancel_sign_up", sign_up, by=actor.person_id, at=at)
        await _fill_places(gathering, at=at)


async def _fill_places(gathering: Gathering, *, at: datetime) -> None:
    """Move those who wait up, in order, as long as a place is free."""
    fresh = await Gathering.get(id=gathering.id)
    waiting = SignUp.filter(gathering_id=gathering.id, is_waiting=True, cancelled_at__isnull=True)
    if fresh.cancelled_at is not None or at >= fresh.ends_at:
        return
    in_order = await waiting.filter(enrolment__state=EnrolmentState.ACTIVE).order_by("signed_up_at", "id")
    taken = await _taken(gathering)
    for row in in_order if fresh.capacity is None else in_order[: max(0, fresh.capacity - taken)]:
        await SignUp.filter(id=row.id).update(is_waiting=False)
        await record("move_up", row, by=None, at=at, gathering=gathering.id)


async def _taken(gathering: Gathering) -> int:
    """Count the places that are taken; an enrolment that ended holds none."""
    rows = SignUp.filter(gathering_id=gathering.id, cancelled_at__isnull=True, is_waiting=False)
    return await rows.filter(enrolment__state=EnrolmentState.ACTIVE).count()


async def _was_attended(gathering: Gathering) -> bool:
    return await SignUp.exists(gathering_id=gathering.id, attended_at__isnull=False)


async def earlier_sign_up(gathering: Gathering, enrolment: Enrolment) -> SignUp | None:
    """Machine's own: find the one row that a student has for a gathering, cancelled or not."""
    return await SignUp.get_or_none(gathering_id=gathering.id, enrolment_id=enrolment.id)


async def invited_to(gathering: Gathering) -> set[int]:
    """Machine's own: name the programmes that are invited, by id."""
    return {invitation.programme_id for invitation in await Invitation.filter(gathering_id=gathering.id)}


async def living(gathering: Gathering) -> Gathering:
    """Machine's own: load it as it is now; raises GatheringCancelled."""
    fresh = await Gathering.get_or_none(id=gathering.id)
    if fresh is None:
        raise NotAllowed
    if fresh.cancelled_at is not None:
        raise GatheringCancelled(reason=fresh.cancelled_reason)
    return fresh


def _check(plan: Plan, programme_ids: Collection[int], *, at: datetime) -> None:
    if not programme_ids:
        raise NobodyInvited
    if not (plan.title_sv and plan.title_en):
        raise TitlesMissing
    if abs(plan.starts_at - at) > _FARTHEST or not plan.starts_at < plan.ends_at <= plan.starts_at + _LONGEST:
        raise UnlikelyTime
    if plan.capacity is not None and not 1 <= plan.capacity <= 100_000:
        raise UnlikelyCapacity


async def _check_rules(plan: Plan, programme_ids: Collection[int]) -> None:
    """Every programme's present rules must know the kind, and where they list forums, the forum."""
    for programme in await Programme.filter(id__in=list(programme_ids)).select_related("rule_set").order_by("code"):
        event = parsed(programme.rule_set.document).event_of(plan.kind)
        if event is None:
            raise EventNotInRules(programme=programme.code)
        if event.forums and plan.forum not in {forum.id for forum in event.forums}:
            raise ForumMissing(programme=programme.code)


async def _check_uninvited(gathering: Gathering, programme_ids: Collection[int]) -> None:
    for programme in await Programme.filter(id__in=list(programme_ids)).order_by("code"):
        rows = SignUp.filter(gathering_id=gathering.id, cancelled_at__isnull=True)
        if await rows.filter(enrolment__programme_id=programme.id).exists():
            raise StudentsSignedUp(programme=programme.code)


def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
