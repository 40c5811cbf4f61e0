"""The same draft on the phone and on the laptop: nothing is overwritten silently, and nothing is thrown away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browser import DESK, PHONE, Person, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from tests.journeys.test_main_job import done_activity, enrol

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

FIRST = "On the ferry I understood what home means."
PHONE_WORDS = "On the ferry I slowly understood what home means."
LAPTOP_WORDS = "On the ferry I understood what home means. The coast grew small."


async def test_student_sees_what_differs_and_keeps_both_texts(site: Site, spoken: Spoken) -> None:
    async with two_devices(site, spoken, "written", 0) as (phone, laptop):
        await write_apart(phone, laptop)

        await expect(phone.page.locator("[data-test=difference] ins")).to_contain_text("slowly")
        await expect(phone.page.locator("[data-test=difference] del")).to_contain_text("The coast grew small.")
        await phone.picture("two-versions")
        await phone.press("keep-both")

        await expect(phone.page.locator("[data-test=text]")).to_have_value(f"{PHONE_WORDS}\n\n{LAPTOP_WORDS}")
        await saved(phone)
        assert await text_on_server(phone.page) == f"{PHONE_WORDS}\n\n{LAPTOP_WORDS}"


async def test_version_that_was_not_chosen_can_be_brought_back(site: Site, spoken: Spoken) -> None:
    async with two_devices(site, spoken, "written", 0) as (phone, laptop):
        await write_apart(phone, laptop)
        await phone.press("keep-theirs")
        await expect(phone.page.locator("[data-test=text]")).to_have_value(LAPTOP_WORDS)

        await phone.page.locator("[data-test=set-aside] > summary").click()
        await phone.press("bring-back")

        await expect(phone.page.locator("[data-test=text]")).to_have_value(PHONE_WORDS)
        await expect(phone.page.locator("[data-test=set-aside] .version")).to_have_count(1)
        await expect(phone.page.locator("[data-test=set-aside]")).to_contain_text("coast")
        await saved(phone)
        assert await text_on_server(phone.page) == PHONE_WORDS


async def test_two_devices_that_change_different_posts_need_no_choice(site: Site, spoken: Spoken) -> None:
    async with two_devices(site, spoken, "posts", 2) as (phone, laptop):
        await phone.fill("caption", "The market", number=0)
        await phone.fill("caption", "The ferry", number=1)
        await saved(phone)
        await laptop.page.reload()
        await expect(laptop.page.locator("[data-test=caption]").nth(1)).to_have_value("The ferry")

        await phone.page.context.set_offline(True)
        await phone.fill("caption", "The market on Sunday", number=0)
        await laptop.fill("caption", "The ferry at night", number=1)
        await saved(laptop)
        await phone.page.context.set_offline(False)

        await expect(phone.page.locator("[data-test=caption]").nth(1)).to_have_value(
            "The ferry at night", timeout=30_000
        )
        await saved(phone)
        draft = (await (await phone.page.request.get(api_address(phone.page))).json())["draft"]
        assert [post["caption"] for post in draft["posts"]] == ["The market on Sunday", "The ferry at night"]


async def test_autosave_leaves_undo_and_the_spelling_language_to_the_writer(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=DESK) as student,
    ):
        page, text = student.page, student.page.locator("[data-test=text]")
        await enrol(student)
        await done_activity(student, 0, "written")
        await page.locator("[data-test=language]").select_option("sv")
        await text.press_sequentially("Hemma")
        await saved(student)
        await text.press_sequentially(" igen")
        await saved(student)

        await text.press("Control+z")

        assert await text.get_attribute("lang") == "sv"
        assert "igen" not in await text.input_value()
        await saved(student)
        assert "igen" not in await text_on_server(page)


@asynccontextmanager
async def two_devices(site: Site, spoken: Spoken, format_: str, number: int) -> AsyncIterator[tuple[Person, Person]]:
    """Open the same reflection on a phone and on a laptop."""
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as phone,
        signed_in(chromium_, site.origin, site.student, size=DESK) as laptop,
    ):
        await enrol(phone)
        await done_activity(phone, number, format_)
        await laptop.open(phone.page.url.removeprefix(site.origin))
        yield phone, laptop
        assert phone.complaints == []
        assert laptop.complaints == []


async def write_apart(phone: Person, laptop: Person) -> None:
    """Begin together, then write on both without either knowing; ends with the choice on the phone."""
    await phone.fill("text", FIRST)
    await saved(phone)
    await laptop.page.reload()
    await expect(laptop.page.locator("[data-test=text]")).to_have_value(FIRST)
    await phone.page.context.set_offline(True)
    await phone.fill("text", PHONE_WORDS)
    await laptop.fill("text", LAPTOP_WORDS)
    await saved(laptop)
    await phone.page.context.set_offline(False)
    await phone.see("conflict")


async def saved(person: Person) -> None:
    """Wait until the server has everything: also what the pause after typing holds back a moment."""
    await person.page.wait_for_timeout(300)
    await person.page.locator("[data-test=saved-state][data-state=saved]").wait_for(timeout=30_000)


async def text_on_server(page: Page) -> str:
    """Read the draft's text as the server has it."""
    text: str = (await (await page.request.get(api_address(page))).json())["draft"]["text"]
    return text


def api_address(page: Page) -> str:
    """Where the reflection of this page is answered."""
    reflection = page.url.split("reflection=")[1].split("&")[0]
    return f"{page.url.split('/capture')[0]}/api/v1/reflections/{reflection}"
