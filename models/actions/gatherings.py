"""Gatherings: staff make them, change them and call them off."""

import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.enrolments import ReasonMissing
from models.actions.events import record
from models.actions.waiting_list import fill_places
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import Actor, may_hold_gathering, may_invite, require
from models.portfolios import parsed
from models.tables import Gathering, Invitation, Programme, SignUp

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
        await fill_places(gathering, at=at)


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


async def _was_attended(gathering: Gathering) -> bool:
    return await SignUp.exists(gathering_id=gathering.id, attended_at__isnull=False)


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
