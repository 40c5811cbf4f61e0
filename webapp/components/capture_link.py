"""The way from the student's start page to the page that writes and records without a network."""

from nicegui import ui

from models.permissions import Actor
from webapp.i18n import _

# Long after the page is there: nobody waits for it, and on a slow line it would be in the way.
_LATER = '<script>addEventListener("load", () => setTimeout(() => import("/capture/at_home.js"), 2000));</script>'


def capture_link(actor: Actor) -> None:
    """Lead to the reflections on this phone; a script adds what waits there."""
    with ui.element("a").classes("cim-card cim-link-card").props('href="/capture/" data-test=open-capture'):
        ui.label(_("Write, record, post")).classes("text-bold")
        ui.label(_("All your reflections in one place. It works without a network, too.")).classes(
            "cim-muted cim-small"
        )
        waiting = ui.label().classes("cim-small").props("role=status data-test=on-this-phone")
        waiting.props["data-on-this-phone"] = str(actor.person_id)
    ui.add_body_html(_LATER)
