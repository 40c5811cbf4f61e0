from media.probe import REFUSALS, BrokenFile, TooLong, refusal, words_of
from models.errors import Refused


def test_a_stored_code_has_its_words() -> None:
    assert words_of("too_long") == TooLong.words
    assert words_of("no_longer_known") == Refused.words


def test_every_refusal_comes_back_from_its_code() -> None:
    assert [type(refusal(kind().code)) for kind in REFUSALS] == list(REFUSALS)


def test_words_need_no_arguments() -> None:
    assert [str(kind()) for kind in REFUSALS] == [kind.words for kind in REFUSALS]
    assert str(BrokenFile()) != str(TooLong())
