"""Which words of two texts differ."""

import random

import pytest

from tests.webapp.capture.conftest import InBrowser

pytestmark = pytest.mark.browser

_MARKED = """({ difference }, [first, second]) => difference(first, second).map(({ kind, text }) =>
    ({ same: text, first: `[-${text}-]`, second: `[+${text}+]` })[kind]).join("")"""


@pytest.mark.parametrize(
    ("first", "second", "marked"),
    [
        ("", "", ""),
        ("Same words.", "Same words.", "Same words."),
        ("", "All new", "[+All new+]"),
        ("All gone", "", "[-All gone-]"),
        ("I learned to ask first.", "I learned to listen first.", "I learned to [-ask-][+listen+] first."),
        ("One.\n\nThree.", "One.\n\nTwo.\n\nThree.", "One.\n\n[+Two.\n\n+]Three."),
        # A single word that happens to be equal would only make the difference harder to read.
        ("at night by the sea", "in town by a lake", "[-at night by the sea-][+in town by a lake+]"),
        ("the sun and the rain on the hill", "the rain on the hill", "the [-sun and the -]rain on the hill"),
    ],
)
def test_difference_marks_whole_words(in_browser: InBrowser, first: str, second: str, marked: str) -> None:
    assert in_browser("difference", _MARKED, [first, second]) == marked


def test_both_texts_can_be_read_out_of_their_difference(in_browser: InBrowser) -> None:
    dice = random.Random(4)
    pairs = [[_text(dice), _text(dice)] for _ in range(2000)]

    read = in_browser(
        "difference",
        """({ difference }, pairs) => pairs.map(([first, second]) => {
            const parts = difference(first, second);
            const without = (kind) => parts.filter((part) => part.kind !== kind).map((part) => part.text).join("");
            return [without("second"), without("first")];
        })""",
        pairs,
    )

    assert read == pairs


@pytest.mark.parametrize("vocabulary", [2, 40, 100_000])
def test_difference_of_two_long_unrelated_texts_comes_to_an_end(in_browser: InBrowser, vocabulary: int) -> None:
    dice = random.Random(vocabulary)
    first, second = (" ".join(f"w{dice.randrange(vocabulary)}" for _ in range(20_000)) for _ in range(2))

    parts = in_browser(
        "difference", "({ difference }, texts) => difference(...texts).map((part) => part.text.length)", [first, second]
    )

    assert 0 < sum(parts) <= len(first) + len(second)


def _text(dice: random.Random) -> str:
    return dice.choice(["", " "]).join(dice.choice("aabbcdéå\n  ") for _ in range(dice.randrange(30)))
