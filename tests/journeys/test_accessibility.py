"""Every screen of the capture page in every state, as axe-core sees it, in light and dark."""

from pathlib import Path

import pytest

from tests.journeys.axe import Inspector
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import PHONE, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

ENOUGH = "I asked before I explained. " * 210


async def test_home_and_what_waits_can_be_used_by_everybody(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        inspector = Inspector(page)
        await student.open("/capture/")
        await student.see("nothing-here")
        await inspector.look("home without anything")

        text, _ = await begun_reflections(site, "written", "posts", to_begin=1)
        await student.open("/capture/?do=write")
        await student.see("which")
        await inspector.look("which reflection")
        await student.open("/capture/?wanted=%2F")
        await student.see("piece")
        await student.see("storage")
        await inspector.look("home")
        await student.open("/capture/?outbox")
        await student.see("outbox-empty")
        await inspector.look("outbox without anything")

        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.context.set_offline(True)
        await student.open("/capture/")
        await page.locator(f"[data-test=piece][href*='{text}']").click()
        await student.fill("text", ENOUGH)
        await page.wait_for_timeout(1000)
        await student.open("/capture/?outbox")
        await student.see("outbox-row")
        await inspector.look("outbox")
        await student.press("outbox-open")
        await student.press("review-hand-in")
        await student.see("press-hand-in")
        await inspector.look("last look before handing in")
        await student.press("press-hand-in")
        await student.see("pressed")
        await inspector.look("handed in without a network")
        await page.context.set_offline(False)
        await student.see("receipt", seconds=60)
        await inspector.look("receipt")
        await student.press("take-back")
        await student.see("confirm-yes")
        await inspector.look("question before taking back")

        await page.context.clear_cookies()
        await page.evaluate("localStorage.clear()")
        await student.open("/capture/")
        await student.see("sign-in")
        await inspector.look("signed out")

    assert inspector.found == {}
    assert len(inspector.seen) == 10


async def test_recorder_can_be_used_by_everybody(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        inspector = Inspector(page)
        reflection, film = await begun_reflections(site, "podcast", "video")
        await student.open(f"/capture/?reflection={film}&as=video")
        await student.see("open-camera")
        await inspector.look("before filming")
        await student.press("open-camera")
        await student.see("close-camera")
        await inspector.look("camera")
        await student.open(f"/capture/?reflection={reflection}")
        await student.see("format-podcast")
        await inspector.look("choice of format")
        await student.press("format-podcast")
        await student.see("record")
        await inspector.look("recorder")
        await student.press("test-sound")
        await student.see("sound-state")
        await inspector.look("sound test")
        await student.see("sound-verdict")
        await inspector.look("sound test heard")
        await student.press("sound-back")
        await student.press("record")
        await student.see("recording-state")
        await page.wait_for_timeout(2500)
        await inspector.look("recording")
        await student.press("pause")
        await inspector.look("paused")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.reload()
        await student.see("found")
        await inspector.look("found after the page was lost")
        await student.press("use-recording")
        await student.see("uploaded", seconds=60)
        await inspector.look("recording in place")
        await student.press("record-again")
        await student.press("record")
        await page.wait_for_timeout(2500)
        await student.press("stop")
        await student.see("review")
        await inspector.look("listening to it")
        await student.press("trim")
        await student.see("trim-panel")
        await inspector.look("trimming")
        await student.press("trim-done")
        await page.context.set_offline(True)
        await student.press("use-recording")
        await student.see("sending")
        await inspector.look("sending")

    assert inspector.found == {}
    assert len(inspector.seen) == 13


async def test_editor_can_be_used_by_everybody(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        inspector = Inspector(page)
        [reflection] = await begun_reflections(site, "written")
        address = f"/api/v1/reflections/{reflection}"
        await student.open(f"/capture/?reflection={reflection}&as=written")
        await inspector.look("empty text")
        await student.fill("text", "What I wrote on the train.")
        await page.wait_for_timeout(2500)
        await inspector.look("short text")
        await student.press("review-hand-in")
        await student.see("hand-in-screen")
        await inspector.look("too short to hand in")
        await student.press("back-to-work")

        other = await page.context.new_page()
        await other.goto(f"{site.origin}/capture/?reflection={reflection}&as=written")
        await other.locator("[data-test=go-on-here]").wait_for()
        elsewhere = Inspector(other)
        await elsewhere.look("open in another window")
        await other.close()

        revision = (await (await page.request.get(site.origin + address)).json())["draft"]["revision"]
        changed = {"base_revision": revision, "text": "What I wrote on the laptop."}
        await page.request.patch(site.origin + address, data=changed, headers={"Origin": site.origin})
        await student.fill("text", "What I wrote on the ferry.")
        await student.see("conflict")
        await inspector.look("two versions")

    assert inspector.found | elsewhere.found == {}
    assert len(inspector.seen) == 4


async def test_posts_can_be_used_by_everybody(site: Site, spoken: Spoken, photos: list[Path]) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        inspector = Inspector(page)
        [reflection] = await begun_reflections(site, "posts")
        await student.open(f"/capture/?reflection={reflection}&as=posts")
        await student.see("post")
        await inspector.look("empty posts")
        await page.locator("[data-test=photo-input]").first.set_input_files(photos[0])
        await student.see("crop-dialog")
        await inspector.look("crop")
        await student.press("use-photo")
        await page.locator("[data-test=crop-dialog]").wait_for(state="detached")
        await inspector.look("post with a photo")
        await student.press("preview-feed")
        await student.see("feed")
        await inspector.look("feed")

    assert inspector.found == {}
    assert len(inspector.seen) == 4
