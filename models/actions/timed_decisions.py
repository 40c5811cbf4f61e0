"""Decisions that are told at a set time, all on Friday at noon for example, and until then withdrawn at will.

Until then the assessor holds the piece without a lease, and its student sees that it is being assessed.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from tortoise.transactions import in_transaction

from models import states
from models.actions.assessments import CommentMissing, decide_in_time
from models.actions.claims import LEASE, say_who_took_it
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.levels import check_levels
from models.errors import N_, Refused, WrongState
from models.permissions import WHO_MOVES_REFLECTIONS, Actor, require
from models.portfolios import piece_rules, rule_set_of
from models.tables import Enrolment, Reflection, TimedDecision
from models.tables.assessments import Decision

LONGEST_WAIT = timedelta(days=60)

_log = logging.getLogger(__name__)


class UnlikelyTellingTime(Refused):
    """A student does not wait for ever."""

    words = N_("Choose a day and a time that are still to come, within 60 days.")


class ToldWhenBothHaveDecided(Refused):
    """One reader who waits would keep the other one waiting."""

    words = N_("Two assessors read this: the student is told when both have decided.")


async def decide_later(
    reflection: Reflection,
    decision: Decision,
    comment: str,
    tell_at: datetime,
    levels: Mapping[str, str] | None = None,
    *,
    actor: Actor,
    at: datetime,
) -> TimedDecision:
    """Decide now what takes effect and is told at `tell_at`; again with another time or decision replaces it.

    `levels` says on which level, criterion by criterion. Raises CommentMissing, UnlikelyTellingTime,
    ToldWhenBothHaveDecided, and what `accept` raises.
    """
    require(WHO_MOVES_REFLECTIONS[states.ACCEPT](actor, reflection))
    if decision is Decision.RETURNED and not comment.strip():
        raise CommentMissing
    if not at < tell_at <= at + LONGEST_WAIT:
        raise UnlikelyTellingTime
    async with in_transaction():
        await check_active(reflection.enrolment_id)
        rules = piece_rules(await rule_set_of(await Enrolment.get(id=reflection.enrolment_id)), reflection.kind)
        if rules.readers > 1:
            raise ToldWhenBothHaveDecided
        await check_levels(levels or {}, reflection, is_accepted=decision is Decision.ACCEPTED)
        held = Reflection.filter(id=reflection.id, state__in=states.ACCEPT.sources, assessor_id=actor.person_id)
        if not await held.update(claimed_until=None):
            await say_who_took_it(reflection.id, actor)
        await TimedDecision.filter(reflection_id=reflection.id).delete()
        timed = await TimedDecision.create(
            id=uuid4(),
            reflection_id=reflection.id,
            assessor_id=actor.person_id,
            decision=decision,
            comment=comment.strip(),
            levels=dict(levels or {}),
            tell_at=tell_at,
            made_at=at,
        )
        await record("decide_later", reflection, by=actor.person_id, at=at, tell_at=tell_at)
    return timed


async def withdraw(reflection: Reflection, *, actor: Actor, at: datetime) -> None:
    """Take back a decision that is not told yet: its assessor reads on. Raises WrongState once it has been made."""
    require(WHO_MOVES_REFLECTIONS[states.ACCEPT](actor, reflection))
    async with in_transaction():
        if not await TimedDecision.filter(reflection_id=reflection.id, assessor_id=actor.person_id).delete():
            raise WrongState
        await Reflection.filter(id=reflection.id).update(claimed_until=at + LEASE)
        await record("withdraw_decision", reflection, by=actor.person_id, at=at)


async def make_due(*, at: datetime) -> int:
    """Machine's own: make the decisions whose time has come, each once however many try; tells how many it made.

    One that cannot be made any more is dropped, and whoever assesses next begins where it stands.
    """
    due = TimedDecision.filter(tell_at__lte=at).select_related("reflection__enrolment", "assessor")
    made = 0
    for timed in await due.order_by("tell_at", "id"):
        try:
            await decide_in_time(timed, at=at)
            made += 1
        except Refused as refusal:
            _log.warning("a decision that was to be told was not made: %s", refusal.code)
            await _drop(timed, at=at)
    return made


async def _drop(timed: TimedDecision, *, at: datetime) -> None:
    async with in_transaction():
        if await TimedDecision.filter(id=timed.id).delete():
            await Reflection.filter(
                id=timed.reflection_id, state__in=states.ACCEPT.sources, claimed_until__isnull=True
            ).update(claimed_until=at)
            await record("drop_decision", timed.reflection, by=None, at=at)
