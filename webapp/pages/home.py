"""/: where one stands; for a student the way to the certificate, for others the work that waits."""

from datetime import datetime
from html import escape

from nicegui import ui

from models.permissions import Actor, is_active
from models.portfolios import local_today, portfolio_of
from models.queries import enrolments as queries
from models.queries.enrolments import Standing
from models.queries.suggestions import helpful, listings
from models.rules.outlook import outlook
from models.rules.units import Counting, counting
from models.tables import RoleKind
from webapp.components.activity_card import activity_card, points_waiting
from webapp.components.capture_link import capture_link
from webapp.components.certificate_picture import certificate_picture, certificate_svg
from webapp.components.enrolment_form import why_closed
from webapp.components.notices import empty_list, muted
from webapp.components.progress_application import application_part, issued_card
from webapp.components.progress_contact import contact_card
from webapp.components.progress_ended import ended_card
from webapp.components.progress_events import events_card
from webapp.components.progress_final import final_part
from webapp.components.progress_requirements import requirements_card
from webapp.components.progress_suggestions import suggestions_card
from webapp.components.progress_time import time_card
from webapp.errors import screen
from webapp.first_paint import BOXES
from webapp.i18n import _, pick, pick_name, plural
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor

MOST_SUGGESTIONS = 3


@screen("/")
async def page() -> None:
    """Show the student's home, or lead to where this person works."""
    actor = await current_actor()
    enrolments = await queries.own_enrolments(actor)
    if not enrolments:
        ui.navigate.to(_workplace(actor))
        return
    now = pages_runtime().now()
    standings = await queries.standings(enrolments, on=await local_today(now))

    with frame(_("My certificate"), wide=True, first=_first(standings[0])):
        for standing in standings:
            await _certificate(standing, actor, now)
        others, today = await queries.programmes_to_enrol_in(actor), await local_today(now)
        if not actor.roles and any(why_closed(other, today=today) is None for other in others):
            ui.link(_("Enrol in another programme"), "/enrol")


def _first(standing: Standing) -> str:
    """Write what does not wait for the page's scripts: where one stands; where it is over, other things come first."""
    if not is_active(standing.enrolment) or standing.progress.complete:
        return BOXES
    drawn = certificate_svg(pick(standing.rule_set.certificate_name), standing.progress)
    return (
        '<section class="cim-home"><div class="cim-home-side">'
        f'<div class="cim-muted cim-small">{escape(pick_name(standing.enrolment.programme))}</div>'
        f'<div class="cim-certificate">{drawn}</div></div><div class="cim-home-main">{BOXES}</div></section>'
    )


def _workplace(actor: Actor) -> str:
    if actor.programmes_as(RoleKind.STAFF):
        return "/office"
    if actor.programmes_as(RoleKind.ASSESSOR):
        return "/queue"
    if actor.programmes_as(RoleKind.CONVENER):
        return "/meetings"
    return "/people" if (RoleKind.ADMINISTRATOR, None) in actor.roles else "/enrol"


async def _certificate(standing: Standing, actor: Actor, now: datetime) -> None:
    enrolment = standing.enrolment
    portfolio, today = await portfolio_of(enrolment), await local_today(now)
    certificate = await queries.certificate_of(enrolment)
    # What is left to do comes first: applying, as soon as everything is there.
    is_complete = standing.progress.complete
    with ui.element("section").classes("cim-home"):
        with ui.element("div").classes("cim-home-side"):
            muted(pick_name(enrolment.programme))
            await ended_card(enrolment)
            if certificate is not None:
                await issued_card(certificate)
            certificate_picture(pick(standing.rule_set.certificate_name), standing.progress)
            if is_active(enrolment) and certificate is None:
                await time_card(standing, outlook(standing.progress, portfolio, standing.rule_set, today))
                capture_link(actor)
        with ui.element("div").classes("cim-home-main"):
            if is_complete and certificate is None:
                await application_part(standing, today)
            requirements_card(standing.progress)
            await _activities(standing, actor, counting(portfolio, standing.rule_set, today))
            if is_active(enrolment):
                listed = helpful(await listings(enrolment, on=today), MOST_SUGGESTIONS)
                suggestions_card(enrolment, standing.rule_set, listed)
                await events_card(standing, actor, now)
            await final_part(standing, portfolio, today)
            if not is_complete and certificate is None:
                await application_part(standing, today)
            await contact_card(enrolment, today)


async def _activities(standing: Standing, actor: Actor, gathered: Counting) -> None:
    enrolment = standing.enrolment
    activities = await queries.activities(enrolment, actor=actor)
    with ui.element("div").classes("cim-title"):
        heading(_("Activities"))
        if is_active(enrolment):
            look = "flat" if standing.progress.complete else "unelevated"
            add = ui.button(_("Add an activity"), icon="add").props(f"{look} data-test=add-activity")
            add.on_click(lambda: ui.navigate.to(f"/enrolments/{enrolment.id}/add"))
    if not activities:
        empty_list(_("Choose your first activity: a language café, an exchange, welcoming others, and much more."))
    if waiting := points_waiting(activities, standing.rule_set):
        muted(
            plural(
                "{count} more point waits for the programme to confirm it.",
                "{count} more points wait for the programme to confirm them.",
                waiting,
            )
        )
    with ui.element("ul").classes("cim-list"):
        for activity in activities:
            await activity_card(activity, standing.rule_set, gathered)
