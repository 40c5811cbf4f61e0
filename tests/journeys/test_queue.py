"""An assessor finds work in a long list, goes from piece to piece, gives one away, and must not judge another."""

from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from models.actions import handing_in, reflections
from models.queries.people import actor_of
from models.queries.reflections import reflection as reflection_of
from models.states import ReflectionState
from models.tables import Conflict, Person, Reflection
from tests.journeys.axe import Inspector
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, PHONE, browser, chromium, picture, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from webapp.runtime import clock

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

WORDS = ("Zugvogel. ", "Bakelit and a Zugvogel. ", "Bakelit. ")


async def _handed_in(site: Site) -> list[UUID]:
    """Have three texts handed in, one after the other."""
    begun = await begun_reflections(site, *["written"] * len(WORDS))

    async def write() -> None:
        student = await actor_of(await Person.get(email=site.student))
        for reflection_id, words in zip(begun, WORDS, strict=True):
            reflection = await reflection_of(reflection_id, actor=student)
            draft = await reflections.open_draft(reflection)
            text = words + "I listened to them. " * 250
            saved = await reflections.save_draft(
                reflection, base_revision=draft.revision, text=text, actor=student, at=clock()
            )
            await handing_in.submit(reflection, revision=saved.revision, actor=student, at=clock())

    await site.beside(write)
    return begun


async def _wrong(page: Page, state: str) -> dict[str, list[str]]:
    inspector = Inspector(page)
    await inspector.look(state)
    return inspector.found


async def test_what_is_searched_for_is_gone_through_with_the_keyboard_alone(site: Site, spoken: Spoken) -> None:
    first, middle, last = await _handed_in(site)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        page = vidar.page
        await vidar.open("/queue")
        await page.locator("[data-test=search-words]").focus()
        await page.keyboard.type("zugv")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/queue?words=zugv*")
        await vidar.alive()
        await expect(page.locator("[data-test=piece]")).to_have_count(2)
        await expect(page.locator("[data-test=found-words] mark").first).to_have_text("Zugvogel")
        await picture(page, "queue-desk")
        assert await _wrong(page, "list") == {}

        await page.locator("[data-test=claim]").first.focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/assess/{first}?words=zugv*")
        await vidar.alive()
        await page.locator("[data-test=next-piece]").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/assess/{middle}?words=zugv*")
        await vidar.alive()

        await expect(page.locator("[data-test=next-piece]")).to_have_count(0)
        await page.locator("[data-test=previous-piece]").wait_for()
        assert await _wrong(page, "piece") == {}
        assert vidar.complaints == []
    assert (await site.beside(lambda: Reflection.get(id=last))).state is ReflectionState.SUBMITTED


async def test_the_list_fits_on_a_phone(site: Site, spoken: Spoken) -> None:
    await _handed_in(site)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.assessor, size=PHONE) as vidar,
    ):
        await vidar.open("/queue?words=bakelit")

        assert await vidar.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await _wrong(vidar.page, "list on a phone") == {}
        await picture(vidar.page, "queue-phone")


async def test_a_piece_is_handed_over_and_a_partial_assessor_sees_no_more_of_the_student(
    site: Site, spoken: Spoken
) -> None:
    first, *_rest = await _handed_in(site)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
        signed_in(chromium_, site.origin, site.other_assessor, size=DESK) as hedda,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as malte,
    ):
        await vidar.open(f"/assess/{first}")
        await vidar.press_and_reload("claim")
        await vidar.choose("colleague", "Hedda Lo")
        await vidar.press("hand-over")
        await vidar.page.wait_for_url(lambda url: str(first) not in url)
        await hedda.open("/notices")
        await expect(hedda.page.locator("main")).to_contain_text("handed a reflection over to you")
        await malte.open("/office/load")
        await expect(malte.page.locator("[data-test=load]", has_text="Linnea Storm")).to_contain_text("Hedda Lo")
        assert await _wrong(malte.page, "load") == {}
        await picture(malte.page, "load-desk")

        await hedda.open(f"/assess/{first}")
        await hedda.press("partial")
        await hedda.press("ask-reason")
        await hedda.fill("reason", "I supervise the thesis.")
        await hedda.press("confirm-reason")
        await hedda.page.wait_for_url("**/queue")
        await hedda.alive()

        await expect(hedda.page.locator("[data-test=piece]")).to_have_count(0)
        answer = await hedda.page.goto(f"{site.origin}/assess/{first}")
        assert answer is not None
        assert answer.status == 404
        assert [row.reason for row in await site.beside(Conflict.all)] == ["I supervise the thesis."]
