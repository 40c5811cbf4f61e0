"""Hands packets on as they are, on the clock of the copy."""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

from fractions import Fraction
from typing import Any

from av import BitStreamFilterContext
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from media.work.takes import Segment, Take

# Timestamps of WebM are whole milliseconds.
_ROUNDING = Fraction(1, 500)
_ONE_PICTURE = Fraction(1, 25)


class Copier:
    """Copies one stream, segment after segment, with times that never go back; what is cut off is left out."""

    def __init__(self, output: OutputContainer, like: AudioStream | VideoStream, take: Take) -> None:
        self.end = Fraction(0)
        self._output = output
        self._take = take
        # Opaque: the stream's parameters are taken as they are, without a look for an encoder.
        self._target = output.add_stream_from_template(like, opaque=True)
        self._clock = like.time_base or Fraction(1, 1000)
        self._start = Fraction(0)
        self._from: Fraction | None = None
        # Between the pictures of H.264 an encoder may tell what it likes: what it is, and where.
        is_h264 = isinstance(like, VideoStream) and like.codec_context.codec.canonical_name == "h264"
        self._without_words = BitStreamFilterContext("filter_units=remove_types=6", like) if is_h264 else None
        self._waits_for_key = False
        self._last: int | None = None

    def begin(self, segment: Segment, start: Fraction) -> None:
        """Go over to a segment whose moment `start` is the copy's 0."""
        self._start = start
        # An encoder's run-in before the very first moment belongs to it; between two segments it would be a gap.
        self._from = None
        if segment.begins_at < 0 or not segment.is_first:
            is_picture = self._waits_for_key = isinstance(self._target, VideoStream)
            self._from = max(segment.begins_at, Fraction(0)) - (_ONE_PICTURE if is_picture else _ROUNDING)

    def take(self, packet: Packet[Any]) -> None:
        """Write a packet, if it is not cut off."""
        stored = packet.pts if packet.pts is not None else packet.dts
        shown = self._moved(stored, packet) if stored is not None else (self._last or 0) + 1
        at = shown * self._clock
        if self._from is not None and at < self._from:
            return
        if self._take.seconds is not None and at >= self._take.seconds:
            return
        if self._waits_for_key and not packet.is_keyframe:
            return
        self._waits_for_key = False
        dts = self._moved(packet.dts, packet) if packet.dts is not None else shown
        if self._last is not None and dts <= self._last:
            dts = self._last + 1
        self._last = dts
        duration = round((packet.duration or 0) * packet.time_base / self._clock)
        packet.time_base, packet.duration = self._clock, duration
        packet.dts, packet.pts = dts, max(shown, dts)
        self.end = max(self.end, (packet.pts + duration) * self._clock)
        for written in self._without_words.filter(packet) if self._without_words else [packet]:
            written.stream = self._target
            self._output.mux(written)

    def _moved(self, moment: int, packet: Packet[Any]) -> int:
        return round((moment * packet.time_base - self._start) / self._clock)
