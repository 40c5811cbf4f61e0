"""How soon after "stop" all of a recording has been heard, and when its first words were on the screen.

`python -m tests.benchmarks live [SECONDS] [TIMES]`: speech through the browser's microphone in real time.
"""

import asyncio
import statistics
import sys
import tempfile
import time
import wave
from pathlib import Path

import av

from models.tables import Transcript
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import PHONE, Person, browser, signed_in
from tests.journeys.live_words import Spoken, speak_for
from tests.journeys.site import Site, running_site
from tests.journeys.speech import SHARED

SECONDS, TIMES = 300.0, 5
BOUND_SECONDS = 6.0
_RATE = 48_000
_TALK = ("nonnative_200s.flac", "fleurs_en.flac")


async def measure() -> None:
    """Print seconds to the first words, to the last ones after the stop, and to the transcript after the decision."""
    await asyncio.to_thread(_measure)


def _measure() -> None:
    seconds, times = (*map(float, sys.argv[2:4]), *(SECONDS, TIMES)[len(sys.argv[2:4]) :])
    with tempfile.TemporaryDirectory() as name:
        microphone, data = _microphone(Path(name) / "microphone.wav"), Path(name) / "data"
        data.mkdir()
        with running_site(data, hears=True) as site:
            runs = asyncio.run(_runs(site, microphone, seconds, round(times)))
    heard, written = (statistics.median(column) for column in zip(*runs, strict=True))
    print(
        f"median of {len(runs)} × {seconds:.0f} s: all heard {heard:.1f} s after the stop (bound {BOUND_SECONDS} s), "
        f"transcript {written:.1f} s after the decision"
    )


async def _runs(site: Site, microphone: Path, seconds: float, times: int) -> list[tuple[float, float]]:
    """Record so often; gives the seconds from the stop to the last word, and from the decision to the transcript."""
    reflections = await begun_reflections(site, *["podcast"] * (times + 1))
    runs = []
    async with (
        browser(microphone) as chromium,
        signed_in(chromium, site.origin, site.student, size=PHONE, workers="block") as student,
    ):
        # The first time ever a model is unpacked and measured.
        await speak_for(student, reflections[0], seconds=15)
        for number, reflection in enumerate(reflections[1:], 1):
            said = await speak_for(student, reflection, seconds=seconds)
            written = await _decided(student, site, said)
            runs.append((said.complete_seconds, written))
            first = "never" if said.first_words_seconds is None else f"after {said.first_words_seconds:.1f} s"
            print(
                f"{number}: first words {first}, all heard {said.complete_seconds:.1f} s after the stop, "
                f"transcript {written:.1f} s after the decision, {len(said.heard.split())} words",
                flush=True,
            )
    return runs


async def _decided(student: Person, site: Site, said: Spoken) -> float:
    """Use the recording; gives the seconds until its transcript is there."""
    await student.press("use-recording")
    begun = time.monotonic()
    while not await site.beside(lambda: Transcript.exists(media_id=said.take)):
        await student.page.wait_for_timeout(200)
    return time.monotonic() - begun


def _microphone(path: Path) -> Path:
    """Five minutes and more of speech, one recording after the other."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        for name in _TALK:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
            with av.open(str(SHARED / name)) as container:
                for frame in [*container.decode(audio=0), None]:
                    for part in resampler.resample(frame):
                        file.writeframes(part.to_ndarray().tobytes())
    return path
