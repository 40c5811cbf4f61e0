"""/office/contacts: who answers for each programme, and who does while they are away."""

from collections.abc import Sequence
from datetime import date

from nicegui import ui

from models.actions import contacts as actions
from models.errors import NotAllowed
from models.permissions import Actor
from models.portfolios import local_today
from models.queries import contacts as queries
from models.queries.enrolments import programmes_of_staff
from models.tables import Contact, Person, Programme, RoleKind
from webapp.components.contact_words import away_words, contact_words
from webapp.components.notices import card, muted
from webapp.errors import screen, told
from webapp.i18n import _, pick_name
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/contacts")
async def page() -> None:
    """Say for each programme what holds today, then what can be changed."""
    actor = await current_actor()
    if not actor.programmes_as(RoleKind.STAFF):
        raise NotAllowed
    today = await local_today(pages_runtime().now())

    with frame(_("Contacts"), back="/office"):
        muted(_("Students are shown whom to ask, and what waits comes first for whoever answers."))
        for programme in await programmes_of_staff(actor):
            with card(pick_name(programme)):
                await _programme(programme, actor, today)


async def _programme(programme: Programme, actor: Actor, today: date) -> None:
    heading(_("Today"), 3)
    contact_words(await queries.contacts_of(programme.id, on=today))
    staff = {str(person.id): person for person in await queries.staff_of(programme.id, actor=actor)}
    named = await queries.contacts_to_manage(programme.id, actor=actor)
    for contact in named:
        _contact(contact, staff, today)
    _name_another(programme, named, staff)


def _contact(contact: Contact, staff: dict[str, Person], today: date) -> None:
    @told
    async def remove() -> None:
        await actions.remove_contact(contact, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("div").classes("cim-form-row").props("data-test=contact"):
        with ui.element("div").classes("cim-row between"):
            ui.label(contact.person.name).classes("text-bold cim-grow")
            ui.button(_("Remove"), on_click=remove).props("flat data-test=remove-contact")
        if words := away_words(contact, today):
            ui.label(words).props("data-test=away")
        if str(contact.person_id) not in staff:
            muted(_("No longer staff of the programme, and therefore nobody's contact."))
        with ui.element("details").classes("cim-fold"):
            with ui.element("summary"):
                ui.label(_("Change who answers while away") if contact.deputy else _("Name a deputy for a time"))
            _deputy(contact, staff)


def _deputy(contact: Contact, staff: dict[str, Person]) -> None:
    names = {id_: person.name for id_, person in staff.items() if person.id != contact.person_id}
    known = str(contact.deputy_id) if str(contact.deputy_id) in names else None

    async def stand_in(deputy: Person | None, start: date | None, until: date | None) -> None:
        await actions.set_deputy(contact, deputy, start, until, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def save() -> None:
        await stand_in(staff.get(who.value or ""), _day(away_from.value), _day(away_until.value))

    @told
    async def clear() -> None:
        await stand_in(None, None, None)

    if not names:
        muted(_("The programme has no other staff. An administrator gives the role to a colleague first."))
        return
    with ui.element("div").classes("cim-form"):
        who = ui.select(names, label=_("Deputy"), value=known).props("outlined data-test=deputy").classes("w-full")
        with ui.element("div").classes("cim-form-pair"):
            away_from = _date(_("First day away"), contact.away_from, "away-from")
            away_until = _date(_("Last day away"), contact.away_until, "away-until")
        with ui.element("div").classes("cim-row"):
            ui.button(_("Save"), on_click=save).props("outline data-test=save-deputy")
            if contact.deputy is not None:
                ui.button(_("Nobody stands in"), on_click=clear).props("flat data-test=clear-deputy")


def _name_another(programme: Programme, named: Sequence[Contact], staff: dict[str, Person]) -> None:
    taken = {str(contact.person_id) for contact in named}
    names = {id_: person.name for id_, person in staff.items() if id_ not in taken}

    @told
    async def name() -> None:
        if who.value:
            person = staff[who.value]
            await actions.name_contact(programme, person, actor=await current_actor(), at=pages_runtime().now())
            ui.navigate.reload()

    if not names:
        return
    with ui.element("div").classes("cim-row"):
        who = ui.select(names, label=_("Another contact") if named else _("Contact"), value=None)
        who.props("outlined dense data-test=new-contact").classes("cim-grow")
        ui.button(_("Appoint"), on_click=name).props("outline data-test=name-contact")


def _date(words: str, day: date | None, hook: str) -> ui.input:
    field = ui.input(words, value=day.isoformat() if day else "")
    return field.props(f"type=date outlined stack-label data-test={hook}")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
