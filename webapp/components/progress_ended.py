"""Says that an enrolment was ended and why."""

from nicegui import ui

from models.portfolios import local_today
from models.states import EnrolmentState
from models.tables import Enrolment
from webapp.components.notices import card, muted
from webapp.i18n import _, say_date


async def ended_card(enrolment: Enrolment) -> None:
    """Tell the reason in the programme's words; nothing while the enrolment is in use."""
    if enrolment.state is EnrolmentState.ACTIVE:
        return
    title = (
        _("Your enrolment was declared void")
        if enrolment.state is EnrolmentState.VOID
        else _("Your enrolment was ended")
    )
    with card(title, look="warn"):
        ui.label(enrolment.ended_reason).classes("cim-text").props("data-test=ended-reason")
        if enrolment.ended_at is not None:
            muted(say_date(await local_today(enrolment.ended_at)))
        muted(_("What is there can still be read. Nothing can be changed or handed in."))
