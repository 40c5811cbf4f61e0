"""The only double of the speech part: says the same words for every recording."""

from collections.abc import Callable
from pathlib import Path

from transcription.speech import Segment, Speech, Word

_BYTES_PER_SECOND = 32_000


class ScriptedEngine:
    """Stands where WarmModels would: `ScriptedEngine("Good morning.")`, words evenly over the recording's length."""

    def __init__(self, text: str) -> None:
        self._texts = text.split()

    async def locate(self, model: str) -> str:
        return model or "scripted"

    async def transcribe(
        self, samples_path: Path, *, model: str = "", language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        length = _length_seconds(samples_path)
        on_progress(0.0)
        step = length / max(1, len(self._texts))
        words = tuple(Word(text, n * step, (n + 1) * step, 0.9) for n, text in enumerate(self._texts))
        segments = (Segment(0.0, length, " ".join(self._texts), words, 0.1),) if words else ()
        on_progress(length)
        return Speech(language or "und", segments, "scripted", model or "scripted")

    async def close(self) -> None:
        pass


def _length_seconds(samples_path: Path) -> float:
    return samples_path.stat().st_size / _BYTES_PER_SECOND
