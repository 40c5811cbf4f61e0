"""An assessor who knows only English reads what a machine made of a recording, and hears each sentence."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from models.actions import handing_in, jobs
from models.queries.people import actor_of
from models.queries.reflections import reflection as reflection_of
from models.tables import Person, Transcript, Version
from models.tables.jobs import TRANSLATE
from tests.factories import make_translation
from tests.journeys.axe import Inspector
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, PHONE, browser, chromium, signed_in
from tests.journeys.corrected import spoken_into
from tests.journeys.site import Site, running_site
from tests.journeys.speech import Spoken
from webapp.runtime import clock

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

ENGLISH = ("The language café is on Tuesdays.", "We sit in small groups.", "Last time we spoke of home.")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve a site whose transcripts only the test writes."""
    monkeypatch.setenv("CIM_SPEECH_MODEL", str(tmp_path / "none.pt"))
    data = tmp_path / "data"
    data.mkdir()
    with running_site(data) as running:
        yield running


async def _translated(site: Site, reflection_id: UUID, media_id: UUID) -> None:
    """Let the recording be Swedish and have its translation, and hand it in."""

    async def translate() -> None:
        await Version.filter(reflection_id=reflection_id).update(language="sv")
        transcript = await Transcript.get(media_id=media_id)
        later = clock() + timedelta(days=1)  # So that the site leaves it to the test.
        await jobs.enqueue(TRANSLATE, media_id, at=later, transcript=str(transcript.id), language="sv")
        await make_translation(transcript, *ENGLISH, at=clock())
        student = await actor_of(await Person.get(email=site.student))
        draft = await Version.get(reflection_id=reflection_id, frozen_at__isnull=True)
        reflection = await reflection_of(reflection_id, actor=student)
        await handing_in.submit(reflection, revision=draft.revision, actor=student, at=clock())

    await site.beside(translate)


async def test_an_assessor_reads_english_and_hears_each_sentence(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as assessor,
    ):
        [reflection] = await begun_reflections(site, "podcast")
        await _translated(site, reflection, await spoken_into(site, student.page, reflection))
        page = assessor.page
        await assessor.open(f"/assess/{reflection}")
        await page.locator(".ct-sentence").first.wait_for()

        assert await page.locator("[data-test=translation] summary").inner_text() == (
            "In English – Machine translation, not checked"
        )
        assert await page.locator("[data-test=in-english]").get_attribute("lang") == "en"
        assert await page.locator(".ct-sentence").all_text_contents() == list(ENGLISH)
        tracks = "[...document.querySelectorAll('audio track')].map((track) => [track.srclang, track.kind])"
        assert await page.evaluate(tracks) == [["sv", "captions"], ["en", "subtitles"]]

        await page.locator(".ct-sentence", has_text="small groups").click()
        await page.locator(".ct-sentence[data-now]", has_text="small groups").wait_for()
        assert await page.evaluate("document.querySelector('audio').currentTime") >= 3.0
        await page.evaluate("document.querySelector('audio').pause()")
        looks = Inspector(page), Inspector(student.page)
        await looks[0].look("the English beside the transcript")
        await assessor.picture("in-english")

        await student.open(f"/reflections/{reflection}")
        assert not await student.page.locator("[data-test=in-english]").is_visible()
        await student.page.locator("[data-test=translation] summary").click()
        assert await student.page.locator("[data-test=in-english]").is_visible()
        await looks[1].look("the English on a phone")
        await student.picture("in-english-phone")

        assert [look.found for look in looks] == [{}, {}]
        assert (assessor.complaints, student.complaints) == ([], [])
