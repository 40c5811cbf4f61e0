"""Resumable uploads: the row's offset is the truth, and it is written only after the bytes are safely on disk."""

import asyncio
import errno
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from media.store import Store
from media.turns import Turns, UploadBusy
from models.actions import discarding, receiving
from models.actions import uploads as rows
from models.actions.takes import check_as_decided
from models.actions.upload_limits import check_room
from models.errors import N_, Refused, WrongState
from models.permissions import Actor
from models.queries.uploads import forgotten_segments, undecided_segments, unfinished_uploads
from models.queries.uploads import upload as own_upload
from models.states import UploadState
from models.tables import Upload

FLUSH_BYTES = 1 << 20
KEPT_FREE_BYTES = 64 << 20
"""So much of the disk uploads leave alone, so that the database and everybody's words still fit."""
STRAY_FILE_AGE = timedelta(hours=24)
_NO_SPACE = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


class WrongOffset(Refused):
    """The phone and the server disagree about how far it came; the server is right."""

    words = N_("The upload continues from another point. This happens by itself.")


class TooManyBytes(Refused):
    """More than was announced, or more than is allowed."""

    words = N_("More was sent than was announced, or more than is allowed.")


class ChecksumDiffers(Refused):
    """What arrived is not what was sent."""

    words = N_("The file was damaged on its way. It is sent again from the start.")


class DiskFull(Refused):
    """What arrived so far is kept."""

    words = N_("The server has no space left. What was sent so far is kept; try again later.")


