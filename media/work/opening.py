"""Opens a recording as one file and nothing else, finds its streams, and reads past what is broken."""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec import CodecContext
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from media.probe import MAX_SECONDS, MAX_VIDEO_PIXELS, BrokenFile, CodecNotAccepted, Probe, TooLong, VideoTooLarge

AUDIO_CODECS = frozenset(
    {"aac", "mp3", "opus", "vorbis", "flac", "alac", "amr_nb", "amr_wb", "pcm_u8", "pcm_s16le", "pcm_s16be"}
    | {"pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_alaw", "pcm_mulaw"}
)
VIDEO_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "h263"})

# FFmpeg's decoders of these codecs where they are named otherwise; the demuxer may try no others while it probes.
_DECODERS = AUDIO_CODECS | VIDEO_CODECS | {"libdav1d", "mp3float", "amrnb", "amrwb", "libopus", "libvpx", "libvpx-vp9"}
_DEMUXER_OPTIONS = {"codec_whitelist": ",".join(sorted(_DECODERS)), "protocol_whitelist": "none"}
_MAX_READ_ERRORS = 1000
_MACHINE_ERRORS = frozenset({errno.ENOSPC, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EMFILE})

_AnyStream = TypeVar("_AnyStream", AudioStream, VideoStream)

av.logging.set_level(None)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open recording; its clock starts at `start` seconds of the file's own, with whichever stream is first."""

    file: BinaryIO
    size: int
    container: InputContainer
    demuxer: str
    audio: AudioStream | None
    video: VideoStream | None
    start: Fraction

    def part_read(self) -> float:
        """Tell how much of the file has been read, from 0 to 1."""
        return min(self.file.tell() / self.size, 1.0)


@dataclass(frozen=True, slots=True)
class Examined:
    """What of a recording can be decoded: its probe, and what a copy must know.

    `rotation` is in degrees against the clock. Streams with equal parameters can follow each other in one copy.
    `has_reordering`: pictures are stored in another order than they are shown.
    """

    probe: Probe
    audio_codec: str | None
    video_codec: str | None
    channels: int
    rotation: int
    pixel_format: str
    audio_parameters: tuple[object, ...]
    video_parameters: tuple[object, ...]
    has_reordering: bool


@contextmanager
def refusing_broken() -> Iterator[None]:
    """Turn FFmpeg's errors into BrokenFile, but for those of the machine and for MemoryError."""
    try:
        yield
    except FFmpegError as error:
        if is_of_machine(error):
            raise
        raise BrokenFile from error


def is_of_machine(error: FFmpegError) -> bool:
    """Tell an error of memory, disk space or rights from one of the file."""
    return isinstance(error, MemoryError) or error.errno in _MACHINE_ERRORS


@contextmanager
def opened(source: Path, demuxer: str) -> Iterator[Opened]:
    """Open with the demuxer that our sniff chose, from a file object, so that no other file can be reached."""
    size = source.stat().st_size
    with (
        source.open("rb") as file,
        av.open(
            file, "r", format=demuxer, options=_DEMUXER_OPTIONS, metadata_errors="replace", io_open=_refuse_other_files
        ) as container,
    ):
        sound = _first(container.streams.audio, AUDIO_CODECS)
        picture = _first([s for s in container.streams.video if not _is_cover(s)], VIDEO_CODECS)
        for stream in container.streams:
            if stream not in (sound, picture):
                stream.discard = av.stream.Discard.all
        for codec in [stream.codec_context for stream in (sound, picture) if stream is not None]:
            codec.thread_count = 1
        starts = [s.start_time * s.time_base for s in (sound, picture) if s and s.start_time and s.time_base]
        has_zero = any(s is not None and not s.start_time for s in (sound, picture))
        start = Fraction(0) if has_zero or not starts else max(min(starts), Fraction(0))
        yield Opened(file, size, container, demuxer, sound, picture, start)


