"""2,000 bad images and 600 bad recordings, each to a limited child of its own; a sample is among the usual tests."""

import asyncio
import tempfile
import time
from pathlib import Path

from tests.media.hostile.images import bad_images
from tests.media.hostile.recordings import bad_recordings
from tests.media.hostile.sending import LONGEST_SECONDS, Tally, send_photos, send_recordings
from tests.media.hostile.snares import snares

AT_ONCE = 100


def main() -> None:
    """Print what became of them; an AssertionError says what must not happen."""
    asyncio.run(_run())


async def _run() -> None:
    with tempfile.TemporaryDirectory(prefix="cim-") as name, snares(Path(name)) as laid:
        began = time.monotonic()
        images = bad_images()
        for at in range(0, len(images), AT_ONCE):
            _report(await send_photos(images[at : at + AT_ONCE], Path(name)), at, began)
        recordings = bad_recordings(canary=laid.canary, address=laid.address)
        # Making them reads the canary as little as parsing them does.
        for at in range(0, len(recordings), AT_ONCE):
            _report(await send_recordings(recordings[at : at + AT_ONCE], Path(name)), at, began)
        opened, called = laid.opened(), laid.called()
        print(f"foreign files opened: {opened}, network accesses: {called}")
        assert (opened, called) == (0, 0)


def _report(tally: Tally, at: int, began: float) -> None:
    print(f"  {time.monotonic() - began:5.0f} s  from {at}: {tally}", flush=True)
    for outcome in tally.outcomes:
        if outcome.seconds > LONGEST_SECONDS / 6 or not outcome.is_a_sentence or outcome.answer == "FAILED":
            print(f"        {outcome}", flush=True)
    for crash in tally.crashes:
        print(f"        crash: {crash}", flush=True)
    assert not tally.crashes
    assert all(outcome.is_a_sentence and outcome.seconds < LONGEST_SECONDS for outcome in tally.outcomes)
