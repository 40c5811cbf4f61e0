"""Uploads that decided takes wait for: their ids are given away, so that no file ever belongs to two."""

from collections.abc import Iterable
from uuid import UUID

from models.errors import N_, WrongState
from models.states import MediaState
from models.tables import MediaItem


class AwaitedElsewhere(WrongState):
    """Two windows or two phones have taken the same id for different things."""

    words = N_("A part of this recording belongs to another one already. Record again, or choose the file once more.")


async def check_free(uploads: Iterable[UUID], *, owner_id: UUID, take_id: UUID | None = None) -> None:
    """Machine's own: refuse uploads that another decided take of this person waits for."""
    waiting = MediaItem.filter(owner_id=owner_id, state=MediaState.RECEIVING, segments__isnull=False)
    others = await waiting.exclude(id=take_id) if take_id else await waiting
    awaited = {UUID(one["upload"]) for take in others for one in take.segments or ()}
    if not awaited.isdisjoint(uploads):
        raise AwaitedElsewhere
