"""A phone at its edges: killed after the sign-in, shared, full, with odd letters and files of wrong kinds."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.bare_phone import invited
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import PHONE, Person, browser, chromium, sign_in, signed_in
from tests.journeys.site import Site, running_site
from tests.journeys.test_edges_of_sending import end_enrolment
from tests.journeys.test_shell import leave, settled, share
from tests.journeys.test_two_devices import saved, text_on_server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

_FORGETS = "localStorage.removeItem('cim.capture.person')"
_SIGNED_OUT_MEANWHILE = """() => import("/capture/last_person.js").then(({ forget }) => forget()).then(() =>
  fetch("/api/v1/session", { method: "DELETE", headers: { "Content-Type": "application/json" } }))"""
_COMES_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
_FULL = """
const refuse = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve one installation for all of these tests; each brings a student of its own."""
    with running_site(tmp_path_factory.mktemp("edges") / "data") as site:
        yield site


@asynccontextmanager
async def a_student(
    site: Site, tmp_path: Path, *formats: str, email: str = "", **options: Any
) -> AsyncIterator[tuple[Person, list[Any]]]:
    """Have a student of one's own with a phone, and the reflections that were begun; no script of a page may fail."""
    email = email or await invited(site)
    reflections = await begun_reflections(site, *formats, email=email)
    async with (
        browser(tmp_path / "none.wav") as chromium_,
        signed_in(chromium_, site.origin, email, size=PHONE, **options) as student,
    ):
        yield student, reflections
        assert student.complaints == []


