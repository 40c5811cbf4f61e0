"""/office/load: who assesses how much, and what waits for too long."""

from datetime import datetime

from nicegui import ui

from models.queries.load import AssessorLoad, ProgrammeLoad, loads
from models.tables import RoleKind
from webapp.components.notices import card, facts, muted
from webapp.errors import screen
from webapp.i18n import _, pick_name, plural, say_ago
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/load")
async def page() -> None:
    """Show each programme of this person with its assessors."""
    now = pages_runtime().now()
    actor = await current_actor()
    listed = await loads(actor, at=now)
    back = "/office" if actor.programmes_as(RoleKind.STAFF) else "/meetings"

    with frame(_("Assessors and their load"), back=back, wide=True):
        for one in listed:
            _programme(one, now)


def _programme(load: ProgrammeLoad, now: datetime) -> None:
    with card(pick_name(load.programme)):
        rows = [(_("Wait for an assessor"), str(load.free))]
        if load.oldest_at is not None:
            rows.append((_("The oldest was handed in"), say_ago(load.oldest_at, now)))
        facts(rows)
        if load.late:
            words = plural("{count} waits longer than promised", "{count} wait longer than promised", load.late)
            ui.label(words).classes("cim-badge bad").props("data-test=late")
        if not load.assessors:
            muted(_("The programme has no assessor. An administrator gives the role."))
        with ui.element("ul").classes("cim-list"):
            for assessor in load.assessors:
                _assessor(assessor, now)


def _assessor(load: AssessorLoad, now: datetime) -> None:
    with ui.element("li").classes("cim-row between").props("data-test=load"):
        with ui.element("div").classes("cim-grow"):
            ui.label(load.person.name).classes("text-bold")
            words = plural("{count} decision in 30 days", "{count} decisions in 30 days", load.decided)
            if load.conflicts:
                words += " · " + plural("{count} conflict of interest", "{count} conflicts of interest", load.conflicts)
            muted(words)
        with ui.element("div"):
            if not load.held:
                muted(_("holds nothing"))
            for held in load.held:
                ago = say_ago(held.submitted_at, now) if held.submitted_at else ""
                ui.link(
                    _("{name}, handed in {ago}").format(name=held.student, ago=ago), f"/reflections/{held.id}"
                ).classes("cim-way")
