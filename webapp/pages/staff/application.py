"""/office/applications/{id}: every requirement with its evidence, and the decision."""

from nicegui import ui

from models import states
from models.actions import applications
from models.errors import NotAllowed
from models.permissions import Actor, is_staff_of, open_application_moves
from models.portfolios import local_today, time_zone
from models.queries import enrolments as queries
from models.tables import Application
from webapp.components.badges import state_badge
from webapp.components.notices import card, facts, muted
from webapp.components.reason import final_button, reason_button
from webapp.components.requirement_lines import requirement_lines
from webapp.components.student_work import activities_card, reflections_card
from webapp.errors import as_id, screen, told
from webapp.i18n import _, pick_name, say_date, say_time
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/applications/{application_id}")
async def page(application_id: str) -> None:
    """Show the application as staff decide on it."""
    actor = await current_actor()
    application = await queries.application(as_id(application_id), actor=actor)
    enrolment = application.enrolment
    if not is_staff_of(actor, enrolment):
        raise NotAllowed
    today = await local_today(pages_runtime().now())
    standing = (await queries.standings([enrolment], on=today))[0]

    with frame(_("Application of {name}").format(name=enrolment.person.name), back="/office", wide=True):
        with ui.element("div").classes("cim-columns"):
            with ui.element("div").classes("cim-list"):
                await _about(application)
                with card(_("Requirements")):
                    requirement_lines(standing.progress)
                    ui.link(_("All about this student"), f"/office/students/{enrolment.id}").classes("cim-way")
            with ui.element("div").classes("cim-list"):
                _decision(application, actor)
                await activities_card(enrolment, standing.rule_set, actor)
                await reflections_card(enrolment, actor)


async def _about(application: Application) -> None:
    enrolment, zone = application.enrolment, await time_zone()
    with card():
        state_badge(application.state)
        facts(
            [
                (_("Programme"), pick_name(enrolment.programme)),
                (_("Rule set"), f"{enrolment.rule_set.rule_set} {enrolment.rule_set.version}"),
                (_("Applied"), say_time(application.applied_at, zone)),
                (_("Studies end"), say_date(enrolment.study_end_date)),
            ]
        )
        if application.decided_by is not None and application.decided_at is not None:
            muted(f"{application.decided_by.name}, {say_time(application.decided_at, zone)}")
        if application.reason:
            ui.label(application.reason).classes("cim-text")


def _decision(application: Application, actor: Actor) -> None:
    if states.APPROVE_APPLICATION not in open_application_moves(actor, application):
        return

    @told
    async def approve() -> None:
        fresh = await current_actor()
        certificate = await applications.approve(application, actor=fresh, at=pages_runtime().now())
        ui.notify(_("Approved: certificate number {number}").format(number=certificate.number), type="positive")
        ui.navigate.reload()

    @told
    async def decline(reason: str) -> None:
        await applications.decline(application, reason, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with card(_("Decision")), ui.element("div").classes("cim-row"):
        question = _("Approve? The certificate gets its number, which cannot be taken back.")
        final_button(_("Approve"), question, approve, hook="approve-application")
        reason_button(_("Decline"), _("Why? The student reads this."), decline)
