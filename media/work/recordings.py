"""Prepares takes: the playable copy, its poster and its waveform; and a second copy for other browsers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from av.error import FFmpegError

from media.recordings import ALTERNATE_NAMES, MOST_PEAKS, PLAYABLE_NAMES, POSTER_NAME, WAVEFORM_NAME
from media.sniffing import recording_demuxer
from media.work.opening import is_of_machine, refusing_broken
from media.work.pictures import heights, write_poster, write_waveform
from media.work.playable import Plan, Played, encoding, plan, write_playable
from media.work.takes import Take, lay_out

_PEAKS_PER_SECOND = 10


def prepare(
    sources: Sequence[Path], folder: Path, arguments: dict[str, Any], progress: Callable[[float], None]
) -> dict[str, Any]:
    """Write the files into `folder`; answers the facts of `media.recordings.Recording`, without paths."""
    with refusing_broken():
        take = lay_out(sources, **arguments)
        chosen, played = _write(take, folder, lambda part: progress(part * 0.9))
        playable = folder / PLAYABLE_NAMES[chosen.content_type]
        if take.kind == "video":
            write_poster(
                playable,
                recording_demuxer(playable),
                folder / POSTER_NAME,
                duration_seconds=played.duration_seconds,
            )
        if played.loudness is not None:
            write_waveform(played.loudness, folder / WAVEFORM_NAME)
    progress(1.0)
    return {
        "content_type": chosen.content_type,
        "duration_seconds": played.duration_seconds,
        "width": played.width,
        "height": played.height,
        "has_audio": played.loudness is not None,
        "peaks": _peaks(played),
        "segments_lost": take.lost,
    }


def convert(
    sources: Sequence[Path], folder: Path, arguments: dict[str, Any], progress: Callable[[float], None]
) -> dict[str, Any]:
    """Encode a playable copy anew as `content_type`; answers `{"duration_seconds"}`."""
    content_type = arguments["content_type"]
    with refusing_broken():
        take = lay_out(sources)
        chosen = encoding(take, "webm" if content_type.endswith("/webm") else "mp4")
        played = write_playable(take, folder / ALTERNATE_NAMES[content_type], chosen, progress)
    return {"duration_seconds": played.duration_seconds}


def _write(take: Take, folder: Path, progress: Callable[[float], None]) -> tuple[Plan, Played]:
    """Copy, or encode everything where the muxer does not take the streams as they are."""
    chosen = plan(take)
    target = folder / PLAYABLE_NAMES[chosen.content_type]
    try:
        return chosen, write_playable(take, target, chosen, progress)
    except (FFmpegError, ValueError) as error:
        if isinstance(error, FFmpegError) and is_of_machine(error):
            raise
        target.unlink(missing_ok=True)
    chosen = encoding(take, "mp4")
    return chosen, write_playable(take, folder / PLAYABLE_NAMES[chosen.content_type], chosen, progress)


def _peaks(played: Played) -> list[float] | None:
    if played.loudness is None:
        return None
    return heights(played.loudness, min(max(round(played.duration_seconds * _PEAKS_PER_SECOND), 1), MOST_PEAKS))
