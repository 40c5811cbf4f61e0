"""Uploads, as their owner or the machine may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor
from models.states import UploadState
from models.tables import MediaItem, Upload
from models.tables.media import UPLOAD_EXPIRED


async def upload(upload_id: UUID, *, actor: Actor) -> Upload:
    """Get one's own upload; foreign and unknown are the same refusal (NotAllowed)."""
    found = await Upload.get_or_none(id=upload_id, owner_id=actor.person_id)
    if found is None:
        raise NotAllowed
    return found


@dataclass(frozen=True, slots=True)
class Take:
    """A decided take, and the uploads of it that were begun, by id."""

    media: MediaItem
    uploads: dict[UUID, Upload]


async def take(take_id: UUID, *, actor: Actor) -> Take:
    """Get one's own decided take; foreign, unknown and undecided are the same refusal (NotAllowed)."""
    found = await MediaItem.get_or_none(id=take_id, owner_id=actor.person_id, segments__isnull=False)
    if found is None:
        raise NotAllowed
    rows = await Upload.filter(id__in=_uploads_of([found]), owner_id=actor.person_id)
    return Take(found, {row.id: row for row in rows})


async def unfinished_uploads() -> list[Upload]:
    """Machine's own, for the sweep: every upload whose bytes are not whole."""
    return await Upload.filter(state=UploadState.RECEIVING)


async def undecided_segments(*, begun_before: datetime) -> list[Upload]:
    """Machine's own, for the sweep: segments that have arrived and that no decided take uses."""
    segments = await Upload.filter(take_id__isnull=False, state=UploadState.RECEIVED, created_at__lt=begun_before)
    decided = MediaItem.filter(id__in={segment.take_id for segment in segments}, segments__isnull=False)
    used = set(_uploads_of(await decided.exclude(refusal_code=UPLOAD_EXPIRED)))
    return [segment for segment in segments if segment.id not in used]


async def forgotten_segments() -> list[Upload]:
    """Machine's own, for the sweep: segments that count no more and whose bytes may still be there."""
    return await Upload.filter(take_id__isnull=False, state=UploadState.EXPIRED).exclude(sha256="")


def _uploads_of(takes: Sequence[MediaItem]) -> list[UUID]:
    return [UUID(one["upload"]) for take in takes for one in take.segments or ()]
