"""Staff put right on which day a student's studies end."""

from nicegui import ui

from models.actions import study_dates
from models.permissions import Actor, may_extend
from models.tables import Enrolment
from webapp.components.enrolment_form import read_day
from webapp.components.notices import card, muted
from webapp.errors import tell, told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def study_end_card(enrolment: Enrolment, actor: Actor) -> None:
    """Ask for the right day; every last day follows it."""
    if not may_extend(actor, enrolment):
        return

    @told
    async def change() -> None:
        day = read_day(ends.value)
        if day is None:
            tell(_("Choose a day."))
            return
        await study_dates.change_study_end(enrolment, day, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with card(_("End of the studies")):
        muted(_("The student changes it until the last day; afterwards you can. Every last day follows it."))
        ends = ui.input(_("The studies end on"), value=enrolment.study_end_date.isoformat()).classes("w-full")
        ends.props("type=date outlined stack-label data-test=staff-study-end")
        button = ui.button(_("Change the end"), on_click=change)
        button.props("outline data-test=change-study-end").classes("self-start")
