"""The figure about unsure words: which heard words are wrong, and on which side of the mark."""

import pytest

from tests.benchmarks.confidence import Share, judge, sides
from transcription.speech import Word

pytest.importorskip("jiwer")
pytest.importorskip("whisper")
# openai-whisper leaves its list of spellings open.
_LEFT_OPEN = pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
pytestmark = [pytest.mark.weights, _LEFT_OPEN]


def _heard(*words: tuple[str, float]) -> list[Word]:
    return [Word(text, float(n), float(n + 1), confidence) for n, (text, confidence) in enumerate(words)]


def test_a_word_is_wrong_where_something_else_or_nothing_was_spoken() -> None:
    heard = _heard(("We", 0.9), ("met", 0.9), ("purple", 0.3), ("people.", 0.4), ("hmm", 0.2))

    judged = judge(heard, "We met pupils, people!", english=True)

    assert [(one.text, one.is_wrong) for one in judged] == [
        ("We", False),
        ("met", False),
        ("purple", True),
        ("people.", False),
    ]


def test_other_spellings_of_the_same_are_right() -> None:
    heard = _heard(("It's", 0.9), ("8", 0.9), ("well-known", 0.4), ("colours.", 0.9))

    judged = judge(heard, "it is eight well known colors", english=True)

    assert [one.is_wrong for one in judged] == [False, False, False, False]


def test_where_nothing_was_spoken_every_word_is_wrong() -> None:
    assert [one.is_wrong for one in judge(_heard(("you", 0.3)), "", english=False)] == [True]


def test_shares_are_of_the_words_under_the_mark_and_of_the_others() -> None:
    judged = judge(_heard(("a", 0.2), ("b", 0.3), ("c", 0.9), ("d", 0.9)), "a x c d", english=False)

    under, over = sides(judged, 0.5)

    assert (under, over) == (Share(2, 1), Share(2, 0))
    assert (under.share, over.share) == (0.5, 0.0)
