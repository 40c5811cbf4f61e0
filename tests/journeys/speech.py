"""Speech for the fake microphone: from `../shared/speech` where that is, else from the demonstration's clips."""

import re
import wave
from dataclasses import dataclass
from pathlib import Path

import av

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared" / "speech"
_RATE = 48_000
_CAFE = (
    "The language cafe takes place every second Tuesday. We sit in small groups and talk about one word for a whole "
    "evening. Last time the word was home. I learned that home can be a smell, a song, or a person. I will take this "
    "with me when I meet patients who are far away from home."
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A WAV file, its length, and the words that are said in it."""

    wav: Path
    seconds: float
    words: tuple[str, ...]


def spoken_for(folder: Path) -> Spoken:
    """Write the WAV file into a folder."""
    if SHARED.is_dir():
        source, text = SHARED / "jfk.flac", (SHARED / "jfk.txt").read_text()
    else:
        source, text = ROOT / "webapp/demo/files/cafe.webm", _CAFE
    wav = folder / "microphone.wav"
    samples = _write_wav(source, wav)
    return Spoken(wav, samples / _RATE, tuple(dict.fromkeys(re.findall(r"\w+", text.lower()))))


def _write_wav(source: Path, target: Path) -> int:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    samples = 0
    with av.open(str(source)) as container, wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        for frame in [*container.decode(audio=0), None]:
            for part in resampler.resample(frame):
                file.writeframes(part.to_ndarray().tobytes())
                samples += part.samples
    return samples