def examine(source: Path, demuxer: str) -> Examined:
    """Decode the first sound and the first picture; raises BrokenFile, CodecNotAccepted, VideoTooLarge."""
    with opened(source, demuxer) as recording:
        video, audio = recording.video, recording.audio
        streams = recording.container.streams
        if video is None and audio is None:
            if streams.audio or any(not _is_cover(stream) for stream in streams.video):
                raise CodecNotAccepted
            raise BrokenFile
        if video is not None and video.codec_context.width * video.codec_context.height > MAX_VIDEO_PIXELS:
            raise VideoTooLarge
        picture, sound = _first_frames(recording)
        duration = recording.container.duration
        has_reordering = video is not None and video.codec_context.has_b_frames
    if picture is None and sound is None:
        raise BrokenFile
    width, height, rotation, pixel_format = None, None, 0, ""
    if picture is not None:
        rotation, pixel_format = round(picture.rotation / 90) * 90 % 360, picture.format.name
        width, height = picture.width, picture.height
        if rotation in {90, 270}:
            width, height = height, width
    video_codec = video.codec_context.codec.canonical_name if video is not None and picture is not None else None
    audio_codec = audio.codec_context.codec.canonical_name if audio is not None and sound is not None else None
    return Examined(
        probe=Probe(
            kind="video" if picture is not None else "audio",
            demuxer=demuxer,
            codecs=tuple(codec for codec in (video_codec, audio_codec) if codec is not None),
            duration_seconds=duration / av.time_base if duration is not None else None,
            width=width,
            height=height,
            has_audio=sound is not None,
            has_video=picture is not None,
        ),
        audio_codec=audio_codec,
        video_codec=video_codec,
        channels=sound.layout.nb_channels if sound is not None else 0,
        rotation=rotation,
        pixel_format=pixel_format,
        audio_parameters=(audio_codec, audio.codec_context.extradata, sound.sample_rate, sound.layout.name)
        if audio is not None and sound is not None
        else (),
        video_parameters=(video_codec, video.codec_context.extradata, width, height, rotation, pixel_format)
        if video is not None and picture is not None
        else (),
        has_reordering=has_reordering,
    )


def packets(recording: Opened) -> Iterator[Packet[Any]]:
    """Read whole packets of the two streams up to the end, past errors; raises TooLong after two hours."""
    streams = [stream for stream in (recording.audio, recording.video) if stream is not None]
    for _ in range(_MAX_READ_ERRORS):
        try:
            for packet in recording.container.demux(*streams):
                if packet.size == 0 or packet.is_corrupt:
                    continue
                if packet.pts is not None and packet.pts * packet.time_base - recording.start > MAX_SECONDS:
                    raise TooLong
                yield packet
        except FFmpegError as error:
            if is_of_machine(error):
                raise
        else:
            return


def sounds(packet: Packet[AudioStream] | None, stream: AudioStream) -> list[AudioFrame] | None:
    """Decode a packet, or with None what the decoder still holds; None when the packet is broken."""
    try:
        return stream.codec_context.decode(packet)
    except FFmpegError as error:
        if is_of_machine(error):
            raise
        return None


def pictures(packet: Packet[VideoStream] | None, stream: VideoStream) -> list[VideoFrame]:
    """Decode a packet, or with None what the decoder still holds; empty when the packet is broken."""
    try:
        frames = stream.codec_context.decode(packet)
    except FFmpegError as error:
        if is_of_machine(error):
            raise
        return []
    if any(frame.width * frame.height > MAX_VIDEO_PIXELS for frame in frames):
        raise VideoTooLarge
    return frames


def _first_frames(recording: Opened) -> tuple[VideoFrame | None, AudioFrame | None]:
    picture: VideoFrame | None = None
    sound: AudioFrame | None = None
    video, audio = recording.video, recording.audio
    for packet in packets(recording):
        if picture is None and video is not None and packet.stream_index == video.index:
            picture = next(iter(pictures(packet, video)), None)
        elif sound is None and audio is not None and packet.stream_index == audio.index:
            sound = next(iter(sounds(packet, audio) or []), None)
        if (picture or video is None) and (sound or audio is None):
            break
    # A decoder may hold back the only frame there is.
    if picture is None and video is not None:
        picture = next(iter(pictures(None, video)), None)
    if sound is None and audio is not None:
        sound = next(iter(sounds(None, audio) or []), None)
    return picture, sound


def _first(streams: Iterable[_AnyStream], codecs: frozenset[str]) -> _AnyStream | None:
    for stream in streams:
        # FFmpeg has no decoder for what it does not know, and PyAV then no context, whatever its types say.
        context: CodecContext | None = stream.codec_context
        if context is not None and context.codec.canonical_name in codecs:
            return stream
    return None


def _is_cover(stream: VideoStream) -> bool:
    """An album cover is a video stream of one picture."""
    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> BinaryIO:
    raise BrokenFile
