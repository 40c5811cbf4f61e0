"""What listens to the marked sound hears when something is missing or in the wrong place."""

import wave
from pathlib import Path

import pytest

from tests.journeys.marked_sound import RATE, Heard, hear, write_marked_sound


@pytest.fixture
def seconds(tmp_path: Path) -> list[bytes]:
    """The first five seconds of marked sound."""
    with wave.open(str(write_marked_sound(tmp_path / "marked.wav"))) as sound:
        return [sound.readframes(RATE) for _ in range(5)]


def recording_of(seconds: list[bytes], folder: Path) -> bytes:
    file = folder / "recording.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(seconds))
    return file.read_bytes()


def test_whole_sound_is_heard_whole(seconds: list[bytes], tmp_path: Path) -> None:
    heard = hear(recording_of(seconds, tmp_path))

    assert (round(heard.seconds, 1), sorted(set(heard.marks))) == (5.0, [0, 1, 2, 3, 4])
    assert (heard.is_in_order, heard.has_whole_seconds) == (True, True)


def test_a_missing_second_is_heard(seconds: list[bytes], tmp_path: Path) -> None:
    assert not hear(recording_of(seconds[:2] + seconds[3:], tmp_path)).is_in_order


def test_seconds_in_the_wrong_order_are_heard(seconds: list[bytes], tmp_path: Path) -> None:
    assert not hear(recording_of([seconds[0], seconds[2], seconds[1], seconds[3]], tmp_path)).is_in_order


def test_a_second_that_lacks_a_part_is_heard(seconds: list[bytes], tmp_path: Path) -> None:
    half = seconds[1][: len(seconds[1]) // 2]

    assert not hear(recording_of([seconds[0], half, *seconds[2:]], tmp_path)).has_whole_seconds


@pytest.mark.parametrize("marks", [[], [0], [0, 1]])
def test_what_is_too_short_for_a_whole_second_misses_none(marks: list[int]) -> None:
    heard = Heard(len(marks) / 10, marks)

    assert (heard.is_in_order, heard.has_whole_seconds) == (True, True)
