"""Who reads a reflection now: a claim is a lease, so that a reader who went away holds nobody up."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import states
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.notices import tell
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import WHO_MOVES_REFLECTIONS, Actor, may_assess, require
from models.states import ReflectionState
from models.tables import (
    Assessment,
    Conflict,
    Enrolment,
    Person,
    Reflection,
    Role,
    RoleKind,
    TimedDecision,
    Version,
)
from models.tables.notices import NoticeKind

_READ = ReflectionState.IN_ASSESSMENT

LEASE = timedelta(minutes=30)
"""How long a claim holds after its reader did something last."""

HANDED = timedelta(days=3)
"""How long whoever was given a piece has until they look at it."""

LEAVING = timedelta(seconds=20)
"""How long it holds after its reader closed the page: one that only loads again keeps it."""


class ReadAlready(Refused):
    """Two readers are two people."""

    words = N_("You have read this version and decided. Another assessor reads it now, without knowing what you said.")


class NotForThem(Refused):
    """A piece goes to somebody who may read it."""

    words = N_("{name} cannot assess it. Choose another assessor of the programme, who has not read this version.")


class HeldBySomebody(WrongState):
    """One reader at a time, and it is said who."""

    words = N_("{name} is assessing it. Should {name} leave it, it comes back to the list of what waits.")


class TakenOver(WrongState):
    """A lease that had ended was taken by a colleague; what was written is kept, and only its writer sees it."""

    words = N_(
        "{name} has taken it over while you were away. Your decision was not made; what you wrote is kept, and only "
        "you see it."
    )


async def claim(reflection: Reflection, *, actor: Actor, at: datetime) -> None:
    """Take a handed-in reflection to read it, for half an hour from the last thing done; nobody else can take it then.

    Who judged this version already leaves it to somebody else (ReadAlready). Raises HeldBySomebody.
    """
    require(WHO_MOVES_REFLECTIONS[states.CLAIM](actor, reflection))
    rows = Reflection.filter(id=reflection.id, state__in=states.CLAIM.sources)
    async with in_transaction():
        await _check_may_read(reflection, actor)
        if not await rows.update(**_held(actor, at), state=states.CLAIM.target, changed_at=at):
            await _say_who_holds_it(reflection.id, actor)
        await record(states.CLAIM.name, reflection, by=actor.person_id, at=at)


async def take_over(reflection: Reflection, *, actor: Actor, at: datetime) -> None:
    """Take what a colleague had begun to read and left, once their lease has ended. Raises as `claim` does."""
    require(WHO_MOVES_REFLECTIONS[states.TAKE_OVER](actor, reflection))
    rows = Reflection.filter(
        id=reflection.id, state__in=states.TAKE_OVER.sources, assessor_id=reflection.assessor_id, claimed_until__lte=at
    )
    async with in_transaction():
        await _check_may_read(reflection, actor)
        if not await rows.update(**_held(actor, at), changed_at=at):
            await _say_who_holds_it(reflection.id, actor)
        await record(states.TAKE_OVER.name, reflection, by=actor.person_id, at=at, before=reflection.assessor_id)
        await tell(NoticeKind.TAKEN_OVER, reflection, to=reflection.assessor_id, at=at)


async def hand_over(reflection: Reflection, to: Person, *, actor: Actor, at: datetime) -> None:
    """Give what somebody reads to a colleague: their own hands, staff or the convener. The colleague is told.

    A decision that was to be told later is withdrawn; what was written stays its writer's. Raises NotForThem.
    """
    require(WHO_MOVES_REFLECTIONS[states.HAND_OVER](actor, reflection))
    rows = Reflection.filter(id=reflection.id, state__in=states.HAND_OVER.sources, assessor_id=reflection.assessor_id)
    async with in_transaction():
        await check_active(reflection.enrolment_id)
        if to.id == reflection.assessor_id or not await _could_read(reflection, to):
            raise NotForThem(name=to.name)
        if not await rows.update(assessor_id=to.id, claimed_until=at + HANDED, changed_at=at):
            await say_who_took_it(reflection.id, actor)
        await TimedDecision.filter(reflection_id=reflection.id).delete()
        await record(
            states.HAND_OVER.name, reflection, by=actor.person_id, at=at, before=reflection.assessor_id, to=to.id
        )
        await tell(NoticeKind.HANDED_OVER, reflection, to=to.id, at=at)


async def renew(reflection: Reflection, *, actor: Actor, at: datetime) -> datetime:
    """Keep what one reads: its reader did something. Tells until when. Raises TakenOver.

    Also after the lease has ended, as long as nobody else has taken it. What is decided and told later needs no lease.
    """
    require(may_assess(actor, reflection))
    if not await _held_by(reflection.id, actor).filter(claimed_until__isnull=False).update(claimed_until=at + LEASE):
        await say_who_took_it(reflection.id, actor)
    return at + LEASE


async def leave(reflection: Reflection, *, actor: Actor, at: datetime) -> None:
    """Note that its reader closed the page: in a moment anybody can take it, unless the page is there again."""
    require(may_assess(actor, reflection))
    await _held_by(reflection.id, actor).filter(claimed_until__gt=at + LEAVING).update(claimed_until=at + LEAVING)


async def release(reflection: Reflection, *, actor: Actor, at: datetime) -> None:
    """Give it back to the queue without a decision; staff free what an absent assessor holds."""
    require(WHO_MOVES_REFLECTIONS[states.RELEASE](actor, reflection))
    rows = Reflection.filter(id=reflection.id, state__in=states.RELEASE.sources, assessor_id=reflection.assessor_id)
    async with in_transaction():
        await check_active(reflection.enrolment_id)
        freed = {"state": states.RELEASE.target, "assessor_id": None, "claimed_until": None, "changed_at": at}
        if not await rows.update(**freed):
            raise WrongState
        await TimedDecision.filter(reflection_id=reflection.id).delete()
        await record(states.RELEASE.name, reflection, by=actor.person_id, at=at)


async def say_who_took_it(reflection_id: UUID, actor: Actor) -> None:
    """Machine's own: refuse what somebody does who holds it no more: TakenOver with the name, else WrongState."""
    name = await _other_holder(reflection_id, actor)
    raise TakenOver(name=name) if name else WrongState


