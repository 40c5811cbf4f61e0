"""Enrolling for the certificate, and what staff may change about an enrolment."""

from datetime import date, datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.errors import N_, Refused
from models.permissions import Actor, may_change, may_extend, require
from models.portfolios import deadline_of, local_today
from models.tables import Enrolment, Extension, Programme


class AlreadyEnrolled(Refused):
    """One certificate per programme."""

    words = N_("You are enrolled for the certificate of this programme already.")


class StudyEndNotAhead(Refused):
    """The end of the studies decides the deadline; it must be a day that is still to come."""

    words = N_("The end of your studies must be a day between tomorrow and ten years from now.")


class ExtensionTooShort(Refused):
    """An extension moves the deadline forward."""

    words = N_("The new deadline must be later than the present one ({deadline}) and not before today.")


class DeadlinePassed(Refused):
    """A later study end would undo a deadline that has passed."""

    words = N_("The last day for the final reflection was {deadline}. Ask your programme for an extension.")


class ReasonMissing(Refused):
    """A decision against or for one person is explained."""

    words = N_("Write the reason.")


async def enrol(
    programme: Programme, study_end_date: date, *, enrolment_id: UUID, actor: Actor, at: datetime
) -> Enrolment:
    """Enrol oneself: the programme's present rule set is pinned. The same `enrolment_id` again changes nothing."""
    async with in_transaction():
        known = await Enrolment.get_or_none(id=enrolment_id)
        if known is not None:
            require(may_change(actor, known))
            return known
        _check_study_end(study_end_date, today=await local_today(at))
        if await Enrolment.exists(person_id=actor.person_id, programme_id=programme.id):
            raise AlreadyEnrolled
        enrolment = await Enrolment.create(
            id=enrolment_id,
            person_id=actor.person_id,
            programme_id=programme.id,
            rule_set_id=programme.rule_set_id,
            study_end_date=study_end_date,
            enrolled_at=at,
        )
        await record("enrol", enrolment, by=actor.person_id, at=at, study_end=study_end_date, programme=programme.code)
    return enrolment


async def change_study_end(enrolment: Enrolment, study_end_date: date, *, actor: Actor, at: datetime) -> None:
    """Say when one's studies end now; the deadline follows, and the record keeps both dates.

    After the deadline it is the programme that grants more time: raises DeadlinePassed.
    """
    require(may_change(actor, enrolment))
    today = await local_today(at)
    _check_study_end(study_end_date, today=today)
    async with in_transaction():
        before = await Enrolment.get(id=enrolment.id)
        deadline = await deadline_of(before)
        if today > deadline and study_end_date > before.study_end_date:
            raise DeadlinePassed(deadline=deadline)
        await Enrolment.filter(id=enrolment.id).update(study_end_date=study_end_date)
        await record(
            "change_study_end", enrolment, by=actor.person_id, at=at, before=before.study_end_date, now=study_end_date
        )


async def grant_extension(
    enrolment: Enrolment, until_date: date, reason: str, *, extension_id: UUID, actor: Actor, at: datetime
) -> Extension:
    """Move one student's final deadline forward, with a reason that is kept."""
    require(may_extend(actor, enrolment))
    if not reason.strip():
        raise ReasonMissing
    today = await local_today(at)
    async with in_transaction():
        known = await Extension.get_or_none(id=extension_id, enrolment_id=enrolment.id)
        if known is not None:
            return known
        deadline = await deadline_of(enrolment)
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


def _check_study_end(study_end_date: date, *, today: date) -> None:
    if not today < study_end_date <= today.replace(year=today.year + 10, day=min(today.day, 28)):
        raise StudyEndNotAhead
