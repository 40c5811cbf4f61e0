"""The parent's side of the warm child: transcribes files of samples without blocking the application."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from transcription.environment import child_environment
from transcription.speech import Segment, Speech, segment_from_json

_Answer = TypeVar("_Answer")

# Python's memory only grows; after this many jobs a new child starts from scratch.
_JOBS_PER_CHILD = 200
_LONGEST_ANSWER_BYTES = 64 * 2**20
_SHOWN_LOG_BYTES = 2000
# A child that says nothing and neither computes nor waits for a processor for so long is frozen; a slow one does.
QUIET_SECONDS = 10.0
# Where nobody can tell how much it computed, silence alone must do.
LONGEST_SILENCE_SECONDS = 900.0

# -P: a file in the working directory must not be taken for a library.
CHILD = (sys.executable, "-P", "-m", "transcription.child")
"""The program that answers requests in JSON lines; it gets `--model PATH --name NAME`."""

CHILD_IN_BACKGROUND = (*CHILD, "--in-background")
"""The same beside a website."""

if sys.platform == "win32":
    _LOW_PRIORITY = subprocess.IDLE_PRIORITY_CLASS
else:
    # There the child lowers its own.
    _LOW_PRIORITY = 0


class EngineFailed(Exception):
    """The child crashed or could not do the job; the words are for the log, the next call starts afresh."""


class Forgotten(EngineFailed):
    """The child does not know what came before in a recording that goes on: begin anew."""


@dataclass(frozen=True, slots=True)
class Growing:
    """What there is of a recording that goes on: the first `count` samples of a file, the same ones as before and more.

    `live` is its name, `begin` says that nothing was heard of it yet. `with_open`: what is not final is heard, too.
    """

    live: str
    samples_path: Path
    count: int
    begin: bool
    has_ended: bool
    with_open: bool = False


@dataclass(frozen=True, slots=True)
class HeardNow:
    """The segments that became final since the last call, and what is heard after them for now."""

    final: tuple[Segment, ...]
    open: tuple[Segment, ...] = ()


class WarmEngine:
    """A model kept loaded in a child process, which starts at the first call; one job at a time."""

    def __init__(self, model_path: Path, name: str, *, command: Sequence[str] = CHILD) -> None:
        self._model_path = model_path.absolute()
        self._command = command
        self._name = name
        self._turn = asyncio.Lock()
        self._child: _Child | None = None

    async def transcribe(
        self,
        samples_path: Path,
        *,
        language: str | None,
        on_progress: Callable[[float], None],
        into_english: bool = False,
    ) -> Speech:
        """Transcribe a file of raw 16 kHz mono samples, signed 16 bit, little-endian, or translate it.

        Raises EngineFailed. `on_progress` gets the seconds done. Cancelling kills the child, and so does an exception
        from `on_progress`.
        """

        def ask(child: _Child) -> Awaitable[Speech]:
            request = {**_request(samples_path, language), "into_english": into_english}
            return child.transcribe(request, on_progress=on_progress)

        return await self._asked(ask)

    async def hear(self, growing: Growing, *, language: str | None) -> Speech | HeardNow:
        """Hear what became final of a recording since the last call: at the end it is the whole speech.

        Raises EngineFailed; after that, as after cancelling, it must begin anew.
        """
        return await self._asked(lambda child: child.hear(growing, language=language))

    async def _asked(self, ask: "Callable[[_Child], Awaitable[_Answer]]") -> _Answer:
        async with self._turn:
            child = self._child
            if child is None or child.process.returncode is not None:
                await self.close()
                child = self._child = await _start(self._command, self._model_path, self._name)
            try:
                answer = await ask(child)
            except _JobFailed as failure:
                if "MemoryError" in str(failure):
                    await self.close()  # What is left of its memory would not do for the next job either.
                raise EngineFailed(str(failure)) from None
            except Forgotten:
                raise
            except BaseException:
                await child.kill()
                raise
            if child.jobs_done >= _JOBS_PER_CHILD:
                await self.close()
            return answer

    async def close(self) -> None:
        """Kill the child; a job it is doing raises EngineFailed. The next call would start another."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()


class _JobFailed(Exception):
    """The child is well but could not do this job."""


