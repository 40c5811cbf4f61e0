from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from transcription.recording import Progressive, transcribe_recording
from transcription.speech import Segment, Speech, Word
from transcription.windows import Clip


class Listener:
    """An engine that writes down what it is given and hears one word per clip."""

    name = "listener"
    model = "none"

    def __init__(self) -> None:
        self.asked: list[tuple[int, list[Clip], str | None]] = []
        self.translated: list[bool] = []

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
        self.asked.append((len(samples), list(clips), language))
        self.translated.append(into_english)
        on_progress(clips[-1].end_seconds)
        return Speech(
            "en",
            tuple(Segment(c[0], c[1], "Yes.", (Word("Yes.", c[0], c[1], 0.9),), 0.1) for c in clips),
            self.name,
            self.model,
        )


def test_silence_does_not_reach_the_engine() -> None:
    engine, said = Listener(), list[float]()

    speech = transcribe_recording(engine, np.zeros(160_000, np.int16), language="sv", on_progress=said.append)

    assert speech == Speech("sv", (), "listener", "none")
    assert engine.asked == []
    assert said == [0.0, 10.0]


def test_silence_without_a_declared_language_is_undetermined() -> None:
    speech = transcribe_recording(Listener(), np.empty(0, np.int16), language=None, on_progress=lambda seconds: None)

    assert speech.language == "und"


def test_times_count_from_the_start_of_the_recording(read_speech: Callable[[str], NDArray[np.int16]]) -> None:
    engine, said = Listener(), list[float]()
    silence = np.zeros(20 * 16_000, np.int16)
    samples = np.concatenate((silence, read_speech("jfk.flac"), silence))

    speech = transcribe_recording(engine, samples, language="en", on_progress=said.append)

    (word,) = speech.words
    assert 18.5 < word.start_seconds < 20.5
    assert 30.5 < word.end_seconds < 33
    assert engine.asked[0][1][0].start_seconds == 0
    assert said == sorted(said)
    assert said[-1] == 51.0


def test_the_language_heard_first_holds_for_the_whole_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Listener()
    # Too far apart for one piece.
    monkeypatch.setattr("transcription.recording.clips_of", lambda *_, **__: [Clip(0, 10), Clip(950, 960)])

    transcribe_recording(engine, np.zeros(9 * 16_000, np.int16), language=None, on_progress=lambda seconds: None)

    assert [language for _, _, language in engine.asked] == [None, "en"]


def test_what_is_heard_while_it_goes_on_is_what_the_whole_gives(
    read_speech: Callable[[str], NDArray[np.int16]],
) -> None:
    samples = read_speech("librivox_short.flac")
    whole, growing = Listener(), Listener()
    speech = transcribe_recording(whole, samples, language="en", on_progress=lambda seconds: None)
    hearing, segments = Progressive(growing, language="en"), list[Segment]()

    for end in range(0, len(samples), 3 * 16_000):
        segments += hearing.hear(samples[:end])
    heard_before = len(segments)
    ended = hearing.finish(samples)

    assert 0 < heard_before < len(ended.segments)
    assert ended == speech
    assert tuple(segments) == ended.segments[:heard_before]


def test_nothing_is_heard_while_a_sentence_goes_on(read_speech: Callable[[str], NDArray[np.int16]]) -> None:
    engine = Listener()

    assert Progressive(engine, language="en").hear(read_speech("jfk.flac")) == ()
    assert engine.asked == []