async def test_phone_that_lost_who_signed_in_opens_its_owners_work_without_a_server(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written") as (student, _):
        await _seen_at_home(student)
        await student.page.evaluate(_FORGETS)
        await student.page.context.set_offline(True)
        await student.page.reload()

        await student.see("piece")


async def test_phone_that_lost_that_somebody_signed_out_shows_nothing_of_them(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written") as (student, _):
        await _seen_at_home(student)
        last = await student.page.evaluate("localStorage.getItem('cim.capture.person')")
        await leave(student)
        await student.page.evaluate("(last) => localStorage.setItem('cim.capture.person', last)", last)
        await student.page.context.set_offline(True)
        await student.page.reload()

        await student.see("sign-in")
        await expect(student.page.locator("[data-test=piece]")).to_have_count(0)


async def test_whoever_signs_out_in_one_window_is_gone_from_the_others_and_keeps_the_words(
    site: Site, tmp_path: Path
) -> None:
    email = await invited(site)
    async with a_student(site, tmp_path, "written", email=email) as (student, [reflection]):
        page = student.page
        await student.open(f"/capture/?reflection={reflection}&as=written")
        await student.see("text")
        await page.route("**/api/v1/reflections/*", lambda route: route.abort())
        await student.fill("text", "Only on this phone, and only mine.")
        await page.wait_for_timeout(500)
        other = Person(await page.context.new_page(), site.origin, student.complaints)
        await other.open("/capture/")
        await leave(other)
        await student.see("sign-in")
        shown = await page.locator("body").inner_text()
        await page.unroute_all()
        await sign_in(page, site.origin, email)
        await student.open(f"/capture/?reflection={reflection}&as=written")

        assert "only mine" not in shown
        await expect(page.locator("[data-test=text]")).to_have_value("Only on this phone, and only mine.")


async def test_menu_signs_out_for_the_phone_too(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written") as (student, _):
        await _seen_at_home(student)
        await student.open("/")
        await student.page.locator(".cim-head button").click()
        await student.page.locator(".q-menu .q-item").filter(has_text="Sign out").click()
        await student.page.wait_for_url("**/sign-in")
        await student.page.context.set_offline(True)
        await student.page.goto(f"{site.origin}/capture/")

        await student.see("sign-in")
        await expect(student.page.locator("[data-test=piece]")).to_have_count(0)


async def test_page_that_comes_back_after_signing_out_shows_nothing_of_its_owner(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written") as (student, _):
        await _seen_at_home(student)
        await student.page.evaluate(_SIGNED_OUT_MEANWHILE)
        async with student.page.expect_navigation():
            await student.page.evaluate(_COMES_BACK)

        await student.see("sign-in")
        await expect(student.page.locator("[data-test=piece]")).to_have_count(0)


async def test_reflection_of_an_ended_enrolment_is_not_said_to_be_handed_in(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written") as (student, [reflection]):
        await end_enrolment(site, reflection)
        await student.open(f"/capture/?reflection={reflection}")

        await expect(student.page.locator("[data-test=closed] h2").first).to_have_text("This reflection is closed")


async def test_full_phone_that_cannot_open_its_store_says_so(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written", workers="block") as (student, _):
        await student.page.add_init_script(_FULL + "IDBFactory.prototype.open = refuse;")
        await student.page.goto(f"{site.origin}/capture/")

        await expect(student.page.locator("main")).to_contain_text("There is no space left on this phone.")
        # The page says it in words; the reason is thrown on for whoever looks into the console.
        student.complaints.clear()


async def test_browser_that_tells_and_keeps_nothing_quickly_still_shows_the_list(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written", workers="block") as (student, _):
        await student.page.add_init_script(
            _FULL + "IDBFactory.prototype.databases = refuse;"
            "for (const name of ['getItem', 'setItem', 'removeItem']) Storage.prototype[name] = refuse;"
        )
        await student.page.goto(f"{site.origin}/capture/")

        await student.see("piece")
        await expect(student.page.locator("[data-test=piece]")).to_have_count(1)


async def test_what_fails_behind_the_list_does_not_take_the_list_away(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written", workers="block") as (student, _):
        await student.page.add_init_script(_FULL + "CacheStorage.prototype.has = refuse;")
        await student.page.goto(f"{site.origin}/capture/")
        await student.see("home-trouble")

        await expect(student.page.locator("[data-test=home-trouble]")).to_contain_text("There is no space left")
        await expect(student.page.locator("[data-test=piece]")).to_have_count(1)


async def test_half_an_emoji_does_not_keep_a_text_from_being_saved(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "written") as (student, [reflection]):
        await student.open(f"/capture/?reflection={reflection}&as=written")
        await student.page.locator("[data-test=text]").evaluate("""(text) => {
          text.value = "On the ferry \\ud83d I waved.";
          text.dispatchEvent(new Event("input", { bubbles: true }));
        }""")
        await saved(student)

        assert await text_on_server(student.page) == "On the ferry  I waved."


async def test_recording_goes_on_although_the_language_was_changed_elsewhere(site: Site, tmp_path: Path) -> None:
    async with a_student(site, tmp_path, "podcast", workers="block") as (student, [reflection]):
        await student.open("/capture/")
        await student.see("piece")
        answered = await _answer_late_in_swedish(student.page)
        await student.page.goto(f"{site.origin}/capture/?reflection={reflection}&as=podcast")
        await student.press("record")
        await expect(student.page.locator("[data-test=recording-state]")).to_have_text("Recording")
        answered.set()
        await student.page.wait_for_timeout(1500)

        await expect(student.page.locator("[data-test=recording-state]")).to_have_text("Recording")


async def test_shared_file_of_a_wrong_kind_is_offered_no_place(site: Site, tmp_path: Path) -> None:
    document = tmp_path / "minutes.pdf"
    document.write_bytes(b"%PDF-1.7 nothing to hear")
    async with a_student(site, tmp_path, "podcast") as (student, _):
        await student.open("/capture/")
        await settled(student.page)
        await share(student, document)

        await expect(student.page.get_by_role("heading", name="Nothing it could belong to")).to_be_visible()


async def _seen_at_home(student: Person) -> None:
    await student.open("/capture/")
    await student.see("piece")
    await settled(student.page)
    await student.page.reload()
    await student.see("piece")


async def _answer_late_in_swedish(page: Page) -> asyncio.Event:
    """Hold the answer back that says who is here, until the event; it says that this person reads Swedish now."""
    go = asyncio.Event()

    async def answer(route: Any) -> None:
        fetched = await route.fetch()
        body = await fetched.json()
        body["person"]["language"] = "sv"
        await go.wait()
        await route.fulfill(response=fetched, json=body)

    await page.context.route("**/api/v1/work", answer)
    return go
