"""Starts the limited child process in which alone somebody's file is parsed, and turns its end into an answer."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from media.bubblewrap import bubbled
from media.probe import BrokenFile, FileTooHeavy, refusal

_log = logging.getLogger(__name__)

MIB = 1024 * 1024
GIB = 1024 * MIB

_ROOT = Path(__file__).resolve().parent.parent
# Without HOME Python looks for its home in /etc/passwd, and a child is to open nothing but what it needs.
_ENVIRONMENT = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_TOO_HEAVY_SIGNALS = {getattr(signal, name) for name in ("SIGXCPU", "SIGXFSZ") if hasattr(signal, name)}
# Sent by the system or by somebody, when a service is restarted or memory runs out: no file is to blame for that.
_OUTSIDE_SIGNALS = {
    getattr(signal, name) for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use. Only `wall_seconds` holds on Windows.

    `is_idle`: it may have to wait for every other process, other children too.
    """

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int
    open_files: int = 64
    is_idle: bool = False


class ChildFailed(RuntimeError):
    """The child could not start, or met an error of ours or of the machine (no space left): not the file's fault."""


async def run_limited(
    task: str,
    *,
    sources: Sequence[Path],
    folder: Path,
    limits: Limits,
    on_progress: Callable[[float], None] | None = None,
    **arguments: object,
) -> dict[str, Any]:
    """Run one task of `media.child` on `sources`, which it may read, and `folder`, which it may write into.

    Progress goes from 0 to 1. Raises the refusal the child found; FileTooHeavy when it went over its limits or was
    killed; BrokenFile when it crashed or answered garbage; ChildFailed. No process is left behind, also when cancelled.
    What the result says is not to be trusted further than the file is.
    """
    # The child's working directory may be another.
    sources, folder = await asyncio.to_thread(lambda: ([path.absolute() for path in sources], folder.absolute()))
    command = await asyncio.to_thread(_command, sources, folder)
    request = {
        "task": task,
        "sources": [str(path) for path in sources],
        "folder": str(folder),
        "limits": asdict(limits),
        "arguments": arguments,
    }
    with tempfile.TemporaryFile() as complaints:
        process = await _start(command, complaints)
        try:
            async with asyncio.timeout(limits.wall_seconds):
                answer = await _converse(process, request, on_progress)
                await _ended(process)
        except TimeoutError:
            raise FileTooHeavy from None
        finally:
            _kill(process)
            await _ended(process)
        return _judge(answer, process, complaints)


@dataclass(slots=True)
class _Answer:
    is_ready: bool = False
    is_garbage: bool = False
    result: dict[str, Any] | None = None
    refused: dict[str, Any] | None = None
    failed: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether the child has said its last word."""
        return any(word is not None for word in (self.result, self.refused, self.failed))


async def _start(command: list[str], complaints: IO[bytes]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    if sys.platform == "win32":
        flags = subprocess.IDLE_PRIORITY_CLASS | subprocess.CREATE_NEW_PROCESS_GROUP
        return await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=complaints, env=_environment(), creationflags=flags
        )
    return await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=complaints, env=_environment(), start_new_session=True
    )


async def _converse(
    process: asyncio.subprocess.Process, request: dict[str, Any], on_progress: Callable[[float], None] | None
) -> _Answer:
    """Ask on stdin, which stays open (the child ends when it closes), and read lines until the last word."""
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    answer = _Answer()
    # A child that ends before it has read everything may still have said why.
    with contextlib.suppress(ConnectionError):
        process.stdin.write(json.dumps(request).encode() + b"\n")
        await process.stdin.drain()
    while not (answer.is_garbage or answer.is_last):
        progress = None
        try:
            line = await process.stdout.readline()
            if not line:
                break
            progress = _hear(line, answer)
        except (ValueError, RecursionError):
            answer.is_garbage = True
            _kill(process)
        # Outside, because an error of the listener is not the child's.
        if progress is not None and on_progress is not None:
            on_progress(progress)
    return answer


def _hear(line: bytes, answer: _Answer) -> float | None:
    """Take in one line; give the progress it tells. Raises ValueError for what is no answer."""
    match json.loads(line):
        case {"ready": True}:
            answer.is_ready = True
        case {"progress": float(progress)} if 0 <= progress <= 1:
            return progress
        case {"result": dict(result)}:
            answer.result = result
        case {"refused": {"code": str(), "arguments": dict()} as refused}:
            answer.refused = refused
        case {"failed": str(failed)}:
            answer.failed = failed
        case _:
            raise ValueError("Not an answer")
    return None


def _judge(answer: _Answer, process: asyncio.subprocess.Process, complaints: IO[bytes]) -> dict[str, Any]:
    if answer.is_garbage:
        raise BrokenFile
    if answer.result is not None:
        return answer.result
    if answer.refused is not None:
        try:
            refused = refusal(answer.refused["code"], **answer.refused["arguments"])
        except TypeError:  # An argument named `self`, which only a taken-over child would send.
            raise BrokenFile from None
        raise refused
    if answer.failed is not None:
        raise ChildFailed(answer.failed)
    code = process.returncode or 0
    if not answer.is_ready:
        complaints.seek(0)
        words = complaints.read(4000).decode(errors="replace")
        raise ChildFailed(f"The child process did not start (exit code {code}): {words}")
    # Bubblewrap gives its child's signal as 128 + number.
    if -code in _TOO_HEAVY_SIGNALS or code - 128 in _TOO_HEAVY_SIGNALS:
        raise FileTooHeavy
    if -code in _OUTSIDE_SIGNALS or code - 128 in _OUTSIDE_SIGNALS:
        raise ChildFailed(f"The child process was ended from outside (exit code {code}).")
    # A parser that falls over is to be known, whoever sent the file: it may be the beginning of an attack.
    _log.warning("The child crashed (exit code %d).", code)
    raise BrokenFile


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Wait for its end. What it still says is read away: asyncio waits for ever for an end it cannot read to."""
    assert process.stdout is not None  # noqa: S101
    while await process.stdout.read(1 << 16):
        pass
    await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the child's process group if the child has not been waited for yet."""
    if process.returncode is not None:
        return
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # It has just ended by itself; macOS then says that it is not ours.


def _command(sources: Sequence[Path], folder: Path) -> list[str]:
    # -P keeps the working directory out of the import path.
    command = [sys.executable, "-P", "-m", "media.child"]
    packages = [_ROOT / "media", _ROOT / "models"]
    return bubbled(command, environment=_environment(), readable=[*packages, *sources], writable=folder)


def _environment() -> dict[str, str]:
    """Give the child what Python needs to start, and no secrets; every library gets one thread."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return kept | {
        "PYTHONPATH": str(_ROOT),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
