"""One activity in a student's list: where it stands and what comes next."""

from collections.abc import Sequence

from nicegui import ui

from models.queries import enrolments as queries
from models.rules.ruleset import RuleSet
from models.rules.units import Counting
from models.states import REOPEN_ACTIVITY, SEND_BACK_ACTIVITY, ActivityState
from models.tables import Activity, Reflection
from webapp.components.activity_days import days_words
from webapp.components.activity_facts import DOT, counts_points, points_of
from webapp.components.badges import own_activity_badge, state_badge
from webapp.components.notices import muted
from webapp.i18n import _, pick_title, plural
from webapp.layout import heading


async def activity_card(activity: Activity, rule_set: RuleSet, gathered: Counting) -> None:
    """Show an activity with its reflection and days, which come loaded; it leads to what is next.

    `gathered` says with which others it counts.
    """
    reflection = next(iter(activity.reflections), None)
    if activity.state is not ActivityState.DONE:
        reflection = None  # One that is there waits, too: the activity was opened again.
    target = f"/activities/{activity.id}" if reflection is None else f"/reflections/{reflection.id}"
    came_back = await has_come_back(activity)
    with ui.element("li"), ui.element("a").classes("cim-card cim-link-card").props(f'href="{target}"') as link:
        link.props("data-test=activity")
        with ui.element("div").classes("cim-row between"):
            with ui.element("div").classes("cim-grow"):
                heading(pick_title(activity), 3)
                days = days_words(activity, rule_set, gathered)
                points = "" if days else _points(activity, rule_set)
                muted(DOT.join(filter(None, (_next_step(activity, reflection, rule_set, came_back=came_back), points))))
                if days:
                    muted(days)
            if reflection is None:
                own_activity_badge(activity, approval=rule_set.activities.approval, came_back=came_back)
            else:
                state_badge(reflection.state)


async def has_come_back(activity: Activity) -> bool:
    """Whether staff sent it back or opened it again, so that something has to be put right."""
    if activity.state is not ActivityState.APPROVED or not activity.decision_note:
        return False
    return await queries.latest_decision(activity) in {SEND_BACK_ACTIVITY, REOPEN_ACTIVITY}


def points_waiting(activities: Sequence[Activity], rule_set: RuleSet) -> int:
    """Add up the points of what was reported and is not confirmed yet; none where no points are asked for."""
    if not counts_points(rule_set):
        return 0
    return sum(points_of(one, rule_set) or 0 for one in activities if one.state is ActivityState.REPORTED)


def _points(activity: Activity, rule_set: RuleSet) -> str:
    """Say what it is worth where points are asked for; of what was declined nothing."""
    points = points_of(activity, rule_set) if counts_points(rule_set) else None
    if not points or activity.state is ActivityState.DECLINED:
        return ""
    return plural("{count} point", "{count} points", points)


def _next_step(activity: Activity, reflection: Reflection | None, rule_set: RuleSet, *, came_back: bool) -> str:
    if reflection is not None:
        return {
            "draft": _("Go on with your reflection"),
            "submitted": _("Waits for an assessor"),
            "in_assessment": _("An assessor has it"),
            "disputed": _("An assessor has it"),
            "returned": _("Came back with a comment: revise it"),
            "taken_back": _("Taken back: hand it in again"),
            "accepted": _("The reflection is accepted"),
        }[reflection.state.value]
    if came_back:
        return _("It came back: see what is missing")
    is_reported_later = rule_set.activities.approval == "after"
    return {
        ActivityState.PROPOSED: _("Report it when you have done it")
        if is_reported_later
        else _("Programme staff look at your proposal"),
        ActivityState.APPROVED: _("Report it when you have done it")
        if is_reported_later
        else _("Mark it when it is completed"),
        ActivityState.REPORTED: _("Programme staff look at what you have done"),
        ActivityState.DONE: _("Reflect on it now, while you remember")
        if rule_set.reflection.required
        else _("Completed"),
        ActivityState.DECLINED: _("Does not count; see why"),
        ActivityState.WITHDRAWN: "",
    }[activity.state]
