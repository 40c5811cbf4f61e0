"""Decodes a recording's sound for speech recognition: 16 kHz, mono, signed 16-bit little-endian, without a header."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from av import AudioFrame
from av.audio.stream import AudioStream

from media.probe import BrokenFile, CodecNotAccepted, NoSound
from media.sniffing import recording_demuxer
from media.work.opening import Opened, opened, packets, refusing_broken, sounds
from media.work.sound import SteadySound, samples_of

RATE = 16_000


def extract(
    sources: Sequence[Path], folder: Path, arguments: dict[str, Any], progress: Callable[[float], None]
) -> dict[str, Any]:
    """Write the samples into `folder` under the name `target`; answers `{"seconds"}`."""
    (source,) = sources
    return {"seconds": decode_speech(source, folder / arguments["target"], progress=progress)}


def decode_speech(source: Path, target: Path, *, progress: Callable[[float], None] = lambda _: None) -> float:
    """Stream the samples into `target` and tell how many seconds they are; memory does not grow with length.

    The samples are on the clock of the playable copy, whatever is missing in the file. Raises NoSound,
    CodecNotAccepted, BrokenFile, TooLong and what the sniff refuses.
    """
    demuxer = recording_demuxer(source)
    with refusing_broken(), opened(source, demuxer) as recording:
        if recording.audio is None:
            raise CodecNotAccepted if recording.container.streams.audio else NoSound
        steady = SteadySound(rate=RATE, sample_format="s16", layout="mono", start=recording.start)
        with target.open("wb") as file:
            for frame in _steady_frames(recording, recording.audio, steady):
                file.write(samples_of(frame).astype("<i2", copy=False).tobytes())
                progress(recording.part_read())
    if not steady.given_samples:
        raise BrokenFile
    return steady.given_seconds


def _steady_frames(recording: Opened, audio: AudioStream, steady: SteadySound) -> Iterator[AudioFrame]:
    for packet in packets(recording):
        if packet.stream_index == audio.index:
            for frame in sounds(packet, audio) or []:
                yield from steady.push(frame)
    for frame in sounds(None, audio) or []:
        yield from steady.push(frame)
    yield from steady.finish()
