"""A second engine for comparison: faster-whisper with int8 weights, greedy; installed by the extra `compare`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from transcription.speech import Segment, Speech, Word
from transcription.windows import Clip


class FasterWhisper:
    """A loaded faster-whisper model, from a folder with CTranslate2's files (`weights.ctranslate2_folder`)."""

    name = "faster-whisper"

    def __init__(self, model_folder: Path, model: str, *, threads: int = 1, with_word_times: bool = True) -> None:
        self.model = model
        self._with_word_times = with_word_times
        self._whisper = WhisperModel(
            str(model_folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )

    def transcribe(
        self,
        samples: NDArray[np.float32],
        *,
        clips: Sequence[Clip],
        language: str | None,
        on_progress: Callable[[float], None],
        among: Sequence[str] = (),
        into_english: bool = False,
    ) -> Speech:
        """See `Engine`; the language is detected among all."""
        parts, facts = self._whisper.transcribe(
            samples,
            language=language,
            task="translate" if into_english else "transcribe",
            beam_size=1,
            condition_on_previous_text=False,
            word_timestamps=self._with_word_times and not into_english,
            clip_timestamps=[seconds for clip in clips for seconds in (clip.start_seconds, clip.end_seconds)],
        )
        segments = []
        for part in parts:
            if part.text.strip():
                segments.append(_segment(part))
            on_progress(part.end)
        return Speech(facts.language, tuple(segments), self.name, self.model)


def _segment(part: Any) -> Segment:
    text, confidence = part.text.strip(), float(np.exp(part.avg_logprob))
    words = [Word(w.word.strip(), float(w.start), float(w.end), float(w.probability)) for w in part.words or ()]
    whole = (Word(text, part.start, part.end, confidence),)
    return Segment(part.start, part.end, text, tuple(words) or whole, part.no_speech_prob)
