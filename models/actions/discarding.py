"""Doing without what was recorded: a decided take that is not wanted after all, and segments that nobody uses."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.actions.takes import listed_in
from models.errors import WrongState
from models.permissions import Actor, may_continue_upload, require
from models.states import MediaState, UploadState
from models.tables import MediaItem, Upload
from models.tables.media import UPLOAD_EXPIRED


async def give_up(take: MediaItem, *, actor: Actor, at: datetime) -> None:
    """Do without a decided take that has not arrived yet; what came of it is swept away later.

    The same again changes nothing. Raises WrongState once all of it is here.
    """
    require(take.owner_id == actor.person_id and take.segments is not None)
    async with in_transaction():
        gone = await MediaItem.filter(id=take.id, state=MediaState.RECEIVING).update(
            state=MediaState.REFUSED, refusal_code=UPLOAD_EXPIRED
        )
        if not gone:
            if await MediaItem.exists(id=take.id, refusal_code=UPLOAD_EXPIRED):
                return
            raise WrongState
        await Upload.filter(take_id=take.id, state=UploadState.RECEIVING).update(state=UploadState.EXPIRED)
        await record("end_upload", take, by=actor.person_id, at=at)


async def discard(upload: Upload, *, actor: Actor, at: datetime) -> None:
    """Throw away a segment that has arrived and that no decided take uses; its bytes are removed by the caller."""
    require(may_continue_upload(actor, upload))
    await forget(upload, at=at, by=actor.person_id)


async def forget(upload: Upload, *, at: datetime, by: UUID | None = None) -> None:
    """Machine's own: close a segment that has arrived and that no decided take uses; raises WrongState otherwise."""
    async with in_transaction():
        if await is_used(upload):
            raise WrongState
        received = Upload.filter(id=upload.id, take_id__isnull=False, state=UploadState.RECEIVED)
        if not await received.update(state=UploadState.EXPIRED):
            raise WrongState
        await record("end_upload", upload, by=by, at=at)


async def note_removed(upload_id: UUID) -> None:
    """Machine's own: the bytes of a forgotten segment are gone from the store."""
    await Upload.filter(id=upload_id, state=UploadState.EXPIRED).update(sha256="")


async def is_used(upload: Upload) -> bool:
    """Machine's own: tell whether a decided take is made of this segment, among others."""
    decided = MediaItem.filter(id=upload.take_id).exclude(refusal_code=UPLOAD_EXPIRED)
    return upload.id in listed_in(await decided.first())
