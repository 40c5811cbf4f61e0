"""Real files for the tests of media, made with PyAV and Pillow."""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av import AudioFrame, Packet, VideoFrame
from numpy.typing import NDArray

_RATE = 48_000
_FRAMES_PER_SECOND = 25
# Nobody looks at these pictures: what counts is that they are made quickly.
_ENCODING = {
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "libx264": {"preset": "veryfast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
}


def make_recording(
    path: Path,
    muxer: str,
    *,
    video: str | None = None,
    audio: str | None = None,
    seconds: float = 2,
    rate: int = _RATE,
    layout: str = "stereo",
    size: tuple[int, int] = (160, 120),
    rotation: int = 0,
    volume: float = 0.25,
    options: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    pause_after: float | None = None,
    pause_seconds: int = 0,
) -> Path:
    """Write a moving grey picture and a tone of 440 Hz, as far as codecs for them are given.

    After `pause_after` seconds the timestamps jump on by `pause_seconds`, as if what is between were lost.
    """
    with av.open(str(path), "w", format=muxer, options=options or {}) as output:
        output.metadata.update(metadata or {})
        picture = output.add_stream(video, rate=_FRAMES_PER_SECOND, options=_ENCODING.get(video)) if video else None
        if picture:
            picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
            if rotation:
                picture.set_display_rotation(rotation)
        sound = output.add_stream(audio, rate=rate, layout=layout) if audio else None
        step = rate // _FRAMES_PER_SECOND
        for number in range(round(seconds * _FRAMES_PER_SECOND)):
            is_after_pause = pause_after is not None and number >= pause_after * _FRAMES_PER_SECOND
            for stream, frame in (
                (picture, _picture(number, size)),
                (sound, _tone(number * step, step, rate, layout, volume)),
            ):
                if stream:
                    output.mux(_later(stream.encode(frame), pause_seconds if is_after_pause else 0))
        for stream in filter(None, (picture, sound)):
            output.mux(_later(stream.encode(None), pause_seconds))
    return path


def make_phone_webm(path: Path, *, seconds: float = 2, video: str | None = "libvpx") -> Path:
    """Write what MediaRecorder writes: small clusters, no duration, no cues."""
    options = {"live": "1", "cluster_time_limit": "200"}
    return make_recording(path, "webm", video=video, audio="libopus", seconds=seconds, options=options)


def make_spoken_webm(path: Path, samples: NDArray[np.int16], *, rate: int = 16_000) -> Path:
    """Write mono samples as a phone records them."""
    step = rate // 50
    with av.open(str(path), "w", format="webm", options={"live": "1", "cluster_time_limit": "200"}) as output:
        sound = output.add_stream("libopus", rate=_RATE, layout="mono")
        sound.bit_rate = 48_000
        resampler = av.AudioResampler("s16", "mono", _RATE, frame_size=960)
        for start in range(0, len(samples) - step + 1, step):
            frame = AudioFrame.from_ndarray(samples[start : start + step].reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            for part in resampler.resample(frame):
                output.mux(sound.encode(part))
        output.mux(sound.encode(None))
    return path


def make_long_wav(path: Path, *, seconds: int) -> Path:
    """Write noise at 8 kHz, which keeps a child busy."""
    samples = np.random.default_rng(1).integers(0, 255, seconds * 8000, np.uint8).tobytes()
    header = (
        b"RIFF"
        + struct.pack("<I", 36 + len(samples))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    )
    path.write_bytes(header + b"data" + struct.pack("<I", len(samples)) + samples)
    return path


def make_huge_png(path: Path, *, side: int) -> Path:
    """Write a black square of one bit a pixel, a few kilobytes for any side."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + _png_chunk(b"IHDR", header) + _png_chunk(b"IDAT", packed) + _png_chunk(b"IEND", b"")
    )
    return path


def _png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _later(packets: list[Packet[Any]], seconds: int) -> list[Packet[Any]]:
    for packet in packets:
        packet.pts += round(seconds / packet.time_base)
        packet.dts += round(seconds / packet.time_base)
    return packets


def _picture(number: int, size: tuple[int, int]) -> VideoFrame:
    pixels = np.full((size[1], size[0], 3), 40 + number % 150, np.uint8)
    pixels[: size[1] // 2] = (200, 40, 40)
    frame = VideoFrame.from_ndarray(pixels, "rgb24")
    frame.pts, frame.time_base = number, Fraction(1, _FRAMES_PER_SECOND)
    return frame


def _tone(start: int, count: int, rate: int, layout: str, volume: float) -> AudioFrame:
    wave = np.sin(2 * np.pi * 440 * (start + np.arange(count)) / rate) * volume * 32767
    channels = 1 if layout == "mono" else 2
    frame = AudioFrame.from_ndarray(np.repeat(wave.astype(np.int16), channels).reshape(1, -1), "s16", layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    return frame
