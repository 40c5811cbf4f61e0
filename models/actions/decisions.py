"""What staff decide about a student's activity: whether it counts, as what, or what must be put right first."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from models import states
from models.actions import precedents
from models.actions.activity_moves import fresh_activity, move_activity
from models.actions.enrolments import CertificateIssued, ReasonMissing
from models.actions.events import record
from models.actions.facts import DecidedFacts, checked, checked_decision, points_of
from models.actions.proof import signed_attendance
from models.errors import N_, Refused
from models.permissions import WHO_MOVES_ACTIVITIES, Actor, require
from models.portfolios import rule_set_of
from models.rules.ruleset import RuleSet
from models.states import ApplicationState
from models.tables import Activity, Application, Certificate


class AppliedFor(Refused):
    """An application stands on what was done when it was made."""

    words = N_("The student has applied for the certificate. Decline the application first, then open this again.")


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
    await move_activity(states.SEND_BACK_ACTIVITY, activity, actor=actor, at=at, **_decided(actor, at, reason.strip()))


async def decline(activity: Activity, reason: str, *, actor: Actor, at: datetime) -> None:
    """Decide that a proposed or reported activity does not count, and say why."""
    require(WHO_MOVES_ACTIVITIES[states.DECLINE_ACTIVITY](actor, activity))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        fresh = await fresh_activity(activity, states.DECLINE_ACTIVITY.sources)
        await move_activity(states.DECLINE_ACTIVITY, fresh, actor=actor, at=at, **_decided(actor, at, reason.strip()))
        rule_set = await rule_set_of(fresh.enrolment)
        await _keep(fresh, rule_set, reason.strip(), counts=False, actor=actor, at=at)


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
        signed = await signed_attendance(activity.id)
        noted: dict[str, Any] = {} if signed is None else {"attendance_percent": signed}
        decided = _decided(actor, at, reason.strip())
        await move_activity(
            states.REOPEN_ACTIVITY, activity, reason=reason.strip(), actor=actor, at=at, **decided, **noted
        )


async def _let_count(
    move: states.ActivityMove, activity: Activity, note: str, facts: DecidedFacts | None, *, actor: Actor, at: datetime
) -> None:
    async with in_transaction():
        fresh = await fresh_activity(activity, move.sources)
        rule_set = await rule_set_of(fresh.enrolment)
        if facts is not None or _is_own(fresh):
            check = checked_decision if _is_own(fresh) else checked
            facts = check(facts or _facts_of(fresh), rule_set)
            if facts != _facts_of(fresh):
                await _change_facts(fresh, facts, actor=actor, at=at)
        await move_activity(move, fresh, actor=actor, at=at, **_decided(actor, at, note))
        await _keep(fresh, rule_set, note, counts=True, actor=actor, at=at)


async def _check_not_applied(enrolment_id: UUID) -> None:
    if await Certificate.exists(enrolment_id=enrolment_id):
        raise CertificateIssued
    if await Application.exists(enrolment_id=enrolment_id, state=ApplicationState.SUBMITTED):
        raise AppliedFor


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
