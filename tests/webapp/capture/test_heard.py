"""Under the recorder there is room for the newest words only."""

import pytest

from tests.webapp.capture.conftest import InBrowser

pytestmark = pytest.mark.browser

_NEWEST = "({ newest }, { text, count }) => newest(text, count)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Good morning.", "Good morning."),
        ("One two three", "One two three"),
        ("One two three four", "… two three four"),
    ],
)
def test_only_the_newest_words_are_shown(in_browser: InBrowser, text: str, shown: str) -> None:
    assert in_browser("heard", _NEWEST, {"text": text, "count": 3}) == shown
