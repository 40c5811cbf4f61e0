"""`cim transcribe` on two hours of speech: its memory, its bar, and what Ctrl-C leaves behind at any moment: nothing.

Needs ../shared/speech. CIM_HOURS=0.1 takes a shorter file; a very short form is among the usual tests.
"""

import math
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from tests import chance
from tests.benchmarks.tape import cut, repeated, write_tape
from tests.transcription.interrupted import Command, Run

HOURS = 2.0
MOST_BYTES = 1.5 * 2**30
TAPE_SECONDS = 600.0
INTERRUPTIONS = 8


def main() -> None:
    """Print what was seen; an AssertionError says what went wrong."""
    hours = float(os.environ.get("CIM_HOURS") or HOURS)
    choose = random.Random(chance.seed())
    with tempfile.TemporaryDirectory(prefix="cim-") as name:
        folder = Path(name)
        tape = write_tape(folder / "tape.webm", TAPE_SECONDS, seed=1)
        longer = repeated(tape, folder / "longer.webm", math.ceil(hours * 3600 / TAPE_SECONDS))
        # What lasts longer than two hours is refused.
        recording = cut(longer, folder / "long.webm", hours * 3600 - 1.0)
        command = Command(recording, folder, model="base")
        print(f"  {recording.stat().st_size / 1e6:.0f} MB")
        whole = command.run()
        print(f"  {whole}", flush=True)
        assert whole.code == 0, whole.shown
        assert whole.peak_bytes <= MOST_BYTES
        # In the beginning and all the while; the first of them also while the model is made for the first time.
        moments = [choose.uniform(0.5, 12.0) for _ in range(INTERRUPTIONS // 2)]
        moments += [choose.uniform(12.0, max(13.0, whole.seconds * 0.8)) for _ in range(INTERRUPTIONS // 2)]
        ends = [_interrupted(command, moment, is_first=not number) for number, moment in enumerate(moments)]
        print(f"  {len(ends)} × Ctrl-C: ended after {statistics.median(ends):.2f} s, at most {max(ends):.2f} s")


def _interrupted(command: Command, moment: float, *, is_first: bool) -> float:
    if is_first:
        command.forget_model()
    begun = time.monotonic()
    run: Run = command.run(interrupt_after=moment)
    if run.code == 0 and run.seconds < moment:  # The machine had more time for it than in the first run.
        return _interrupted(command, moment / 2, is_first=is_first)
    print(f"  Ctrl-C after {moment:6.1f} s: {run}", flush=True)
    run.check_interrupted()
    return time.monotonic() - begun - moment
