"""Recordings with claps, as at the film: a white picture and a tone at the same moment, else darkness and silence.

The picture of a clap is a key frame.
"""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import AudioFrame, VideoFrame
from av.video.frame import PictureType

CLAP_SECONDS = 0.2


def make_claps(
    path: Path,
    muxer: str = "webm",
    *,
    seconds: float,
    at: Sequence[float],
    video: str | None = "libvpx",
    audio: str | None = "libopus",
    rate: int = 48_000,
    size: tuple[int, int] = (160, 120),
    rotation: int = 0,
    audio_seconds: float | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a recording with claps at these seconds; `audio_seconds` where the sound ends before the picture."""
    per_second = 25
    with av.open(str(path), "w", format=muxer, options=options or {}) as output:
        quickly = {"deadline": "realtime", "cpu-used": "8"} if video == "libvpx" else {}
        picture = output.add_stream(video, rate=per_second, options=quickly) if video else None
        if picture:
            picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
            if video == "libx264":
                picture.codec_context.max_b_frames = 0
            if rotation:
                picture.set_display_rotation(rotation)
        sound = output.add_stream(audio, rate=rate, layout="mono") if audio else None
        step = rate // per_second
        for number in range(round(seconds * per_second)):
            now = number / per_second
            is_loud = any(clap <= now < clap + CLAP_SECONDS for clap in at)
            if picture:
                shot = VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 235 * is_loud + 10, np.uint8), "rgb24")
                shot.pts, shot.time_base = number, Fraction(1, per_second)
                if any(number == round(clap * per_second) for clap in at):
                    shot.pict_type = PictureType.I
                output.mux(picture.encode(shot))
            if sound and (audio_seconds is None or now < audio_seconds):
                wave = np.sin(2 * np.pi * 1000 * (number * step + np.arange(step)) / rate) * 0.7 * 32767 * is_loud
                heard = AudioFrame.from_ndarray(wave.astype(np.int16).reshape(1, -1), "s16", "mono")
                heard.sample_rate, heard.pts, heard.time_base = rate, number * step, Fraction(1, rate)
                output.mux(sound.encode(heard))
        for stream in filter(None, (picture, sound)):
            output.mux(stream.encode(None))
    return path


def claps_seen(path: Path) -> list[float]:
    """Give the moments at which the picture turns white."""
    moments, was_light = [], False
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            middle = frame.to_ndarray(format="gray")[frame.height // 2, frame.width // 2]
            is_light = bool(middle > 120)
            if is_light and not was_light:
                moments.append(float(frame.pts * frame.time_base))
            was_light = is_light
    return moments


def claps_heard(path: Path) -> list[float]:
    """Give the moments at which it turns loud, on the container's clock."""
    moments, last = [], -1.0
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono")
        for frame in container.decode(audio=0):
            start = float(frame.pts * frame.time_base)
            for part in resampler.resample(frame):
                loud = np.flatnonzero(np.abs(part.to_ndarray().reshape(-1)) > 0.3) / frame.sample_rate + start
                for moment in loud:
                    if moment - last > CLAP_SECONDS / 2:
                        moments.append(float(moment))
                    last = moment
    return moments
