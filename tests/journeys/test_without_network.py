"""On a train: the network goes while a student writes and records, and nothing is lost."""

import pytest
from playwright.async_api import expect

from tests.journeys.browser import PHONE, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from tests.journeys.test_main_job import done_activity, enrol

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]


WORDS = "On the ferry I understood what home means."


async def test_student_goes_on_writing_and_recording_without_a_network(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page, network = student.page, student.page.context
        await enrol(student)
        await done_activity(student, 0, "written")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")

        await network.set_offline(True)
        await page.reload()
        await student.fill("text", WORDS)
        await page.wait_for_timeout(700)  # A pause: the text is kept on the phone at every one.
        await page.locator("[data-test=saved-state][data-state=offline]").wait_for(timeout=20_000)
        await page.reload()
        await expect(page.locator("[data-test=text]")).to_have_value(WORDS)

        await student.press("change-format")
        await student.press("format-podcast")
        await student.press("record")
        await page.wait_for_timeout(3000)
        await student.press("stop")
        await student.press("use-recording")
        await student.see("upload-state")
        assert await page.locator("[data-test=continue]").count() == 0

        await network.set_offline(False)
        await student.see("continue", seconds=60)
        await student.press_to("continue", "**/reflections/*")
        await page.locator("audio").wait_for(timeout=30_000)
        answer = await page.request.get(page.url.replace("/reflections/", "/api/v1/reflections/"))
        draft = (await answer.json())["draft"]
        assert (draft["text"], draft["format"]) == (WORDS, "podcast")
        assert student.complaints == []
