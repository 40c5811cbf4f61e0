"""The small font of icons: it must have every icon that a page may show, or the page shows a word instead."""

from tests.icons import ICONS, names_in, needed, whole_font


def test_every_icon_of_our_pages_and_of_quasar_is_in_the_font() -> None:
    """Where one is missing: `python -m tests.icons` writes the font anew."""
    assert needed() - names_in(ICONS) == set()


def test_the_icons_are_found_in_the_words_of_our_pages() -> None:
    assert {"account_circle", "check_circle", "radio_button_unchecked", "arrow_drop_down"} <= needed()


def test_the_font_is_a_small_part_of_the_whole() -> None:
    assert ICONS.stat().st_size < whole_font().stat().st_size / 10
