"""Who answers for a programme's certificate on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models.permissions import Actor, may_name_contacts, require
from models.tables import Contact, Person, Role, RoleKind


@dataclass(frozen=True, slots=True)
class ContactToday:
    """Somebody who answers; a deputy does so `instead_of` somebody `until` a day, included."""

    person_name: str
    person_email: str
    is_deputy: bool = False
    instead_of: str = ""
    until: date | None = None


async def contacts_of(programme_id: int, *, on: date) -> list[ContactToday]:
    """List who answers for a programme on a day, by the contact's name: their names are no secret."""
    rows = Contact.filter(programme_id=programme_id).select_related("person", "deputy").order_by("person__name")
    found = []
    for contact, answers in await _answering(await rows, on=on):
        person = contact.person
        if answers.id == person.id:
            found.append(ContactToday(person.name, person.email))
        else:
            found.append(
                ContactToday(
                    answers.name,
                    answers.email,
                    is_deputy=True,
                    instead_of=person.name,
                    until=contact.away_until,
                )
            )
    return found


async def waits_for(actor: Actor, *, on: date) -> set[int]:
    """Find the programmes, by id, for which this person answers on a day: what waits there waits for them."""
    programmes = actor.programmes_as(RoleKind.STAFF)
    rows = await Contact.filter(programme_id__in=programmes).select_related("person", "deputy")
    return {contact.programme_id for contact, person in await _answering(rows, on=on) if person.id == actor.person_id}


async def contacts_to_manage(programme_id: int, *, actor: Actor) -> list[Contact]:
    """List the contacts of a programme with their deputies, for its staff."""
    require(may_name_contacts(actor, programme_id))
    return await Contact.filter(programme_id=programme_id).select_related("person", "deputy").order_by("person__name")


async def staff_of(programme_id: int, *, actor: Actor) -> list[Person]:
    """List the staff of a programme, by name: who can be its contact or a deputy."""
    require(may_name_contacts(actor, programme_id))
    return await Person.filter(roles__kind=RoleKind.STAFF, roles__programme_id=programme_id).order_by("name")


async def _answering(contacts: Sequence[Contact], *, on: date) -> list[tuple[Contact, Person]]:
    """Pair each contact with who answers on a day; who is no longer staff of the programme does not."""
    roles = Role.filter(kind=RoleKind.STAFF, programme_id__in=[contact.programme_id for contact in contacts])
    staff: set[tuple[UUID, int | None]] = set(await roles.values_list("person_id", "programme_id"))
    pairs = []
    for contact in contacts:
        for person in (contact.deputy if _is_away(contact, on) else None, contact.person):
            if person is not None and (person.id, contact.programme_id) in staff:
                pairs.append((contact, person))
                break
    return pairs


def _is_away(contact: Contact, on: date) -> bool:
    if contact.away_from is None or contact.away_until is None:
        return False
    return contact.away_from <= on <= contact.away_until
