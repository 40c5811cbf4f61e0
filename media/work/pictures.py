"""Draws the two pictures of a recording: a poster from a third in, and the waveform."""

from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame
from PIL import Image, ImageDraw

from media.work.opening import opened, packets, pictures
from media.work.sound import Loudness

WAVEFORM_SIZE = (1200, 160)
_WAVEFORM_COLOUR = (47, 93, 140, 255)
_QUIET = 0.1
_POSTER_SIZE = (1280, 1280)
_MOST_DECODED = 300


def write_poster(playable: Path, demuxer: str, target: Path, *, duration_seconds: float) -> bool:
    """Write the picture at a third of the time as JPEG, the right way up; tell whether there was one."""
    frame = _frame_at(playable, demuxer, duration_seconds / 3) or _frame_at(playable, demuxer, 0)
    if frame is None:
        return False
    image = Image.fromarray(frame.to_ndarray(format="rgb24"))
    image.thumbnail(_POSTER_SIZE)
    image.rotate(frame.rotation, expand=True).save(target, "JPEG", quality=82, optimize=True, progressive=True)
    return True


def heights(loudness: Loudness, count: int) -> list[float]:
    """Give the waveform as `count` heights from 0 to 1; the loudest is 1."""
    columns = loudness.columns(count)
    # Near silence stays flat instead of looking like speech.
    full = max([*columns, _QUIET])
    return [round(peak / full, 3) for peak in columns]


def write_waveform(loudness: Loudness, target: Path) -> None:
    """Write the heights as PNG of 1200 × 160 pixels in one colour on nothing."""
    width, height = WAVEFORM_SIZE
    image = Image.new("RGBA", WAVEFORM_SIZE)
    draw = ImageDraw.Draw(image)
    for x, share in enumerate(heights(loudness, width)):
        half = max(share * (height / 2 - 1), 1)
        draw.line([(x, height / 2 - half), (x, height / 2 + half)], fill=_WAVEFORM_COLOUR)
    image.save(target, "PNG", optimize=True)


def _frame_at(playable: Path, demuxer: str, seconds: float) -> VideoFrame | None:
    """Decode from the key frame before a moment up to it, or as far as is cheap."""
    with opened(playable, demuxer) as copy:
        if copy.video is None:
            return None
        if seconds:
            copy.container.seek(round(seconds * 1_000_000))
        last: VideoFrame | None = None
        decoded = 0
        for packet in packets(copy):
            if packet.stream_index != copy.video.index:
                continue
            for frame in pictures(packet, copy.video):
                last, decoded = frame, decoded + 1
                is_there = frame.pts is not None and frame.pts * (frame.time_base or Fraction(0)) >= seconds
                if is_there or decoded >= _MOST_DECODED:
                    return frame
        return next(iter(pictures(None, copy.video)), last)
