"""Stands where `transcription.child` would: takes its requests and answers, a little time for each, without a model.

A file `oom` beside the weights makes one job run out of memory, and with a file `slow` each takes half a minute.
"""

import argparse
import ctypes
import json
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

from transcription.speech import Segment, Speech, Word

STEPS = 10
STEP_SECONDS = 0.05


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path)
    parser.add_argument("--name")
    wanted = parser.parse_args()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    wanted.model.read_bytes()
    lines: list[bytes] = []
    there = threading.Semaphore(0)

    def read() -> None:
        with open(0, "rb", buffering=0, closefd=False) as requests:
            for line in requests:
                lines.append(line)
                there.release()
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    _say({"ready": {"engine": "scripted", "model": wanted.name}})
    while True:
        there.acquire()
        _answer(json.loads(lines.pop(0)), wanted.model.with_name("oom"), wanted.name)


def _answer(request: dict[str, str], trap: Path, name: str) -> None:
    length = Path(request["samples"]).stat().st_size / 32_000
    try:
        for step in range(STEPS):
            time.sleep(3.0 if trap.with_name("slow").exists() else STEP_SECONDS)
            _say({"progress": round(length * step / STEPS, 2)})
            if step == STEPS // 2 and _is_sprung(trap):
                _use_all_memory()
    except MemoryError as error:
        _say({"error": f"MemoryError: {error}"})
        return
    words = (Word("Heard.", 0.0, length, 0.9),)
    speech = Speech(request["language"] or "und", (Segment(0.0, length, "Heard.", words, 0.1),), "scripted", name)
    _say({"speech": speech.to_json()})


def _is_sprung(trap: Path) -> bool:
    """Only one of several children can remove the file."""
    try:
        trap.unlink()
    except FileNotFoundError:
        return False
    return True


def _use_all_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (256 * 2**20, 256 * 2**20))
    hoard = []
    while True:
        hoard.append(bytearray(16 * 2**20))


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
