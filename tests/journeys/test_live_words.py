"""The words are there while somebody still speaks, and all of them before anybody decides."""

from uuid import UUID

import pytest
from playwright.async_api import expect

from models.tables import Transcript
from tests.journeys.browser import PHONE, Person, browser, chromium, signed_in
from tests.journeys.live_words import speak
from tests.journeys.site import Site
from tests.journeys.speech import Spoken

pytestmark = [
    pytest.mark.browser,
    pytest.mark.weights,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]


async def test_words_appear_while_somebody_speaks_and_become_the_transcript(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE, workers="block") as student,
    ):
        said = await speak(student, site, seconds=27)
        await expect(student.page.locator("[data-test=heard]")).to_have_text(said.heard)
        await student.picture("live-words")
        await student.press("use-recording")
        await student.see("uploaded")
        transcript = await _transcript(site, student, said.take)

        assert _known(said.shown, spoken) >= 3
        assert _known(said.heard, spoken) >= 10
        assert said.complete_seconds < 15
        assert transcript.text == said.heard
        assert student.complaints == []


async def _transcript(site: Site, student: Person, take: UUID) -> Transcript:
    for _ in range(100):
        found = await site.beside(lambda: Transcript.get_or_none(media_id=take))
        if found is not None:
            return found
        await student.page.wait_for_timeout(100)
    raise AssertionError("there is no transcript")


def _known(text: str, spoken: Spoken) -> int:
    heard = {"".join(filter(str.isalnum, word)).lower() for word in text.split()}
    return len(heard & set(spoken.words))
