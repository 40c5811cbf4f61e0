"""The certificate on the student's home: applying for it, what became of that, its number."""

from datetime import date
from uuid import uuid4

from nicegui import ui

from models.actions import applications
from models.permissions import is_active
from models.portfolios import local_today
from models.queries import enrolments as queries
from models.queries.enrolments import Standing
from models.states import ApplicationState
from models.tables import Certificate
from webapp.components.badges import state_badge
from webapp.components.declarations import declaration_boxes
from webapp.components.notices import card, muted
from webapp.errors import told
from webapp.i18n import _, say_date
from webapp.layout import heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def issued_card(certificate: Certificate) -> None:
    """Show the certificate that was issued."""
    with card(_("Certificate number {number}").format(number=certificate.number), look="good"):
        day = say_date(await local_today(certificate.issued_at))
        ui.label(_("Approved on {day}. Congratulations!").format(day=day))


async def application_part(standing: Standing, on: date) -> None:
    """Show the application and its answer, or the button that applies."""
    enrolment = standing.enrolment
    latest = await queries.latest_application(enrolment)
    if latest is None and not is_active(enrolment):
        return
    heading(_("Certificate"))
    with card():
        if latest is not None:
            state_badge(latest.state)
        if latest is not None and latest.state is ApplicationState.DECLINED:
            ui.label(_("Your application was declined: {reason}").format(reason=latest.reason))
        if not is_active(enrolment):
            return
        if latest is not None and latest.state is ApplicationState.SUBMITTED:
            ui.label(_("You have applied. The programme looks at it."))
        elif standing.progress.complete:
            _apply(standing, on)
        else:
            ui.label(_("When everything above is accepted, you apply for the certificate here."))
            _say_deadline(standing, on)


def _apply(standing: Standing, on: date) -> None:
    enrolment, application_id = standing.enrolment, uuid4()
    deadline = standing.progress.application_deadline

    @told
    async def apply() -> None:
        actor = await current_actor()
        mine = await queries.enrolment(enrolment.id, actor=actor)
        await applications.apply(
            mine,
            declarations=confirmed(),
            application_id=application_id,
            actor=actor,
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    ui.label(_("Everything is there. You can apply for the certificate."))
    _say_deadline(standing, on)
    if deadline is None or on <= deadline:
        confirmed = declaration_boxes(standing.rule_set, "application")
        ui.button(_("Apply for the certificate"), on_click=apply).props("data-test=apply")


def _say_deadline(standing: Standing, on: date) -> None:
    deadline = standing.progress.application_deadline
    if deadline is None:
        return
    if on <= deadline:
        muted(_("Apply by {day} at the latest.").format(day=say_date(deadline)))
    else:
        muted(_("The last day to apply was {day}. Ask your programme for more time.").format(day=say_date(deadline)))
