"""Writes the copy that browsers play: streams are copied where browsers know them, else encoded anew."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import av

from media.work.opening import Examined, opened, packets
from media.work.sound import Loudness
from media.work.tracks import Audio, CopiedVideo, EncodedVideo

# What the copy is: FFmpeg's muxer and its options by content type.
MUXERS: dict[str, tuple[str, dict[str, str]]] = {
    "audio/webm": ("webm", {"cues_to_front": "1"}),
    "video/webm": ("webm", {"cues_to_front": "1"}),
    "audio/mp4": ("mp4", {"movflags": "+faststart"}),
    "video/mp4": ("mp4", {"movflags": "+faststart"}),
    "audio/mpeg": ("mp3", {"id3v2_version": "0"}),
}
_WEBM_AUDIO, _WEBM_VIDEO = frozenset({"opus", "vorbis"}), frozenset({"vp8", "vp9", "av1"})
_MP4_AUDIO, _MP4_VIDEO = frozenset({"aac", "mp3"}), frozenset({"h264", "av1"})
_BROWSER_PIXELS = frozenset({"yuv420p", "yuvj420p"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What the copy is to be."""

    content_type: str
    copies_audio: bool
    copies_video: bool


@dataclass(frozen=True, slots=True)
class Played:
    """What was written: `duration_seconds` from the timestamps of what could be decoded; size in pixels as shown."""

    duration_seconds: float
    width: int | None
    height: int | None
    loudness: Loudness | None


def plan(examined: Examined) -> Plan:
    """Choose the container that lets most be copied."""
    audio, video = examined.audio_codec, examined.video_codec
    kind = examined.probe.kind
    is_plain = examined.pixel_format in _BROWSER_PIXELS
    if audio == "mp3" and video is None:
        return Plan("audio/mpeg", copies_audio=True, copies_video=False)
    if audio in _WEBM_AUDIO | {None} and video in _WEBM_VIDEO | {None} and not examined.rotation:
        return Plan(f"{kind}/webm", copies_audio=True, copies_video=True)
    return Plan(
        f"{kind}/mp4",
        copies_audio=audio in _MP4_AUDIO,
        copies_video=video == "av1" or (video in _MP4_VIDEO and is_plain),
    )


def without_copying(examined: Examined) -> Plan:
    """Plan to encode everything anew, for streams that a muxer refuses to take as they are."""
    return Plan(f"{examined.probe.kind}/mp4", copies_audio=False, copies_video=False)


def write_playable(
    source: Path, target: Path, examined: Examined, chosen: Plan, progress: Callable[[float], None]
) -> Played:
    """Read the recording once and write the copy; no metadata, chapters or other streams go along."""
    muxer, options = MUXERS[chosen.content_type]
    with ExitStack() as stack:
        recording = stack.enter_context(opened(source, examined.probe.demuxer))
        output = stack.enter_context(av.open(str(target), "w", format=muxer, options=options))
        video: CopiedVideo | EncodedVideo | None = None
        audio: Audio | None = None
        # The picture comes first: players take the first stream for the kind.
        if recording.video is not None and examined.video_codec is not None:
            kind = CopiedVideo if chosen.copies_video else EncodedVideo
            video = kind(recording, recording.video, output, examined)
        if recording.audio is not None and examined.audio_codec is not None:
            audio = Audio(recording, recording.audio, output, examined, copies=chosen.copies_audio)
        for packet in packets(recording):
            if video is not None and packet.stream_index == video.source.index:
                video.take(packet)
            elif audio is not None and packet.stream_index == audio.source.index:
                audio.take(packet)
            progress(recording.part_read())
        if video is not None:
            video.finish()
        if audio is not None:
            audio.finish()
    return Played(
        duration_seconds=max(track.seconds for track in (video, audio) if track is not None),
        width=video.shown[0] if video is not None else None,
        height=video.shown[1] if video is not None else None,
        loudness=audio.loudness if audio is not None else None,
    )
