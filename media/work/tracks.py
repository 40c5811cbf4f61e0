"""The tracks of a playable copy: each takes one stream's packets and copies them or encodes them anew."""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av import AudioFifo, AudioFrame, VideoFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from media.work.opening import Examined, Opened, pictures, sounds
from media.work.sound import Loudness, SteadySound

_AUDIO_RATE = 48_000
_AUDIO_BITS_PER_SECOND = {"mono": 64_000, "stereo": 112_000}
_LONG_SIDE, _SHORT_SIDE = 1280, 720
_MOST_FRAMES_PER_SECOND = 30
_VIDEO_CLOCK = Fraction(1, 90_000)


class _Copier:
    """Hands packets on from one stream to its copy, with times from 0 that never go back."""

    def __init__(self, output: OutputContainer, source: AudioStream | VideoStream, start: Fraction) -> None:
        self.end = Fraction(0)
        self._output = output
        self._start = start
        # Opaque: the stream's parameters are taken as they are, without a look for an encoder.
        self._target = output.add_stream_from_template(source, opaque=True)
        self._last: int | None = None

    def take(self, packet: Packet[Any]) -> None:
        shift = round(self._start / packet.time_base)
        dts = packet.dts if packet.dts is not None else packet.pts
        dts = dts - shift if dts is not None else (self._last or 0)
        if self._last is not None and dts <= self._last:
            dts = self._last + 1
        self._last = dts
        packet.dts = dts
        packet.pts = max(packet.pts - shift, dts) if packet.pts is not None else dts
        self.end = max(self.end, (packet.pts + (packet.duration or 0)) * packet.time_base)
        packet.stream = self._target
        self._output.mux(packet)


