"""The places of a gathering, and who waits for one.

The capacity counts everybody who has a place, presenters and listeners alike.
"""

from datetime import datetime

from models.actions.events import record
from models.states import EnrolmentState
from models.tables import Gathering, SignUp


async def fill_places(gathering: Gathering, *, at: datetime) -> None:
    """Machine's own: move those who wait up, in order, as long as a place is free."""
    fresh = await Gathering.get(id=gathering.id)
    waiting = SignUp.filter(gathering_id=gathering.id, is_waiting=True, cancelled_at__isnull=True)
    if fresh.cancelled_at is not None or at >= fresh.ends_at:
        return
    in_order = await waiting.filter(enrolment__state=EnrolmentState.ACTIVE).order_by("signed_up_at", "id")
    taken = await places_taken(gathering)
    for row in in_order if fresh.capacity is None else in_order[: max(0, fresh.capacity - taken)]:
        await SignUp.filter(id=row.id).update(is_waiting=False)
        await record("move_up", row, by=None, at=at, gathering=gathering.id)


async def places_taken(gathering: Gathering) -> int:
    """Machine's own: count the places that are taken; an enrolment that ended holds none."""
    rows = SignUp.filter(gathering_id=gathering.id, cancelled_at__isnull=True, is_waiting=False)
    return await rows.filter(enrolment__state=EnrolmentState.ACTIVE).count()
