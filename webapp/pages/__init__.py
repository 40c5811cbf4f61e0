"""One file per screen; importing this package registers all of them."""

from webapp.pages import account, evidence, home, notices
from webapp.pages.assessor import assess, meeting, meeting_case, meetings, queue
from webapp.pages.staff import (
    application,
    catalogue,
    contacts,
    decision,
    gathering,
    jobs,
    load,
    office,
    people,
    rules,
    student,
    students,
)
from webapp.pages.staff import gatherings as held_gatherings
from webapp.pages.student import activity, add_activity, enrol, final, gatherings, reflection, search

__all__ = [
    "account",
    "activity",
    "add_activity",
    "application",
    "assess",
    "catalogue",
    "contacts",
    "decision",
    "enrol",
    "evidence",
    "final",
    "gathering",
    "gatherings",
    "held_gatherings",
    "home",
    "jobs",
    "load",
    "meeting",
    "meeting_case",
    "meetings",
    "notices",
    "office",
    "people",
    "queue",
    "reflection",
    "rules",
    "search",
    "student",
    "students",
]
