"""The battery is empty in the middle of a recording: what was said until then is still on the phone."""

from pathlib import Path

import pytest

from tests import chance
from tests.journeys.browser import chromium
from tests.journeys.browser_kills import browser_kills

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]


async def test_a_killed_browser_loses_at_most_one_slice_of_a_recording(tmp_path: Path) -> None:
    """20 of them are `python -m tests.long browser_kills`."""
    async for kill in browser_kills(tmp_path, times=4, seed=chance.seed()):
        print(kill)
        kill.check()
