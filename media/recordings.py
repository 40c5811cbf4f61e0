"""Makes takes playable and their speech readable; the work itself happens in a limited child."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from media.children import GIB, MIB, Limits, run_limited
from media.probe import MAX_SECONDS, MAX_VIDEO_PIXELS, BrokenFile

PLAYABLE_NAMES = {
    "audio/webm": "playable.webm",
    "video/webm": "playable.webm",
    "audio/mp4": "playable.m4a",
    "video/mp4": "playable.mp4",
    "audio/mpeg": "playable.mp3",
}
POSTER_NAME = "poster.jpg"
WAVEFORM_NAME = "waveform.png"
ALTERNATE_NAMES = {
    "audio/webm": "alternate.webm",
    "video/webm": "alternate.webm",
    "audio/mp4": "alternate.m4a",
    "video/mp4": "alternate.mp4",
}
OTHER_FAMILY = {
    "audio/webm": "audio/mp4",
    "video/webm": "video/mp4",
    "audio/mp4": "audio/webm",
    "video/mp4": "video/webm",
}
"""What a second copy is, by the content type of the first; every browser plays MP3, so that it needs none."""
MOST_PEAKS = 600

# Two hours of 1080p take about one hour of one core to encode anew.
PREPARE_LIMITS = Limits(
    wall_seconds=4 * 60 * 60, cpu_seconds=3 * 60 * 60, memory_bytes=2 * GIB, file_bytes=4 * GIB, open_files=64
)
# Nobody waits for a second copy: it takes what the others leave of the processor.
CONVERT_LIMITS = replace(PREPARE_LIMITS, is_idle=True)
SPEECH_LIMITS = Limits(
    wall_seconds=60 * 60, cpu_seconds=20 * 60, memory_bytes=3 * GIB // 2, file_bytes=256 * MIB, open_files=64
)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that browsers play. Sizes are pixels as shown, None without a picture.

    `duration_seconds` is the length of what could be decoded. There is a `poster` (JPEG) for video and a `waveform`
    (PNG, 1200 × 160, transparent) where there is sound, and its heights from 0 to 1 are `peaks`. `segments_lost` of
    the take held nothing that could be decoded.
    """

    kind: Literal["audio", "video"]
    content_type: str
    duration_seconds: float
    width: int | None
    height: int | None
    has_audio: bool
    playable: Path
    poster: Path | None
    waveform: Path | None
    peaks: list[float] | None
    segments_lost: int


async def prepare_recording(
    segments: Sequence[Path],
    folder: Path,
    *,
    trim_start_seconds: float | None = None,
    trim_end_seconds: float | None = None,
    on_progress: Callable[[float], None] | None = None,
    limits: Limits = PREPARE_LIMITS,
) -> Recording:
    """Join the segments of a take, cut off what is before and behind the trim, and write the playable copy.

    It goes with its pictures into an existing, empty folder; the segments stay as they are. The trim counts from the
    start of the joined segments. Raises what `media.probe` refuses, and ChildFailed.
    """
    result = await run_limited(
        "recording",
        sources=segments,
        folder=folder,
        limits=limits,
        on_progress=on_progress,
        trim_start_seconds=trim_start_seconds,
        trim_end_seconds=trim_end_seconds,
    )
    return _checked(result, folder)


async def convert_recording(
    playable: Path,
    content_type: str,
    folder: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
    limits: Limits = CONVERT_LIMITS,
) -> Path:
    """Write a second copy of a playable one as `content_type`, of ALTERNATE_NAMES, into an existing, empty folder.

    Raises what `media.probe` refuses, and ChildFailed.
    """
    await run_limited(
        "convert",
        sources=[playable],
        folder=folder,
        limits=limits,
        on_progress=on_progress,
        content_type=content_type,
    )
    made = _file(folder / ALTERNATE_NAMES[content_type])
    if made is None:
        raise BrokenFile
    return made


async def extract_speech(
    source: Path, target: Path, *, on_progress: Callable[[float], None] | None = None, limits: Limits = SPEECH_LIMITS
) -> float:
    """Write 16 kHz mono signed 16-bit little-endian samples, without a header, into `target`; gives the seconds.

    The samples are on the clock of the playable copy. `target`'s folder must exist. Raises NoSound and the other
    refusals of `media.probe`, and ChildFailed.
    """
    result = await run_limited(
        "speech", sources=[source], folder=target.parent, limits=limits, on_progress=on_progress, target=target.name
    )
    return _seconds(result)


def _checked(result: dict[str, Any], folder: Path) -> Recording:
    """Believe only what a child could rightly say, because a hostile file may speak for it."""
    content_type = result.get("content_type")
    if content_type not in PLAYABLE_NAMES:
        raise BrokenFile
    playable = _file(folder / PLAYABLE_NAMES[content_type])
    if playable is None:
        raise BrokenFile
    kind: Literal["audio", "video"] = "video" if content_type.startswith("video/") else "audio"
    has_audio = result.get("has_audio") is True
    return Recording(
        kind=kind,
        content_type=content_type,
        duration_seconds=_seconds(result, "duration_seconds"),
        width=_pixels(result.get("width")),
        height=_pixels(result.get("height")),
        has_audio=has_audio,
        playable=playable,
        poster=_file(folder / POSTER_NAME) if kind == "video" else None,
        waveform=_file(folder / WAVEFORM_NAME) if has_audio else None,
        peaks=_heights(result.get("peaks")) if has_audio else None,
        segments_lost=lost if isinstance(lost := result.get("segments_lost"), int) else 0,
    )


def _file(path: Path) -> Path | None:
    return path if path.is_file() and not path.is_symlink() else None


def _pixels(found: object) -> int | None:
    if found is None or (isinstance(found, int) and 0 < found <= MAX_VIDEO_PIXELS):
        return found
    raise BrokenFile


def _heights(found: object) -> list[float]:
    if isinstance(found, list) and len(found) <= MOST_PEAKS:
        heights = [float(peak) for peak in found if isinstance(peak, float) and 0 <= peak <= 1]
        if len(heights) == len(found):
            return heights
    raise BrokenFile


def _seconds(result: dict[str, Any], name: str = "seconds") -> float:
    found = result.get(name)
    # A minute more than allowed, for the last packet.
    if isinstance(found, float) and math.isfinite(found) and 0 <= found <= MAX_SECONDS + 60:
        return found
    raise BrokenFile
