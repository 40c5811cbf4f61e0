"""One file per screen; importing this package registers all of them."""

from webapp.pages import account, home
from webapp.pages.assessor import assess, queue
from webapp.pages.staff import application, office, people, student
from webapp.pages.student import activity, add_activity, enrol, final, reflection

__all__ = [
    "account",
    "activity",
    "add_activity",
    "application",
    "assess",
    "enrol",
    "final",
    "home",
    "office",
    "people",
    "queue",
    "reflection",
    "student",
]
