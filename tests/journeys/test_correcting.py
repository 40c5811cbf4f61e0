"""A student puts the machine's words right and takes them along; an assessor sees both."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.journeys.axe import Inspector
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, PHONE, Person, browser, chromium, signed_in
from tests.journeys.corrected import spoken_into
from tests.journeys.site import Site, running_site
from tests.journeys.speech import Spoken
from transcription.finding import fold

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve a site whose transcripts only the test writes."""
    monkeypatch.setenv("CIM_SPEECH_MODEL", str(tmp_path / "none.pt"))
    data = tmp_path / "data"
    data.mkdir()
    with running_site(data) as running:
        yield running


TEXTS = ["Kafé, KAFE\u0301!", "sår sa\u030ar sar", "Ærø – Łódź", "don't", "Ünï ß İ 5½", "Привет, Ωμέγα", "…", "日本 語"]
_FOLD = """async (texts) => {
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const { fold } = await import(loaded.find((name) => name.endsWith("/transcript_view.js")));
  return texts.map(fold);
}"""
"""The page's own way to compare texts, which must be the server's."""


class Words:
    """The transcript on a page."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page

    async def open(self, text: str) -> None:
        """Tap the word that reads so."""
        await self.page.locator(".ct-word", has_text=text).first.click()
        await self.person.see("correct-word")

    async def all(self) -> str:
        """Read the words as they stand there."""
        return " ".join(await self.page.locator(".ct-word").all_inner_texts())

    async def saved(self) -> None:
        """Wait until the server has everything."""
        await self.page.locator("[data-test=saved-words][data-state=saved]").wait_for()


async def _at_the_words(site: Site, student: Person) -> tuple[UUID, UUID, Words]:
    [reflection] = await begun_reflections(site, "podcast", to_begin=1)
    media = await spoken_into(site, student.page, reflection)
    await student.open(f"/reflections/{reflection}")
    await student.page.locator(".ct-word").first.wait_for()
    return reflection, media, Words(student)


async def test_a_student_corrects_on_the_phone_and_takes_the_words_along(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page, inspector = student.page, Inspector(student.page)
        reflection, media, words = await _at_the_words(site, student)

        await words.open("coffee")
        await student.fill("correct-word", "café")
        await page.keyboard.press("Enter")
        await words.saved()
        await words.open("every")
        await student.fill("correct-word", "on every")
        await page.keyboard.press("Tab")
        assert await page.locator("[data-test=correct-word]").input_value() == "second"
        await page.keyboard.press("Escape")
        await words.open("small")
        await student.press("join-words")
        # What is half under the page's bar would count as too small to be hit.
        await page.evaluate("scrollTo(0, 0)")
        await inspector.look("a word being put right")
        await student.press("save-word")
        await words.open("talk")
        await student.press("leave-out")
        assert "café takes place on every second" in await words.all()
        assert "in smallgroups and – about" in await words.all()

        await student.press("undo")
        await student.press("undo")
        assert "in small groups and talk about" in await words.all()
        await student.press("redo")
        assert "in smallgroups and talk about" in await words.all()
        await words.saved()

        await student.press("next-unsure")
        assert await page.locator("[data-test=correct-word]").input_value() == "hole"
        await student.fill("correct-word", "whole")
        await student.press("save-word")
        await words.saved()
        await page.locator("[data-test=show-heard]").check()
        assert await page.locator(".ct-words del").all_inner_texts() == ["coffee", "every", "small groups", "hole"]
        await student.fill("find-words", "cafe takes")
        assert await page.locator("[data-test=found-count]").inner_text() == "1 of 1"
        assert await page.locator(".ct-word.found").all_inner_texts() == ["café", "takes"]
        await student.fill("find-words", "orebro")
        assert await page.locator("[data-test=found-count]").inner_text() == "Not found"
        await page.evaluate("scrollTo(0, 0)")
        await inspector.look("what the machine wrote is shown")

        taken = {}
        for kind in ("vtt", "txt", "html", "pdf"):
            address = await page.locator(f"[data-test=take-{kind}]").get_attribute("href")
            answer = await page.request.get(f"{site.origin}{address}")
            taken[kind] = await answer.body()
        assert "on every second" in taken["txt"].decode()
        assert "whole evening" in taken["html"].decode()
        assert "smallgroups" in taken["vtt"].decode()
        assert taken["pdf"].startswith(b"%PDF-")
        printed = await page.context.new_page()
        complaints: list[str] = []
        printed.on("console", lambda line: complaints.append(line.text))
        # Nothing runs in it, so that nobody can look into it from here either: it is looked at as a copy.
        await printed.goto(f"{site.origin}/media/{media}/transcript/html")
        assert complaints == []
        await printed.goto("about:blank")
        await printed.set_content(taken["html"].decode())
        paper = Inspector(printed)
        await paper.look("page to print")
        await printed.close()

        await student.open("/search?q=CAFE")
        await student.see("search-result")
        assert await page.locator("mark").all_inner_texts() == ["café"]
        await inspector.look("search")
        await page.get_by_role("link", name="Open").click()
        await page.wait_for_url(f"**/reflections/{reflection}?find=CAFE")
        await page.locator(".ct-word.found").wait_for()
        assert await page.locator(".ct-word.found").all_inner_texts() == ["café"]
        assert student.complaints == []
    assert inspector.found == {}
    assert paper.found == {}


async def test_words_that_were_put_right_without_a_network_are_not_lost(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=DESK, workers="block") as student,
    ):
        page = student.page
        reflection, media, words = await _at_the_words(site, student)
        await page.route("**/transcript/words", lambda route: route.abort())

        await words.open("coffee")
        await student.fill("correct-word", "café")
        await page.keyboard.press("Enter")
        await page.locator("[data-test=saved-words][data-state=kept]").wait_for()
        assert "kept on this device" in await page.locator("[data-test=saved-words]").inner_text()
        await words.open("hole")
        await student.fill("correct-word", "whole, half typed")
        await page.reload()
        await student.alive()
        await student.see("correct-word")

        assert await page.locator("[data-test=correct-word]").input_value() == "whole, half typed"
        assert "language café takes" in await words.all()
        await page.unroute("**/transcript/words")
        await student.press("save-word")
        await words.saved()
        text = await page.request.get(f"{site.origin}/media/{media}/transcript/txt")
        assert "language café takes" in await text.text()
        assert "whole, half typed" in await text.text()
        assert await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('cim.words'))") == []
        assert reflection


async def test_a_keyboard_is_enough(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=DESK, locale="sv-SE") as student,
    ):
        page = student.page
        _, _, words = await _at_the_words(site, student)

        await page.locator(".ct-word[tabindex='0']").focus()
        for key in ("ArrowRight", "ArrowRight", "Enter"):
            await page.keyboard.press(key)
        assert await page.locator("[data-test=correct-word]").input_value() == "coffee"
        await page.keyboard.type("café")
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.textContent") == "café"
        await page.keyboard.press("Control+z")
        assert "language coffee takes" in await words.all()
        await page.keyboard.press("Control+Shift+z")
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Delete")
        await words.saved()

        assert "language café – place" in await words.all()
        await page.locator(".ct-word[tabindex='0']").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowDown")
        assert await page.evaluate("document.activeElement.dataset.test") == "save-word"
        await page.keyboard.press("Escape")
        assert await page.evaluate("document.activeElement.textContent") == "–"

        compared = await page.evaluate(_FOLD, TEXTS)
        assert compared == [fold(text) for text in TEXTS]
