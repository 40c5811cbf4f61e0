from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from transcription.windows import CHUNK_SECONDS, Clip, clips_of, find_speech, is_spoken, pieces_of


def make_probabilities(duration_seconds: float, *spoken: tuple[float, float]) -> NDArray[np.float32]:
    probabilities = np.zeros(round(duration_seconds / CHUNK_SECONDS), np.float32)
    for start, end in spoken:
        probabilities[round(start / CHUNK_SECONDS) : round(end / CHUNK_SECONDS)] = 0.9
    return probabilities


def rounded(clips: list[Clip]) -> list[tuple[float, float]]:
    return [(round(clip.start_seconds), round(clip.end_seconds)) for clip in clips]


def test_a_clip_has_a_second_of_padding() -> None:
    clips = clips_of(make_probabilities(60, (20, 30)), duration_seconds=60)

    assert rounded(clips) == [(19, 31)]


def test_padding_stays_within_the_recording() -> None:
    clips = clips_of(make_probabilities(10, (0, 10)), duration_seconds=10)

    assert rounded(clips) == [(0, 10)]


def test_gaps_of_less_than_eight_seconds_are_joined() -> None:
    clips = clips_of(make_probabilities(60, (10, 20), (27.5, 30), (39, 45)), duration_seconds=60)

    assert rounded(clips) == [(9, 31), (38, 46)]


def test_a_click_is_no_speech() -> None:
    assert clips_of(make_probabilities(60, (20, 20.1)), duration_seconds=60) == []


def test_an_empty_recording_has_no_clips() -> None:
    assert find_speech(np.empty(0, np.int16)) == []


def test_a_long_talk_is_cut_where_nobody_speaks() -> None:
    clips = clips_of(make_probabilities(100, (0, 39.0), (41.0, 100)), duration_seconds=100, longest_seconds=60)

    assert [clip.start_seconds for clip in clips[1:]] == [clip.end_seconds for clip in clips[:-1]]
    assert clips[0].end_seconds == pytest.approx(40, abs=1)
    assert clips[-1].end_seconds == 100
    assert all(clip.end_seconds - clip.start_seconds <= 60 for clip in clips)


def test_neighbouring_clips_go_to_the_engine_together() -> None:
    clips = [Clip(0, 10), Clip(20, 50), Clip(55, 80), Clip(100, 130)]

    assert pieces_of(clips, longest_seconds=60) == [clips[:2], [clips[2]], [clips[3]]]


def test_silence_and_quiet_noise_are_no_speech() -> None:
    noise = np.random.default_rng(1).normal(0, 60, 60 * 16_000).astype(np.int16)

    assert find_speech(np.zeros(60 * 16_000, np.int16)) == []
    assert find_speech(noise) == []


def test_quiet_speech_is_found_between_silence(read_speech: Callable[[str], NDArray[np.int16]]) -> None:
    silence = np.zeros(30 * 16_000, np.int16)
    quiet = (read_speech("jfk.flac") / 20).astype(np.int16)

    clips = find_speech(np.concatenate((silence, quiet, silence)))

    assert len(clips) == 1
    assert clips[0].start_seconds == pytest.approx(29.5, abs=1)
    assert clips[0].end_seconds == pytest.approx(41.5, abs=1.5)


def test_a_clip_that_is_cut_is_heard_on_for_context() -> None:
    clips = clips_of(make_probabilities(50, (0, 24.0), (25.0, 50)), duration_seconds=50, longest_seconds=30)

    assert clips[0].end_seconds == pytest.approx(24.5, abs=0.1)
    assert clips[0].context_seconds == 30
    assert clips[1].context_seconds == 0


def test_the_clips_of_a_recording_that_goes_on_are_those_of_the_whole() -> None:
    chance = np.random.default_rng(8)
    spoken = np.repeat(chance.random(400) < 0.8, chance.integers(5, 60, 400))
    probabilities = np.where(spoken, 0.9, 0.05).astype(np.float32)
    probabilities[2000:2600] = 0.0
    whole = clips_of(probabilities, duration_seconds=len(probabilities) * CHUNK_SECONDS)

    for end in range(0, len(probabilities), 97):
        final = clips_of(probabilities[:end], duration_seconds=end * CHUNK_SECONDS, has_ended=False)
        assert final == whole[: len(final)]
    assert len(final) >= len(whole) - 2


def test_a_clip_is_final_when_a_long_silence_has_ended_it() -> None:
    def final_after(silence_seconds: float) -> list[Clip]:
        duration = 10 + silence_seconds
        probabilities = make_probabilities(duration, (2, 10))
        return clips_of(probabilities, duration_seconds=duration, has_ended=False)

    assert final_after(8.5) == []
    assert rounded(final_after(10)) == [(1, 11)]


def test_words_in_a_stretch_without_a_voice_are_invented() -> None:
    probabilities = np.zeros(1000, np.float32)
    probabilities[100:110] = 0.7
    probabilities[500:530] = 0.3

    assert not is_spoken(probabilities, 0.0, 32.0)
    assert is_spoken(probabilities, 16.0, 18.0)
