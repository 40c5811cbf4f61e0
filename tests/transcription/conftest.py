import os

# As in the child: the voice detector's library reads it when it is loaded, and is 17 times slower without it.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from transcription import weights
from transcription.warm import WarmEngine

_SPEECH = Path(__file__).resolve().parents[3] / "shared" / "speech"

ReadSpeech = Callable[[str], NDArray[np.int16]]


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def tiny_model(models_folder: Path) -> Path:
    return weights.find("tiny.en", models_folder=models_folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tiny(tiny_model: Path) -> AsyncIterator[WarmEngine]:
    """One warm engine with tiny.en for all tests that leave it whole."""
    engine = WarmEngine(tiny_model, "tiny.en")
    yield engine
    await engine.close()


@pytest.fixture
def read_speech() -> ReadSpeech:
    """Read a recording of the shared speech as 16 kHz mono samples."""
    if not _SPEECH.is_dir():
        pytest.skip("the folder ../shared/speech is not on this machine")

    def read(name: str) -> NDArray[np.int16]:
        resampler = av.AudioResampler("s16", "mono", 16_000)
        with av.open(str(_SPEECH / name)) as container:
            frames = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        frames += resampler.resample(None)
        return np.concatenate([frame.to_ndarray()[0] for frame in frames])

    return read


@pytest.fixture
def write_samples(tmp_path: Path) -> Callable[[NDArray[np.int16]], Path]:
    """Write samples as the raw file that a job hands to an engine."""

    def write(samples: NDArray[np.int16]) -> Path:
        path = tmp_path / "recording.s16"
        path.write_bytes(samples.astype("<i2").tobytes())
        return path

    return write


@pytest.fixture
def reference_words() -> Callable[[str], list[str]]:
    """The words a person wrote down for a recording, in small letters without punctuation."""
    return lambda name: plain_words((_SPEECH / name).read_text("utf-8"))


def plain_words(text: str) -> list[str]:
    return [word for word in ("".join(c for c in part if c.isalnum()) for part in text.lower().split()) if word]