class Uploads:
    """Receives the bytes of uploads into a folder, and hands whole files over to the store."""

    def __init__(self, folder: Path, store: Store, *, person_limit_bytes: int = 5_000_000_000) -> None:
        self._folder = folder
        self._store = store
        self._person_limit_bytes = person_limit_bytes
        self._turns = Turns()

    async def where(self, upload_id: UUID, *, actor: Actor) -> Upload:
        """Say how far an upload has come. A connection that still writes to it is taken for dead and stopped."""
        await own_upload(upload_id, actor=actor)
        async with self._turns.taken(upload_id):
            return await own_upload(upload_id, actor=actor)

    async def append(
        self,
        upload_id: UUID,
        offset_bytes: int,
        chunks: AsyncIterator[bytes],
        *,
        size_bytes: int | None = None,
        sha256: str = "",
        actor: Actor,
        at: datetime,
    ) -> Upload:
        """Write bytes from `offset_bytes` on; the last one completes the file. Interrupted, what arrived stays.

        `size_bytes` fixes a size that was open, `sha256` (hex) says what the whole file must be. Raises NotAllowed,
        WrongOffset, SegmentDiffers, UploadBusy, TooManyBytes, ChecksumDiffers, DiskFull.
        """
        await own_upload(upload_id, actor=actor)
        async with self._turns.taken(upload_id) as turn:
            upload = await own_upload(upload_id, actor=actor)
            if offset_bytes != upload.offset_bytes:
                raise WrongOffset
            if upload.state is not UploadState.RECEIVING:
                return upload
            await check_as_decided(upload, size_bytes=size_bytes, sha256=sha256)
            if size_bytes is not None:
                await rows.say_size(upload, size_bytes, person_limit_bytes=self._person_limit_bytes, actor=actor)
                upload = await own_upload(upload_id, actor=actor)
            if sha256:
                await receiving.note_expected(upload_id, sha256)
            if upload.offset_bytes != upload.size_bytes:
                await self._check_file(upload)
                if upload.size_bytes is None:
                    await self._check_room(upload)
                turn.writer = asyncio.current_task()
                try:
                    await self._write(upload, chunks)
                finally:
                    turn.writer = None
            await _to_the_end(self._finish_if_whole(upload_id, at=at))
            return await own_upload(upload_id, actor=actor)

    @asynccontextmanager
    async def lend(self, upload: Upload) -> AsyncIterator[Path]:
        """Give what has arrived of an upload as a local path, to read only; raises FileNotFoundError."""
        if upload.state is UploadState.RECEIVED:
            async with self._store.lend(_key(upload.id)) as path:
                yield path
            return
        path = self._path(upload.id)
        if not await asyncio.to_thread(path.is_file):
            raise FileNotFoundError(errno.ENOENT, "Nothing of this upload is here", upload.id.hex)
        yield path

    async def abandon(self, upload_id: UUID, *, actor: Actor, at: datetime) -> None:
        """Throw an unfinished upload away, or a segment that has arrived and that no decided take uses."""
        await own_upload(upload_id, actor=actor)
        async with self._turns.taken(upload_id):
            upload = await own_upload(upload_id, actor=actor)
            if upload.state is UploadState.RECEIVED and upload.take_id is not None:
                await discarding.discard(upload, actor=actor, at=at)
                await self._remove_original(upload.id)
                return
            await rows.abandon(upload, actor=actor, at=at)
            await asyncio.to_thread(self._path(upload_id).unlink, missing_ok=True)

    async def sweep(self, *, at: datetime) -> None:
        """Finish what a crash left between the last byte and the row, end what is too old, remove stray files."""
        for upload in await unfinished_uploads():
            if upload.id in self._turns:
                continue  # Somebody is at it; whoever writes is not stopped for a sweep.
            with suppress(ChecksumDiffers, WrongState, UploadBusy):
                async with self._turns.taken(upload.id):
                    if upload.expires_at < at:
                        await rows.expire(upload, at=at)
                    else:
                        await _to_the_end(self._finish_if_whole(upload.id, at=at))
        await self._sweep_segments(at=at)
        known = {upload.id.hex for upload in await unfinished_uploads()}
        await asyncio.to_thread(self._remove_strays, known, at)

    async def _sweep_segments(self, *, at: datetime) -> None:
        """Forget what was recorded and never decided on; remove what a crash left of segments that were forgotten."""
        for upload in await undecided_segments(begun_before=at - rows.LIFE):
            with suppress(WrongState, UploadBusy):
                async with self._turns.taken(upload.id):
                    await discarding.forget(upload, at=at)
                    await self._remove_original(upload.id)
        for upload in await forgotten_segments():
            with suppress(UploadBusy):
                async with self._turns.taken(upload.id):
                    await self._remove_original(upload.id)

    async def _remove_original(self, upload_id: UUID) -> None:
        """Remove the bytes of a segment that its row counts no more; one that was begun again meanwhile stays."""
        if (await Upload.get(id=upload_id)).state is UploadState.EXPIRED:
            await self._store.delete(_key(upload_id))
            await discarding.note_removed(upload_id)

    async def _write(self, upload: Upload, chunks: AsyncIterator[bytes]) -> None:
        limit = upload.limit_bytes if upload.size_bytes is None else upload.size_bytes
        written = flushed = upload.offset_bytes
        await _to_the_end(asyncio.to_thread(self._cut, upload.id, written))
        with await asyncio.to_thread(self._open_at, upload.id, written) as file:
            try:
                await asyncio.to_thread(self._check_disk)
                async for chunk in chunks:
                    if written + len(chunk) > limit:
                        raise TooManyBytes
                    await _to_the_end(asyncio.to_thread(_write_all, file, chunk))
                    written += len(chunk)
                    if written - flushed >= FLUSH_BYTES:
                        await _to_the_end(self._flush(file, upload.id, written))
                        flushed = written
                        await asyncio.to_thread(self._check_disk)
                        if upload.size_bytes is None:
                            await self._check_room(upload)
            except OSError as error:
                # After a failed flush the system may have forgotten pages: only what was confirmed before counts.
                written = flushed
                if error.errno in _NO_SPACE:
                    raise DiskFull from error
                raise
            finally:
                if written > flushed:
                    # Also when the phone goes away or another connection takes over: what arrived counts.
                    await _to_the_end(self._flush(file, upload.id, written))

    def _check_disk(self) -> None:
        """Stop while there is still room for everything else."""
        if shutil.disk_usage(self._folder).free < KEPT_FREE_BYTES:
            raise DiskFull

    async def _check_room(self, upload: Upload) -> None:
        """Refuse to go on where nobody announced how much comes, and it is more than one person may store."""
        await check_room(upload.owner_id, 0, person_limit_bytes=self._person_limit_bytes)

    async def _flush(self, file: BinaryIO, upload_id: UUID, written: int) -> None:
        await asyncio.to_thread(_sync, file)
        await receiving.note_offset(upload_id, written)

    async def _finish_if_whole(self, upload_id: UUID, *, at: datetime) -> None:
        """Check the sum, move the file to its place, then the row and the job in one transaction."""
        upload = await Upload.get(id=upload_id)
        if upload.size_bytes is None or upload.offset_bytes != upload.size_bytes:
            return
        if upload.state is not UploadState.RECEIVING:
            return
        key = _key(upload_id)
        part = self._path(upload_id)
        if await asyncio.to_thread(part.exists):
            sha256 = await asyncio.to_thread(_sha256, part)
            if upload.sha256_expected and sha256 != upload.sha256_expected:
                await receiving.note_offset(upload_id, 0)
                await asyncio.to_thread(part.unlink)
                raise ChecksumDiffers
            await self._store.put(key, part)
        elif await self._store.exists(key):
            async with self._store.lend(key) as path:
                sha256 = await asyncio.to_thread(_sha256, path)
        else:
            await receiving.note_offset(upload_id, 0)
            return
        await receiving.finish(upload_id, sha256=sha256, original_key=key, at=at)
        # Its student may have done without the take just now, without waiting for a turn: then nobody counts the bytes.
        await self._remove_original(upload_id)

    async def _check_file(self, upload: Upload) -> None:
        """Ask again for what the row counts and the disk has lost, for example after a backup was put back."""
        on_disk = await asyncio.to_thread(_length, self._path(upload.id))
        if on_disk < upload.offset_bytes:
            await receiving.note_offset(upload.id, on_disk)
            raise WrongOffset

    def _path(self, upload_id: UUID) -> Path:
        return self._folder / f"{upload_id.hex}.part"

    def _cut(self, upload_id: UUID, offset_bytes: int) -> None:
        """Cut the file to what the row says; bytes beyond it were never confirmed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(upload_id)
        path.touch()
        os.truncate(path, offset_bytes)

    def _open_at(self, upload_id: UUID, offset_bytes: int) -> BinaryIO:
        file = self._path(upload_id).open("r+b", buffering=0)
        file.seek(offset_bytes)
        return file

    def _remove_strays(self, known: set[str], at: datetime) -> None:
        for path in self._folder.glob("*.part"):
            age = at.timestamp() - path.stat().st_mtime
            if path.stem not in known and age > STRAY_FILE_AGE.total_seconds():
                path.unlink(missing_ok=True)


def _key(upload_id: UUID) -> str:
    return f"originals/{upload_id.hex}"


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """See work through that must not be left half done, however often one is cancelled meanwhile; then be cancelled."""
    task, was_cancelled = asyncio.ensure_future(work), False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            was_cancelled = True
    if was_cancelled and task.exception() is None:
        raise asyncio.CancelledError
    task.result()


def _write_all(file: BinaryIO, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


def _sync(file: BinaryIO) -> None:
    getattr(os, "fdatasync", os.fsync)(file.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
