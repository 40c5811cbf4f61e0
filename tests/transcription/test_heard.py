"""What was heard of the segments of a take becomes the words of the take."""

from pathlib import Path
from uuid import uuid4

from transcription.heard import Heard, joined, keep, kept, remove
from transcription.speech import Segment, Speech, Word


def _heard(*words: tuple[str, float, float], seconds: float = 10.0, begun: str = "now") -> Heard:
    spoken = tuple(Word(text, start, end, 0.9) for text, start, end in words)
    text = " ".join(word.text for word in spoken)
    segments = (Segment(spoken[0].start_seconds, spoken[-1].end_seconds, text, spoken, 0.1),) if spoken else ()
    return Heard(begun, "en", "base", seconds, Speech("en", segments, "engine", "base", "en", 0.9), is_all=True)


def _times(speech: Speech | None) -> list[tuple[str, float, float]]:
    assert speech is not None
    return [(word.text, word.start_seconds, word.end_seconds) for word in speech.words]


def test_the_words_of_a_second_segment_come_after_the_length_of_the_first() -> None:
    parts = [_heard(("Good", 1.0, 2.0), seconds=10.0), _heard(("morning.", 0.5, 1.5), seconds=5.0)]

    assert _times(joined(parts, duration_seconds=15.0)) == [("Good", 1.0, 2.0), ("morning.", 10.5, 11.5)]


def test_words_that_were_cut_off_are_left_out() -> None:
    part = _heard(("Well,", 0.0, 1.0), ("good", 2.0, 3.0), ("morning.", 3.0, 4.0), ("Bye.", 8.0, 9.0))

    speech = joined([part], trim_start_seconds=2.0, trim_end_seconds=6.0, duration_seconds=4.0)

    assert _times(speech) == [("good", 0.0, 1.0), ("morning.", 1.0, 2.0)]
    assert speech is not None
    assert [(s.text, s.start_seconds, s.end_seconds) for s in speech.segments] == [("good morning.", 0.0, 4.0)]


def test_a_take_of_another_length_is_not_made_of_what_was_heard() -> None:
    part = _heard(("Good", 1.0, 2.0))

    assert joined([part], duration_seconds=10.4) is not None
    assert joined([part], duration_seconds=10.6) is None


def test_the_language_that_was_heard_is_that_of_the_first_words() -> None:
    silence = Heard("now", "en", "base", 3.0, Speech("en", (), "engine", "base"), is_all=True)

    speech = joined([silence, _heard(("Good", 1.0, 2.0))], duration_seconds=13.0)

    assert speech is not None
    assert (speech.heard_language, speech.heard_language_probability) == ("en", 0.9)


def test_what_was_heard_is_kept_until_it_is_removed(tmp_path: Path) -> None:
    upload, heard = uuid4(), _heard(("Good", 1.0, 2.0))

    keep(tmp_path, upload, heard)
    found, of_a_later_one = kept(tmp_path, upload, "now"), kept(tmp_path, upload, "later")
    remove(tmp_path, upload)

    assert (found, of_a_later_one, kept(tmp_path, upload, "now")) == (heard, None, None)
    assert list(tmp_path.iterdir()) == []
