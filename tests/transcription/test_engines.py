"""Importing whisper and torch takes seconds, so it happens in a fixture and only for the tests with weights."""

import importlib
import struct
from pathlib import Path
from typing import Any

import pytest

from transcription import weights
from transcription.speech import Segment, Word

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


class CutAtMarks:
    """A tokenizer whose tokens are numbers of given texts."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def split_to_word_tokens(self, tokens: list[int]) -> tuple[list[str], list[list[int]]]:
        return [self._texts[token] for token in tokens], [[token] for token in tokens]


def test_parts_without_a_blank_belong_to_the_word_before(openai_whisper: Any) -> None:
    tokenizer = CutAtMarks(" cold", "-hearted.", " Yes.")

    words = openai_whisper._words(tokenizer, [0, 1, 2], [0.0, 0.4, 1.0, 1.2], [0.9, 0.4, 0.8])

    assert list(words) == [Word("cold-hearted.", 0.0, 1.0, 0.4), Word("Yes.", 1.0, 1.2, 0.8)]


def test_words_that_end_in_the_next_clip_are_left_to_it(openai_whisper: Any) -> None:
    words = (Word("Good", 0.0, 0.5, 0.9), Word("day.", 0.5, 1.0, 0.9), Word("You", 2.0, 2.5, 0.9))
    segment = Segment(0.0, 2.5, "Good day. You", words, 0.1)

    (kept,) = openai_whisper._until([segment], 1.5)

    assert (kept.text, kept.end_seconds) == ("Good day.", 1.0)
    assert openai_whisper._until([segment], 3.0) == [segment]
