"""/office: what waits for programme staff comes first: decisions, then applications; below it the ways to the rest."""

from collections.abc import Sequence
from urllib.parse import quote

from nicegui import ui

from models.errors import NotAllowed
from models.permissions import Actor
from models.portfolios import local_today
from models.queries import contacts as contact_queries
from models.queries import enrolments as queries
from models.states import ApplicationState
from models.tables import Application, Programme, RoleKind
from webapp.components.badges import state_badge
from webapp.components.notices import card, empty_list, muted
from webapp.components.office_ways import short_ways, ways
from webapp.components.waiting_decisions import waiting_decisions
from webapp.errors import screen
from webapp.i18n import _, pick_name, say_date
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor

MOST_DECIDED = 40
"""So many decided applications are listed, the newest first; every student's page leads to the others."""


@screen("/office")
async def page() -> None:
    """Show work first, what waits for this person before the rest."""
    actor = await current_actor()
    if not actor.programmes_as(RoleKind.STAFF):
        raise NotAllowed
    now = pages_runtime().now()
    mine = await contact_queries.waits_for(actor, on=await local_today(now))
    programmes = await queries.programmes_of_staff(actor)

    with frame(_("Programme office"), wide=True):
        short_ways()
        _contact_words(programmes, mine)
        with ui.element("div").classes("cim-columns"):
            with ui.element("div").classes("cim-list"):
                await waiting_decisions(actor, mine, now)
            with ui.element("div").classes("cim-list"):
                await _applications(actor, mine)
        heading(_("More in the office"))
        ways(programmes)
        _worklists(programmes)


def _contact_words(programmes: Sequence[Programme], mine: set[int]) -> None:
    names = ", ".join(pick_name(programme) for programme in programmes if programme.id in mine)
    if names:
        with card(look="calm"):
            ui.label(_("You are the contact today for: {programmes}.").format(programmes=names)).props(
                "data-test=contact-today"
            )


async def _applications(actor: Actor, mine: set[int]) -> None:
    heading(_("Applications"))
    applications = [a for a in await queries.applications(actor) if a.enrolment.person_id != actor.person_id]
    waiting = [a for a in applications if a.state is ApplicationState.SUBMITTED]
    if not waiting:
        empty_list(_("No application waits."))
    for application in sorted(waiting, key=lambda one: one.enrolment.programme_id not in mine):
        _application_card(application, is_mine=application.enrolment.programme_id in mine)
    decided = [a for a in applications if a.state is not ApplicationState.SUBMITTED]
    decided.sort(key=lambda one: one.decided_at or one.applied_at, reverse=True)
    if decided:
        with ui.element("details").classes("cim-card calm cim-fold"):
            with ui.element("summary"):
                ui.label(_("Decided applications: {count}").format(count=len(decided)))
            with ui.element("ul").classes("cim-list"):
                for application in decided[:MOST_DECIDED]:
                    _decided_line(application)


def _application_card(application: Application, *, is_mine: bool) -> None:
    with ui.element("a").classes("cim-card cim-link-card").props(f'href="/office/applications/{application.id}"'):
        with ui.element("div").classes("cim-row between"):
            with ui.element("div").classes("cim-grow"):
                heading(application.enrolment.person.name, 3)
                muted(pick_name(application.enrolment.programme))
                end = say_date(application.enrolment.study_end_date)
                muted(_("Studies end on {day}").format(day=end))
                if is_mine:
                    ui.label(_("It waits for you")).classes("cim-small text-bold")
            state_badge(application.state)


def _decided_line(application: Application) -> None:
    with ui.element("li").classes("cim-row between"):
        ui.link(application.enrolment.person.name, f"/office/applications/{application.id}")
        state_badge(application.state)


def _worklists(programmes: Sequence[Programme]) -> None:
    with card(_("Worklists for Ladok and the Diploma Supplement")):
        muted(_("One row for each approved student, as CSV. Each export is recorded."))
        for programme in programmes:
            target = f"/office/worklist/{quote(programme.code, safe='')}.csv"
            link = ui.link(_("Worklist {name}").format(name=pick_name(programme)), target).classes("cim-way")
            link.props("download data-test=worklist")
