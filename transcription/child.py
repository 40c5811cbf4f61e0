"""The warm child process: a loaded model that answers requests in JSON lines until its parent goes.

`python -m transcription.child --model PATH --name base` says `{"ready": {"engine": …, "model": …}}`, then takes
`{"samples": PATH, "language": "en" | null}` (raw 16 kHz mono, signed 16 bit, little-endian) and answers with
`{"progress": SECONDS}` lines and one `{"speech": …}` or `{"error": WORDS}`; with `"into_english": true` it translates.

A recording that goes on has a name of its own in `live`, with `begin` the first time, `count` samples of the file that
count so far, and `has_ended`. It is answered with the new `{"segments": […]}` that are final and, where `with_open`
asks for it, what is heard after them for now as `{"open": […]}`; at the end with `{"speech": …}` for the whole. Where
this child does not know what came before, the answer is `{"forgotten": true}`.
"""

import os

# Read when torch, numba and the voice detector are loaded, so before their import. Without the limit the detector takes
# four threads per chunk and 17 times the processor time.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_THREAD_LIMIT"] = "1"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ["NUMBA_NUM_THREADS"] = "1"

import argparse
import ctypes
import json
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

if sys.platform == "linux":
    import resource

from transcription.engines import Engine
from transcription.engines.openai_whisper import OpenAIWhisper
from transcription.recording import Progressive, transcribe_recording
from transcription.speech import segment_to_json

_GIB = 2**30
_LONGEST_LOG_BYTES = 16 * 2**20
_PR_SET_PDEATHSIG = 1
# Each keeps a number for every 32 ms; what was forgotten begins anew.
_MOST_LIVE = 32


def main() -> None:
    """Load the model, say so, and answer requests; the process ends when stdin closes."""
    parser = argparse.ArgumentParser(description="Answers transcription requests in JSON lines.")
    parser.add_argument("--model", type=Path, required=True, help="a checkpoint of openai-whisper")
    parser.add_argument("--name", required=True, help="the model's name, for example base")
    parser.add_argument("--in-background", action="store_true", help="take only the time that all others leave")
    arguments = parser.parse_args()

    requests = _requests()
    answers = _reserve_stdout()
    _yield_to_others(in_background=arguments.in_background)
    _die_with_parent()
    engine = OpenAIWhisper(arguments.model, arguments.name)
    if engine.device == "cpu":
        _limit_data(4 * _GIB + 8 * arguments.model.stat().st_size)
    _say(answers, {"ready": {"engine": engine.name, "model": engine.model}})
    live: dict[str, Progressive] = {}
    while True:
        request = json.loads(requests.get())
        if "live" in request:
            _answer_live(engine, request, live, answers)
        else:
            _answer(engine, request, answers)


def _answer_live(engine: Engine, request: dict[str, Any], live: dict[str, Progressive], answers: IO[str]) -> None:
    """Hear a recording that goes on; `live` has what was heard of each so far, the one heard last comes last."""
    name = request["live"]
    # Taken out first: after an exception nothing of it can be used any more.
    hearing = live.pop(name, None)
    if request["begin"]:
        hearing = Progressive(engine, language=request["language"])
    elif hearing is None:
        _say(answers, {"forgotten": True})
        return
    try:
        samples = _mapped(Path(request["samples"]))[: request["count"]]
        if request["has_ended"]:
            answer: dict[str, Any] = {"speech": hearing.finish(samples).to_json()}
        else:
            answer = {"segments": [segment_to_json(segment) for segment in hearing.hear(samples)]}
            if request["with_open"]:
                answer["open"] = [segment_to_json(segment) for segment in hearing.hear_open(samples)]
            live[name] = hearing
    except Exception as error:  # noqa: BLE001  One bad recording must not cost the loaded model.
        answer = {"error": f"{type(error).__name__}: {error}"}
    if len(live) > _MOST_LIVE:
        del live[next(iter(live))]
    _say(answers, answer)


def _answer(engine: Engine, request: dict[str, Any], answers: IO[str]) -> None:
    try:
        speech = transcribe_recording(
            engine,
            _mapped(Path(request["samples"])),
            language=request["language"],
            among=request.get("among", ()),
            into_english=request.get("into_english", False),
            on_progress=lambda seconds: _say(answers, {"progress": round(seconds, 2)}),
        )
    except Exception as error:  # noqa: BLE001  One bad recording must not cost the loaded model.
        _say(answers, {"error": f"{type(error).__name__}: {error}"})
    else:
        _say(answers, {"speech": speech.to_json()})


def _mapped(path: Path) -> NDArray[np.int16]:
    # An empty file cannot be mapped.
    return np.memmap(path, "<i2", mode="r") if path.stat().st_size else np.empty(0, np.int16)


def _say(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _requests() -> "queue.SimpleQueue[bytes]":
    """Read stdin in a thread of its own, so that its end is noticed in the middle of a job."""
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        # Without a buffer: Python aborts at its end while a thread holds a buffer's lock.
        with open(0, "rb", buffering=0, closefd=False) as lines:
            for line in lines:
                requests.put(line)
        # Nothing is left to tidy up, and sys.exit would only end this thread.
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return requests


def _reserve_stdout() -> IO[str]:
    """Keep stdout for answers: whatever a library prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return answers


def _yield_to_others(*, in_background: bool) -> None:
    """Pages come first; on Windows the parent starts us with low priority.

    A page that wakes up beside a low priority takes half as long again. In the background we only take what all others
    leave, where the system knows such a class; not where somebody waits for us at a command line.
    """
    if sys.platform != "win32":
        os.nice(19)
    if in_background and hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _die_with_parent() -> None:
    """End also when the parent was killed while we compute and stdin is kept open by somebody else."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_data(memory_bytes: int) -> None:
    """Limit memory and files; memory as data, because torch maps far more address space than it uses."""
    if sys.platform == "linux":
        for kind, limit in ((resource.RLIMIT_DATA, memory_bytes), (resource.RLIMIT_FSIZE, _LONGEST_LOG_BYTES)):
            _, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY or limit < hard:
                resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    main()
