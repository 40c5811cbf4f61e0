"""The sound of a copy: always decoded, to measure it; copied, or encoded as AAC or Opus."""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

from collections.abc import Iterable
from fractions import Fraction

from av import AudioFifo, AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

from media.work.copying import Copier
from media.work.opening import Opened, sounds
from media.work.sound import Loudness, SteadySound
from media.work.takes import Segment, Take

_RATE = 48_000
_BITS_PER_SECOND = {"mono": 64_000, "stereo": 112_000}
_SAMPLE_FORMATS = {"aac": "fltp", "libopus": "flt"}


class AudioTrack:
    """Takes the packets of one segment after the other; `encoder` is FFmpeg's name, None to copy them."""

    def __init__(self, output: OutputContainer, like: AudioStream, take: Take, encoder: str | None) -> None:
        self.loudness = Loudness()
        self._measure = SteadySound(
            rate=Loudness.RATE, sample_format="s16", layout="mono", start=Fraction(0), seconds=take.seconds
        )
        self._copier = Copier(output, like, take) if encoder is None else None
        self._encoder = None if encoder is None else _Encoder(output, encoder, take)
        self._source: AudioStream | None = None

    @property
    def seconds(self) -> float:
        """How long it is so far."""
        return self._measure.given_seconds

    def begin(self, segment: Segment, recording: Opened) -> None:
        """Go over to a segment."""
        start = recording.start - segment.begins_at
        self._source = recording.audio
        self._measured(self._measure.go_on(start=start, at=segment.begins_at))
        if self._copier is not None:
            self._copier.begin(segment, start)
        if self._encoder is not None:
            self._encoder.begin(start=start, at=segment.begins_at)

    def takes(self, packet: Packet[AudioStream]) -> bool:
        """Tell whether a packet is of this track, and take it."""
        if self._source is None or packet.stream_index != self._source.index:
            return False
        frames = sounds(packet, self._source)
        if frames is not None:
            if self._copier is not None:
                self._copier.take(packet)
            self._hear(frames)
        return True

    def end(self) -> None:
        """Take what the decoder still holds at the end of a segment."""
        if self._source is not None:
            self._hear(sounds(None, self._source) or [])
            self._source = None

    def finish(self) -> None:
        """Write the rest after the last segment."""
        self._measured(self._measure.finish())
        if self._encoder is not None:
            self._encoder.finish()

    def _hear(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            pts, time_base = frame.pts, frame.time_base
            self._measured(self._measure.push(frame))
            if self._encoder is not None:
                frame.pts = pts
                # PyAV takes no None here, and a frame without a moment needs no clock.
                if time_base is not None:
                    frame.time_base = time_base
                self._encoder.take(frame)

    def _measured(self, frames: Iterable[AudioFrame]) -> None:
        for frame in frames:
            self.loudness.add(frame)


class _Encoder:
    def __init__(self, output: OutputContainer, name: str, take: Take) -> None:
        layout = "mono" if all(segment.examined.channels == 1 for segment in take.with_sound) else "stereo"
        self._output = output
        stream = output.add_stream(name, rate=_RATE, layout=layout)
        assert isinstance(stream, AudioStream)  # noqa: S101
        self._stream = stream
        self._stream.codec_context.bit_rate = _BITS_PER_SECOND[layout]
        self._stream.codec_context.thread_count = 1
        self._stream.codec_context.format = _SAMPLE_FORMATS[name]
        self._steady = SteadySound(
            rate=_RATE, sample_format=_SAMPLE_FORMATS[name], layout=layout, start=Fraction(0), seconds=take.seconds
        )
        self._fifo = AudioFifo()
        self._encoded = 0

    def begin(self, *, start: Fraction, at: Fraction) -> None:
        for ready in self._steady.go_on(start=start, at=at):
            self._queue(ready)

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
        # The encoder knows its frames' size once it is open.
        size = self._stream.codec_context.frame_size or 960
        while self._fifo.samples >= size:
            self._encode(self._fifo.read(size))

    def _encode(self, frame: AudioFrame | None) -> None:
        if frame is None:
            return
        frame.pts, frame.time_base = self._encoded, Fraction(1, _RATE)
        self._encoded += frame.samples
        self._output.mux(self._stream.encode(frame))
