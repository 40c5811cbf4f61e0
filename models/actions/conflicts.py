"""Who must not assess whom: declared by the assessor or by staff, and it takes effect at once."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from tortoise.transactions import in_transaction

from models import states
from models.actions.events import record
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_declare_conflict, may_withdraw_conflict, require
from models.tables import Conflict, Enrolment, Person, Reflection, Role, RoleKind, TimedDecision

LONGEST_REASON = 1000


class ReasonMissing(Refused):
    """Whoever looks at it later must understand it."""

    words = N_("Say in a few words why, such as: I supervise this student's thesis.")


class NotAnAssessor(Refused):
    """It says who must not assess."""

    words = N_("{name} is not an assessor of this programme.")


async def declare(enrolment: Enrolment, assessor: Person, reason: str, *, actor: Actor, at: datetime) -> Conflict:
    """Say that an assessor judges nothing of this student; what they hold goes back to the queue.

    What they decided before stands. Said again, the newer reason holds.
    """
    require(may_declare_conflict(actor, enrolment, assessor.id))
    if not reason.strip():
        raise ReasonMissing
    said: dict[str, Any] = {
        "reason": reason.strip()[:LONGEST_REASON],
        "declared_by_id": actor.person_id,
        "declared_at": at,
    }
    async with in_transaction():
        if not await Role.exists(person_id=assessor.id, kind=RoleKind.ASSESSOR, programme_id=enrolment.programme_id):
            raise NotAnAssessor(name=assessor.name)
        known = Conflict.filter(enrolment_id=enrolment.id, assessor_id=assessor.id)
        if not await known.update(**said, withdrawn_at=None):
            await Conflict.create(id=uuid4(), enrolment_id=enrolment.id, assessor_id=assessor.id, **said)
        conflict = await known.get()
        await _free(enrolment, assessor, actor=actor, at=at)
        await record("declare_conflict", conflict, by=actor.person_id, at=at, assessor=assessor.id)
    return conflict


async def withdraw(conflict: Conflict, *, actor: Actor, at: datetime) -> None:
    """Let the assessor judge this student again: staff, who answer for it."""
    require(may_withdraw_conflict(actor, conflict))
    async with in_transaction():
        if not await Conflict.filter(id=conflict.id, withdrawn_at__isnull=True).update(withdrawn_at=at):
            raise WrongState
        await record("withdraw_conflict", conflict, by=actor.person_id, at=at, assessor=conflict.assessor_id)


async def _free(enrolment: Enrolment, assessor: Person, *, actor: Actor, at: datetime) -> None:
    held = Reflection.filter(enrolment_id=enrolment.id, state__in=states.RELEASE.sources, assessor_id=assessor.id)
    for reflection in await held:
        await held.filter(id=reflection.id).update(
            state=states.RELEASE.target, assessor_id=None, claimed_until=None, changed_at=at
        )
        await TimedDecision.filter(reflection_id=reflection.id).delete()
        await record(states.RELEASE.name, reflection, by=actor.person_id, at=at)
