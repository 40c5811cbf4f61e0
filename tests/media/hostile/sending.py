"""Gives bad files to the limited child, each to one of its own, and keeps what became of them."""

import asyncio
import logging
import resource
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from media.children import ChildFailed
from media.photos import prepare_photo
from media.recordings import prepare_recording
from models.errors import Refused
from tests.media.hostile import Bad

LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: "ready", the code of a refusal, or what must not happen.

    `seconds` are those of the processor, which do not depend on who else uses it; `wall_seconds` do.
    """

    name: str
    answer: str
    words: str
    seconds: float
    wall_seconds: float

    @property
    def is_a_sentence(self) -> bool:
        """Ready, or refused in words of its own."""
        if self.answer in {"ready", "FAILED"}:
            return self.answer == "ready"
        return len(self.words) > 10 and self.words.endswith(".") and self.words != Refused.words


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of all; `largest_bytes` is the most memory that a child had.

    0: no more than some child of this process had before, about which the system tells nothing else.
    """

    outcomes: list[Outcome]
    crashes: list[str]
    largest_bytes: int

    @property
    def slowest(self) -> Outcome:
        """The one that took longest."""
        return max(self.outcomes, key=lambda outcome: outcome.seconds)

    def __str__(self) -> str:
        """Count the answers."""
        answers = Counter(outcome.answer for outcome in self.outcomes)
        return (
            f"{len(self.outcomes)} files, {len(self.crashes)} crashes, slowest {self.slowest.seconds:.1f} s "
            f"({self.slowest.name}, {self.slowest.wall_seconds:.1f} s), most {self.largest_bytes / 2**20:.0f} MiB; "
            + ", ".join(f"{answer} {count}" for answer, count in answers.most_common())
        )


async def send_photos(bad: Sequence[Bad], folder: Path) -> Tally:
    """Prepare every one as a photo."""

    async def prepare(source: Path, results: Path) -> None:
        photo = await prepare_photo(source, results)
        with Image.open(photo.large) as large:
            large.load()

    return await _send(bad, folder, prepare)


async def send_recordings(bad: Sequence[Bad], folder: Path) -> Tally:
    """Prepare every one as a recording."""

    async def prepare(source: Path, results: Path) -> None:
        recording = await prepare_recording([source], results)
        assert recording.playable.stat().st_size

    return await _send(bad, folder, prepare)


async def _send(bad: Sequence[Bad], folder: Path, prepare: Callable[[Path, Path], Awaitable[None]]) -> Tally:
    crashes = _Crashes()
    logger = logging.getLogger("media.children")
    logger.addHandler(crashes)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    try:
        outcomes = [outcome async for outcome in _outcomes(bad, folder, prepare, crashes)]
    finally:
        logger.removeHandler(crashes)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Tally(outcomes, crashes.names, largest * 1024 if largest > before else 0)


async def _outcomes(
    bad: Sequence[Bad], folder: Path, prepare: Callable[[Path, Path], Awaitable[None]], crashes: "_Crashes"
) -> AsyncIterator[Outcome]:
    for one in bad:
        crashes.now = one.name
        with tempfile.TemporaryDirectory(dir=folder) as results:
            # Beside the canary, which some name as their neighbour.
            source = folder / "upload"
            await asyncio.to_thread(source.write_bytes, one.make())
            began, used = time.monotonic(), _processor_seconds()
            answer, words = "ready", ""
            try:
                await prepare(source, Path(results))
            except Refused as refused:
                answer, words = refused.code, str(refused)
            except ChildFailed as failed:
                answer, words = "FAILED", str(failed)[-2000:]
            yield Outcome(one.name, answer, words, _processor_seconds() - used, time.monotonic() - began)


def _processor_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


class _Crashes(logging.Handler):
    """Notes for which file the child crashed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = ""
        self.names: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.names.append(f"{self.now}: {record.getMessage()}")
