"""One recording from samples to speech: silence is left out, a long recording goes to the engine in pieces."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from transcription.engines import Engine
from transcription.speech import Segment, Speech, shifted
from transcription.windows import CHUNK_SECONDS, SAMPLE_RATE, Clip, SpeechMeter, clips_of, is_spoken, pieces_of

_FULL_SCALE = 32768.0
# Ten minutes; of a longer recording no more is measured and heard before the first words are there.
_SAMPLES_AT_ONCE = 600 * SAMPLE_RATE
# ISO 639-2: undetermined.
_NO_LANGUAGE = "und"


def transcribe_recording(
    engine: Engine,
    samples: NDArray[np.int16],
    *,
    language: str | None,
    on_progress: Callable[[float], None],
    among: Sequence[str] = (),
    into_english: bool = False,
) -> Speech:
    """Transcribe 16 kHz mono samples, which may be memory-mapped; where nobody speaks the engine is not asked.

    `on_progress` gets the seconds done, never fewer than before, and the whole length at the end. Where no language is
    declared, the likeliest `among` those given is heard, or of all. `into_english` translates (see `Engine`).
    """
    hearing = Progressive(engine, language=language, among=among, into_english=into_english)
    on_progress(0.0)
    for end in range(_SAMPLES_AT_ONCE, len(samples), _SAMPLES_AT_ONCE):
        hearing.hear(samples[:end], on_progress=on_progress)
        on_progress(end / SAMPLE_RATE)
    speech = hearing.finish(samples, on_progress=on_progress)
    on_progress(len(samples) / SAMPLE_RATE)
    return speech


class Progressive:
    """One recording that is transcribed while it goes on.

    Give `hear` all samples so far (16 kHz mono, for example a file that grows, memory-mapped anew each time) as often
    as there are more; it returns the segments of the clips that became final since the last call, in order, with times
    from the start of the recording. Final means: with more sound the same clips come out, so nothing that was returned
    is ever taken back or heard again. While somebody speaks without a long pause that is the case every half minute.
    `finish` gets all samples, hears what is left and returns the whole speech. The clips are those of
    `transcribe_recording` for the whole, and so are the words, as far as an engine gives the same for a clip whatever
    it hears beside it.

    Calls block for as long as the engine needs and must not overlap. After an exception the clips of that call are
    lost: begin again with a new object.
    """

    def __init__(
        self, engine: Engine, *, language: str | None, among: Sequence[str] = (), into_english: bool = False
    ) -> None:
        self._engine = engine
        self._into_english = into_english
        self._language = language
        self._among = among
        self._meter = SpeechMeter()
        self._clips_heard = 0
        self._segments: list[Segment] = []
        self._heard_language: tuple[str | None, float | None] = (None, None)

    def hear(
        self, samples: NDArray[np.int16], *, on_progress: Callable[[float], None] = lambda seconds: None
    ) -> tuple[Segment, ...]:
        """Hear the clips that are final now; `samples` must begin with those of the calls before."""
        return self._hear(samples, has_ended=False, on_progress=on_progress)

    def finish(
        self, samples: NDArray[np.int16], *, on_progress: Callable[[float], None] = lambda seconds: None
    ) -> Speech:
        """Hear the rest; the recording has ended with these samples."""
        self._hear(samples, has_ended=True, on_progress=on_progress)
        return Speech(
            self._language or _NO_LANGUAGE,
            tuple(self._segments),
            self._engine.name,
            self._engine.model,
            *self._heard_language,
        )

    def hear_open(self, samples: NDArray[np.int16]) -> tuple[Segment, ...]:
        """Hear what is not final of the samples that `hear` got last; it is kept nowhere and will be heard again."""
        probabilities = self._meter.read(samples, has_ended=False)
        seconds = min(len(samples) / SAMPLE_RATE, len(probabilities) * CHUNK_SECONDS)
        pieces = pieces_of(clips_of(probabilities, duration_seconds=seconds)[self._clips_heard :])
        return tuple(
            segment
            for piece in pieces
            for segment in self._transcribe(samples, piece, probabilities, on_progress=lambda _seconds: None).segments
        )

    def _hear(
        self, samples: NDArray[np.int16], *, has_ended: bool, on_progress: Callable[[float], None]
    ) -> tuple[Segment, ...]:
        probabilities = self._meter.read(samples, has_ended=has_ended)
        # What is left of an unfinished chunk has not been measured yet.
        measured_seconds = min(len(samples) / SAMPLE_RATE, len(probabilities) * CHUNK_SECONDS)
        clips = clips_of(probabilities, duration_seconds=measured_seconds, has_ended=has_ended)[self._clips_heard :]
        new: list[Segment] = []
        for piece in pieces_of(clips):
            speech = self._transcribe(samples, piece, probabilities, on_progress=on_progress)
            new += speech.segments
            # What the engine heard first holds for the rest of the recording.
            self._language = speech.language
            if self._heard_language[0] is None:
                self._heard_language = (speech.heard_language, speech.heard_language_probability)
        self._clips_heard += len(clips)
        self._segments += new
        return tuple(new)

    def _transcribe(
        self,
        samples: NDArray[np.int16],
        clips: list[Clip],
        probabilities: NDArray[np.float32],
        *,
        on_progress: Callable[[float], None],
    ) -> Speech:
        """Hear some clips, and leave out what the engine invented where hardly anybody speaks."""
        first = round(clips[0].start_seconds * SAMPLE_RATE)
        last = round(max(clip.last_seconds for clip in clips) * SAMPLE_RATE)
        offset = first / SAMPLE_RATE
        speech = self._engine.transcribe(
            samples[first:last].astype(np.float32) / _FULL_SCALE,
            clips=[clip.earlier(offset) for clip in clips],
            language=self._language,
            among=self._among,
            into_english=self._into_english,
            on_progress=lambda seconds: on_progress(offset + seconds),
        )
        placed = [shifted(segment, offset) for segment in speech.segments]
        said = [one for one in placed if is_spoken(probabilities, one.start_seconds, one.end_seconds)]
        return replace(speech, segments=tuple(said))
