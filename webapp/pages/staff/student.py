"""/office/students/{id}: one student's way in neutral words, and what staff can change about the enrolment."""

from nicegui import ui

from models.errors import NotAllowed
from models.permissions import is_staff_of
from models.portfolios import local_today
from models.queries import contacts as contact_queries
from models.queries import enrolments as queries
from models.queries.enrolments import Standing
from models.tables import Enrolment
from webapp.components.admission import admission_card
from webapp.components.badges import state_badge
from webapp.components.certificate_picture import percent_of
from webapp.components.conflicts import conflicts_card
from webapp.components.contact_words import contact_words
from webapp.components.enrolment_ending import ended_notice, ending_card
from webapp.components.extension import extension_card
from webapp.components.notices import card, facts, muted
from webapp.components.requirement_lines import requirement_lines
from webapp.components.student_work import activities_card, reflections_card
from webapp.components.study_end import study_end_card
from webapp.components.version_move import version_card
from webapp.errors import as_id, screen
from webapp.i18n import _, pick_name, say_date
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/students/{enrolment_id}")
async def page(enrolment_id: str) -> None:
    """Show how far the student is on one side, what was done and what can be changed on the other."""
    actor = await current_actor()
    enrolment = await queries.enrolment(as_id(enrolment_id), actor=actor)
    if not is_staff_of(actor, enrolment):
        raise NotAllowed
    today = await local_today(pages_runtime().now())
    standing = (await queries.standings([enrolment], on=today))[0]
    deadline = standing.progress.final_deadline or standing.progress.application_deadline

    with frame(enrolment.person.name, back="/office/students", wide=True):
        await ended_notice(enrolment)
        with ui.element("div").classes("cim-columns"):
            with ui.element("div").classes("cim-list"):
                _about(enrolment, standing)
                with card(_("Requirements")):
                    requirement_lines(standing.progress)
                await _application(enrolment)
            with ui.element("div").classes("cim-list"):
                await activities_card(enrolment, standing.rule_set, actor)
                await reflections_card(enrolment, actor)
                await extension_card(enrolment, deadline, actor)
                study_end_card(enrolment, actor)
                admission_card(enrolment, standing.rule_set, actor)
                await version_card(enrolment, actor)
                await conflicts_card(enrolment, actor)
                ending_card(enrolment, actor)
                with card(_("Contacts"), look="calm"):
                    contact_words(await contact_queries.contacts_of(enrolment.programme_id, on=today))


def _about(enrolment: Enrolment, standing: Standing) -> None:
    progress = standing.progress
    rows = [
        (_("E-mail"), enrolment.person.email),
        (_("Programme"), pick_name(enrolment.programme)),
        (_("Rule set"), f"{enrolment.rule_set.rule_set} {enrolment.rule_set.version}"),
        (_("Studies end"), say_date(enrolment.study_end_date)),
    ]
    if enrolment.admitted_date is not None:
        rows.append((_("Studies began"), say_date(enrolment.admitted_date)))
    if progress.final_deadline is not None:
        rows.append((_("Final reflection by"), say_date(progress.final_deadline)))
    if progress.application_deadline is not None:
        rows.append((_("Apply by"), say_date(progress.application_deadline)))
    with card():
        facts([*rows, (_("How far"), f"{percent_of(progress)} %")])


async def _application(enrolment: Enrolment) -> None:
    application = await queries.latest_application(enrolment)
    certificate = await queries.certificate_of(enrolment)
    if application is None:
        return
    with card(_("Application")):
        with ui.element("div").classes("cim-row between"):
            ui.link(_("To the application"), f"/office/applications/{application.id}").classes("cim-way")
            state_badge(application.state)
        if certificate is not None:
            muted(_("Certificate number {number}").format(number=certificate.number))
