"""Long recordings out of the few that lie in ../shared/speech: one after the other, with silence between them."""

import itertools
import random
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.journeys.speech import SHARED

RATE = 16_000
SHORTEST_SILENCE_SECONDS, LONGEST_SILENCE_SECONDS = 0.5, 6.0
_ENGLISH = ("nonnative_200s.flac", "fleurs_en.flac", "jfk.flac", "librivox_short.flac")


def write_tape(path: Path, seconds: float, *, seed: int) -> Path:
    """Write a WebM of so many seconds of English speech, in an order of its own for each seed."""
    choose = random.Random(seed)
    parts = [_read(SHARED / name) for name in choose.sample(_ENGLISH, len(_ENGLISH))]
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        stream.bit_rate = 32_000
        left = round(seconds * RATE)
        for part in itertools.cycle(parts):
            silence = np.zeros(round(choose.uniform(SHORTEST_SILENCE_SECONDS, LONGEST_SILENCE_SECONDS) * RATE), "<i2")
            for samples in (part[:left], silence[: max(0, left - len(part))]):
                container.mux(stream.encode(_frame(samples)) if len(samples) else [])
                left -= len(samples)
            if left <= 0:
                break
        container.mux(stream.encode(None))
    return path


def cut(tape: Path, target: Path, seconds: float) -> Path:
    """Write the beginning of a tape as a file of its own, without encoding it anew."""
    with av.open(str(tape)) as source, av.open(str(target), "w", format="webm") as container:
        stream = container.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.pts is None or float(packet.pts * packet.time_base) >= seconds:
                break
            packet.stream = stream
            container.mux(packet)
    return target


def repeated(tape: Path, target: Path, times: int) -> Path:
    """Write a tape so many times one after the other, without encoding it anew."""
    with av.open(str(target), "w", format="webm") as container:
        stream, begins = None, 0
        for _ in range(times):
            with av.open(str(tape)) as source:
                stream = stream or container.add_stream_from_template(source.streams.audio[0])
                ends = begins
                for packet in source.demux(audio=0):
                    if packet.pts is None:
                        continue
                    packet.pts = packet.dts = begins + packet.pts
                    ends = max(ends, packet.pts + (packet.duration or 0))
                    packet.stream = stream
                    container.mux(packet)
                begins = ends
    return target


def _read(path: Path) -> NDArray[np.int16]:
    resampler = av.AudioResampler("s16", "mono", RATE)
    with av.open(str(path)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in [*frames, *resampler.resample(None)]])


def _frame(samples: NDArray[np.int16]) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
    frame.sample_rate = RATE
    return frame
