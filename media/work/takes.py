"""Lays the segments of a take one after the other on one clock, which starts and ends where its student trimmed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from media.probe import MAX_SECONDS, BrokenFile, EmptyFile, NothingLeft, TooLong
from media.sniffing import recording_demuxer
from media.work.opening import Examined, examine, opened, packets, refusing_broken

MIXED = "mixed"
"""Instead of a codec: what is there cannot be copied as one stream."""
# A picture that is shown at the moment of the cut belongs to what is kept.
_ONE_PICTURE = Fraction(1, 25)
_LONGEST_LAST_PICTURE = Fraction(1)
_LEAST_SECONDS = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of a take. It begins at `begins_at` seconds of the copy's clock: before 0 where the start is cut off."""

    source: Path
    examined: Examined
    begins_at: Fraction
    is_first: bool


@dataclass(frozen=True, slots=True)
class Take:
    """What the copy is made of. `seconds` is where it ends, None where nothing is cut off at the end.

    `cuts_pictures`: a cut needs other pictures than key frames to start from, so that they must be encoded anew.
    `lost` segments held nothing that can be decoded.
    """

    segments: tuple[Segment, ...]
    seconds: Fraction | None = None
    is_trimmed: bool = False
    cuts_pictures: bool = False
    lost: int = 0

    @property
    def kind(self) -> Literal["audio", "video"]:
        """A take with one picture in it is a video."""
        return "video" if self.with_picture else "audio"

    @property
    def with_sound(self) -> list[Segment]:
        """The segments in which there is sound."""
        return [segment for segment in self.segments if segment.examined.audio_codec is not None]

    @property
    def with_picture(self) -> list[Segment]:
        """The segments in which there is a picture."""
        return [segment for segment in self.segments if segment.examined.video_codec is not None]

    @property
    def audio_codec(self) -> str | None:
        """The sound's codec when all segments can be one stream, else MIXED; None without sound."""
        found = {segment.examined.audio_parameters for segment in self.with_sound}
        return _one(self.with_sound[0].examined.audio_codec if found else None, found)

    @property
    def video_codec(self) -> str | None:
        """The picture's codec when all segments can be one stream, else MIXED; None without a picture."""
        found = {segment.examined.video_parameters for segment in self.with_picture}
        return (
            MIXED if self.cuts_pictures else _one(self.with_picture[0].examined.video_codec if found else None, found)
        )


@dataclass(frozen=True, slots=True)
class _Measured:
    """How long a file is by its packets, and where its key frames are; all in seconds from its first moment."""

    seconds: Fraction
    keys: tuple[Fraction, ...]


def lay_out(
    sources: Sequence[Path], *, trim_start_seconds: float | None = None, trim_end_seconds: float | None = None
) -> Take:
    """Examine every segment and put them on one clock; raises NothingLeft and what `examine` refuses.

    A segment of which nothing can be decoded, because the phone died in its first second, is left out.
    """
    found, refused = _examined(sources)
    if not found:
        raise refused[0]
    start = Fraction(trim_start_seconds or 0)
    end = Fraction(trim_end_seconds) if trim_end_seconds is not None else None
    if end is not None and end - start < _LEAST_SECONDS:
        raise NothingLeft
    segments: list[Segment] = []
    at, needs_new_pictures = -start, False
    for number, (source, examined) in enumerate(found):
        is_last = number == len(found) - 1
        # A header that claims hours is asked to prove it before anything is decoded.
        claims_too_much = at + Fraction(examined.probe.duration_seconds or 0) > MAX_SECONDS
        measured = _measure(source, examined) if not is_last or start or claims_too_much else None
        begins_at, at = at, at + (measured.seconds if measured else 0)
        # A cut between two segments may miss by a picture.
        is_before = measured is not None and at < _ONE_PICTURE
        is_behind = end is not None and begins_at > end - start - _ONE_PICTURE
        if is_before or is_behind:
            continue
        needs_new_pictures |= _cuts_pictures(examined, measured, begins_at, end - start if end is not None else None)
        segments.append(Segment(source, examined, begins_at, is_first=number == 0))
    if (at if end is None else min(at, end - start)) > MAX_SECONDS:
        raise TooLong
    if not segments or (start and at < _LEAST_SECONDS):
        raise NothingLeft
    return Take(
        tuple(segments),
        seconds=end - start if end is not None else None,
        is_trimmed=bool(start) or end is not None,
        cuts_pictures=needs_new_pictures,
        lost=len(refused),
    )


def _examined(sources: Sequence[Path]) -> tuple[list[tuple[Path, Examined]], list[BrokenFile | EmptyFile]]:
    found, refused = [], []
    for source in sources:
        try:
            with refusing_broken():
                found.append((source, examine(source, recording_demuxer(source))))
        except (BrokenFile, EmptyFile) as refusal:
            refused.append(refusal)
    return found, refused


def _measure(source: Path, examined: Examined) -> _Measured:
    """Read all packets and decode none."""
    keys: list[Fraction] = []
    ends = [Fraction(0)]
    with opened(source, examined.probe.demuxer) as recording:
        last: dict[int, Fraction] = {}
        for packet in packets(recording):
            if packet.pts is None:
                continue
            at = packet.pts * packet.time_base - recording.start
            is_picture = recording.video is not None and packet.stream_index == recording.video.index
            if is_picture and packet.is_keyframe:
                keys.append(at)
            lasts = Fraction((packet.duration or 0) * packet.time_base)
            if not lasts and at > last.get(packet.stream_index, at):
                # Of the last picture nobody wrote how long it is shown.
                lasts = min(at - last[packet.stream_index], _LONGEST_LAST_PICTURE)
            last[packet.stream_index] = max(at, last.get(packet.stream_index, at))
            ends.append(at + lasts)
            if len(ends) > 1000:
                ends = [max(ends)]
    return _Measured(max(ends), tuple(keys))


def _cuts_pictures(
    examined: Examined, measured: _Measured | None, begins_at: Fraction, seconds: Fraction | None
) -> bool:
    """Tell whether one of the two cuts falls between pictures that depend on each other."""
    if examined.video_codec is None:
        return False
    if begins_at < 0 and measured is not None and not any(abs(begins_at + key) < _ONE_PICTURE for key in measured.keys):
        return True
    # Pictures out of order would leave holes at the end, or show some from behind it.
    return seconds is not None and examined.has_reordering


def _one(codec: str | None, found: set[Any]) -> str | None:
    return codec if len(found) <= 1 else MIXED
