"""How fast somebody speaks, and how much of a recording is speech."""

from transcription.pace import speaking_seconds, speaking_share, words_a_minute
from transcription.speech import Word


def _spoken(*times: tuple[float, float], text: str = "word") -> list[Word]:
    return [Word(text, start, end, 0.9) for start, end in times]


def test_short_pauses_belong_to_speaking_and_long_ones_do_not() -> None:
    assert speaking_seconds(_spoken((0.0, 1.0), (1.8, 2.0), (10.0, 11.0))) == 3.0


def test_words_that_overlap_are_counted_once() -> None:
    assert speaking_seconds(_spoken((0.0, 2.0), (1.0, 1.5), (1.5, 3.0))) == 3.0


def test_the_pace_counts_every_word_and_leaves_silence_out() -> None:
    words = _spoken((0.0, 1.0), (1.0, 2.0), (60.0, 62.0), text="two words")

    assert words_a_minute(words) == 90


def test_nothing_is_said_about_the_pace_of_almost_nothing() -> None:
    assert words_a_minute(_spoken((0.0, 0.4))) is None
    assert words_a_minute([]) is None


def test_the_share_is_never_more_than_all() -> None:
    words = _spoken((0.0, 30.0))

    assert [speaking_share(words, length) for length in (60.0, 29.0, 0.0)] == [0.5, 1.0, None]
