"""Students sign up for a gathering, to present or to listen, and cancel again."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.actions.gatherings import invited_to, living
from models.actions.waiting_list import fill_places, places_taken
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_change, require
from models.states import EnrolmentState
from models.tables import Enrolment, Gathering, SignUp
from models.tables.gatherings import Part


class GatheringOver(Refused):
    """One signs up, and changes one's mind, before the end."""

    words = N_("This is over; one can sign up or cancel until it ends.")


class AlreadySignedUp(Refused):
    """Once for each gathering."""

    words = N_("You have signed up for this already.")


class TopicMissing(Refused):
    """The programme is planned by topics."""

    words = N_("Write in a few words what you will present.")


async def sign_up(
    gathering: Gathering,
    enrolment: Enrolment,
    part: Part,
    topic: str = "",
    *,
    sign_up_id: UUID,
    actor: Actor,
    at: datetime,
) -> SignUp:
    """Sign up to present or to listen; when all places are taken, one waits in order.

    The same `sign_up_id` again changes nothing.
    """
    require(may_change(actor, enrolment) and enrolment.programme_id in await invited_to(gathering))
    if part is Part.PRESENTER and not topic.strip():
        raise TopicMissing
    async with in_transaction():
        known = await SignUp.get_or_none(id=sign_up_id)
        if known is not None:
            require(known.enrolment_id == enrolment.id and known.gathering_id == gathering.id)
            return known
        fresh = await living(gathering)
        if at >= fresh.ends_at:
            raise GatheringOver
        if not await Enrolment.exists(id=enrolment.id, state=EnrolmentState.ACTIVE):
            raise WrongState
        earlier = await earlier_sign_up(gathering, enrolment)
        if earlier is not None and earlier.cancelled_at is None:
            raise AlreadySignedUp
        if earlier is not None:
            await earlier.delete()  # The record keeps it; the tries with wrong codes go on counting.
        row = await SignUp.create(
            id=sign_up_id,
            gathering_id=gathering.id,
            enrolment_id=enrolment.id,
            part=part,
            topic=topic.strip()[:200] if part is Part.PRESENTER else "",
            is_waiting=fresh.capacity is not None and await places_taken(gathering) >= fresh.capacity,
            signed_up_at=at,
            wrong_codes=earlier.wrong_codes if earlier is not None else 0,
        )
        await record("sign_up", row, by=actor.person_id, at=at, gathering=gathering.id, part=part, waits=row.is_waiting)
    return row


async def cancel_sign_up(sign_up: SignUp, *, actor: Actor, at: datetime) -> None:
    """Cancel one's own sign-up; the first who waits gets the place."""
    enrolment = await Enrolment.get(id=sign_up.enrolment_id)
    require(may_change(actor, enrolment))
    async with in_transaction():
        gathering = await Gathering.get(id=sign_up.gathering_id)
        if at >= gathering.ends_at:
            raise GatheringOver
        mine = SignUp.filter(id=sign_up.id, cancelled_at__isnull=True, attended_at__isnull=True)
        if not await mine.update(cancelled_at=at, is_waiting=False):
            raise WrongState
        await record("cancel_sign_up", sign_up, by=actor.person_id, at=at)
        await fill_places(gathering, at=at)


async def earlier_sign_up(gathering: Gathering, enrolment: Enrolment) -> SignUp | None:
    """Machine's own: find the one row that a student has for a gathering, cancelled or not."""
    return await SignUp.get_or_none(gathering_id=gathering.id, enrolment_id=enrolment.id)