class Audio:
    """The sound: always decoded, to measure it; copied or encoded as AAC."""

    def __init__(
        self, recording: Opened, source: AudioStream, output: OutputContainer, examined: Examined, *, copies: bool
    ) -> None:
        self.source = source
        self.loudness = Loudness()
        self._measure = SteadySound(rate=Loudness.RATE, sample_format="s16", layout="mono", start=recording.start)
        self._copier = _Copier(output, source, recording.start) if copies else None
        self._encoder = None if copies else _AacEncoder(output, recording.start, examined.channels)

    @property
    def seconds(self) -> float:
        return self._measure.given_seconds

    def take(self, packet: Packet[AudioStream]) -> None:
        frames = sounds(packet, self.source)
        if frames is None:
            return
        if self._copier is not None:
            self._copier.take(packet)
        self._hear(frames)

    def finish(self) -> None:
        self._hear(sounds(None, self.source) or [])
        for ready in self._measure.finish():
            self.loudness.add(ready)
        if self._encoder is not None:
            self._encoder.finish()

    def _hear(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            pts, time_base = frame.pts, frame.time_base
            for ready in self._measure.push(frame):
                self.loudness.add(ready)
            if self._encoder is not None:
                frame.pts, frame.time_base = pts, time_base
                self._encoder.take(frame)


class _AacEncoder:
    def __init__(self, output: OutputContainer, start: Fraction, channels: int) -> None:
        layout = "mono" if channels == 1 else "stereo"
        self._output = output
        self._stream = output.add_stream("aac", rate=_AUDIO_RATE, layout=layout)
        self._stream.codec_context.bit_rate = _AUDIO_BITS_PER_SECOND[layout]
        self._stream.codec_context.thread_count = 1
        self._steady = SteadySound(rate=_AUDIO_RATE, sample_format="fltp", layout=layout, start=start)
        self._fifo = AudioFifo()
        self._encoded = 0

    def take(self, frame: AudioFrame) -> None:
        for ready in self._steady.push(frame):
            self._queue(ready)

    def finish(self) -> None:
        for ready in self._steady.finish():
            self._queue(ready)
        self._encode(self._fifo.read(0, partial=True) if self._fifo.samples else None)
        self._output.mux(self._stream.encode(None))

    def _queue(self, frame: AudioFrame) -> None:
        frame.pts = None
        self._fifo.write(frame)
        size = self._stream.codec_context.frame_size or 1024
        while self._fifo.samples >= size:
            self._encode(self._fifo.read(size))

    def _encode(self, frame: AudioFrame | None) -> None:
        if frame is None:
            return
        frame.pts, frame.time_base = self._encoded, Fraction(1, _AUDIO_RATE)
        self._encoded += frame.samples
        self._output.mux(self._stream.encode(frame))


class CopiedVideo:
    """The picture as it is, with its rotation."""

    def __init__(self, recording: Opened, source: VideoStream, output: OutputContainer, examined: Examined) -> None:
        self.source = source
        self.shown = (examined.probe.width or 0, examined.probe.height or 0)
        self._copier = _Copier(output, source, recording.start)

    @property
    def seconds(self) -> float:
        return float(self._copier.end)

    def take(self, packet: Packet[VideoStream]) -> None:
        self._copier.take(packet)

    def finish(self) -> None:
        """A copy holds nothing back."""


class EncodedVideo:
    """The picture as H.264 of at most 720p and 30 frames a second, with the rotation of its source."""

    def __init__(self, recording: Opened, source: VideoStream, output: OutputContainer, examined: Examined) -> None:
        self.source = source
        self._start = recording.start
        self._output = output
        self._end = Fraction(0)
        self._next = Fraction(0)
        self._width, self._height = _fitted(source.codec_context.width, source.codec_context.height)
        is_turned = examined.rotation in {90, 270}
        self.shown = (self._height, self._width) if is_turned else (self._width, self._height)
        options = {"preset": "veryfast", "crf": "24", "threads": "1"}
        self._stream = output.add_stream("libx264", rate=_MOST_FRAMES_PER_SECOND, options=options)
        self._stream.width, self._stream.height, self._stream.pix_fmt = self._width, self._height, "yuv420p"
        self._stream.codec_context.time_base = _VIDEO_CLOCK
        self._stream.codec_context.thread_count = 1
        if examined.rotation:
            self._stream.set_display_rotation(examined.rotation)

    @property
    def seconds(self) -> float:
        return float(self._end)

    def take(self, packet: Packet[VideoStream]) -> None:
        self._encode(pictures(packet, self.source))

    def finish(self) -> None:
        self._encode(pictures(None, self.source))
        self._output.mux(self._stream.encode(None))

    def _encode(self, frames: list[VideoFrame]) -> None:
        for frame in self._in_time(frames):
            fitted = frame.reformat(width=self._width, height=self._height, format="yuv420p", threads=1)
            fitted.pts, fitted.time_base = frame.pts, _VIDEO_CLOCK
            # The encoder is to choose key frames anew.
            fitted.pict_type = av.video.frame.PictureType.NONE
            self._output.mux(self._stream.encode(fitted))

    def _in_time(self, frames: list[VideoFrame]) -> Iterator[VideoFrame]:
        """Drop frames that go back in time or come faster than we encode; the others count 90,000 a second."""
        for frame in frames:
            if frame.pts is None or frame.time_base is None:
                continue
            at = frame.pts * frame.time_base - self._start
            if at < self._next:
                continue
            self._next = at + Fraction(1, _MOST_FRAMES_PER_SECOND + 2)
            self._end = max(self._end, at + Fraction(1, _MOST_FRAMES_PER_SECOND))
            frame.pts = round(at / _VIDEO_CLOCK)
            yield frame


def _fitted(width: int, height: int) -> tuple[int, int]:
    """Fit a size into 1280 × 720 either way up, in even numbers, never larger."""
    shrink = min(_LONG_SIDE / max(width, height), _SHORT_SIDE / min(width, height), 1.0)
    return max(round(width * shrink / 2) * 2, 2), max(round(height * shrink / 2) * 2, 2)
