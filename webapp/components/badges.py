"""What state something is in, in words and a colour."""

from typing import Literal

from nicegui import ui

from models.errors import N_
from models.states import ActivityState, ApplicationState, EnrolmentState, ReflectionState
from models.tables import Activity
from models.tables.activities import Mode, Place
from webapp.i18n import _

# One table for each kind: states of different kinds share values, and as strings those would be equal.
_ACTIVITY = {
    ActivityState.PROPOSED: (N_("Waits for approval"), "go"),
    ActivityState.APPROVED: (N_("Chosen"), ""),
    ActivityState.REPORTED: (N_("Reported"), "go"),
    ActivityState.DONE: (N_("Done"), "good"),
    ActivityState.DECLINED: (N_("Declined"), "bad"),
    ActivityState.WITHDRAWN: (N_("Withdrawn"), ""),
}
_REFLECTION = {
    ReflectionState.DRAFT: (N_("Draft"), ""),
    ReflectionState.SUBMITTED: (N_("Handed in"), "go"),
    ReflectionState.IN_ASSESSMENT: (N_("Being assessed"), "go"),
    # In the same words for everybody: that two readers disagree is nobody else's business.
    ReflectionState.DISPUTED: (N_("Being assessed"), "go"),
    ReflectionState.RETURNED: (N_("To be revised"), "warn"),
    ReflectionState.TAKEN_BACK: (N_("Taken back"), "warn"),
    ReflectionState.ACCEPTED: (N_("Accepted"), "good"),
}
_APPLICATION = {
    ApplicationState.SUBMITTED: (N_("Applied"), "go"),
    ApplicationState.APPROVED: (N_("Approved"), "good"),
    ApplicationState.DECLINED: (N_("Declined"), "bad"),
}
_ENROLMENT = {
    EnrolmentState.ACTIVE: (N_("Enrolled"), ""),
    EnrolmentState.VOID: (N_("Void"), "bad"),
    EnrolmentState.DEREGISTERED: (N_("Deregistered"), "warn"),
}
_FORMATS = {
    "written": (N_("Text"), "edit_note"),
    "podcast": (N_("Podcast"), "mic"),
    "video": (N_("Video"), "videocam"),
    "posts": (N_("Posts"), "photo_library"),
}


def state_badge(state: ActivityState | ReflectionState | ApplicationState) -> None:
    """Show a state."""
    words, look = _state(state)
    ui.label(_(words)).classes(f"cim-badge {look}")


def reflection_words(state: ReflectionState) -> tuple[str, str]:
    """Say the state of a reflection, and its look."""
    words, look = _REFLECTION[state]
    return _(words), look


def own_activity_badge(activity: Activity, *, approval: Literal["before", "after"], came_back: bool = False) -> None:
    """Show the state of an activity as its student knows it; `approval` says when staff decide, by the rule set.

    Where they decide afterwards nobody is asked before it is reported.
    """
    words, look = _ACTIVITY[activity.state]
    if came_back:
        words, look = N_("Sent back"), "warn"
    elif activity.state is ActivityState.PROPOSED and approval == "after":
        words, look = N_("Planned"), ""
    ui.label(_(words)).classes(f"cim-badge {look}")


def activity_badge(activity: Activity) -> None:
    """Show the state of an activity as staff know it: one's own is approved where a listed one is chosen."""
    if activity.state is ActivityState.APPROVED and activity.catalogue_item_id is None:
        ui.label(_("Approved")).classes("cim-badge good")
    else:
        state_badge(activity.state)


def enrolment_words(state: EnrolmentState) -> tuple[str, str]:
    """Say the state of an enrolment, and its look."""
    words, look = _ENROLMENT[state]
    return _(words), look


def format_words(kind: str) -> str:
    """Say a format."""
    return _(_FORMATS[kind][0])


def format_icon(kind: str) -> str:
    """Name the icon of a format."""
    return _FORMATS[kind][1]


def place_words(place: Place) -> str:
    """Say where."""
    return {Place.SWEDEN: _("in Sweden"), Place.ABROAD: _("abroad")}[place]


def mode_words(mode: Mode) -> str:
    """Say how."""
    return {Mode.ONSITE: _("on site"), Mode.ONLINE: _("online"), Mode.HYBRID: _("hybrid")}[mode]


def _state(state: ActivityState | ReflectionState | ApplicationState) -> tuple[str, str]:
    if isinstance(state, ActivityState):
        return _ACTIVITY[state]
    return _REFLECTION[state] if isinstance(state, ReflectionState) else _APPLICATION[state]
