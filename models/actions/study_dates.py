"""The days of an enrolment: when the studies began and end, and what an extension adds to its deadline."""

from datetime import date, datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.eligibility import check_admission
from models.actions.enrolments import ReasonMissing, check_active, check_no_certificate, check_study_end
from models.actions.events import record
from models.errors import N_, Refused
from models.permissions import Actor, is_own, may_change, may_extend, require
from models.portfolios import deadline_of, local_today, rule_set_of
from models.rules.progress import application_deadline
from models.tables import Enrolment, Extension


class ExtensionTooShort(Refused):
    """An extension moves the deadline forward."""

    words = N_("The new deadline must be later than the present one ({deadline}) and not before today.")


class NothingToExtend(Refused):
    """Without a last day nobody needs more time."""

    words = N_("The rules of this student know no last day, so there is nothing to extend.")


class DeadlinePassed(Refused):
    """A later study end would undo a deadline that has passed."""

    words = N_("The last day for the final reflection was {deadline}. Ask your programme for an extension.")


class StudiesEnded(Refused):
    """Where there is no other last day, the end of the studies is one."""

    words = N_("Your studies ended on {end}. If that day is wrong, ask your programme to change it.")


async def change_study_end(enrolment: Enrolment, study_end_date: date, *, actor: Actor, at: datetime) -> None:
    """Say when the studies end now; the deadline follows, and the record keeps both dates.

    After the deadline, or without one after the end of the studies, only the programme makes it later: raises
    DeadlinePassed and StudiesEnded.
    """
    require(may_change(actor, enrolment) or may_extend(actor, enrolment))
    today = await local_today(at)
    check_study_end(study_end_date, today=today)
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
        await check_no_certificate(enrolment)
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


async def last_day_to_apply(enrolment: Enrolment) -> date | None:
    """Machine's own: derive until when one may apply, extensions included; None without a limit."""
    fresh = await Enrolment.get(id=enrolment.id)
    extension = await Extension.filter(enrolment_id=fresh.id).order_by("-until_date").first()
    return application_deadline(
        await rule_set_of(fresh), fresh.study_end_date, extension.until_date if extension else None
    )
