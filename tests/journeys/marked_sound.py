"""Sound that says by its pitch which second it is, so that loss, holes and order can be heard in what was kept."""

import io
import wave
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

RATE = 48_000
SECONDS = 40
_LOWEST_HZ, _STEP_HZ = 400, 80
_WINDOW_SECONDS = 0.1
_QUIET = 0.01


def write_marked_sound(file: Path) -> Path:
    """Write a WAV file in which every second has a tone of its own, each higher than the one before."""
    at = np.arange(RATE) / RATE
    tones = [np.sin(2 * np.pi * (_LOWEST_HZ + _STEP_HZ * second) * at) for second in range(SECONDS)]
    # The ends of a tone are faded, so that a change is no click.
    fade = np.minimum(1, np.minimum(at, 1 - at) / 0.01)
    samples = np.concatenate([tone * fade for tone in tones]) * 0.5 * 32767
    with wave.open(str(file), "wb") as output:
        output.setnchannels(1)
        output.setsampwidth(2)
        output.setframerate(RATE)
        output.writeframes(samples.astype(np.int16).tobytes())
    return file


@dataclass(frozen=True, slots=True)
class Heard:
    """What was kept of marked sound: its length, and the seconds in it, one for each tenth that is loud enough."""

    seconds: float
    marks: list[int]

    @property
    def is_in_order(self) -> bool:
        """Whether time only goes on, and never jumps."""
        return all(later - earlier in {0, 1} for earlier, later in zip(self.marks, self.marks[1:], strict=False))

    @property
    def has_whole_seconds(self) -> bool:
        """Whether every second but the first and the last is there for its whole length; true of nothing."""
        ends = {*self.marks[:1], *self.marks[-1:]}
        return all(8 <= self.marks.count(mark) <= 12 for mark in set(self.marks) - ends)


def hear(content: bytes) -> Heard:
    """Decode a recording and listen for the marks."""
    samples = _decoded(content)
    window = round(RATE * _WINDOW_SECONDS)
    marks = []
    for start in range(0, len(samples) - window, window):
        piece = samples[start : start + window]
        if np.sqrt(np.mean(piece**2)) < _QUIET:
            continue
        loudest = np.argmax(np.abs(np.fft.rfft(piece * np.hanning(window)))) * RATE / window
        marks.append(round((loudest - _LOWEST_HZ) / _STEP_HZ))
    return Heard(len(samples) / RATE, marks)


def _decoded(content: bytes) -> np.ndarray:
    resampler = av.AudioResampler("flt", "mono", RATE)
    pieces = []
    with av.open(io.BytesIO(content)) as recording:
        for frame in [*recording.decode(audio=0), None]:
            pieces += [piece.to_ndarray().reshape(-1) for piece in resampler.resample(frame)]
    return np.concatenate(pieces) if pieces else np.zeros(0)
