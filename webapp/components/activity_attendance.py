"""How much of an activity its student attended, where the rules ask for it."""

from nicegui import ui

from models.actions import activities
from models.actions.activities import NotPercent
from models.permissions import Actor, may_change
from models.rules.ruleset import RuleSet
from models.states import OPEN_ACTIVITY_STATES
from models.tables import Activity
from webapp.components.notices import card, muted
from webapp.errors import told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def attendance_card(activity: Activity, rule_set: RuleSet, actor: Actor) -> None:
    """Show the share, and let the student state it while the activity is open; nothing where nobody asks."""
    type_, minimum = rule_set.type_of(activity.kind), rule_set.activities.attendance_minimum
    is_asked = minimum is not None and type_ is not None and type_.attendance
    percent = activity.attendance_percent
    if not is_asked and percent is None:
        return
    with card(_("Attendance")):
        if minimum is not None:
            muted(_("It counts from {percent} per cent.").format(percent=minimum))
        if may_change(actor, activity.enrolment) and activity.state in OPEN_ACTIVITY_STATES:
            _state(activity)
        elif percent is not None:
            ui.label(_("{percent} per cent").format(percent=percent))


def _state(activity: Activity) -> None:
    @told
    async def state() -> None:
        value = chosen.value
        if value is None or value != int(value):
            raise NotPercent
        await activities.state_attendance(activity, int(value), actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("div").classes("cim-row"):
        chosen = ui.number(_("I attended, in per cent"), value=activity.attendance_percent, min=0, max=100)
        chosen.props("outlined inputmode=numeric data-test=attendance")
        ui.button(_("Save"), on_click=state).props("outline data-test=state-attendance")
