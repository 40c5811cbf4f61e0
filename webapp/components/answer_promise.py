"""Until when an assessor answers, where the rules promise it."""

from datetime import date

from models.permissions import is_active
from models.portfolios import local_today, piece_rules, rule_set_of, time_zone
from models.rules.answering import answer_due
from models.states import UNDECIDED_REFLECTION_STATES
from models.tables import Reflection, Version
from webapp.components.notices import muted
from webapp.i18n import _, say_date
from webapp.runtime import pages_runtime


async def promised_answer(reflection: Reflection, newest: Version) -> date | None:
    """Tell by which day an assessor answers about what waits; None: nothing waits, or nothing is promised."""
    handed_in_at = newest.handed_in_at or newest.frozen_at
    if (
        reflection.state not in UNDECIDED_REFLECTION_STATES
        or handed_in_at is None
        or not is_active(reflection.enrolment)
    ):
        return None
    rules = piece_rules(await rule_set_of(reflection.enrolment), reflection.kind)
    return answer_due(rules.answer_days, handed_in_at.astimezone(await time_zone()).date())


async def answer_promise(reflection: Reflection, newest: Version) -> None:
    """Tell its student when to expect an answer, and also that it is late."""
    day = await promised_answer(reflection, newest)
    if day is None:
        return
    if await local_today(pages_runtime().now()) <= day:
        muted(_("You hear from an assessor by {day}.").format(day=say_date(day)))
    else:
        muted(_("You were to hear from an assessor by {day}. It takes longer than promised.").format(day=say_date(day)))
