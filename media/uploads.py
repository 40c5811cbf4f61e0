"""Resumable uploads: the row's offset is the truth, and it is written only after the bytes are safely on disk."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from media.store import Store
from models.actions import uploads as rows
from models.errors import N_, Refused, WrongState
from models.permissions import Actor
from models.queries.media import unfinished_uploads
from models.queries.media import upload as own_upload
from models.states import UploadState
from models.tables import Upload

FLUSH_BYTES = 1 << 20
TAKEOVER_SECONDS = 5.0
STRAY_FILE_AGE = timedelta(hours=24)
_NO_SPACE = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


class WrongOffset(Refused):
    """The phone and the server disagree about how far it came; the server is right."""

    words = N_("The upload continues from another point. This happens by itself.")


class UploadBusy(Refused):
    """Another request still writes, and did not stop in time."""

    words = N_("This file is being received through another connection. It is tried again in a moment.")


class TooManyBytes(Refused):
    """More than was announced, or more than is allowed."""

    words = N_("More was sent than was announced, or more than is allowed.")


class ChecksumDiffers(Refused):
    """What arrived is not what was sent."""

    words = N_("The file was damaged on its way. It is sent again from the start.")


class DiskFull(Refused):
    """What arrived so far is kept."""

    words = N_("The server has no space left. What was sent so far is kept; try again later.")


@dataclass(slots=True)
class _Turn:
    """Who writes to one upload at the moment."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    writer: asyncio.Task[object] | None = None
    waiting: int = 0


class Uploads:
    """Receives the bytes of uploads into a folder, and hands whole files over to the store."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._turns: dict[UUID, _Turn] = {}

    async def where(self, upload_id: UUID, *, actor: Actor) -> Upload:
        """Say how far an upload has come. A connection that still writes to it is taken for dead and stopped."""
        await own_upload(upload_id, actor=actor)
        async with self._taken(upload_id):
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
        WrongOffset, UploadBusy, TooManyBytes, ChecksumDiffers, DiskFull.
        """
        await own_upload(upload_id, actor=actor)
        async with self._taken(upload_id) as turn:
            upload = await own_upload(upload_id, actor=actor)
            if offset_bytes != upload.offset_bytes:
                raise WrongOffset
            if upload.state is not UploadState.RECEIVING:
                return upload
            if size_bytes is not None:
                await rows.say_size(upload, size_bytes, actor=actor)
                upload = await own_upload(upload_id, actor=actor)
            if sha256:
                await rows.note_expected(upload_id, sha256)
            if upload.offset_bytes != upload.size_bytes:
                await self._check_file(upload)
                turn.writer = asyncio.current_task()
                try:
                    await self._write(upload, chunks)
                finally:
                    turn.writer = None
            await _to_the_end(self._finish_if_whole(upload_id, at=at))
            return await own_upload(upload_id, actor=actor)

    async def abandon(self, upload_id: UUID, *, actor: Actor, at: datetime) -> None:
        """Throw an unfinished upload away."""
        await own_upload(upload_id, actor=actor)
        async with self._taken(upload_id):
            await rows.abandon(await own_upload(upload_id, actor=actor), actor=actor, at=at)
            await asyncio.to_thread(self._path(upload_id).unlink, missing_ok=True)

    async def sweep(self, *, at: datetime) -> None:
        """Finish what a crash left between the last byte and the row, end what is too old, remove stray files."""
        for upload in await unfinished_uploads():
            if upload.id in self._turns:
                continue  # Somebody is at it; whoever writes is not stopped for a sweep.
            with suppress(ChecksumDiffers, WrongState, UploadBusy):
                async with self._taken(upload.id):
                    if upload.expires_at < at:
                        await rows.expire(upload, at=at)
                    else:
                        await _to_the_end(self._finish_if_whole(upload.id, at=at))
        known = {upload.id.hex for upload in await unfinished_uploads()}
        await asyncio.to_thread(self._remove_strays, known, at)

    @asynccontextmanager
    async def _taken(self, upload_id: UUID) -> AsyncIterator[_Turn]:
        """Hold one upload alone: whoever writes to it is stopped, because a phone's dead connection must not block."""
        turn = self._turns.setdefault(upload_id, _Turn())
        turn.waiting += 1
        try:
            if turn.writer is not None and turn.writer is not asyncio.current_task():
                turn.writer.cancel()
            try:
                await asyncio.wait_for(turn.lock.acquire(), TAKEOVER_SECONDS)
            except TimeoutError:
                raise UploadBusy from None
            try:
                yield turn
            finally:
                turn.lock.release()
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(upload_id, None)

    async def _write(self, upload: Upload, chunks: AsyncIterator[bytes]) -> None:
        limit = upload.limit_bytes if upload.size_bytes is None else upload.size_bytes
        written = flushed = upload.offset_bytes
        await _to_the_end(asyncio.to_thread(self._cut, upload.id, written))
        with await asyncio.to_thread(self._open_at, upload.id, written) as file:
            try:
                async for chunk in chunks:
                    if written + len(chunk) > limit:
                        raise TooManyBytes
                    await _to_the_end(asyncio.to_thread(_write_all, file, chunk))
                    written += len(chunk)
                    if written - flushed >= FLUSH_BYTES:
                        await _to_the_end(self._flush(file, upload.id, written))
                        flushed = written
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

    async def _flush(self, file: BinaryIO, upload_id: UUID, written: int) -> None:
        await asyncio.to_thread(_sync, file)
        await rows.note_offset(upload_id, written)

    async def _finish_if_whole(self, upload_id: UUID, *, at: datetime) -> None:
        """Check the sum, move the file to its place, then the row and the job in one transaction."""
        upload = await Upload.get(id=upload_id)
        if upload.size_bytes is None or upload.offset_bytes != upload.size_bytes:
            return
        if upload.state is not UploadState.RECEIVING:
            return
        key = f"originals/{upload_id.hex}"
        part = self._path(upload_id)
        if await asyncio.to_thread(part.exists):
            sha256 = await asyncio.to_thread(_sha256, part)
            if upload.sha256_expected and sha256 != upload.sha256_expected:
                await rows.note_offset(upload_id, 0)
                await asyncio.to_thread(part.unlink)
                raise ChecksumDiffers
            await self._store.put(key, part)
        elif await self._store.exists(key):
            async with self._store.lend(key) as path:
                sha256 = await asyncio.to_thread(_sha256, path)
        else:
            await rows.note_offset(upload_id, 0)
            return
        await rows.finish(upload_id, sha256=sha256, original_key=key, at=at)

    async def _check_file(self, upload: Upload) -> None:
        """Ask again for what the row counts and the disk has lost, for example after a backup was put back."""
        on_disk = await asyncio.to_thread(_length, self._path(upload.id))
        if on_disk < upload.offset_bytes:
            await rows.note_offset(upload.id, on_disk)
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
