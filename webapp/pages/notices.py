"""/notices: what one was told, newest first; each leads to what it is about."""

from nicegui import ui

from models.actions import notices as actions
from models.portfolios import time_zone
from models.queries import notices as queries
from models.tables import Notice
from webapp.components.notices import empty_list, muted
from webapp.errors import screen, told
from webapp.i18n import _, say_time
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor
from webapp.telling import address_of, sentence


@screen("/notices")
async def page() -> None:
    """List them; what is read is so once one has seen the page that it leads to, or says so here."""
    actor = await current_actor()
    shown, zone = await queries.own_notices(actor), await time_zone()

    with frame(_("Notices"), back="/"):
        with ui.element("div").classes("cim-row between"):
            ui.link(_("Choose what you are told, and how"), "/account")
            if any(notice.read_at is None for notice in shown):
                _read_button(shown)
        if not shown:
            empty_list(_("Nothing yet. What is decided about your work, and what waits for you, will stand here."))
        with ui.element("ul").classes("cim-list"):
            for notice in shown:
                with ui.element("li"), ui.element("a").classes("cim-card cim-link-card") as link:
                    link.props["href"] = address_of(notice)
                    with ui.element("div").classes("cim-row between"):
                        with ui.element("div").classes("cim-grow"):
                            ui.label(sentence(notice)).classes("" if notice.read_at else "text-bold")
                            muted(say_time(notice.created_at, zone))
                        if notice.read_at is None:
                            ui.label(_("New")).classes("cim-badge go")


def _read_button(shown: list[Notice]) -> None:
    @told
    async def read() -> None:
        now = pages_runtime().now()
        await actions.mark_all_read(told_until=shown[0].created_at, actor=await current_actor(), at=now)
        ui.navigate.reload()

    ui.button(_("Mark all as read"), on_click=read).props("outline data-test=read-all")
