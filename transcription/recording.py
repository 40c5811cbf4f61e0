"""One recording from samples to speech: silence is left out, a long recording goes to the engine in pieces."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from transcription.engines import Engine
from transcription.speech import Segment, Speech
from transcription.windows import SAMPLE_RATE, Clip, find_speech, pieces_of

_FULL_SCALE = 32768.0
# ISO 639-2: undetermined.
_NO_LANGUAGE = "und"


def transcribe_recording(
    engine: Engine,
    samples: NDArray[np.int16],
    *,
    language: str | None,
    on_progress: Callable[[float], None],
) -> Speech:
    """Transcribe 16 kHz mono samples, which may be memory-mapped; where nobody speaks the engine is not asked.

    `on_progress` gets the seconds done, never fewer than before, and the whole length at the end.
    """
    on_progress(0.0)
    segments: list[Segment] = []
    for piece in pieces_of(find_speech(samples)):
        speech = _transcribe_piece(engine, samples, piece, language=language, on_progress=on_progress)
        segments += speech.segments
        # What the engine heard first holds for the rest of the recording.
        language = speech.language
    on_progress(len(samples) / SAMPLE_RATE)
    return Speech(language or _NO_LANGUAGE, tuple(segments), engine.name, engine.model)


def _transcribe_piece(
    engine: Engine,
    samples: NDArray[np.int16],
    clips: list[Clip],
    *,
    language: str | None,
    on_progress: Callable[[float], None],
) -> Speech:
    first = round(clips[0].start_seconds * SAMPLE_RATE)
    last = round(clips[-1].end_seconds * SAMPLE_RATE)
    offset = first / SAMPLE_RATE
    speech = engine.transcribe(
        samples[first:last].astype(np.float32) / _FULL_SCALE,
        clips=[Clip(clip.start_seconds - offset, clip.end_seconds - offset) for clip in clips],
        language=language,
        on_progress=lambda seconds: on_progress(offset + seconds),
    )
    return replace(speech, segments=tuple(_shifted(segment, offset) for segment in speech.segments))


def _shifted(segment: Segment, seconds: float) -> Segment:
    return replace(
        segment,
        start_seconds=segment.start_seconds + seconds,
        end_seconds=segment.end_seconds + seconds,
        words=tuple(
            replace(word, start_seconds=word.start_seconds + seconds, end_seconds=word.end_seconds + seconds)
            for word in segment.words
        ),
    )
