"""Staff put right on which day a student's studies began."""

from nicegui import ui

from models.actions import study_dates
from models.permissions import Actor, may_extend
from models.rules.ruleset import RuleSet
from models.tables import Enrolment
from webapp.components.enrolment_form import read_day
from webapp.components.notices import card, muted
from webapp.errors import tell, told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def admission_card(enrolment: Enrolment, rule_set: RuleSet, actor: Actor) -> None:
    """Ask for the right day and the reason; nothing where the rules do not ask when the studies began."""
    if not may_extend(actor, enrolment) or not rule_set.activities.after_admission:
        return

    @told
    async def change() -> None:
        day = read_day(began.value)
        if day is None:
            tell(_("Choose a day."))
            return
        await study_dates.change_admitted_date(
            enrolment, day, reason.value or "", actor=await current_actor(), at=pages_runtime().now()
        )
        ui.navigate.reload()

    with card(_("Beginning of the studies")):
        if enrolment.admitted_date is None:
            muted(_("Nobody has said when the studies began: only what was done after enrolling counts until then."))
        else:
            muted(_("Only what was done after that day counts. If the student gave a wrong day, put it right here."))
        known = enrolment.admitted_date.isoformat() if enrolment.admitted_date is not None else ""
        began = ui.input(_("The studies in the programme began on"), value=known).classes("w-full")
        began.props("type=date outlined stack-label data-test=admitted-date")
        reason = ui.textarea(_("Reason")).props("outlined autogrow data-test=admitted-reason").classes("w-full")
        button = ui.button(_("Change the day"), on_click=change)
        button.props("outline data-test=change-admitted").classes("self-start")
