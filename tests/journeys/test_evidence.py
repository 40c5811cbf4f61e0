"""Evidence from the phone to the desk: the network goes, the page is loaded again, and staff read every page."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.journeys.browser import DESK, PHONE, Person, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from tests.journeys.test_main_job import enrol
from tests.media.pdfs import make_pdf, protected_pdf

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    """Make a PDF that is long on its way, one that is locked, and something else."""
    contents = {"signed list.pdf": make_pdf(2) + bytes(1_500_000), "locked.pdf": protected_pdf(), "notes.txt": b"Hello"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


async def test_evidence_arrives_over_a_bad_network_and_staff_read_every_page(
    site: Site, spoken: Spoken, photos: list[Path], papers: dict[str, Path]
) -> None:
    async with browser(spoken.wav) as chromium_:
        async with signed_in(chromium_, site.origin, site.student, size=PHONE, workers="block") as student:
            address = await chosen_activity(student)
            await send_over_a_bad_network(student, papers["signed list.pdf"])
            await be_told_why_not(student, papers)
            await remove_the_locked_one(student)
            await student.page.locator("[data-test=evidence-input]").set_input_files(photos[0])
            await expect(listed(student)).to_have_count(2, timeout=30_000)
            assert student.complaints == []
        async with signed_in(chromium_, site.origin, site.staff, size=DESK) as staff:
            await staff.open(address)
            await expect(listed(staff)).to_have_count(2)
            assert await staff.page.locator("[data-test=evidence-remove], [data-test=evidence-input]").count() == 0
            await staff.press_to("evidence-open", "**/evidence/*")
            pages = staff.page.locator("[data-test=evidence-page] img")
            await expect(pages).to_have_count(2)
            await pages.nth(1).scroll_into_view_if_needed()
            await staff.page.wait_for_function(
                "[...document.querySelectorAll('[data-test=evidence-page] img')].every(i => i.naturalHeight === 1600)"
            )
            assert await pages.nth(1).get_attribute("alt") == "Page 2 of 2 of signed list.pdf, as a picture"
            assert staff.complaints == []


def listed(person: Person):  # type: ignore[no-untyped-def]
    """Find the files that can be read."""
    return person.page.locator("[data-test=evidence-open]")


async def chosen_activity(student: Person) -> str:
    """Enrol and choose an activity; gives its address."""
    await enrol(student)
    await student.open("/")
    await student.press_to("add-activity", "**/add")
    await student.press_to("choose-item", "**/activities/*")
    return student.page.url.removeprefix(student.origin)


async def send_over_a_bad_network(student: Person, file: Path) -> None:
    """Send a file slowly, lose the network in the middle, load the page again; it goes on where it was."""
    page, sent = student.page, []

    async def slowly(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
            await page.wait_for_timeout(200)
        await route.continue_()

    await page.context.route("**/uploads/**", slowly)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.locator("[data-test=evidence-input]").set_input_files(file)
    await student.see("evidence-state")
    async with asyncio.timeout(60):
        while len(sent) < 3:
            await page.wait_for_timeout(50)
    await page.context.set_offline(True)
    await page.locator(".cim-upload-row[data-state=offline]").wait_for(timeout=15_000)
    await page.context.set_offline(False)
    await page.reload()
    await expect(listed(student)).to_have_count(1, timeout=30_000)
    await expect(page.locator("[data-test=evidence-state]")).to_have_count(0)
    assert len(sent) < 2 * len(set(sent))
    await page.context.unroute_all(behavior="ignoreErrors")


async def be_told_why_not(student: Person, papers: dict[str, Path]) -> None:
    """Choose what nobody can read, and be told so before and after it was sent."""
    await student.page.locator("[data-test=evidence-input]").set_input_files(
        [papers["notes.txt"], papers["locked.pdf"]]
    )
    await expect(student.page.locator("[data-test=evidence-problem]")).to_contain_text("neither a photo nor a PDF")
    words = student.page.locator("[data-test=evidence-standing]").filter(has_text="This PDF is protected")
    await expect(words).to_be_visible(timeout=30_000)


async def remove_the_locked_one(student: Person) -> None:
    """Take the file away that cannot be used."""
    await student.press("evidence-remove", number=1)
    await student.page.locator("[data-test=evidence-confirm-remove]:visible").click()
    await expect(student.page.locator("[data-evidence-file]")).to_have_count(1)
