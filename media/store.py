"""Where finished files are kept: a store takes them in under a key and lends them back as local paths."""

import asyncio
import errno
import os
import re
import shutil
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

_NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_KEY = re.compile(rf"{_NAME}(?:/{_NAME})*")
_MAX_KEY_LENGTH = 500
_INCOMING = ".incoming"


class Store(Protocol):
    """Files by key: a relative posix name such as `recordings/ab12/playable.webm`; another key raises ValueError."""

    async def put(self, key: str, source: Path) -> None:
        """Move a local file in, durably; it replaces what was there, and `source` is gone afterwards."""

    def lend(self, key: str) -> AbstractAsyncContextManager[Path]:
        """Give a local path for as long as the block lasts, to read only; raises FileNotFoundError."""

    async def delete(self, key: str) -> None:
        """Remove a file; one that is missing is fine."""

    async def exists(self, key: str) -> bool:
        """Tell whether there is a file under this key."""

    def keys(self, *, put_before: datetime | None = None) -> AsyncIterator[str]:
        """List all keys, in no order, or only those put in before an (aware) moment: for clean-up."""


class FolderStore:
    """Keeps files in one folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def put(self, key: str, source: Path) -> None:
        """Move a local file in: an atomic rename, after a copy where `source` is on another file system."""
        await asyncio.to_thread(self._put, self._path(key), source)

    @asynccontextmanager
    async def lend(self, key: str) -> AsyncIterator[Path]:
        """Give the file's own path; raises FileNotFoundError."""
        path = self._path(key)
        if not await asyncio.to_thread(path.is_file):
            raise FileNotFoundError(errno.ENOENT, "No file is stored under this key", key)
        yield path

    async def delete(self, key: str) -> None:
        """Remove a file; one that is missing is fine."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    async def exists(self, key: str) -> bool:
        """Tell whether there is a file under this key."""
        return await asyncio.to_thread(self._path(key).is_file)

    async def keys(self, *, put_before: datetime | None = None) -> AsyncIterator[str]:
        """List all keys, folder by folder, or only those put in before an (aware) moment."""
        folders = [self.root]
        while folders:
            folder = folders.pop()
            for path, is_folder, put_at in await asyncio.to_thread(_entries, folder):
                if is_folder:
                    folders.append(path)
                elif put_before is None or put_at < put_before:
                    yield path.relative_to(self.root).as_posix()

    def _path(self, key: str) -> Path:
        if len(key) > _MAX_KEY_LENGTH or not _KEY.fullmatch(key):
            raise ValueError(f"Not a key of a stored file: {key!r}")
        return self.root.joinpath(*key.split("/"))

    def _put(self, target: Path, source: Path) -> None:
        _make_folder(target.parent)
        os.utime(source)  # The moment of putting, which clean-up compares.
        _sync(source)
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._put_copy(target, source)
        _sync_folder(target.parent)

    def _put_copy(self, target: Path, source: Path) -> None:
        incoming = self.root / _INCOMING
        _make_folder(incoming)
        copy = incoming / uuid.uuid4().hex
        try:
            shutil.copyfile(source, copy)
            _sync(copy)
            copy.replace(target)
        finally:
            copy.unlink(missing_ok=True)
        source.unlink()


def _entries(folder: Path) -> list[tuple[Path, bool, datetime]]:
    """List a folder's files and folders but not the hidden ones; what goes away meanwhile is left out."""
    if not folder.is_dir():
        return []
    entries = []
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        try:
            put_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
        except FileNotFoundError:
            continue
        entries.append((path, path.is_dir(), put_at))
    return entries


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power failure; Windows has no way to ask for it."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
