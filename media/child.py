"""The limited child process: one task on somebody's files, asked on stdin, answered on stdout as lines of JSON."""

import contextlib
import ctypes
import errno
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from media.probe import FileTooHeavy
from models.errors import Refused

if sys.platform != "win32":
    import resource

_PR_SET_PDEATHSIG = 1

Progress = Callable[[float], None]
Task = Callable[[Sequence[Path], Path, dict[str, Any], Progress], dict[str, Any]]
# Each with its module in `media.work`: a photo need not wait for what reads films to be loaded.
TASKS = {
    "recording": ("recordings", "prepare"),
    "convert": ("recordings", "convert"),
    "speech": ("speech", "extract"),
    "photo": ("photos", "prepare"),
    "document": ("documents", "prepare"),
}


def main() -> None:
    """Answer one request: `{"task", "sources", "folder", "limits", "arguments"}`."""
    _die_with_parent()
    answers = _take_stdout()
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_exit_when_stdin_closes, daemon=True).start()
    task = _task(request["task"])
    _limit(**request["limits"])
    _say(answers, ready=True)
    try:
        result = task(
            [Path(name) for name in request["sources"]],
            Path(request["folder"]),
            request["arguments"],
            _reporter(answers),
        )
    except Refused as refused:
        _refuse(answers, refused)
    except MemoryError:
        _refuse(answers, FileTooHeavy())
    except Exception as error:  # noqa: BLE001  Whatever it is, the parent logs it.
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            _refuse(answers, FileTooHeavy())
        else:
            _say(answers, failed=traceback.format_exc()[-20_000:])
    else:
        _say(answers, result=result)
    # The thread that waits for stdin would hold up an ordinary exit.
    os._exit(0)


def _task(name: str) -> Task:
    module, function = TASKS[name]
    task: Task = getattr(import_module(f"media.work.{module}"), function)
    return task


def _die_with_parent() -> None:
    """Ask Linux for a kill when the parent ends; elsewhere the closing of stdin has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _exit_when_stdin_closes() -> None:
    while os.read(0, 1024):
        pass
    os._exit(1)


def _take_stdout() -> TextIO:
    """Keep stdout for answers; whatever a library prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _limit(
    *, cpu_seconds: int, memory_bytes: int, file_bytes: int, open_files: int, wall_seconds: float, is_idle: bool
) -> None:
    """Lower this process's priority and what it may use; the parent's clock holds `wall_seconds`."""
    del wall_seconds
    if sys.platform != "win32":
        os.nice(19)
        if is_idle and hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        # The soft limit sends SIGXCPU, which tells why; at the hard one Linux sends SIGKILL, which anybody may.
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
        for kind, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_AS, memory_bytes),
            (resource.RLIMIT_FSIZE, file_bytes),
            (resource.RLIMIT_NOFILE, open_files),
        ):
            # macOS refuses to limit the address space.
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (most, most))


def _reporter(answers: TextIO) -> Progress:
    said = 0.0

    def report(progress: float) -> None:
        nonlocal said
        progress = min(max(progress, 0.0), 1.0)
        if progress >= said + 0.01:
            said = progress
            _say(answers, progress=progress)

    return report


def _refuse(answers: TextIO, refused: Refused) -> None:
    _say(answers, refused={"code": refused.code, "arguments": refused.arguments})


def _say(answers: TextIO, **said: object) -> None:
    answers.write(json.dumps(said) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
