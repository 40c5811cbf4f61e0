"""Who answers for a programme's certificate, and who does while they are away."""

from datetime import date, datetime

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_name_contacts, require
from models.portfolios import local_today
from models.tables import Contact, Person, Programme, Role, RoleKind


class NotStaff(Refused):
    """Whoever answers must be able to see what is asked about."""

    words = N_("{name} is not staff of this programme. An administrator gives the role first.")


class DeputyIsContact(Refused):
    """Nobody stands in for themselves."""

    words = N_("Choose somebody else as deputy: {name} is the one who is away.")


class DeputyMissing(Refused):
    """Somebody always answers."""

    words = N_("Choose who answers while {name} is away.")


class PeriodMissing(Refused):
    """A deputy stands in for a time."""

    words = N_("Say from which day until which day {name} is away.")


class PeriodOutOfOrder(Refused):
    """A period ends when it began, or later."""

    words = N_("The last day away ({until}) is before the first one ({start}).")


class PeriodPast(Refused):
    """It would change nothing."""

    words = N_("The last day away ({until}) has passed already.")


async def name_contact(programme: Programme, person: Person, *, actor: Actor, at: datetime) -> Contact:
    """Say that this person answers for the programme; said again, nothing changes."""
    require(may_name_contacts(actor, programme.id))
    async with in_transaction():
        await _check_staff(programme.id, person)
        contact, is_new = await Contact.get_or_create(programme_id=programme.id, person_id=person.id)
        if is_new:
            await record("name_contact", contact, by=actor.person_id, at=at, programme=programme.code, person=person.id)
    return contact


async def set_deputy(
    contact: Contact,
    deputy: Person | None,
    away_from: date | None,
    away_until: date | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Say who answers from one day until another, both included; without all three nobody stands in any more."""
    require(may_name_contacts(actor, contact.programme_id))
    async with in_transaction():
        person = await Person.get(id=contact.person_id)
        if deputy is not None:
            _check_period(person, away_from, away_until, today=await local_today(at))
            if deputy.id == person.id:
                raise DeputyIsContact(name=person.name)
            await _check_staff(contact.programme_id, deputy)
        elif away_from is not None or away_until is not None:
            raise DeputyMissing(name=person.name)
        changed = await Contact.filter(id=contact.id).update(
            deputy_id=deputy.id if deputy else None, away_from=away_from, away_until=away_until
        )
        if not changed:
            raise WrongState
        await record(
            "set_deputy",
            contact,
            by=actor.person_id,
            at=at,
            deputy=deputy.id if deputy else None,
            away_from=away_from,
            away_until=away_until,
        )


async def remove_contact(contact: Contact, *, actor: Actor, at: datetime) -> None:
    """Say that this person answers no longer."""
    require(may_name_contacts(actor, contact.programme_id))
    async with in_transaction():
        if not await Contact.filter(id=contact.id).delete():
            raise WrongState
        await record("remove_contact", contact, by=actor.person_id, at=at, person=contact.person_id)


async def _check_staff(programme_id: int, person: Person) -> None:
    if not await Role.exists(person_id=person.id, kind=RoleKind.STAFF, programme_id=programme_id):
        raise NotStaff(name=person.name)


def _check_period(person: Person, away_from: date | None, away_until: date | None, *, today: date) -> None:
    if away_from is None or away_until is None:
        raise PeriodMissing(name=person.name)
    if away_until < away_from:
        raise PeriodOutOfOrder(start=away_from, until=away_until)
    if away_until < today:
        raise PeriodPast(until=away_until)
