"""Enrolling for the certificate, and what staff may change about an enrolment."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models import states
from models.actions.eligibility import check_admission, check_programme, confirmed
from models.actions.events import record
from models.errors import N_, Refused, WrongState
from models.permissions import WHO_MOVES_ENROLMENTS, Actor, is_own, may_extend, require
from models.portfolios import local_today, parsed
from models.states import EnrolmentState
from models.tables import Certificate, Enrolment, Programme, Reflection, RuleSetVersion, TimedDecision


class AlreadyEnrolled(Refused):
    """One certificate per programme."""

    words = N_("You are enrolled for the certificate of this programme already.")


class WasEnded(Refused):
    """Who was taken out does not come back by themselves."""

    words = N_(
        "Your enrolment for the certificate of this programme was ended; the reason stands with it. "
        "Contact the programme if you want to take part."
    )


class EnrolmentEnded(Refused):
    """What belongs to an enrolment that is void or ended stays as it is."""

    words = N_("This enrolment has been ended. What is there can be read, but nothing can be changed or handed in.")


class CertificateIssued(Refused):
    """A certificate stands on the enrolment."""

    words = N_("The certificate has been issued: the enrolment stays as it is.")


class StudyEndNotAhead(Refused):
    """The end of the studies decides the deadline; it must be a day that is still to come."""

    words = N_("The end of your studies must be a day between tomorrow and ten years from now.")


class SameVersion(Refused):
    """A move leads somewhere."""

    words = N_("The student follows this version of the rules already.")


class VersionNotOffered(Refused):
    """One stays under the rules of one's programme."""

    words = N_("This version belongs to other rules than those of the student's programme.")


class ReasonMissing(Refused):
    """A decision against or for one person is explained."""

    words = N_("Write the reason.")


async def enrol(
    programme: Programme,
    study_end_date: date,
    *,
    admitted_date: date | None = None,
    declarations: Sequence[str] = (),
    enrolment_id: UUID,
    actor: Actor,
    at: datetime,
) -> Enrolment:
    """Enrol oneself: the programme's present rule set is pinned. The same `enrolment_id` again changes nothing.

    `admitted_date` is the day on which the studies began, `declarations` are the ids of what one confirms.
    """
    today = await local_today(at)
    async with in_transaction():
        known = await Enrolment.get_or_none(id=enrolment_id)
        if known is not None:
            require(is_own(actor, known) and known.programme_id == programme.id)
            return known
        before = await Enrolment.get_or_none(person_id=actor.person_id, programme_id=programme.id)
        if before is not None:
            raise AlreadyEnrolled if before.state is EnrolmentState.ACTIVE else WasEnded
        fresh = await Programme.get(id=programme.id).select_related("rule_set")
        rule_set = parsed(fresh.rule_set.document)
        check_programme(rule_set, fresh, today=today)
        check_study_end(study_end_date, today=today)
        check_admission(rule_set, admitted_date, today=today)
        enrolment = await Enrolment.create(
            id=enrolment_id,
            person_id=actor.person_id,
            programme_id=fresh.id,
            rule_set_id=fresh.rule_set_id,
            study_end_date=study_end_date,
            admitted_date=admitted_date,
            declarations=confirmed(rule_set, "enrolment", declarations),
            enrolled_at=at,
        )
        await record("enrol", enrolment, by=actor.person_id, at=at, study_end=study_end_date, programme=fresh.code)
    return enrolment


async def void(enrolment: Enrolment, reason: str, *, actor: Actor, at: datetime) -> None:
    """Say that the enrolment was never valid, for example made in the wrong faculty; it is left out of every count."""
    require(WHO_MOVES_ENROLMENTS[states.VOID_ENROLMENT](actor, enrolment))
    await _end(states.VOID_ENROLMENT, enrolment, reason, actor=actor, at=at)


async def deregister(enrolment: Enrolment, reason: str, *, actor: Actor, at: datetime) -> None:
    """End an enrolment without a certificate, for example when the term after the studies has passed."""
    require(WHO_MOVES_ENROLMENTS[states.DEREGISTER](actor, enrolment))
    await _end(states.DEREGISTER, enrolment, reason, actor=actor, at=at)


