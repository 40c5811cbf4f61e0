"""Who answers for a programme, and who does while they are away."""

from datetime import date, timedelta

import pytest

from models.actions import contacts
from models.actions.contacts import (
    DeputyIsContact,
    DeputyMissing,
    NotStaff,
    PeriodMissing,
    PeriodOutOfOrder,
    PeriodPast,
)
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.queries.contacts import ContactToday, contacts_of, contacts_to_manage, staff_of, waits_for
from models.tables import Contact, Event, Person, Programme, Role
from tests.factories import NOW, make_assessor, make_programme, make_staff

pytestmark = pytest.mark.usefixtures("database")

TODAY = NOW.date()
FROM, UNTIL = TODAY + timedelta(days=7), TODAY + timedelta(days=14)


async def _person(actor: Actor) -> Person:
    return await Person.get(id=actor.person_id)


async def _named() -> tuple[Programme, Actor, Contact]:
    programme = await make_programme()
    staff = await make_staff(programme, "Cora")
    return programme, staff, await contacts.name_contact(programme, await _person(staff), actor=staff, at=NOW)


async def _with_deputy() -> tuple[Programme, Actor, Actor]:
    """Cora is away from FROM until UNTIL, and Dag answers."""
    programme, cora, contact = await _named()
    dag = await make_staff(programme, "Dag")
    await contacts.set_deputy(contact, await _person(dag), FROM, UNTIL, actor=cora, at=NOW)
    return programme, cora, dag


async def test_students_see_who_answers() -> None:
    programme, cora, _ = await _named()

    [shown] = await contacts_of(programme.id, on=TODAY)

    assert shown == ContactToday("Cora", (await _person(cora)).email)


async def test_a_contact_is_named_once() -> None:
    programme, cora, contact = await _named()
    events = await Event.all().count()

    again = await contacts.name_contact(programme, await _person(cora), actor=cora, at=NOW)

    assert again.id == contact.id
    assert await Event.all().count() == events


async def test_a_contact_must_be_staff_of_the_programme() -> None:
    programme, cora, _ = await _named()

    with pytest.raises(NotStaff) as refusal:
        await contacts.name_contact(
            programme, await _person(await make_assessor(programme, "Astrid")), actor=cora, at=NOW
        )

    assert refusal.value.arguments == {"name": "Astrid"}


async def test_a_deputy_must_be_staff_of_the_same_programme() -> None:
    _, cora, contact = await _named()
    elsewhere = await make_staff(await make_programme("BE"), "Elsa")

    with pytest.raises(NotStaff):
        await contacts.set_deputy(contact, await _person(elsewhere), FROM, UNTIL, actor=cora, at=NOW)


async def test_nobody_is_their_own_deputy() -> None:
    _, cora, contact = await _named()

    with pytest.raises(DeputyIsContact):
        await contacts.set_deputy(contact, await _person(cora), FROM, UNTIL, actor=cora, at=NOW)


@pytest.mark.parametrize(("first", "last"), [(None, UNTIL), (FROM, None), (None, None)])
async def test_a_deputy_needs_both_days(first: date | None, last: date | None) -> None:
    programme, cora, contact = await _named()

    with pytest.raises(PeriodMissing):
        await contacts.set_deputy(
            contact, await _person(await make_staff(programme, "Dag")), first, last, actor=cora, at=NOW
        )


async def test_the_period_ends_on_its_first_day_or_later() -> None:
    programme, cora, contact = await _named()
    dag = await _person(await make_staff(programme, "Dag"))

    with pytest.raises(PeriodOutOfOrder):
        await contacts.set_deputy(contact, dag, UNTIL, FROM, actor=cora, at=NOW)
    await contacts.set_deputy(contact, dag, FROM, FROM, actor=cora, at=NOW)

    assert (await Contact.get(id=contact.id)).away_until == FROM


async def test_the_period_has_not_passed() -> None:
    programme, cora, contact = await _named()
    dag = await _person(await make_staff(programme, "Dag"))
    yesterday = TODAY - timedelta(days=1)

    with pytest.raises(PeriodPast):
        await contacts.set_deputy(contact, dag, yesterday, yesterday, actor=cora, at=NOW)


