"""Prepares a recording: the playable copy, its poster and its waveform."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from av.error import FFmpegError

from media.probe import recording_demuxer
from media.recordings import PLAYABLE_NAMES, POSTER_NAME, WAVEFORM_NAME
from media.work.opening import Examined, examine, is_of_machine, refusing_broken
from media.work.pictures import write_poster, write_waveform
from media.work.playable import Plan, Played, plan, without_copying, write_playable

_DEMUXERS = {"webm": "matroska", "mp4": "mov", "mpeg": "mp3"}


def prepare(source: Path, folder: Path, arguments: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """Write the files into `folder`; answers the facts of `media.recordings.Recording`, without paths."""
    del arguments
    demuxer = recording_demuxer(source)
    with refusing_broken():
        examined = examine(source, demuxer)
        chosen, played = _write(source, folder, examined, lambda part: progress(part * 0.9))
        playable = folder / PLAYABLE_NAMES[chosen.content_type]
        if examined.probe.has_video:
            write_poster(
                playable,
                _DEMUXERS[chosen.content_type.partition("/")[2]],
                folder / POSTER_NAME,
                duration_seconds=played.duration_seconds,
                rotation=examined.rotation,
            )
        if played.loudness is not None:
            write_waveform(played.loudness, folder / WAVEFORM_NAME)
    progress(1.0)
    return {
        "content_type": chosen.content_type,
        "duration_seconds": played.duration_seconds,
        "width": played.width,
        "height": played.height,
        "has_audio": examined.probe.has_audio,
    }


def _write(source: Path, folder: Path, examined: Examined, progress: Callable[[float], None]) -> tuple[Plan, Played]:
    """Copy, or encode everything where the muxer does not take the streams as they are."""
    chosen = plan(examined)
    try:
        return chosen, write_playable(source, folder / PLAYABLE_NAMES[chosen.content_type], examined, chosen, progress)
    except (FFmpegError, ValueError) as error:
        if isinstance(error, FFmpegError) and is_of_machine(error):
            raise
        (folder / PLAYABLE_NAMES[chosen.content_type]).unlink(missing_ok=True)
    chosen = without_copying(examined)
    return chosen, write_playable(source, folder / PLAYABLE_NAMES[chosen.content_type], examined, chosen, progress)