async def reinstate(enrolment: Enrolment, reason: str, *, actor: Actor, at: datetime) -> None:
    """Take back that an enrolment was ended: everything goes on where it stood."""
    require(WHO_MOVES_ENROLMENTS[states.REINSTATE](actor, enrolment))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        await _make(states.REINSTATE, enrolment, reason.strip(), actor=actor, at=at, ended_reason="")


async def move_to_version(
    enrolment: Enrolment,
    version: RuleSetVersion,
    reason: str,
    *,
    admitted_date: date | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Move one student to another published version of the rules; the record keeps both and the reason.

    Where that version asks when the studies began and it is not known, `admitted_date` says it: raises
    AdmissionMissing otherwise. A day that is known is not changed by a move.
    """
    require(may_extend(actor, enrolment))
    if not reason.strip():
        raise ReasonMissing
    today = await local_today(at)
    async with in_transaction():
        await check_active(enrolment.id)
        await check_no_certificate(enrolment)
        now = await Enrolment.get(id=enrolment.id).select_related("rule_set", "programme")
        wanted = await RuleSetVersion.get(id=version.id)
        if wanted.id == now.rule_set_id:
            raise SameVersion
        if wanted.rule_set != now.rule_set.rule_set and wanted.id != now.programme.rule_set_id:
            raise VersionNotOffered
        admitted = now.admitted_date or admitted_date
        check_admission(parsed(wanted.document), admitted, today=today)
        await Enrolment.filter(id=enrolment.id).update(rule_set_id=wanted.id, admitted_date=admitted)
        added = {} if admitted == now.admitted_date else {"admitted": admitted}
        await record(
            "move_to_version",
            enrolment,
            by=actor.person_id,
            at=at,
            before=f"{now.rule_set.rule_set} {now.rule_set.version}",
            now=f"{wanted.rule_set} {wanted.version}",
            reason=reason.strip(),
            **added,
        )


async def check_active(enrolment_id: UUID) -> None:
    """Machine's own: inside a transaction, refuse what would change an enrolment that was ended meanwhile."""
    if not await Enrolment.exists(id=enrolment_id, state=EnrolmentState.ACTIVE):
        raise EnrolmentEnded


async def check_no_certificate(enrolment: Enrolment) -> None:
    """Machine's own: inside a transaction, refuse what would change an enrolment that a certificate stands on."""
    if await Certificate.exists(enrolment_id=enrolment.id):
        raise CertificateIssued


def check_study_end(study_end_date: date, *, today: date) -> None:
    """Refuse when the studies would end today, earlier, or more than ten years from now."""
    if not today < study_end_date <= today.replace(year=today.year + 10, day=min(today.day, 28)):
        raise StudyEndNotAhead


async def _end(move: states.EnrolmentMove, enrolment: Enrolment, reason: str, *, actor: Actor, at: datetime) -> None:
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        await check_no_certificate(enrolment)
        await _make(
            move,
            enrolment,
            reason.strip(),
            actor=actor,
            at=at,
            ended_reason=reason.strip(),
            ended_by_id=actor.person_id,
            ended_at=at,
        )
        await _drop_what_is_told_later(enrolment, at=at)


async def _drop_what_is_told_later(enrolment: Enrolment, *, at: datetime) -> None:
    """Let no decision be made about an enrolment that ended; should it go on, anybody may read what was read."""
    held = Reflection.filter(enrolment_id=enrolment.id, timed_decision__id__isnull=False)
    ids = await held.values_list("id", flat=True)
    await TimedDecision.filter(reflection_id__in=ids).delete()
    await Reflection.filter(id__in=ids).update(claimed_until=at)


async def _make(
    move: states.EnrolmentMove,
    enrolment: Enrolment,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    ended_reason: str,
    ended_by_id: UUID | None = None,
    ended_at: datetime | None = None,
) -> None:
    moved = await Enrolment.filter(id=enrolment.id, state__in=move.sources).update(
        state=move.target, ended_reason=ended_reason, ended_by_id=ended_by_id, ended_at=ended_at
    )
    if not moved:
        raise WrongState
    await record(move.name, enrolment, by=actor.person_id, at=at, reason=reason)