async def _say_who_holds_it(reflection_id: UUID, actor: Actor) -> None:
    name = await _other_holder(reflection_id, actor)
    raise HeldBySomebody(name=name) if name else WrongState


async def _other_holder(reflection_id: UUID, actor: Actor) -> str:
    holders = Person.filter(reflections_claimed__id=reflection_id, reflections_claimed__state=_READ)
    holder = await holders.exclude(id=actor.person_id).first()
    return holder.name if holder is not None else ""


async def _could_read(reflection: Reflection, person: Person) -> bool:
    """Tell whether somebody is an assessor of it, impartial, and has not judged its newest version."""
    enrolment = await Enrolment.get(id=reflection.enrolment_id)
    is_assessor = await Role.exists(person_id=person.id, kind=RoleKind.ASSESSOR, programme_id=enrolment.programme_id)
    return (
        is_assessor
        and person.id != enrolment.person_id
        and not await _is_partial(reflection, person.id)
        and not await _has_judged(reflection, person.id)
    )


async def _is_partial(reflection: Reflection, person_id: UUID) -> bool:
    conflicts = Conflict.filter(enrolment_id=reflection.enrolment_id, withdrawn_at__isnull=True)
    return await conflicts.filter(assessor_id=person_id).exists()


async def _has_judged(reflection: Reflection, person_id: UUID) -> bool:
    newest = await Version.filter(reflection_id=reflection.id, frozen_at__isnull=False).order_by("-number").first()
    return newest is not None and await Assessment.exists(version_id=newest.id, assessor_id=person_id)


async def _check_may_read(reflection: Reflection, actor: Actor) -> None:
    await check_active(reflection.enrolment_id)
    # It may have been declared since this person's rights were loaded.
    if await _is_partial(reflection, actor.person_id):
        raise NotAllowed
    if await _has_judged(reflection, actor.person_id):
        raise ReadAlready


def _held(actor: Actor, at: datetime) -> dict[str, Any]:
    return {"assessor_id": actor.person_id, "claimed_until": at + LEASE}


def _held_by(reflection_id: UUID, actor: Actor) -> QuerySet[Reflection]:
    return Reflection.filter(id=reflection_id, state=_READ, assessor_id=actor.person_id)
