"""Whom a student can ask today."""

from datetime import date
from urllib.parse import quote

from nicegui import ui

from models.queries.contacts import ContactToday, contacts_of
from models.tables import Enrolment
from webapp.components.notices import card, muted
from webapp.i18n import _, say_date


async def contact_card(enrolment: Enrolment, on: date) -> None:
    """Name who answers for the programme today, or their deputy; nothing where nobody is named."""
    contacts = await contacts_of(enrolment.programme_id, on=on)
    if not contacts:
        return
    with card(_("Questions?"), look="calm"):
        for contact in contacts:
            with ui.element("div").props("data-test=contact"):
                _contact(contact)


def _contact(contact: ContactToday) -> None:
    ui.label(contact.person_name).classes("text-bold")
    ui.link(contact.person_email, f"mailto:{quote(contact.person_email)}")
    if contact.is_deputy and contact.until is not None:
        muted(
            _("Instead of {name}, who is away until {day}.").format(
                name=contact.instead_of, day=say_date(contact.until)
            )
        )
