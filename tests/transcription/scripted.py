"""The only double of the speech part: says the same words for every recording."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from transcription.speech import Segment, Speech, Word
from transcription.warm import Forgotten, Growing, HeardNow

SAMPLES_PER_SECOND = 16_000

_BYTES_PER_SECOND = 32_000


class ScriptedEngine:
    """Stands where WarmModels would: `ScriptedEngine("Good morning.")`, words evenly over the recording's length."""

    def __init__(self, text: str) -> None:
        self._texts = text.split()
        self._segments_heard: dict[str, int] = {}
        self.asked: list[tuple[int, bool, bool]] = []
        """What there was of recordings that go on: (samples, is the beginning, is the end)."""

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

    async def translate(
        self, samples_path: Path, *, model: str = "", language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        """Every word becomes a sentence of its own."""
        heard = await self.transcribe(samples_path, model=model, language=language, on_progress=on_progress)
        segments = tuple(
            Segment(word.start_seconds, word.end_seconds, text, (replace(word, text=text),), 0.1)
            for word in heard.words
            if (text := f"He says {word.text}")
        )
        return replace(heard, segments=segments)

    async def hear(self, growing: Growing, *, model: str = "", language: str | None) -> Speech | HeardNow:
        """Every ten seconds are one final segment of one word; the words come round again."""
        begun = 0 if growing.begin else self._segments_heard.get(growing.live)
        if begun is None:
            raise Forgotten("the child is a new one")
        length = growing.count / SAMPLES_PER_SECOND
        count = math.ceil(length / 10) if growing.has_ended else int(length / 10)
        self.asked.append((growing.count, growing.begin, growing.has_ended))
        segments = tuple(self._segment(number, length) for number in range(count))
        if growing.has_ended:
            self._segments_heard.pop(growing.live, None)
            return Speech(language or "und", segments, "scripted", model or "scripted")
        self._segments_heard[growing.live] = count
        return HeardNow(segments[begun:], (self._segment(count, length),) if growing.with_open else ())

    def crash(self) -> None:
        """Forget every recording that goes on."""
        self._segments_heard.clear()

    def _segment(self, number: int, length: float) -> Segment:
        text = self._texts[number % len(self._texts)]
        start, end = number * 10.0, min(length, number * 10 + 10.0)
        return Segment(start, end, text, (Word(text, start, end, 0.9),), 0.1)

    async def close(self) -> None:
        pass


def _length_seconds(samples_path: Path) -> float:
    return samples_path.stat().st_size / _BYTES_PER_SECOND
