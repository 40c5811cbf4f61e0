"""Says on the page when this phone holds work of the reflection that the server does not have."""

from nicegui import ui

from models.tables import Reflection
from webapp.addresses import capture_address
from webapp.i18n import _


def waiting_on_this_phone(reflection: Reflection) -> None:
    """Put a notice on the page that a script of the capture page fills; nothing is shown where nothing waits."""
    notice = ui.element("a").classes("cim-card warn cim-link-card").style("display: none")
    notice.props(f'id="waiting-here" href="{capture_address(reflection.id, "")}" data-test=waiting-here role=status')
    notice.props(f'data-reflection="{reflection.id}" data-owner="{reflection.enrolment.person_id}"')
    with notice:
        ui.label(_("Something on this phone is not saved yet. Open it before you hand in."))
    ui.add_body_html('<script type="module" src="/capture/waiting.js"></script>')
