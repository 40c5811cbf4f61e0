"""/account: what one is told, and one's own sign-ins, listed and endable."""

from nicegui import ui

from models.actions import accounts
from models.portfolios import time_zone
from models.queries import people as queries
from models.tables import Session
from webapp.components.notices import card, facts, muted
from webapp.components.told_how import told_how
from webapp.errors import screen, told
from webapp.i18n import _, say_time
from webapp.layout import SIGN_OUT, frame
from webapp.runtime import pages_runtime
from webapp.session import close_pages_of, current_actor, page_signed_in


@screen("/account")
async def page() -> None:
    """Show who one is and where one is signed in."""
    me = await page_signed_in()
    zone = await time_zone()

    with frame(_("Account and sign-ins"), back="/"):
        with card(me.person.name):
            facts([(_("E-mail"), me.person.email)])
            ui.button(_("Sign out"), icon="logout", on_click=lambda: ui.run_javascript(SIGN_OUT)).props("outline")
        await told_how(me.actor, me.session_id)
        with card(_("Where you are signed in")):
            runtime = pages_runtime()
            sessions = await queries.own_sessions(
                me.actor, at=runtime.now(), idle=runtime.settings.session_idle, total=runtime.settings.session_total
            )
            for session in sessions:
                with ui.element("div").classes("cim-row between"):
                    with ui.element("div").classes("cim-grow"):
                        ui.label(session.browser or _("Unknown browser")).classes("cim-small")
                        muted(_("Last used {when}").format(when=say_time(session.seen_at, zone)))
                    if session.id == me.session_id:
                        ui.label(_("This browser")).classes("cim-badge good")
                    else:
                        _end_button(session)


def _end_button(session: Session) -> None:
    @told
    async def end() -> None:
        await accounts.end_session(session.id, actor=await current_actor(), at=pages_runtime().now())
        close_pages_of(session.id)
        ui.navigate.reload()

    ui.button(_("Sign out there"), on_click=end).props("outline")
