import asyncio
import contextlib
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.transcription.conftest import plain_words
from tests.transcription.scripted import ScriptedEngine
from transcription import weights
from transcription.environment import child_environment
from transcription.pool import Transcriber
from transcription.speech import Speech
from transcription.warm import CHILD_IN_BACKGROUND, EngineFailed, WarmEngine

pytestmark = [pytest.mark.weights, pytest.mark.asyncio(loop_scope="session")]

ReadSpeech = Callable[[str], NDArray[np.int16]]
WriteSamples = Callable[[NDArray[np.int16]], Path]


def unheard(_seconds: float) -> None:
    pass


def is_running(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def pid_of(engine: WarmEngine) -> int:
    assert engine._child is not None
    return engine._child.process.pid


@pytest.fixture
def jfk(read_speech: ReadSpeech) -> NDArray[np.int16]:
    return read_speech("jfk.flac")


@pytest.fixture
def long_talk(jfk: NDArray[np.int16]) -> NDArray[np.int16]:
    """Two minutes: long enough to be interrupted."""
    return np.tile(jfk, 11)


@pytest.fixture(params=["scripted", "real"])
def any_engine(request: pytest.FixtureRequest, tiny: WarmEngine) -> Transcriber:
    return ScriptedEngine("Ask not what your country can do for you.") if request.param == "scripted" else tiny


async def test_every_engine_keeps_the_contract(
    any_engine: Transcriber, jfk: NDArray[np.int16], write_samples: WriteSamples
) -> None:
    said: list[float] = []

    speech = await any_engine.transcribe(write_samples(jfk), language="en", on_progress=said.append)

    assert speech.language == "en"
    assert "your country can do" in speech.text
    assert " ".join(word.text for word in speech.words) == speech.text
    assert all(word.text == word.text.strip() for word in speech.words)
    assert all(0 <= word.start_seconds <= word.end_seconds <= 11 for word in speech.words)
    assert all(before.start_seconds <= after.start_seconds for before, after in pairwise(speech.words))
    assert all(0 <= word.confidence <= 1 for word in speech.words)
    assert Speech.from_json(speech.to_json()).text == speech.text
    assert said == sorted(said)
    assert (said[0], said[-1]) == (0.0, 11.0)


async def test_base_hears_a_president(
    models_folder: Path,
    jfk: NDArray[np.int16],
    write_samples: WriteSamples,
    reference_words: Callable[[str], list[str]],
) -> None:
    engine = WarmEngine(weights.find("base", models_folder=models_folder), "base")
    wanted = Counter(reference_words("jfk.txt"))

    try:
        speech = await engine.transcribe(write_samples(jfk), language="en", on_progress=unheard)
    finally:
        await engine.close()

    assert (wanted & Counter(plain_words(speech.text))).total() >= 0.8 * wanted.total()
    assert (speech.engine, speech.model) == ("openai-whisper", "base")


@pytest.mark.parametrize("amplitude", [0, 60])
async def test_nothing_is_invented_for_silence_and_noise(
    tiny: WarmEngine, write_samples: WriteSamples, amplitude: int
) -> None:
    noise = np.random.default_rng(1).normal(0, 1, 60 * 16_000) * amplitude

    speech = await tiny.transcribe(write_samples(noise.astype(np.int16)), language="en", on_progress=unheard)

    assert speech.segments == ()


async def test_an_empty_recording_has_no_text(tiny: WarmEngine, write_samples: WriteSamples) -> None:
    speech = await tiny.transcribe(write_samples(np.empty(0, np.int16)), language=None, on_progress=unheard)

    assert speech.segments == ()


async def test_times_count_from_the_start_after_a_long_silence(
    tiny: WarmEngine, jfk: NDArray[np.int16], write_samples: WriteSamples
) -> None:
    late = np.concatenate((np.zeros(40 * 16_000, np.int16), jfk))

    speech = await tiny.transcribe(write_samples(late), language="en", on_progress=unheard)

    assert 39 < speech.words[0].start_seconds < 42
    assert "ask what you can do for your country" in speech.text


async def test_a_recording_that_ends_between_two_frames_comes_to_an_end(
    tiny: WarmEngine, jfk: NDArray[np.int16], write_samples: WriteSamples
) -> None:
    # 7.5095 s: the rest is more than half a frame of 10 ms.
    cut = jfk[: 16_000 * 7 + 8_152]

    async with asyncio.timeout(60):
        speech = await tiny.transcribe(write_samples(cut), language="en", on_progress=unheard)

    assert "your country can do for you" in speech.text


async def test_a_job_that_cannot_be_done_leaves_the_child_warm(
    tiny: WarmEngine, tmp_path: Path, jfk: NDArray[np.int16], write_samples: WriteSamples
) -> None:
    await tiny.transcribe(write_samples(jfk), language="en", on_progress=unheard)
    pid = pid_of(tiny)

    with pytest.raises(EngineFailed, match=r"missing\.s16"):
        await tiny.transcribe(tmp_path / "missing.s16", language="en", on_progress=unheard)
    await tiny.transcribe(write_samples(jfk), language="en", on_progress=unheard)

    assert pid_of(tiny) == pid


async def test_a_killed_child_is_replaced(
    tiny_model: Path, jfk: NDArray[np.int16], long_talk: NDArray[np.int16], tmp_path: Path, write_samples: WriteSamples
) -> None:
    engine = WarmEngine(tiny_model, "tiny.en")
    kill_signal = getattr(signal, "SIGKILL", signal.SIGTERM)

    def kill_in_the_middle(seconds: float) -> None:
        if 0 < seconds < 100:
            os.kill(pid_of(engine), kill_signal)

    with pytest.raises(EngineFailed, match="ended with code"):
        await engine.transcribe(write_samples(long_talk), language="en", on_progress=kill_in_the_middle)
    speech = await engine.transcribe(write_samples(jfk), language="en", on_progress=unheard)
    await engine.close()

    assert "your country" in speech.text


async def test_cancelling_leaves_no_child(
    tiny_model: Path, long_talk: NDArray[np.int16], write_samples: WriteSamples
) -> None:
    engine = WarmEngine(tiny_model, "tiny.en")
    started = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        job = group.create_task(
            engine.transcribe(write_samples(long_talk), language="en", on_progress=lambda seconds: started.set())
        )
        await started.wait()
        pid = pid_of(engine)
        job.cancel()

    assert job.cancelled()
    assert not is_running(pid)
    await engine.close()


async def test_an_exception_from_progress_cancels(
    tiny_model: Path, long_talk: NDArray[np.int16], write_samples: WriteSamples
) -> None:
    engine = WarmEngine(tiny_model, "tiny.en")
    pids: list[int] = []

    def refuse(_seconds: float) -> None:
        pids.append(pid_of(engine))
        raise LookupError("nobody wants it any more")

    with pytest.raises(LookupError):
        await engine.transcribe(write_samples(long_talk), language="en", on_progress=refuse)

    assert not is_running(pids[0])
    await engine.close()


async def test_closing_ends_the_child(tiny_model: Path, jfk: NDArray[np.int16], write_samples: WriteSamples) -> None:
    engine = WarmEngine(tiny_model, "tiny.en")
    await engine.transcribe(write_samples(jfk), language="en", on_progress=unheard)
    pid = pid_of(engine)

    await engine.close()

    assert not is_running(pid)


async def test_a_child_is_replaced_after_many_jobs(
    tiny_model: Path, write_samples: WriteSamples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcription.warm._JOBS_PER_CHILD", 1)
    engine = WarmEngine(tiny_model, "tiny.en")

    await engine.transcribe(write_samples(np.zeros(16_000, np.int16)), language="en", on_progress=unheard)

    assert engine._child is None


async def test_a_file_that_is_no_model_is_told_with_the_childs_last_words(
    tmp_path: Path, write_samples: WriteSamples
) -> None:
    (tmp_path / "broken.pt").write_bytes(b"no weights")
    engine = WarmEngine(tmp_path / "broken.pt", "broken")

    with pytest.raises(EngineFailed, match=r"ended with code 1\. (.|\n)*Error"):
        await engine.transcribe(write_samples(np.zeros(16_000, np.int16)), language="en", on_progress=unheard)
    await engine.close()


async def test_a_child_ends_when_its_stdin_closes(tiny_model: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "transcription.child", "--model", str(tiny_model), "--name", "tiny.en"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=child_environment(),
    )

    out, _ = await asyncio.wait_for(process.communicate(b""), 60)

    assert process.returncode == 0
    assert out == b""


async def test_the_child_says_nothing_but_answers(
    tiny_model: Path, jfk: NDArray[np.int16], write_samples: WriteSamples
) -> None:
    engine = WarmEngine(tiny_model, "tiny.en")
    await engine.transcribe(write_samples(jfk), language="sv", on_progress=unheard)
    assert engine._child is not None

    last_words = engine._child._last_words()
    await engine.close()

    assert last_words == ""


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="this system has no such class")
async def test_beside_a_website_only_the_time_is_taken_that_all_others_leave(
    tiny_model: Path, write_samples: WriteSamples
) -> None:
    engine = WarmEngine(tiny_model, "tiny.en", command=CHILD_IN_BACKGROUND)
    try:
        await engine.transcribe(write_samples(np.zeros(16_000, np.int16)), language="en", on_progress=unheard)

        assert os.sched_getscheduler(pid_of(engine)) == os.SCHED_IDLE
    finally:
        await engine.close()
