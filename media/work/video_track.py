"""The picture of a copy: copied as it is, or encoded upright as H.264 or VP9."""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

from collections.abc import Iterator
from fractions import Fraction

import av
from av import VideoFrame
from av.container import OutputContainer
from av.error import BlockingIOError as NothingYetError
from av.error import EOFError as NothingMoreError
from av.filter import Graph
from av.packet import Packet
from av.video.stream import VideoStream

from media.work.copying import Copier
from media.work.opening import Opened, pictures
from media.work.takes import Segment, Take

_LONG_SIDE, _SHORT_SIDE = 1280, 720
_MOST_PER_SECOND = 30
_CLOCK = Fraction(1, 90_000)
_OPTIONS = {
    "libx264": {"preset": "veryfast", "crf": "24", "threads": "1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "34", "b": "1500k", "threads": "1", "g": "240"},
}
# By degrees against the clock that the picture must be turned.
_TURNS = {90: ("transpose=cclock",), 180: ("hflip", "vflip"), 270: ("transpose=clock",)}


class CopiedVideo:
    """The picture as it is, with its rotation."""

    def __init__(self, output: OutputContainer, like: VideoStream, take: Take) -> None:
        probe = take.with_picture[0].examined.probe
        self.shown = (probe.width or 0, probe.height or 0)
        self._copier = Copier(output, like, take)
        self._source: VideoStream | None = None

    @property
    def seconds(self) -> float:
        """How long it is so far."""
        return float(self._copier.end)

    def begin(self, segment: Segment, recording: Opened) -> None:
        """Go over to a segment."""
        self._source = recording.video
        self._copier.begin(segment, recording.start - segment.begins_at)

    def takes(self, packet: Packet[VideoStream]) -> bool:
        """Tell whether a packet is of this track, and take it."""
        if self._source is None or packet.stream_index != self._source.index:
            return False
        self._copier.take(packet)
        return True

    def end(self) -> None:
        """A copy holds nothing back."""

    def finish(self) -> None:
        """A copy holds nothing back."""


class EncodedVideo:
    """The picture upright, of at most 720p and 30 frames a second; segments of another shape get black bars."""

    def __init__(self, output: OutputContainer, like: VideoStream, take: Take, encoder: str) -> None:
        probe = take.with_picture[0].examined.probe
        self.shown = _fitted(probe.width or 2, probe.height or 2)
        self._output, self._take = output, take
        self._end = self._next = self._start = Fraction(0)
        self._source: VideoStream | None = None
        self._rotation = 0
        self._canvas = _Canvas(*self.shown)
        stream = output.add_stream(encoder, rate=_MOST_PER_SECOND, options=_OPTIONS[encoder])
        assert isinstance(stream, VideoStream)  # noqa: S101
        self._stream = stream
        self._stream.width, self._stream.height, self._stream.pix_fmt = *self.shown, "yuv420p"
        self._stream.codec_context.time_base = _CLOCK
        self._stream.codec_context.thread_count = 1

    @property
    def seconds(self) -> float:
        """How long it is so far."""
        return float(self._end)

    def begin(self, segment: Segment, recording: Opened) -> None:
        """Go over to a segment."""
        self._source, self._rotation = recording.video, segment.examined.rotation
        self._start = recording.start - segment.begins_at

    def takes(self, packet: Packet[VideoStream]) -> bool:
        """Tell whether a packet is of this track, and take it."""
        if self._source is None or packet.stream_index != self._source.index:
            return False
        self._encode(pictures(packet, self._source))
        return True

    def end(self) -> None:
        """Take what the decoder still holds at the end of a segment."""
        if self._source is not None:
            self._encode(pictures(None, self._source))
            self._source = None

    def finish(self) -> None:
        """Write the rest after the last segment."""
        self._output.mux(self._stream.encode(None))

    def _encode(self, frames: list[VideoFrame]) -> None:
        for frame in self._in_time(frames):
            pts = frame.pts
            fitted = self._canvas.fit(frame, self._rotation)
            fitted.pts, fitted.time_base = pts, _CLOCK
            # The encoder is to choose key frames anew.
            fitted.pict_type = av.video.frame.PictureType.NONE
            self._output.mux(self._stream.encode(fitted))

    def _in_time(self, frames: list[VideoFrame]) -> Iterator[VideoFrame]:
        """Drop frames that go back in time or come faster than we encode; the others count 90,000 a second."""
        for frame in frames:
            if frame.pts is None or frame.time_base is None:
                continue
            at = frame.pts * frame.time_base - self._start
            if at < self._next or (self._take.seconds is not None and at >= self._take.seconds):
                continue
            self._next = at + Fraction(1, _MOST_PER_SECOND + 2)
            self._end = max(self._end, at + Fraction(1, _MOST_PER_SECOND))
            frame.pts = round(at / _CLOCK)
            yield frame


class _Canvas:
    """Turns any picture upright and puts it in the middle of one size, undistorted."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()

    def fit(self, frame: VideoFrame, rotation: int) -> VideoFrame:
        shape = (frame.width, frame.height, frame.format.name, rotation)
        if shape == (*self._size, "yuv420p", 0):
            return frame
        # A phone that is turned while it records may change the size in the middle of a file.
        if self._graph is None or shape != self._shape:
            self._graph, self._shape = self._new_graph(frame, rotation), shape
        frame.time_base = _CLOCK
        self._graph.push(frame)
        try:
            fitted = self._graph.pull()
        except (NothingYetError, NothingMoreError) as error:
            raise ValueError("A picture went into the filter and none came out") from error
        assert isinstance(fitted, VideoFrame)  # noqa: S101
        return fitted

    def _new_graph(self, frame: VideoFrame, rotation: int) -> Graph:
        width, height = self._size
        graph = Graph()
        graph.threads = 1
        filters = [
            *_TURNS.get(rotation, ()),
            f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2",
            f"pad={width}:{height}:-1:-1",
            "format=yuv420p",
        ]
        graph.link_nodes(
            graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=_CLOCK),
            *(graph.add(*filter_.partition("=")[::2]) for filter_ in filters),
            graph.add("buffersink"),
        ).configure()
        return graph


def _fitted(width: int, height: int) -> tuple[int, int]:
    """Fit a size into 1280 × 720 either way up, in even numbers, never larger."""
    shrink = min(_LONG_SIDE / max(width, height), _SHORT_SIDE / min(width, height), 1.0)
    return max(round(width * shrink / 2) * 2, 2), max(round(height * shrink / 2) * 2, 2)
