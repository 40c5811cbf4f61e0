"""The ways from the programme office to its other screens."""

from collections.abc import Sequence
from urllib.parse import quote

from nicegui import ui

from models.tables import Programme
from webapp.components.notices import card, muted
from webapp.i18n import _, pick_name
from webapp.layout import heading


def short_ways() -> None:
    """Lead to the lists from the top, too: what waits may be long."""
    with ui.element("nav").classes("cim-row") as menu:
        menu.props["aria-label"] = _("Lists")
        ui.link(_("Students"), "/office/students").classes("cim-way").props("data-test=to-students")
        ui.link(_("Events"), "/office/gatherings").classes("cim-way")
        ui.link(_("Contacts"), "/office/contacts").classes("cim-way")


def ways(programmes: Sequence[Programme]) -> None:
    """Lead to the lists, and for each programme to its catalogue and its rules."""
    with ui.element("nav").classes("cim-choice") as menu:
        menu.props["aria-label"] = _("More in the office")
        _way("/office/students", "groups", _("Students"), _("Find students, see how far they are and what is missing."))
        _way(
            "/office/gatherings",
            "event",
            _("Events"),
            _("Presentations, workshops, ceremonies: announce, note who came."),
        )
        _way(
            "/office/contacts",
            "contact_mail",
            _("Contacts"),
            _("Who answers for a programme, and who while they are away."),
        )
        _way(
            "/office/load",
            "fact_check",
            _("Assessors"),
            _("Who assesses how much, and what waits for too long."),
        )
        _way("/office/jobs", "info", _("Jobs"), _("What the machine does with recordings, and its speech models."))
    with ui.element("div").classes("cim-columns"):
        with card(_("Catalogue")):
            muted(_("The activities that students of a programme can choose."))
            _for_each(programmes, "catalogue")
        with card(_("Rules")):
            muted(_("What a programme's certificate asks for: read, edit, publish a new version."))
            _for_each(programmes, "rules")


def _way(address: str, icon: str, name: str, about: str) -> None:
    with ui.element("a").classes("cim-card cim-link-card").props(f'href="{address}" data-test=way'):
        with ui.element("div").classes("cim-row"):
            ui.icon(icon, size="28px").props("aria-hidden=true").classes("cim-muted")
            heading(name, 3)
        muted(about)


def _for_each(programmes: Sequence[Programme], where: str) -> None:
    with ui.element("ul").classes("cim-list"):
        for programme in programmes:
            with ui.element("li"):
                ui.link(pick_name(programme), f"/office/{where}/{quote(programme.code, safe='')}").classes("cim-way")
