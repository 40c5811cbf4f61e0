"""Writes copies that browsers play: streams are copied where browsers know them, else encoded anew."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from media.probe import BrokenFile, NothingLeft
from media.work.audio_track import AudioTrack
from media.work.opening import opened, packets
from media.work.sound import Loudness
from media.work.takes import Segment, Take
from media.work.video_track import CopiedVideo, EncodedVideo

# What the copy is: FFmpeg's muxer and its options by content type.
MUXERS: dict[str, tuple[str, dict[str, str]]] = {
    "audio/webm": ("webm", {"cues_to_front": "1"}),
    "video/webm": ("webm", {"cues_to_front": "1"}),
    "audio/mp4": ("mp4", {"movflags": "+faststart"}),
    "video/mp4": ("mp4", {"movflags": "+faststart"}),
    "audio/mpeg": ("mp3", {"id3v2_version": "0"}),
}
_BROWSER_PIXELS = frozenset({"yuv420p", "yuvj420p"})

Family = Literal["webm", "mp4"]
_COPIED_AUDIO = {"webm": frozenset({"opus", "vorbis"}), "mp4": frozenset({"aac", "mp3"})}
_COPIED_VIDEO = {"webm": frozenset({"vp8", "vp9", "av1"}), "mp4": frozenset({"h264", "av1"})}
_AUDIO_ENCODERS = {"webm": "libopus", "mp4": "aac"}
_VIDEO_ENCODERS = {"webm": "libvpx-vp9", "mp4": "libx264"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What the copy is to be; None instead of an encoder: the stream is copied."""

    content_type: str
    audio_encoder: str | None
    video_encoder: str | None


@dataclass(frozen=True, slots=True)
class Played:
    """What was written: `duration_seconds` from the timestamps of what could be decoded; size in pixels as shown."""

    duration_seconds: float
    width: int | None
    height: int | None
    loudness: Loudness | None


def plan(take: Take) -> Plan:
    """Choose the container that lets most be copied, the picture before the sound."""
    if take.audio_codec == "mp3" and take.video_codec is None:
        return Plan("audio/mpeg", None, None)
    plans = [_copying(take, "mp4"), _copying(take, "webm")]
    if take.kind == "audio" or all(plan.video_encoder is None for plan in plans):
        return min(plans, key=lambda plan: plan.audio_encoder is not None)
    # A picture that must be encoded anyway becomes H.264, which most devices play without effort.
    return min(plans, key=lambda plan: plan.video_encoder is not None)


def encoding(take: Take, family: Family) -> Plan:
    """Plan to encode everything anew."""
    return Plan(f"{take.kind}/{family}", _AUDIO_ENCODERS[family], _VIDEO_ENCODERS[family])


def write_playable(take: Take, target: Path, chosen: Plan, progress: Callable[[float], None]) -> Played:
    """Read the segments once and write the copy; no metadata, chapters or other streams go along."""
    muxer, options = MUXERS[chosen.content_type]
    total, done = sum(segment.source.stat().st_size for segment in take.segments), 0
    with av.open(str(target), "w", format=muxer, options=options) as output:
        # The picture comes first: players take the first stream for the kind.
        video = _video_track(output, take, chosen)
        audio = _audio_track(output, take, chosen)
        tracks = [track for track in (video, audio) if track is not None]
        for segment in take.segments:
            with opened(segment.source, segment.examined.probe.demuxer) as recording:
                for track in tracks:
                    track.begin(segment, recording)
                for packet in packets(recording):
                    any(track.takes(packet) for track in tracks)
                    progress((done + recording.file.tell()) / total)
                for track in tracks:
                    track.end()
            done += segment.source.stat().st_size
        for track in tracks:
            track.finish()
    seconds = max(track.seconds for track in tracks)
    if not seconds:
        raise NothingLeft if take.is_trimmed else BrokenFile
    return Played(
        duration_seconds=seconds,
        width=video.shown[0] if video is not None else None,
        height=video.shown[1] if video is not None else None,
        loudness=audio.loudness if audio is not None else None,
    )


def _copying(take: Take, family: Family) -> Plan:
    """Plan one container and copy into it what it takes."""
    picture = take.with_picture[0].examined if take.with_picture else None
    copies_video = take.video_codec in _COPIED_VIDEO[family] and picture is not None
    if family == "webm" and picture is not None:
        copies_video = copies_video and not picture.rotation
    if take.video_codec == "h264" and picture is not None:
        copies_video = copies_video and picture.pixel_format in _BROWSER_PIXELS
    return Plan(
        f"{take.kind}/{family}",
        None if take.audio_codec in _COPIED_AUDIO[family] else _AUDIO_ENCODERS[family],
        None if copies_video else _VIDEO_ENCODERS[family],
    )


def _video_track(output: OutputContainer, take: Take, chosen: Plan) -> CopiedVideo | EncodedVideo | None:
    if not take.with_picture:
        return None
    with ExitStack() as stack:
        like = _stream_of(take.with_picture[0], "video", stack)
        assert isinstance(like, VideoStream)  # noqa: S101
        if chosen.video_encoder is None:
            return CopiedVideo(output, like, take)
        return EncodedVideo(output, like, take, chosen.video_encoder)


def _audio_track(output: OutputContainer, take: Take, chosen: Plan) -> AudioTrack | None:
    if not take.with_sound:
        return None
    with ExitStack() as stack:
        like = _stream_of(take.with_sound[0], "audio", stack)
        assert isinstance(like, AudioStream)  # noqa: S101
        return AudioTrack(output, like, take, chosen.audio_encoder)


def _stream_of(segment: Segment, kind: Literal["audio", "video"], stack: ExitStack) -> AudioStream | VideoStream | None:
    recording = stack.enter_context(opened(segment.source, segment.examined.probe.demuxer))
    return recording.video if kind == "video" else recording.audio
