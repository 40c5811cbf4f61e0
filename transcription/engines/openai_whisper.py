"""The default engine: openai-whisper's own `transcribe()` with measured settings, on one thread."""

import math
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import numpy as np
import torch
import whisper
from numpy.typing import NDArray

from transcription.speech import Segment, Speech, Word
from transcription.windows import Clip


class OpenAIWhisper:
    """A loaded openai-whisper model.

    Whoever imports this module has set `OMP_NUM_THREADS=1` and `NUMBA_NUM_THREADS=1` before (see child.py): with more
    threads than free cores torch becomes ten times slower, and numba would reset torch's number.
    """

    name = "openai-whisper"

    def __init__(self, model_path: Path, model: str) -> None:
        """Load a checkpoint; `model` is its name, and a name that openai-whisper knows gives better word times."""
        torch.set_num_threads(1)
        self.model = model
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        with _quiet():
            self._whisper: Any = whisper.load_model(str(model_path), device=self.device)
        heads = whisper._ALIGNMENT_HEADS.get(model)  # noqa: SLF001  The library sets them only for models it downloads.
        if heads is not None:
            self._whisper.set_alignment_heads(heads)

    def transcribe(
        self,
        samples: NDArray[np.float32],
        *,
        clips: Sequence[Clip],
        language: str | None,
        on_progress: Callable[[float], None],
    ) -> Speech:
        """See `Engine`. An unknown language raises ValueError; a model that knows English only hears English."""
        # Sampling, the fallback for windows that went wrong, gives the same text when a job is done again.
        torch.manual_seed(0)
        with _quiet(), _progress_to(on_progress, clips):
            heard = whisper.transcribe(
                self._whisper,
                samples,
                language=language if self._whisper.is_multilingual else "en",
                clip_timestamps=clip_timestamps(clips, len(samples)),
                condition_on_previous_text=False,
                word_timestamps=True,
                fp16=self.device == "cuda",
            )
        segments = tuple(_segment(part) for part in heard["segments"] if part["text"].strip())
        return Speech(heard["language"], segments, self.name, self.model)


def clip_timestamps(clips: Sequence[Clip], sample_count: int) -> list[float]:
    """Write clips as whisper takes them: starts and ends in turn.

    No end may lie behind the last whole 10 ms frame: `transcribe()` would go round for ever on the empty rest.
    """
    last_frame = sample_count // whisper.audio.HOP_LENGTH
    frames = (round(seconds * whisper.audio.FRAMES_PER_SECOND) for clip in clips for seconds in clip)
    return [min(frame, last_frame) / whisper.audio.FRAMES_PER_SECOND for frame in frames]


def _segment(part: dict[str, Any]) -> Segment:
    text, start, end = part["text"].strip(), float(part["start"]), float(part["end"])
    words = tuple(_words(part["words"])) or (Word(text, start, end, math.exp(part["avg_logprob"])),)
    return Segment(start, end, text, words, float(part["no_speech_prob"]))


def _words(parts: list[dict[str, Any]]) -> Iterator[Word]:
    """Whisper cuts at punctuation too (`3` `:2`); a part without a blank before it belongs to the word before."""
    word: Word | None = None
    for part in parts:
        text: str = part["word"]
        start, end, confidence = float(part["start"]), float(part["end"]), float(part["probability"])
        if word and not text.startswith(" "):
            word = Word(word.text + text.strip(), word.start_seconds, end, min(word.confidence, confidence))
            continue
        if word and word.text:
            yield word
        word = Word(text.strip(), start, end, confidence)
    if word and word.text:
        yield word


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _progress_to(on_progress: Callable[[float], None], clips: Sequence[Clip]) -> Iterator[None]:
    """Let `transcribe()` report to us where it would draw its progress bar."""
    # The package's attribute of this name is the function; the module is only in sys.modules.
    module: Any = sys.modules["whisper.transcribe"]
    original = module.tqdm
    module.tqdm = SimpleNamespace(tqdm=lambda **_: _Bar(on_progress, clips))
    try:
        yield
    finally:
        module.tqdm = original


class _Bar:
    """What `transcribe()` uses of tqdm. An exception from `update` ends the transcription."""

    def __init__(self, on_progress: Callable[[float], None], clips: Sequence[Clip]) -> None:
        self._on_progress = on_progress
        self._clips = clips
        self._heard_seconds = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def update(self, frames: int) -> None:
        self._heard_seconds += max(0, frames) * whisper.audio.HOP_LENGTH / whisper.audio.SAMPLE_RATE
        self._on_progress(_position(self._clips, self._heard_seconds))


def _position(clips: Sequence[Clip], heard_seconds: float) -> float:
    """Where in the samples the engine is after it heard so many seconds of clips."""
    for clip in clips:
        length = clip.end_seconds - clip.start_seconds
        if heard_seconds < length:
            return clip.start_seconds + heard_seconds
        heard_seconds -= length
    return clips[-1].end_seconds
