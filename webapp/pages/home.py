"""/: where one stands; for a student the way to the certificate, for others the work that waits."""

from datetime import datetime
from uuid import uuid4

from nicegui import ui

from models.actions import applications
from models.permissions import Actor
from models.portfolios import local_today, portfolio_of
from models.queries import enrolments as queries
from models.queries.enrolments import Standing
from models.queries.reflections import extensions_of, final_of
from models.rules.progress import may_start_final
from models.states import ApplicationState
from models.tables import RoleKind
from webapp.components.activity_card import activity_card
from webapp.components.badges import state_badge
from webapp.components.notices import card, check_line, empty_list, muted
from webapp.components.progress_ring import progress_ring
from webapp.errors import screen, told
from webapp.i18n import _, pick, pick_name, plural, say_date
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/")
async def page() -> None:
    """Show the student's home, or lead to where this person works."""
    actor = await current_actor()
    enrolments = await queries.own_enrolments(actor)
    if not enrolments:
        ui.navigate.to(_workplace(actor))
        return
    now = pages_runtime().now()
    today = await local_today(now)
    standings = await queries.standings(enrolments, on=today)

    with frame(_("My certificate")):
        for standing in standings:
            await _hero(standing)
            await _activities(standing, actor)
            await _final(standing, actor, now)
            await _application(standing, now)
        if len(await queries.programmes_to_enrol_in(actor)) and not actor.roles:
            ui.link(_("Enrol in another programme"), "/enrol")


def _workplace(actor: Actor) -> str:
    if actor.programmes_as(RoleKind.STAFF):
        return "/office"
    if actor.programmes_as(RoleKind.ASSESSOR):
        return "/queue"
    return "/people" if (RoleKind.ADMINISTRATOR, None) in actor.roles else "/enrol"


async def _hero(standing: Standing) -> None:
    progress, enrolment = standing.progress, standing.enrolment
    have = sum(min(requirement.have, requirement.needed) for requirement in progress.requirements)
    needed = sum(requirement.needed for requirement in progress.requirements)
    with card(pick(standing.rule_set.certificate_name)), ui.element("div").classes("cim-hero"):
        progress_ring(have, needed)
        with ui.element("div").classes("cim-grow").style("gap: 8px"):
            muted(pick_name(enrolment.programme))
            for requirement in progress.requirements:
                check_line(pick(requirement.sentence), met=requirement.met)
            await _deadline(standing)


async def _deadline(standing: Standing) -> None:
    progress, enrolment = standing.progress, standing.enrolment
    if progress.final_deadline is None or progress.days_left is None:
        return
    day = say_date(progress.final_deadline)
    final_is_in = any(r.id == "final" and (r.met or r.have) for r in progress.requirements)
    if progress.days_left >= 0:
        left = plural("{count} day left", "{count} days left", progress.days_left)
        words = _("Final reflection at the latest on {day} – {left}.").format(day=day, left=left)
    else:
        words = _("The last day for the final reflection was {day}.").format(day=day)
    late = progress.days_left < 28 and not final_is_in
    ui.label(words).classes("cim-badge warn" if late else "").style("white-space: normal")
    for extension in (await extensions_of(enrolment.id))[:1]:
        muted(_("Extended until {day}: {reason}").format(day=say_date(extension.until_date), reason=extension.reason))
    ui.link(
        _("My studies end on {day}").format(day=say_date(enrolment.study_end_date)), f"/enrolments/{enrolment.id}/end"
    )


async def _activities(standing: Standing, actor: Actor) -> None:
    enrolment = standing.enrolment
    activities = await queries.activities(enrolment, actor=actor)
    with ui.element("div").classes("cim-title"):
        heading(_("Activities"))
        add = ui.button(_("Add an activity"), icon="add").props("data-test=add-activity")
        add.on_click(lambda: ui.navigate.to(f"/enrolments/{enrolment.id}/add"))
    if not activities:
        empty_list(_("Choose your first activity: a language café, an exchange, welcoming others, and much more."))
    with ui.element("ul").classes("cim-list"):
        for activity in activities:
            activity_card(activity)


async def _final(standing: Standing, actor: Actor, now: datetime) -> None:
    if not standing.rule_set.final.required:
        return
    enrolment = standing.enrolment
    final = await final_of(enrolment)
    heading(_("Final reflection"))
    if final is not None:
        with ui.element("a").classes("cim-card cim-link-card").props(f'href="/reflections/{final.id}"'):
            with ui.element("div").classes("cim-row between"):
                heading(_("Final reflection"), 3)
                state_badge(final.state)
        return
    today = await local_today(now)
    reason = may_start_final(await portfolio_of(enrolment), standing.rule_set, today)
    with card():
        if reason is not None:
            ui.label(pick(reason))
        else:
            ui.label(_("Look back on all you have done: you can begin now."))
            begin = ui.button(_("Begin the final reflection")).props("data-test=begin-final")
            begin.on_click(lambda: ui.navigate.to(f"/enrolments/{enrolment.id}/final"))


async def _application(standing: Standing, now: datetime) -> None:
    enrolment = standing.enrolment
    certificate = await queries.certificate_of(enrolment)
    latest = await queries.latest_application(enrolment)
    heading(_("Certificate"))
    if certificate is not None:
        with card(_("Certificate number {number}").format(number=certificate.number), look="good", level=3):
            ui.label(
                _("Approved on {day}. Congratulations!").format(day=say_date(await local_today(certificate.issued_at)))
            )
        return
    with card():
        if latest is not None:
            state_badge(latest.state)
        if latest is not None and latest.state is ApplicationState.DECLINED:
            ui.label(_("Your application was declined: {reason}").format(reason=latest.reason))
        if latest is not None and latest.state is ApplicationState.SUBMITTED:
            ui.label(_("You have applied. The programme looks at it."))
        elif standing.progress.complete:
            ui.label(_("Everything is there. You can apply for the certificate."))
            application_id = uuid4()

            @told
            async def apply() -> None:
                actor = await current_actor()
                mine = await queries.enrolment(enrolment.id, actor=actor)
                await applications.apply(mine, application_id=application_id, actor=actor, at=pages_runtime().now())
                ui.navigate.reload()

            ui.button(_("Apply for the certificate"), on_click=apply).props("data-test=apply")
        else:
            ui.label(_("When everything above is accepted, you apply for the certificate here."))
