"""/office: what waits for programme staff: proposals, applications; the students and the worklists."""

from datetime import date
from urllib.parse import quote

from nicegui import ui

from models.actions import activities
from models.errors import NotAllowed
from models.permissions import Actor
from models.portfolios import local_today
from models.queries import enrolments as queries
from models.states import ApplicationState
from models.tables import Activity, Application, RoleKind
from webapp.components.badges import mode_words, place_words, state_badge
from webapp.components.notices import card, empty_list, muted
from webapp.components.reason import reason_button
from webapp.errors import screen, told
from webapp.i18n import _, pick, pick_name, pick_title, say_date
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office")
async def page() -> None:
    """Show work first, then the students."""
    actor = await current_actor()
    if not actor.programmes_as(RoleKind.STAFF):
        raise NotAllowed
    today = await local_today(pages_runtime().now())

    with frame(_("Programme office"), wide=True):
        with ui.element("div").classes("cim-columns"):
            with ui.element("div").classes("cim-list"):
                await _proposals(actor)
            with ui.element("div").classes("cim-list"):
                await _applications(actor)
                await _worklists(actor)
        await _students(actor, today)


async def _proposals(actor: Actor) -> None:
    heading(_("Proposed activities"))
    proposals = await queries.proposals(actor)
    if not proposals:
        empty_list(_("No proposal waits."))
    for activity in proposals:
        _proposal_card(activity)


def _proposal_card(activity: Activity) -> None:
    @told
    async def approve() -> None:
        await activities.approve(activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def decline(reason: str) -> None:
        await activities.decline(activity, reason, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with card(pick_title(activity), level=3):
        ui.label(activity.about).classes("cim-text")
        muted(
            f"{activity.enrolment.person.name} · {pick_name(activity.enrolment.programme)} · "
            f"{place_words(activity.place)} · {mode_words(activity.mode)}"
        )
        with ui.element("div").classes("cim-row"):
            ui.button(_("Approve"), icon="check", on_click=approve).props("color=positive data-test=approve-activity")
            reason_button(_("Decline"), _("Why does it not count? The student reads this."), decline)


async def _applications(actor: Actor) -> None:
    heading(_("Applications"))
    applications = [a for a in await queries.applications(actor) if a.enrolment.person_id != actor.person_id]
    waiting = [a for a in applications if a.state is ApplicationState.SUBMITTED]
    if not waiting:
        empty_list(_("No application waits."))
    for application in waiting:
        _application_card(application)
    decided = [a for a in applications if a.state is not ApplicationState.SUBMITTED]
    if decided:
        with ui.expansion(_("Decided applications")).classes("cim-card calm w-full"):
            with ui.element("div").classes("cim-list").style("padding: 8px"):
                for application in decided:
                    _application_card(application)


def _application_card(application: Application) -> None:
    with ui.element("a").classes("cim-card cim-link-card").props(f'href="/office/applications/{application.id}"'):
        with ui.element("div").classes("cim-row between"):
            with ui.element("div").classes("cim-grow"):
                heading(application.enrolment.person.name, 3)
                muted(pick_name(application.enrolment.programme))
                end = say_date(application.enrolment.study_end_date)
                muted(_("Studies end on {day}").format(day=end))
            state_badge(application.state)


async def _worklists(actor: Actor) -> None:
    programmes = await queries.programmes_of_staff(actor)
    with card(_("Worklists for Ladok and the Diploma Supplement")):
        muted(_("One row for each approved student, as CSV. Each export is recorded."))
        for programme in programmes:
            target = f"/office/worklist/{quote(programme.code, safe='')}.csv"
            ui.link(_("Worklist {name}").format(name=pick_name(programme)), target).props("download data-test=worklist")


async def _students(actor: Actor, today: date) -> None:
    heading(_("Students"))
    enrolments = [e for e in await queries.enrolments_of_staff(actor) if e.person_id != actor.person_id]
    if not enrolments:
        empty_list(_("Nobody has enrolled yet."))
        return
    standings = await queries.standings(enrolments, on=today)
    with ui.element("div").classes("cim-card cim-scroll"), ui.element("table").classes("cim-table"):
        with ui.element("thead"), ui.element("tr"):
            for words in (_("Name"), _("Programme"), _("Progress"), _("Final reflection by"), _("Missing")):
                with ui.element("th").props("scope=col"):
                    ui.label(words)
        with ui.element("tbody"):
            for standing in standings:
                met = sum(requirement.met for requirement in standing.progress.requirements)
                missing = [pick(r.sentence) for r in standing.progress.requirements if not r.met]
                deadline = standing.progress.final_deadline
                with ui.element("tr"):
                    with ui.element("td"):
                        ui.link(standing.enrolment.person.name, f"/office/students/{standing.enrolment.id}")
                    for words in (
                        standing.enrolment.programme.code,
                        _("{met} of {all}").format(met=met, all=len(standing.progress.requirements)),
                        say_date(deadline) if deadline else "",
                        " ".join(missing) or _("Nothing"),
                    ):
                        with ui.element("td"):
                            ui.label(words)
