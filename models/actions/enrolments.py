"""Enrolling for the certificate, and what staff may change about an enrolment."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models import states
from models.actions.eligibility import check_admission, check_programme, confirmed
from models.actions.events import record
from models.errors import N_, Refused, WrongState
from models.permissions import WHO_MOVES_ENROLMENTS, Actor, is_own, may_change, may_extend, require
from models.portfolios import deadline_of, local_today, parsed, rule_set_of
from models.rules.progress import application_deadline
from models.states import EnrolmentState
from models.tables import Certificate, Enrolment, Extension, Programme, RuleSetVersion


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


class ExtensionTooShort(Refused):
    """An extension moves the deadline forward."""

    words = N_("The new deadline must be later than the present one ({deadline}) and not before today.")


class NothingToExtend(Refused):
    """Without a last day nobody needs more time."""

    words = N_("The rules of this student know no last day, so there is nothing to extend.")


class SameVersion(Refused):
    """A move leads somewhere."""

    words = N_("The student follows this version of the rules already.")


class VersionNotOffered(Refused):
    """One stays under the rules of one's programme."""

    words = N_("This version belongs to other rules than those of the student's programme.")


class DeadlinePassed(Refused):
    """A later study end would undo a deadline that has passed."""

    words = N_("The last day for the final reflection was {deadline}. Ask your programme for an extension.")


class StudiesEnded(Refused):
    """Where there is no other last day, the end of the studies is one."""

    words = N_("Your studies ended on {end}. If that day is wrong, ask your programme to change it.")


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
        _check_study_end(study_end_date, today=today)
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


async def change_study_end(enrolment: Enrolment, study_end_date: date, *, actor: Actor, at: datetime) -> None:
    """Say when the studies end now; the deadline follows, and the record keeps both dates.

    After the deadline, or without one after the end of the studies, only the programme makes it later: raises
    DeadlinePassed and StudiesEnded.
    """
    require(may_change(actor, enrolment) or may_extend(actor, enrolment))
    today = await local_today(at)
    _check_study_end(study_end_date, today=today)
    async with in_transaction():
        await check_active(enrolment.id)
        before = await Enrolment.get(id=enrolment.id)
        deadline = await deadline_of(before)
        last_day = before.study_end_date if deadline is None else deadline
        is_later = study_end_date > before.study_end_date
        if today > last_day and is_later and is_own(actor, before):
            raise DeadlinePassed(deadline=deadline) if deadline else StudiesEnded(end=before.study_end_date)
        await Enrolment.filter(id=enrolment.id).update(study_end_date=study_end_date)
        await record(
            "change_study_end", enrolment, by=actor.person_id, at=at, before=before.study_end_date, now=study_end_date
        )


async def grant_extension(
    enrolment: Enrolment, until_date: date, reason: str, *, extension_id: UUID, actor: Actor, at: datetime
) -> Extension:
    """Move one student's deadline forward, with a reason that is kept.

    It is the one of the final reflection; where the rules know none, the last day to apply.
    """
    require(may_extend(actor, enrolment))
    if not reason.strip():
        raise ReasonMissing
    today = await local_today(at)
    async with in_transaction():
        known = await Extension.get_or_none(id=extension_id)
        if known is not None:
            require(known.enrolment_id == enrolment.id)
            return known
        await check_active(enrolment.id)
        deadline = await deadline_of(enrolment)
        if deadline is None:
            raise NothingToExtend
        if until_date <= deadline or until_date < today:
            raise ExtensionTooShort(deadline=deadline)
        extension = await Extension.create(
            id=extension_id,
            enrolment_id=enrolment.id,
            until_date=until_date,
            reason=reason.strip(),
            granted_by_id=actor.person_id,
            granted_at=at,
        )
        await record("grant_extension", enrolment, by=actor.person_id, at=at, before=deadline, until=until_date)
    return extension


async def change_admitted_date(
    enrolment: Enrolment, admitted_date: date, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Put right on which day a student's studies began; what counts follows, and the record keeps both days."""
    require(may_extend(actor, enrolment))
    if not reason.strip():
        raise ReasonMissing
    today = await local_today(at)
    async with in_transaction():
        await check_active(enrolment.id)
        await _check_no_certificate(enrolment)
        before = await Enrolment.get(id=enrolment.id)
        check_admission(await rule_set_of(before), admitted_date, today=today)
        await Enrolment.filter(id=enrolment.id).update(admitted_date=admitted_date)
        await record(
            "change_admitted_date",
            enrolment,
            by=actor.person_id,
            at=at,
            before=before.admitted_date,
            now=admitted_date,
            reason=reason.strip(),
        )


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
        await _check_no_certificate(enrolment)
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


async def last_day_to_apply(enrolment: Enrolment) -> date | None:
    """Machine's own: derive until when one may apply, extensions included; None without a limit."""
    fresh = await Enrolment.get(id=enrolment.id)
    extension = await Extension.filter(enrolment_id=fresh.id).order_by("-until_date").first()
    return application_deadline(
        await rule_set_of(fresh), fresh.study_end_date, extension.until_date if extension else None
    )


async def _end(move: states.EnrolmentMove, enrolment: Enrolment, reason: str, *, actor: Actor, at: datetime) -> None:
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        await _check_no_certificate(enrolment)
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


async def _check_no_certificate(enrolment: Enrolment) -> None:
    if await Certificate.exists(enrolment_id=enrolment.id):
        raise CertificateIssued


def _check_study_end(study_end_date: date, *, today: date) -> None:
    if not today < study_end_date <= today.replace(year=today.year + 10, day=min(today.day, 28)):
        raise StudyEndNotAhead
