"""Staff give one student more time, with a reason that is kept."""

from datetime import date
from uuid import uuid4

from nicegui import ui

from models.actions import study_dates
from models.permissions import Actor, may_extend
from models.portfolios import time_zone
from models.queries import reflections as reflection_queries
from models.tables import Enrolment
from webapp.components.notices import card, muted
from webapp.errors import tell, told
from webapp.i18n import _, say_date, say_time
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def extension_card(enrolment: Enrolment, deadline: date | None, actor: Actor) -> None:
    """List the extensions and grant one; where the rules know no last day, say so."""
    granted = await reflection_queries.extensions_of(enrolment.id)
    zone = await time_zone()
    extension_id = uuid4()

    @told
    async def grant() -> None:
        try:
            day = date.fromisoformat(until.value or "")
        except ValueError:
            tell(_("Choose a day."))
            return
        await study_dates.grant_extension(
            enrolment,
            day,
            reason.value or "",
            extension_id=extension_id,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    with card(_("Extension of the last day")):
        for extension in granted:
            ui.label(_("Until {day}: {reason}").format(day=say_date(extension.until_date), reason=extension.reason))
            muted(f"{extension.granted_by.name}, {say_time(extension.granted_at, zone)}")
        if deadline is None:
            muted(_("These rules know no last day: there is nothing to extend."))
            return
        if not granted:
            muted(_("No extension was granted."))
        if not may_extend(actor, enrolment):
            return
        until = ui.input(_("New last day")).props("type=date outlined stack-label data-test=extension-date")
        until.props["min"] = deadline.isoformat()
        reason = ui.textarea(_("Reason")).props("outlined autogrow data-test=extension-reason").classes("w-full")
        ui.button(_("Grant the extension"), on_click=grant).props("outline data-test=grant-extension").classes(
            "self-start"
        )
