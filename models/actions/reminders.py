"""Machine's own: what is told because time passes."""

from datetime import date, datetime
from uuid import UUID

from tortoise.expressions import Subquery
from tortoise.transactions import in_transaction

from models.actions.notices import tell
from models.portfolios import deadlines_of, local_today, parsed
from models.states import EnrolmentState, ReflectionState
from models.tables import Enrolment, Reflection, ReflectionKind
from models.tables.notices import NoticeKind

DAYS_BEFORE = (7, 28)
"""So many days before the last day for the final reflection its student is told, nearest first."""

AT_A_TIME = 500
_OPEN = (ReflectionState.DRAFT, ReflectionState.TAKEN_BACK)


async def remind_of_finals(*, at: datetime) -> None:
    """Tell students who have not handed in their final reflection that its last day comes near.

    Each once for each of DAYS_BEFORE and last day: where it is granted later, they are told of the new one.
    """
    today, last_id = await local_today(at), None
    while enrolments := await _next(last_id):
        last_id = enrolments[-1].id
        deadlines = await deadlines_of(enrolments)
        for enrolment in enrolments:
            deadline = deadlines[enrolment.id]
            days = _reached(deadline, today)
            if deadline is None or days is None or not parsed(enrolment.rule_set.document).final.required:
                continue
            async with in_transaction():
                event = f"{days}:{deadline}"
                await tell(NoticeKind.FINAL_DUE, enrolment, of=event, at=at, day=deadline.isoformat())


async def _next(after: UUID | None) -> list[Enrolment]:
    handed_in = Reflection.filter(kind=ReflectionKind.FINAL).exclude(state__in=_OPEN)
    rows = Enrolment.filter(state=EnrolmentState.ACTIVE).exclude(id__in=Subquery(handed_in.values("enrolment_id")))
    if after is not None:
        rows = rows.filter(id__gt=after)
    return await rows.select_related("rule_set").order_by("id").limit(AT_A_TIME)


def _reached(deadline: date | None, today: date) -> int | None:
    """Tell which of DAYS_BEFORE has come; None: none yet, or it is too late."""
    left = -1 if deadline is None else (deadline - today).days
    return next((days for days in DAYS_BEFORE if 0 <= left <= days), None)
