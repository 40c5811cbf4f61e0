"""Who answers for a programme today and while somebody is away, in words."""

from collections.abc import Sequence
from datetime import date

from nicegui import ui

from models.queries.contacts import ContactToday
from models.tables import Contact
from webapp.components.notices import muted
from webapp.i18n import _, say_date


def contact_words(contacts: Sequence[ContactToday]) -> None:
    """Say each contact of today with an address, and for whom a deputy answers."""
    if not contacts:
        muted(_("Nobody is named as contact. All staff of the programme see what waits."))
    for contact in contacts:
        with ui.element("div").props("data-test=contact-now"):
            ui.label(contact.person_name).classes("text-bold")
            ui.link(contact.person_email, f"mailto:{contact.person_email}")
            if contact.is_deputy and contact.until is not None:
                words = _("Instead of {name}, who is away until {day}.")
                muted(words.format(name=contact.instead_of, day=say_date(contact.until)))


def away_words(contact: Contact, today: date) -> str:
    """Say who answers instead and when; nothing where nobody does, or that time is over."""
    deputy, start, until = contact.deputy, contact.away_from, contact.away_until
    if deputy is None or start is None or until is None or until < today:
        return ""
    if start <= today:
        words = _("Away until {until}. {deputy} answers until then.")
    else:
        words = _("Away from {start} until {until}. {deputy} answers then.")
    return words.format(start=say_date(start), until=say_date(until), deputy=deputy.name)
