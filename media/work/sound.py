"""Sound on an unbroken clock: resampled, gaps filled with silence, from the recording's first moment on."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av import AudioFifo, AudioFrame
from av.error import BlockingIOError as NothingYetError
from av.error import EOFError as NothingMoreError
from av.filter import Graph
from numpy.typing import NDArray

from media.probe import MAX_SECONDS, TooLong

Samples = NDArray[np.int16]

# The filter fills shorter gaps; it would hold a long one in memory as a whole.
_LONG_GAP_SECONDS = 10


class SteadySound:
    """Takes decoded frames of any shape and gives frames of one shape without gaps, also where packets are missing.

    `start` is the moment (in seconds of the file's clock) that becomes 0; what is before it, or from `seconds` after
    it on, is left out.
    """

    def __init__(
        self, *, rate: int, sample_format: str, layout: str, start: Fraction, seconds: Fraction | None = None
    ) -> None:
        self.rate = rate
        self.given_samples = 0
        self._most_samples = round(seconds * rate) if seconds is not None else None
        self._format = sample_format
        self._layout = layout
        self._start = start
        self._next = Fraction(0)
        # Each graph counts from where the one before it ended.
        self._graph: Graph | None = None
        self._graph_start = Fraction(0)
        self._shape: tuple[str, str, int] | None = None

    @property
    def given_seconds(self) -> float:
        """How long it is what has been given so far."""
        return self.given_samples / self.rate

    def push(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Give what is ready after this frame; raises TooLong for a moment after two hours."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        at = self._next
        if frame.pts is not None and frame.time_base is not None:
            at = frame.pts * frame.time_base - self._start
        end = at + Fraction(frame.samples, frame.sample_rate)
        if end <= 0 or (self._most_samples is not None and at * self.rate >= self._most_samples):
            self._next = end
            return
        if at > MAX_SECONDS:
            raise TooLong
        if shape != self._shape or at - self._next > _LONG_GAP_SECONDS:
            yield from self.finish()
        if self._graph is None:
            if at - Fraction(self.given_samples, self.rate) > _LONG_GAP_SECONDS:
                yield from self._silence(until=round(at * self.rate))
            self._graph, self._shape = self._new_graph(shape), shape
            self._graph_start = Fraction(self.given_samples, self.rate)
        frame.time_base = Fraction(1, frame.sample_rate)
        frame.pts = round((at - self._graph_start) * frame.sample_rate)
        self._next = end
        self._graph.push(frame)
        yield from self._pull(self._graph)

    def go_on(self, *, start: Fraction, at: Fraction) -> Iterator[AudioFrame]:
        """Give the rest of one file and go over to the next: its moment `start` is the same 0, and it begins `at`."""
        yield from self.finish()
        self._start, self._next = start, at

    def finish(self) -> Iterator[AudioFrame]:
        """Give the rest."""
        if self._graph is None:
            return
        graph, self._graph = self._graph, None
        graph.push(None)
        yield from self._pull(graph)

    def _new_graph(self, shape: tuple[str, str, int]) -> Graph:
        sample_format, layout, rate = shape
        graph = Graph()
        graph.threads = 1
        graph.link_nodes(
            graph.add_abuffer(
                sample_rate=rate, format=sample_format, layout=layout, time_base=Fraction(1, rate), name="in"
            ),
            graph.add("aresample", f"{self.rate}:async=1:first_pts=0"),
            graph.add("aformat", f"sample_fmts={self._format}:sample_rates={self.rate}:channel_layouts={self._layout}"),
            graph.add("abuffersink"),
        ).configure()
        return graph

    def _pull(self, graph: Graph) -> Iterator[AudioFrame]:
        while True:
            try:
                frame = graph.pull()
            except (NothingYetError, NothingMoreError):
                return
            assert isinstance(frame, AudioFrame)  # noqa: S101
            left = frame.samples if self._most_samples is None else self._most_samples - self.given_samples
            if left <= 0:
                continue
            if left < frame.samples:
                frame = _shortened(frame, left)
            self.given_samples += frame.samples
            yield frame

    def _silence(self, *, until: int) -> Iterator[AudioFrame]:
        while self.given_samples < until:
            count = min(self.rate, until - self.given_samples)
            frame = AudioFrame(format=self._format, layout=self._layout, samples=count)
            frame.sample_rate = self.rate
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            self.given_samples += count
            yield frame


class Loudness:
    """Collects the peak of each hundredth of a second of mono samples at 8 kHz: 1.4 MB for two hours."""

    RATE = 8000
    _BIN = RATE // 100

    def __init__(self) -> None:
        self._peaks: list[Samples] = []
        self._rest: Samples = np.zeros(0, np.int16)

    def add(self, frame: AudioFrame) -> None:
        """Take in one frame of `s16` mono samples."""
        samples = np.concatenate([self._rest, samples_of(frame)])
        whole = len(samples) - len(samples) % self._BIN
        self._rest = samples[whole:]
        if whole:
            # Clipped by one, because the absolute value of -32768 does not fit.
            self._peaks.append(np.abs(np.maximum(samples[:whole], -32767)).reshape(-1, self._BIN).max(axis=1))

    def columns(self, count: int) -> list[float]:
        """Give `count` peaks from 0 to 1, evenly spread over the whole."""
        peaks = np.concatenate(self._peaks) if self._peaks else np.zeros(1, np.int16)
        edges = np.arange(count) * len(peaks) // count
        return [float(peak) / 32767 for peak in np.maximum.reduceat(peaks, edges)]


def _shortened(frame: AudioFrame, count: int) -> AudioFrame:
    fifo = AudioFifo()
    frame.pts = None
    fifo.write(frame)
    short = fifo.read(count)
    assert short is not None  # noqa: S101  It was just written.
    return short


def samples_of(frame: AudioFrame) -> Samples:
    """Give the samples of an `s16` mono frame as one row."""
    return frame.to_ndarray().reshape(-1).astype(np.int16, copy=False)