async def test_somebody_always_answers() -> None:
    _, cora, contact = await _named()

    with pytest.raises(DeputyMissing):
        await contacts.set_deputy(contact, None, FROM, UNTIL, actor=cora, at=NOW)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (FROM - timedelta(days=1), "Cora"),
        (FROM, "Dag"),
        (UNTIL, "Dag"),
        (UNTIL + timedelta(days=1), "Cora"),
    ],
)
async def test_the_deputy_answers_from_the_first_to_the_last_day(day: date, name: str) -> None:
    programme, _, _ = await _with_deputy()

    [shown] = await contacts_of(programme.id, on=day)

    assert shown.person_name == name


async def test_it_is_said_for_whom_and_until_when_a_deputy_answers() -> None:
    programme, _, _ = await _with_deputy()

    [shown] = await contacts_of(programme.id, on=FROM)

    assert (shown.is_deputy, shown.instead_of, shown.until) == (True, "Cora", UNTIL)


async def test_the_work_waits_for_the_deputy_while_the_contact_is_away() -> None:
    programme, cora, dag = await _with_deputy()

    waits = [(await waits_for(cora, on=day), await waits_for(dag, on=day)) for day in (TODAY, FROM)]

    assert waits == [({programme.id}, set()), (set(), {programme.id})]


async def test_without_a_deputy_the_contact_answers_again() -> None:
    programme, cora, _ = await _with_deputy()

    await contacts.set_deputy(await Contact.get(), None, None, None, actor=cora, at=NOW)

    assert [shown.person_name for shown in await contacts_of(programme.id, on=FROM)] == ["Cora"]


async def test_a_deputy_who_is_no_longer_staff_does_not_answer() -> None:
    programme, _, dag = await _with_deputy()

    await Role.filter(person_id=dag.person_id).delete()

    assert [shown.person_name for shown in await contacts_of(programme.id, on=FROM)] == ["Cora"]


async def test_a_contact_who_is_no_longer_staff_does_not_answer() -> None:
    programme, cora, _ = await _named()

    await Role.filter(person_id=cora.person_id).delete()

    assert await contacts_of(programme.id, on=TODAY) == []


async def test_the_contacts_of_another_programme_are_not_shown() -> None:
    await _named()

    assert await contacts_of((await make_programme("BE")).id, on=TODAY) == []


async def test_a_removed_contact_answers_no_longer_and_is_removed_once() -> None:
    programme, cora, contact = await _named()

    await contacts.remove_contact(contact, actor=cora, at=NOW)

    assert await contacts_of(programme.id, on=TODAY) == []
    with pytest.raises(WrongState):
        await contacts.remove_contact(contact, actor=cora, at=NOW)


async def test_every_change_is_recorded() -> None:
    _, cora, dag = await _with_deputy()
    await contacts.remove_contact(await Contact.get(), actor=cora, at=NOW)

    events = await Event.filter(subject_kind="contact").order_by("id").values("move", "facts")

    assert events == [
        {"move": "name_contact", "facts": {"programme": "OT", "person": str(cora.person_id)}},
        {
            "move": "set_deputy",
            "facts": {
                "deputy": str(dag.person_id),
                "away_from": FROM.isoformat(),
                "away_until": UNTIL.isoformat(),
            },
        },
        {"move": "remove_contact", "facts": {"person": str(cora.person_id)}},
    ]


async def test_staff_list_the_contacts_and_whom_they_can_name_and_nobody_else_does() -> None:
    programme, cora, dag = await _with_deputy()

    [contact] = await contacts_to_manage(programme.id, actor=cora)

    assert (contact.person.name, contact.deputy.name) == ("Cora", "Dag")
    assert [person.name for person in await staff_of(programme.id, actor=dag)] == ["Cora", "Dag"]
    assessor = await make_assessor(programme)
    for listing in (contacts_to_manage, staff_of):
        with pytest.raises(NotAllowed):
            await listing(programme.id, actor=assessor)