class _Child:
    """A running child process and the file that takes its stderr."""

    def __init__(self, process: asyncio.subprocess.Process, log: IO[bytes]) -> None:
        self.process = process
        self.jobs_done = 0
        self._log = log
        self._ready = False

    async def transcribe(self, request: dict[str, Any], *, on_progress: Callable[[float], None]) -> Speech:
        await self._be_ready()
        await self._ask(request)
        while "progress" in (answer := await self._answer()):
            on_progress(answer["progress"])
        self.jobs_done += 1
        if "error" in answer:
            raise _JobFailed(answer["error"])
        return Speech.from_json(answer["speech"])

    async def hear(self, growing: Growing, *, language: str | None) -> Speech | HeardNow:
        await self._be_ready()
        await self._ask(
            {
                **_request(growing.samples_path, language),
                "live": growing.live,
                "count": growing.count,
                "begin": growing.begin,
                "has_ended": growing.has_ended,
                "with_open": growing.with_open,
            }
        )
        answer = await self._answer()
        if "forgotten" in answer:
            raise Forgotten("The transcription process does not know the beginning of this recording.")
        if "error" in answer:
            raise _JobFailed(answer["error"])
        if "segments" in answer:
            final, open_ = (
                tuple(segment_from_json(segment) for segment in answer.get(part, ())) for part in ("segments", "open")
            )
            return HeardNow(final, open_)
        self.jobs_done += 1
        return Speech.from_json(answer["speech"])

    async def _be_ready(self) -> None:
        if not self._ready:
            await self._answer()
            self._ready = True

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        assert self.process.stdout is not None  # noqa: S101  It was started with a pipe.
        # What it still says is read away: asyncio waits for ever for an end that it cannot read to.
        while await self.process.stdout.read(1 << 16):
            pass
        await self.process.wait()
        self._log.close()

    async def _ask(self, request: dict[str, Any]) -> None:
        assert self.process.stdin is not None  # noqa: S101  It was started with a pipe.
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            await self.process.stdin.drain()
        except ConnectionError:
            raise await self._crashed() from None

    async def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None  # noqa: S101  It was started with a pipe.
        line = await self._line(self.process.stdout)
        if not line.endswith(b"\n"):
            raise await self._crashed()
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _line(self, said: asyncio.StreamReader) -> bytes:
        """Wait for a line as long as the child lives: a frozen one would hold its job for ever."""
        silence, (computed, _) = 0.0, computed_by(self.process.pid)
        while True:
            try:
                # A line that is half there stays in the reader when time is up.
                return await asyncio.wait_for(said.readline(), QUIET_SECONDS)
            except TimeoutError:
                before = computed
                computed, is_runnable = computed_by(self.process.pid)
                silence += QUIET_SECONDS
                if silence >= LONGEST_SILENCE_SECONDS if computed is None else computed == before and not is_runnable:
                    raise EngineFailed(f"The transcription process was frozen for {silence:.0f} s.") from None

    async def _crashed(self) -> EngineFailed:
        code = await self.process.wait()
        return EngineFailed(f"The transcription process ended with code {code}. {self._last_words()}".strip())

    def _last_words(self) -> str:
        if self._log.closed:
            return ""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - _SHOWN_LOG_BYTES))
        return self._log.read().decode(errors="replace")


def _request(samples_path: Path, language: str | None) -> dict[str, Any]:
    return {"samples": str(samples_path.absolute()), "language": language}


def computed_by(pid: int) -> tuple[float | None, bool]:
    """Processor seconds of a process and its threads so far, and whether it would go on if it got a processor.

    None where the system does not tell.
    """
    try:
        # The program's name may hold blanks and parentheses; what follows the last one does not.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), fields[0] == "R"
    except (OSError, IndexError, ValueError, AttributeError):
        return None, False


async def _start(command: Sequence[str], model_path: Path, name: str) -> _Child:
    """Start a child; it says that it is ready once the model is loaded."""
    log = tempfile.TemporaryFile()  # noqa: SIM115  It lives as long as the child.
    try:
        process = await asyncio.create_subprocess_exec(
            *(*command, "--model", str(model_path), "--name", name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            limit=_LONGEST_ANSWER_BYTES,
            env=child_environment(),
            creationflags=_LOW_PRIORITY,
            # Ctrl-C is for the parent alone: it ends the child, and knows why.
            start_new_session=sys.platform != "win32",
        )
    except BaseException:
        log.close()
        raise
    return _Child(process, log)
