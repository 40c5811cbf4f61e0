"""Judging what was handed in; `claims` says who reads it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from tortoise.transactions import in_transaction

from models import states
from models.actions.claims import say_who_took_it
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.levels import check_levels
from models.actions.notices import tell
from models.actions.pieces import open_copy
from models.errors import N_, Refused, WrongState
from models.permissions import WHO_MOVES_REFLECTIONS, Actor, require
from models.portfolios import piece_rules, rule_set_of
from models.states import ReflectionMove
from models.tables import (
    Assessment,
    AssessmentComment,
    AssessmentDraft,
    Enrolment,
    Reflection,
    TimedDecision,
    Version,
)
from models.tables.assessments import Decision
from models.tables.notices import NoticeKind

_TOLD = {states.ACCEPT: NoticeKind.ACCEPTED, states.RETURN_FOR_REVISION: NoticeKind.RETURNED}
"""What the student hears; that the first of two readers has passed it on, nobody does."""

_DECISIONS = {
    states.ACCEPT: Decision.ACCEPTED,
    states.RETURN_FOR_REVISION: Decision.RETURNED,
}


class CommentMissing(Refused):
    """The student must know what to do."""

    words = N_("Write what should be revised, so that the student knows what to do.")


async def accept(
    reflection: Reflection, comment: str = "", levels: Mapping[str, str] | None = None, *, actor: Actor, at: datetime
) -> None:
    """Decide that the newest handed-in version is good: `levels` says on which level, criterion by criterion.

    Where the rule set asks for two readers, the first one passes it on to the second, whatever they decide; until that
    one has decided, nobody else sees what the first one said. Two who agree have decided it; two who do not are in
    dispute (`settling`). Raises what `check_levels` does.
    """
    require(WHO_MOVES_REFLECTIONS[states.ACCEPT](actor, reflection))
    await _decide(states.ACCEPT, reflection, comment.strip(), levels or {}, actor=actor, at=at)


async def return_for_revision(
    reflection: Reflection, comment: str, levels: Mapping[str, str] | None = None, *, actor: Actor, at: datetime
) -> None:
    """Send it back with words; a new draft opens that starts as a copy of what was handed in.

    The first of two readers passes it on instead, as in `accept`. `levels` may leave criteria open. Raises
    CommentMissing, and what `check_levels` does.
    """
    require(WHO_MOVES_REFLECTIONS[states.RETURN_FOR_REVISION](actor, reflection))
    if not comment.strip():
        raise CommentMissing
    await _decide(states.RETURN_FOR_REVISION, reflection, comment.strip(), levels or {}, actor=actor, at=at)


async def decide_in_time(timed: TimedDecision, *, at: datetime) -> None:
    """Machine's own: make a decision whose time has come, as its assessor; it comes with both, and is made once."""
    assessor = Actor(timed.assessor.id, timed.assessor.name, frozenset())
    move = states.ACCEPT if timed.decision is Decision.ACCEPTED else states.RETURN_FOR_REVISION
    await _decide(move, timed.reflection, timed.comment, timed.levels or {}, actor=assessor, at=at)


async def _decide(
    move: ReflectionMove, reflection: Reflection, comment: str, levels: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    is_accepted = move is states.ACCEPT
    async with in_transaction():
        judged = await _newest(reflection)
        if judged is None or judged.frozen_at is None:
            raise WrongState
        decision = _DECISIONS[move]
        move = await _beside_the_other(move, reflection, judged)
        await _moved(move, reflection, actor=actor, at=at)
        rule_set = await check_levels(levels, reflection, is_accepted=is_accepted)
        made = await Assessment.create(
            id=uuid4(),
            version_id=judged.id,
            assessor_id=actor.person_id,
            decision=decision,
            comment=comment,
            levels=dict(levels),
            rule_set=rule_set,
            decided_at=at,
        )
        said = AssessmentComment.filter(version_id=judged.id, assessor_id=actor.person_id, assessment_id=None)
        await said.update(assessment_id=made.id)
        await AssessmentDraft.filter(version_id=judged.id, assessor_id=actor.person_id).update(comment="", levels=None)
        await TimedDecision.filter(reflection_id=reflection.id).delete()
        if move is states.RETURN_FOR_REVISION:
            await open_copy(judged, at=at)
        await record(move.name, reflection, by=actor.person_id, at=at, version=judged.number)
        if move in _TOLD:
            await tell(_TOLD[move], reflection, of=judged.id, at=at)


async def _newest(reflection: Reflection) -> Version | None:
    return await Version.filter(reflection_id=reflection.id).order_by("-number").first()


async def _beside_the_other(move: ReflectionMove, reflection: Reflection, judged: Version) -> ReflectionMove:
    """Tell what follows from a decision: it waits for another reader's, agrees with it or not."""
    rules = piece_rules(await rule_set_of(await Enrolment.get(id=reflection.enrolment_id)), reflection.kind)
    others = [one.decision for one in await Assessment.filter(version_id=judged.id)]
    if len(others) + 1 < rules.readers:
        return states.PASS_ON
    return move if all(one is _DECISIONS[move] for one in others) else states.DISAGREE


async def _moved(move: ReflectionMove, reflection: Reflection, *, actor: Actor, at: datetime) -> None:
    """Compare and set; whoever decides must still hold it."""
    await check_active(reflection.enrolment_id)
    rows = Reflection.filter(id=reflection.id, state__in=move.sources, assessor_id=actor.person_id)
    freed = {"assessor_id": None} if move in {states.PASS_ON, states.DISAGREE} else {}
    if not await rows.update(state=move.target, changed_at=at, claimed_until=None, **freed):
        await say_who_took_it(reflection.id, actor)
