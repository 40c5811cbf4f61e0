"""A recording that goes on is heard by one child, a piece at a time."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from transcription.pool import WarmModels
from transcription.room import Room
from transcription.speech import Segment, Speech
from transcription.warm import EngineFailed, Forgotten, Growing, HeardNow, WarmEngine

pytestmark = [pytest.mark.weights, pytest.mark.asyncio(loop_scope="session")]

ReadSpeech = Callable[[str], NDArray[np.int16]]
WriteSamples = Callable[[NDArray[np.int16]], Path]
SECOND = 16_000


@pytest.fixture
def talk(read_speech: ReadSpeech, write_samples: WriteSamples) -> Path:
    """A minute and a half of a student."""
    return write_samples(read_speech("nonnative_200s.flac")[: 90 * SECOND])


@pytest_asyncio.fixture(loop_scope="session")
async def pool(models_folder: Path, tiny_model: Path) -> AsyncIterator[WarmModels]:
    made = WarmModels("tiny.en", models_folder=models_folder, room=Room(2, None, 1))
    yield made
    await made.close()


def _part(path: Path, seconds: int, *, begin: bool = False, has_ended: bool = False, live: str = "one") -> Growing:
    return Growing(live, path, seconds * SECOND, begin, has_ended)


async def test_what_was_heard_before_the_end_is_a_part_of_the_whole(tiny: WarmEngine, talk: Path) -> None:
    first = await tiny.hear(_part(talk, 45, begin=True), language="en")
    second = await tiny.hear(_part(talk, 75), language="en")
    whole = await tiny.hear(_part(talk, 80, has_ended=True), language="en")

    assert isinstance(first, HeardNow)
    assert isinstance(second, HeardNow)
    assert isinstance(whole, Speech)
    before = _words((*first.final, *second.final))
    assert [first.final != (), second.final != ()] == [True, True]
    assert [word.text for word in whole.words][: len(before)] == before
    assert whole.words[-1].end_seconds > 70


async def test_what_is_heard_live_is_what_the_whole_gives(tiny: WarmEngine, talk: Path) -> None:
    for seconds in range(10, 90, 10):
        await tiny.hear(_part(talk, seconds, begin=seconds == 10), language="en")
    live = await tiny.hear(_part(talk, 90, has_ended=True), language="en")

    whole = await tiny.transcribe(talk, language="en", on_progress=lambda _seconds: None)

    assert isinstance(live, Speech)
    assert live.text == whole.text
    # Stored times have two decimals; the last one may be rounded the other way.
    assert [word.start_seconds for word in live.words] == pytest.approx(
        [word.start_seconds for word in whole.words], abs=0.011
    )


async def test_what_is_said_now_is_heard_before_it_is_final(tiny: WarmEngine, talk: Path) -> None:
    first = await tiny.hear(replace(_part(talk, 12, begin=True), with_open=True), language="en")
    second = await tiny.hear(_part(talk, 45), language="en")

    assert isinstance(first, HeardNow)
    assert isinstance(second, HeardNow)
    assert (first.final, len(_words(first.open)) > 5) == ((), True)
    assert (second.final[0].start_seconds < 12, second.open) == (True, ())


async def test_a_child_that_knows_nothing_of_it_says_so_and_stays(tiny: WarmEngine, talk: Path) -> None:
    await tiny.hear(_part(talk, 1, begin=True), language="en")
    child = tiny._child

    with pytest.raises(Forgotten):
        await tiny.hear(_part(talk, 45, live="another"), language="en")

    assert tiny._child is child


async def test_after_an_error_it_begins_anew(tiny: WarmEngine, talk: Path, tmp_path: Path) -> None:
    await tiny.hear(_part(talk, 1, begin=True), language="en")
    with pytest.raises(EngineFailed, match=r"missing\.s16"):
        await tiny.hear(_part(tmp_path / "missing.s16", 2), language="en")

    with pytest.raises(Forgotten):
        await tiny.hear(_part(talk, 2), language="en")


async def test_a_job_leaves_the_child_alone_that_hears_a_recording(pool: WarmModels, talk: Path) -> None:
    await pool.hear(_part(talk, 1, begin=True), model="", language="en")
    listening = pool._idle[0]

    await pool.transcribe(talk, model="", language="en", on_progress=lambda _seconds: None)
    await pool.hear(_part(talk, 45), model="", language="en")

    assert len(pool._idle) == 2
    assert pool._idle[-1] is listening


def _words(segments: tuple[Segment, ...]) -> list[str]:
    return [word.text for segment in segments for word in segment.words]
