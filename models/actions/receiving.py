"""Machine's own: how far the bytes of an upload have come, and what follows when the last one is here."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions import jobs
from models.actions.events import record
from models.actions.takes import complete_take
from models.states import MediaState, UploadState
from models.tables import MediaItem, Upload
from models.tables.jobs import PREPARE


async def note_offset(upload_id: UUID, offset_bytes: int) -> None:
    """Note that so many bytes are safely on disk. Called after they were flushed, never before."""
    await Upload.filter(id=upload_id, state=UploadState.RECEIVING).update(offset_bytes=offset_bytes)


async def note_expected(upload_id: UUID, sha256: str) -> None:
    """Note what the phone says the whole file's SHA-256 is, in hex."""
    await Upload.filter(id=upload_id, state=UploadState.RECEIVING).update(sha256_expected=sha256)


async def finish(upload_id: UUID, *, sha256: str, original_key: str, at: datetime) -> None:
    """Note that the file is whole and in its place; the work on it is queued in the same transaction.

    A segment is part of a take: there is work when its student has decided to use it and no other one lacks.
    """
    async with in_transaction():
        received = await Upload.filter(id=upload_id, state=UploadState.RECEIVING).update(
            state=UploadState.RECEIVED, sha256=sha256
        )
        if not received:
            return
        upload = await Upload.get(id=upload_id)
        await record("receive", upload, by=upload.owner_id, at=at, size=upload.size_bytes, sha256=sha256)
        if upload.take_id is not None:
            await complete_take(upload.take_id, at=at)
            return
        await MediaItem.filter(id=upload_id).update(
            state=MediaState.PROCESSING,
            size_bytes=upload.size_bytes,
            sha256=sha256,
            original_key=original_key,
            received_at=at,
        )
        await jobs.enqueue(PREPARE, upload_id, at=at)
