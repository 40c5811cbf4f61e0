"""Importing whisper and torch takes seconds, so it happens in a fixture and only for the tests with weights."""

import importlib
import struct
from pathlib import Path
from typing import Any

import pytest

from transcription import weights
from transcription.speech import Word
from transcription.windows import Clip

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def checkpoints() -> Any:
    return importlib.import_module("transcription.engines.checkpoints")


@pytest.fixture(scope="module")
def openai_whisper() -> Any:
    return importlib.import_module("transcription.engines.openai_whisper")


def test_a_file_that_is_no_model_is_refused(checkpoints: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(struct.pack("<IH5sI", 6, 5, b"Bert\0", 1))

    with pytest.raises(ValueError, match="no Whisper model"):
        checkpoints.convert([path], tmp_path / "model.pt")
    assert not (tmp_path / "model.pt").exists()


def test_a_file_that_is_cut_off_is_refused(checkpoints: Any) -> None:
    with pytest.raises(ValueError, match="cut off"):
        checkpoints.read_ctranslate2(struct.pack("<IH12sI", 6, 12, b"WhisperSpec\0", 3))


def test_our_list_of_official_models_is_whispers() -> None:
    urls = importlib.import_module("whisper")._MODELS
    files = {name: url.split("/")[-1] for name, url in urls.items()}

    assert {name: url.split("/")[-2] for name, url in urls.items()} == weights.OFFICIAL_SHA256
    assert {name: file for name, file in files.items() if file != f"{name}.pt"} == weights.OFFICIAL_FILES


def test_no_clip_ends_behind_the_last_whole_frame(openai_whisper: Any) -> None:
    # 1.0095 s are 100 whole frames of 10 ms; rounding would make 101 of them.
    assert openai_whisper.clip_timestamps([Clip(0.0, 1.0095)], 16_152) == [0.0, 1.0]
    assert openai_whisper.clip_timestamps([Clip(0.5, 0.75)], 16_152) == [0.5, 0.75]


def test_parts_without_a_blank_belong_to_the_word_before(openai_whisper: Any) -> None:
    parts = [
        {"word": " cold", "start": 0.0, "end": 0.4, "probability": 0.9},
        {"word": "-hearted.", "start": 0.4, "end": 1.0, "probability": 0.4},
        {"word": " Yes.", "start": 1.0, "end": 1.2, "probability": 0.8},
    ]

    assert list(openai_whisper._words(parts)) == [Word("cold-hearted.", 0.0, 1.0, 0.4), Word("Yes.", 1.0, 1.2, 0.8)]
