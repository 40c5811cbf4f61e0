"""Tests of what can be found in a text."""

import pytest

from models.search_words import LONGEST_WORD, excerpt, folded, has_word, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  …?! ", []),
        ("One two, ONE.", ["one", "two"]),
        ("Årsmöte A\u030arsmo\u0308te", ["årsmöte"]),
        ("e-mail snake_case it's", ["e", "mail", "snake", "case", "it", "s"]),
        ("STRASSE Straße", ["strasse"]),
        ("2026 x2", ["2026", "x2"]),
        ("日本 слово", ["日本", "слово"]),
    ],
)
def test_a_text_has_its_words_once_and_in_one_spelling(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_word_that_nobody_writes_is_cut() -> None:
    assert words_of("a" * 5000) == ["a" * LONGEST_WORD]


@pytest.mark.parametrize(
    ("text", "beginning", "expected"),
    [
        ("Maja Björk", "maj", True),
        ("Maja Björk", "bjö", True),
        ("Maja Björk", "aja", False),
        ("aja maja", "aja", True),
        ("maja aja", "aja", True),
        ("", "a", False),
    ],
)
def test_a_name_has_the_beginning_of_a_word(text: str, beginning: str, expected: bool) -> None:
    assert has_word(folded(text), beginning) is expected


def test_an_excerpt_shows_what_was_found_with_what_is_around_it() -> None:
    text = f"{'before ' * 40}the HOSPITAL and the clinic{' after' * 40}"

    pieces = excerpt(text, ["hospi", "clin"])

    assert [piece.text for piece in pieces if piece.is_found] == ["HOSPITAL", "clinic"]
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "the HOSPITAL and the clinic after" in shown


def test_a_short_text_is_shown_whole() -> None:
    assert "".join(piece.text for piece in excerpt("A walk\nby the sea", ["sea"])) == "A walk by the sea"


@pytest.mark.parametrize("wanted", [[], ["nowhere"]])
def test_where_nothing_is_found_nothing_is_shown(wanted: list[str]) -> None:
    assert excerpt("A walk by the sea", wanted) == []
