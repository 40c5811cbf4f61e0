"""Where two readers disagree: one of them agrees after all, or the convener decides; what both said stays."""

from datetime import datetime
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models import states
from models.actions.enrolments import ReasonMissing, check_active
from models.actions.events import record
from models.actions.notices import tell
from models.actions.pieces import open_copy
from models.errors import N_, Refused, WrongState
from models.permissions import WHO_MOVES_REFLECTIONS, Actor, require
from models.states import ReflectionMove, ReflectionState
from models.tables import Assessment, Reflection, Settlement, Version
from models.tables.assessments import Decision, SettledBy
from models.tables.notices import NoticeKind

_AGREE = {Decision.ACCEPTED: states.AGREE_TO_ACCEPT, Decision.RETURNED: states.AGREE_TO_RETURN}
_SETTLE = {Decision.ACCEPTED: states.SETTLE_BY_ACCEPTING, Decision.RETURNED: states.SETTLE_BY_RETURNING}
_TOLD = {Decision.ACCEPTED: NoticeKind.ACCEPTED, Decision.RETURNED: NoticeKind.RETURNED}


class NotItsReader(Refused):
    """Only who has read it can change their mind about it."""

    words = N_("You have not assessed this version. Its two readers can agree, or the convener decides.")


class SaidSoAlready(Refused):
    """To agree is to change one's mind."""

    words = N_("That is what you decided yourself. It is decided when the other reader agrees, or by the convener.")


class ReaderIsConvener(Refused):
    """Nobody is the judge of their own disagreement."""

    words = N_("You are one of the two who disagree: another convener decides, or a meeting of the assessor group.")


async def agree(reflection: Reflection, decision: Decision, comment: str = "", *, actor: Actor, at: datetime) -> None:
    """Agree with the other reader on `decision` after all; the comment, if there is one, is for the student.

    Raises NotItsReader, SaidSoAlready.
    """
    require(WHO_MOVES_REFLECTIONS[_AGREE[decision]](actor, reflection))
    async with in_transaction():
        judged = await newest_frozen(reflection)
        said = await Assessment.get_or_none(version_id=judged.id, assessor_id=actor.person_id)
        if said is None:
            raise NotItsReader
        if said.decision is decision:
            raise SaidSoAlready
        await end_judging(
            _AGREE[decision], reflection, judged, SettledBy.READER, decision, comment.strip(), by=actor, at=at
        )


async def settle(reflection: Reflection, decision: Decision, reason: str, *, actor: Actor, at: datetime) -> None:
    """Decide as convener what two readers do not agree on, with a reason that the student reads, too.

    Raises ReaderIsConvener.
    """
    require(WHO_MOVES_REFLECTIONS[_SETTLE[decision]](actor, reflection))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        judged = await newest_frozen(reflection)
        disputed = await Reflection.exists(id=reflection.id, state=ReflectionState.DISPUTED)
        if disputed and await Assessment.exists(version_id=judged.id, assessor_id=actor.person_id):
            raise ReaderIsConvener
        await end_judging(
            _SETTLE[decision], reflection, judged, SettledBy.CONVENER, decision, reason.strip(), by=actor, at=at
        )


async def newest_frozen(reflection: Reflection) -> Version:
    """Machine's own: load the version that is judged; raises WrongState where a draft is open."""
    newest = await Version.filter(reflection_id=reflection.id).order_by("-number").first()
    if newest is None or newest.frozen_at is None:
        raise WrongState
    return newest


async def end_judging(
    move: ReflectionMove,
    reflection: Reflection,
    judged: Version,
    settled_by: SettledBy,
    decision: Decision,
    comment: str,
    *,
    meeting_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Machine's own, inside a transaction: compare and set the state, and keep who decided how and why."""
    await check_active(reflection.enrolment_id)
    rows = Reflection.filter(id=reflection.id, state__in=move.sources)
    if not await rows.update(state=move.target, changed_at=at, assessor_id=None, claimed_until=None):
        raise WrongState
    await Settlement.create(
        id=uuid4(),
        version_id=judged.id,
        settled_by=settled_by,
        decision=decision,
        comment=comment,
        decided_by_id=by.person_id,
        meeting_id=meeting_id,
        decided_at=at,
    )
    if decision is Decision.RETURNED:
        await open_copy(judged, at=at)
    where = {"meeting": meeting_id} if meeting_id else {}
    await record(move.name, reflection, by=by.person_id, at=at, version=judged.number, **where)
    await tell(_TOLD[decision], reflection, of=judged.id, at=at)
