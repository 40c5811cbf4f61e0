"""Uploads, as their owner or the machine may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor
from models.states import UploadState
from models.tables import MediaItem, Transcript, Upload
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


async def growing_segments(*, begun_after: datetime) -> list[Upload]:
    """Machine's own: segments of takes that are on their way, and those that have arrived of undecided takes."""
    young = await Upload.filter(
        take_id__isnull=False, state__in=(UploadState.RECEIVING, UploadState.RECEIVED), created_at__gt=begun_after
    )
    arrived = {one.take_id for one in young if one.state is UploadState.RECEIVED}
    decided = set(await MediaItem.filter(id__in=arrived).values_list("id", flat=True)) if arrived else set()
    return [one for one in young if one.state is UploadState.RECEIVING or one.take_id not in decided]


async def in_order(media: MediaItem) -> list[Upload]:
    """Machine's own: the segments of a decided take in their order; empty where one lacks, or it has none."""
    ids = _uploads_of([media])
    rows = {row.id: row for row in await Upload.filter(id__in=ids)}
    return [rows[id_] for id_ in ids] if len(rows) == len(ids) else []


async def without_use(upload_ids: Sequence[UUID]) -> list[UUID]:
    """Machine's own: those of these uploads that were given up, and those whose take has been written down."""
    if not upload_ids:
        return []
    rows = await Upload.filter(id__in=upload_ids).exclude(state=UploadState.EXPIRED)
    takes = {row.take_id for row in rows}
    written = set(await Transcript.filter(media_id__in=takes).values_list("media_id", flat=True))
    kept = {row.id for row in rows if row.take_id not in written}
    return [id_ for id_ in upload_ids if id_ not in kept]


async def segments_so_far(take_id: UUID, *, actor: Actor) -> list[Upload]:
    """List what one has sent of a take, in its order, decided or not; raises NotAllowed where that is nothing."""
    mine = Upload.filter(take_id=take_id, owner_id=actor.person_id).exclude(state=UploadState.EXPIRED)
    found = await mine.order_by("segment")
    if not found:
        raise NotAllowed
    return found


def _uploads_of(takes: Sequence[MediaItem]) -> list[UUID]:
    return [UUID(one["upload"]) for take in takes for one in take.segments or ()]
