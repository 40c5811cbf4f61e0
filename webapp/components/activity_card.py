"""One activity in a student's list: where it stands and what comes next."""

from nicegui import ui

from models.states import ActivityState
from models.tables import Activity, Reflection
from webapp.components.badges import state_badge
from webapp.components.notices import muted
from webapp.i18n import _, pick_title
from webapp.layout import heading


def activity_card(activity: Activity) -> None:
    """Show an activity with its reflection, which comes loaded; it leads to the one that is next."""
    reflection = next(iter(activity.reflections), None)
    target = f"/activities/{activity.id}" if reflection is None else f"/reflections/{reflection.id}"
    with ui.element("li"), ui.element("a").classes("cim-card cim-link-card").props(f'href="{target}"'):
        with ui.element("div").classes("cim-row between"):
            with ui.element("div").classes("cim-grow"):
                heading(pick_title(activity), 3)
                muted(_next_step(activity, reflection))
            if reflection is None:
                state_badge(activity.state)
            else:
                state_badge(reflection.state)


def _next_step(activity: Activity, reflection: Reflection | None) -> str:
    if reflection is not None:
        return {
            "draft": _("Go on with your reflection"),
            "submitted": _("Waits for an assessor"),
            "in_assessment": _("An assessor has it"),
            "returned": _("Came back with a comment: revise it"),
            "accepted": _("The reflection is accepted"),
        }[reflection.state.value]
    return {
        ActivityState.PROPOSED: _("Programme staff look at your proposal"),
        ActivityState.APPROVED: _("Mark it when it is completed"),
        ActivityState.DONE: _("Reflect on it now, while you remember"),
        ActivityState.DECLINED: _("Does not count; see why"),
        ActivityState.WITHDRAWN: "",
    }[activity.state]
