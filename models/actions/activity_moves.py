"""How an activity changes its state, whoever moves it."""

from collections.abc import Collection
from datetime import datetime

from tortoise.transactions import in_transaction

from models import states
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.notices import tell
from models.errors import WrongState
from models.permissions import Actor
from models.states import ActivityState
from models.tables import Activity
from models.tables.notices import NoticeKind

_TOLD = {
    states.APPROVE_ACTIVITY: NoticeKind.ACTIVITY_APPROVED,
    states.CONFIRM_ACTIVITY: NoticeKind.ACTIVITY_CONFIRMED,
    states.DECLINE_ACTIVITY: NoticeKind.ACTIVITY_DECLINED,
    states.SEND_BACK_ACTIVITY: NoticeKind.ACTIVITY_SENT_BACK,
    states.REOPEN_ACTIVITY: NoticeKind.ACTIVITY_REOPENED,
    states.REPORT_ACTIVITY: NoticeKind.ACTIVITY_WAITS,
}
"""What is told of a move: to the student what staff decide, to staff that something waits for them."""


async def fresh_activity(activity: Activity, sources: Collection[ActivityState]) -> Activity:
    """Machine's own: load it as it is now, with its enrolment; raises WrongState unless it is at this step still."""
    fresh = await Activity.get(id=activity.id).select_related("enrolment")
    await check_active(fresh.enrolment_id)
    if fresh.state not in sources:
        raise WrongState
    return fresh


async def move_activity(
    move: states.ActivityMove,
    activity: Activity,
    *,
    reason: str | None = None,
    actor: Actor,
    at: datetime,
    **changes: object,
) -> None:
    """Machine's own: move it; the action that calls this has asked who may.

    A `reason` is kept in the record, too, where the next decision would replace it.
    """
    async with in_transaction():
        await check_active(activity.enrolment_id)
        moved = await Activity.filter(id=activity.id, state__in=move.sources).update(
            state=move.target, changed_at=at, **changes
        )
        if not moved:
            raise WrongState
        said = {} if reason is None else {"reason": reason}
        await record(move.name, activity, by=actor.person_id, at=at, **said)
        if move in _TOLD:
            await tell(_TOLD[move], activity, at=at)
