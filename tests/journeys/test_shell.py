"""The shell: opens without a network, takes what is shared, hands in offline, and belongs to one person only."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, PHONE, Person, browser, chromium, sign_in, signed_in
from tests.journeys.phone import phone
from tests.journeys.proxy import Proxy
from tests.journeys.site import Site, copy_prepared
from tests.journeys.speech import Spoken
from tests.webapp.server import REPOSITORY, free_port
from webapp.layout import SIGN_OUT

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

ENOUGH = "I asked before I explained. " * 210
_WAITS = "navigator.serviceWorker.getRegistration().then((found) => found.waiting !== null)"
_OWN_FILES = (
    "import sys; from pathlib import Path; from webapp.endpoints import shell; "
    "shell.FILES = Path(sys.argv.pop(1)); from webapp.cli import main; main()"
)


async def settled(page: Page) -> None:
    """Wait until the service worker has the shell and answers for this page."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.wait_for_function("() => navigator.serviceWorker.controller !== null")


async def test_cold_phone_opens_with_its_work_although_the_server_is_down(
    site: Site, spoken: Spoken, tmp_path: Path
) -> None:
    await begun_reflections(site, "written", to_begin=1)
    async with async_playwright() as playwright, phone(playwright, tmp_path / "phone", spoken.wav) as own:
        with Proxy(int(site.origin.rpartition(":")[2])) as line:
            student = await own.person(line.origin)
            await sign_in(student.page, line.origin, site.student)
            await student.open("/capture/")
            await student.see("piece")
            await settled(student.page)
            await own.close()
        student = await own.person(line.origin)
        await student.open("/capture/")
        await student.see("piece", seconds=5)

        assert await student.page.locator("[data-test=piece]").count() == 2
        assert own.complaints == []


async def test_shell_opens_on_a_line_that_swallows_everything(site: Site, spoken: Spoken, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "written")
    with Proxy(int(site.origin.rpartition(":")[2])) as line:
        async with async_playwright() as playwright, phone(playwright, tmp_path / "phone", spoken.wav) as own:
            student = await own.person(line.origin)
            await sign_in(student.page, line.origin, site.student)
            await student.open("/capture/")
            await settled(student.page)
            line.swallow()
            await student.page.goto(f"{line.origin}/capture/?reflection={reflection}&as=written")

            await student.page.locator("[data-test=text]").wait_for(timeout=5000)


async def test_page_that_needs_a_network_gives_way_to_the_shell_and_comes_when_it_is_back(
    site: Site, spoken: Spoken
) -> None:
    await begun_reflections(site, "written")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        await student.open("/capture/")
        await settled(student.page)
        await student.page.context.set_offline(True)
        await student.page.goto(f"{site.origin}/")
        await student.see("piece")
        await student.page.context.set_offline(False)
        await student.press_to("wanted", f"{site.origin}/")

        assert await student.page.locator("[data-test=add-activity]").count() == 1


async def test_first_visit_has_every_module_once(site: Site, spoken: Spoken) -> None:
    await begun_reflections(site, "written")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE, workers="block") as student,
    ):
        await student.open("/capture/")
        await student.see("last-answer")
        loaded = await student.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")

        scripts = [address for address in loaded if address.endswith(".js")]
        assert {address.rpartition("/")[0] for address in scripts} == {f"{site.origin}/capture/{_version(loaded)}"}
        assert "first.js" not in {address.rpartition("/")[2] for address in scripts}


def _version(addresses: list[str]) -> str:
    [picture] = {address for address in addresses if address.endswith("/icon.svg")}
    return picture.split("/")[-2]


async def test_shortcut_goes_straight_to_the_one_reflection_that_fits(site: Site, spoken: Spoken) -> None:
    [reflection] = await begun_reflections(site, "written")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        await student.open("/capture/?do=record")
        await student.see("record")

        assert f"reflection={reflection}&as=podcast" in student.page.url


async def test_shortcut_asks_when_several_reflections_fit(site: Site, spoken: Spoken) -> None:
    await begun_reflections(site, "written", "written", to_begin=1)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        await student.open("/capture/?do=write")
        await student.see("which")
        assert await student.page.locator("[data-test=piece]").count() == 3
        await student.press("piece", number=2)
        await student.see("text")


@asynccontextmanager
async def _shared(site: Site, spoken: Spoken, photo: Path) -> AsyncIterator[Person]:
    """Have a student whose phone asks where the photo belongs that another app has shared."""
    await begun_reflections(site, "posts")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        await student.open("/capture/")
        await settled(student.page)
        await share(student, photo)
        await student.see("share-way")
        yield student


async def test_shared_photo_becomes_a_post_of_the_draft_it_is_given_to(
    site: Site, spoken: Spoken, photos: list[Path]
) -> None:
    async with _shared(site, spoken, photos[0]) as student:
        await student.press("share-way")
        await student.see("post")

        await expect(student.page.locator("[data-test=post] img").first).to_be_visible(timeout=20_000)
        assert "shared" not in student.page.url


async def test_shared_file_waits_for_the_person_who_was_here_and_nobody_else(
    site: Site, spoken: Spoken, photos: list[Path]
) -> None:
    async with _shared(site, spoken, photos[0]) as student:
        address = student.page.url
        await leave(student)
        await sign_in(student.page, site.origin, site.assessor)
        await student.page.goto(address)

        await expect(student.page.get_by_role("heading", name="Nothing to add")).to_be_visible()


async def test_shared_file_waits_on_a_phone_whose_clock_jumps_by_a_month(
    site: Site, spoken: Spoken, photos: list[Path]
) -> None:
    async with _shared(site, spoken, photos[0]) as student:
        await student.page.add_init_script("{ const now = Date.now; Date.now = () => now() + 30 * 86_400_000; }")
        await student.open("/capture/")
        await student.press("shared-waits")

        await student.see("share-way")


async def test_what_is_shared_before_the_first_visit_is_answered_in_words(site: Site) -> None:
    async with httpx.AsyncClient(trust_env=False) as elsewhere:
        answer = await elsewhere.post(
            f"{site.origin}/capture/share",
            files={"files": ("a.jpg", b"x" * 100_000, "image/jpeg")},
            headers={"Origin": "null"},
        )

    assert answer.status_code == 503
    assert "Open it once" in answer.text


async def test_signed_out_phone_asks_to_sign_in_and_shows_nothing_of_anybody(site: Site, spoken: Spoken) -> None:
    [reflection] = await begun_reflections(site, "written")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await student.open("/capture/")
        await student.see("piece")
        title = await page.locator("[data-test=piece] strong").first.inner_text()
        await settled(page)
        await leave(student)
        await page.context.set_offline(True)
        for address in ("/capture/", f"/capture/?reflection={reflection}", "/capture/?outbox", "/capture/?do=write"):
            await student.open(address)
            await student.see("sign-in")

            assert title not in await page.locator("body").inner_text()


async def test_first_look_is_there_before_the_phone_has_read_its_store(site: Site, spoken: Spoken) -> None:
    await begun_reflections(site, "written")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await student.open("/capture/")
        await student.see("last-answer")
        seen = await page.locator("[data-test=home] .pieces").all_inner_texts()
        await page.add_init_script("if (!sessionStorage.getItem('opens')) IDBFactory.prototype.open = () => ({});")
        await student.open("/capture/")
        await student.see("piece")

        assert seen
        assert await page.locator("[data-test=home] .pieces").all_inner_texts() == seen
        # Somebody else's look is nobody's business, whoever left it here.
        await page.evaluate("""() => {
          const look = JSON.parse(localStorage.getItem("cim.capture.look"));
          localStorage.setItem("cim.capture.look", JSON.stringify({ ...look, owner: crypto.randomUUID() }));
        }""")
        await student.open("/capture/")
        await page.wait_for_timeout(2000)
        assert await page.locator("[data-test=piece]").count() == 0
        await page.evaluate("sessionStorage.setItem('opens', 'yes')")
        await student.open("/capture/")
        await student.see("last-answer")
        await leave(student)
        assert await page.evaluate("localStorage.getItem('cim.capture.look')") is None


async def test_first_screen_speaks_swedish_before_the_catalogue_has_come(site: Site, spoken: Spoken) -> None:
    await begun_reflections(site, "written")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE, locale="sv-SE", workers="block") as student,
    ):
        page = student.page
        await page.goto(f"{site.origin}/language/sv?next=/capture/")
        await page.route("**/words.sv.json", lambda _route: None)
        await student.open("/capture/")
        await student.see("piece")

        assert await page.evaluate("document.documentElement.lang") == "sv"
        words = await page.locator("body").inner_text()
        assert "Reflektioner" in words
        assert "Börja" in words or "Fortsätt" in words


async def test_next_student_on_the_same_phone_sees_only_their_own(site: Site, spoken: Spoken) -> None:
    [reflection] = await begun_reflections(site, "written")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await student.open(f"/capture/?reflection={reflection}&as=written")
        await student.see("text")
        await page.context.set_offline(True)
        await student.fill("text", "Only mine, and not sent.")
        await page.wait_for_timeout(1000)
        # Nobody signed out here: the first one's sign-in simply ended.
        await page.context.clear_cookies()
        await page.context.set_offline(False)
        await sign_in(page, site.origin, site.other_assessor)
        await student.open("/capture/")
        await student.see("nothing-here")
        await student.open("/capture/?outbox")

        await student.see("outbox-empty")
        assert "Only mine" not in await page.locator("body").inner_text()


async def test_newer_shell_waits_for_the_end_of_the_work_and_never_mixes_with_the_older(
    tmp_path: Path, spoken: Spoken
) -> None:
    files = tmp_path / "capture"
    shutil.copytree(REPOSITORY / "webapp" / "capture", files)
    async with served(files, tmp_path) as site:
        [reflection] = await begun_reflections(site, "written")
        async with (
            browser(spoken.wav) as chromium_,
            signed_in(chromium_, site.origin, site.student, size=DESK) as student,
        ):
            page = student.page
            await student.open("/capture/")
            await settled(page)
            await student.open(f"/capture/?reflection={reflection}&as=written")
            await student.see("text")
            await page.context.route("**/api/v1/reflections/**", lambda route: route.abort())
            await student.fill("text", ENOUGH)
            await page.locator("[data-test=saved-state][data-state=offline]").wait_for()
            for name in ("format_page.js", "handing_in.js"):
                change(files / name)
            await page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
            await newer_shell(page, waits=True)
            await student.press("review-hand-in")
            await student.see("press-hand-in")
            # This screen was loaded after the change, and is the older page's own.
            old = await page.locator("[data-test=hand-in-screen] h2").inner_text()
            still_waits = await page.evaluate(_WAITS)
            await student.press("back-to-work")
            await page.context.unroute("**/api/v1/reflections/**")
            await page.locator("[data-test=saved-state][data-state=saved]").wait_for(timeout=60_000)
            await newer_shell(page, waits=False)
            await page.reload()
            button = await page.locator("[data-test=review-hand-in]").inner_text()
            await student.press("review-hand-in")
            await student.see("hand-in-screen")
            new = await page.locator("[data-test=hand-in-screen] h2").inner_text()

    assert (old, still_waits) == ("Review and hand in", True)
    assert (button, new) == ("Review it anew", "Review it anew")


async def test_student_hands_in_without_a_network_and_takes_it_back(site: Site, spoken: Spoken) -> None:
    [reflection] = await begun_reflections(site, "written")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await student.open("/capture/")
        await settled(page)
        await page.context.set_offline(True)
        await student.open(f"/capture/?reflection={reflection}&as=written")
        await student.fill("text", ENOUGH)
        await student.press("review-hand-in")
        await student.press("press-hand-in")
        await expect(page.locator("[data-test=hand-in-state]")).to_contain_text("The time you pressed counts")
        await student.press("undo-hand-in")
        await student.see("text")
        await student.press("review-hand-in")
        await student.press("press-hand-in")
        await student.see("pressed")
        await page.wait_for_timeout(2500)
        await page.context.set_offline(False)
        await student.see("receipt", seconds=60)
        checksum = await page.locator("[data-test=checksum]").inner_text()
        [pressed, arrived] = await page.locator("[data-test=receipt] time").evaluate_all(
            "(times) => times.map(({ dateTime }) => Date.parse(dateTime))"
        )
        await student.press("take-back")
        await student.press("confirm-yes")
        await expect(page.locator("[data-test=text]")).to_have_value(ENOUGH, timeout=30_000)

        assert len(checksum) == 64
        assert arrived - pressed >= 2000
        assert student.complaints == []


async def newer_shell(page: Page, *, waits: bool) -> None:
    """Wait until a newer version waits for its turn, or has it."""
    async with asyncio.timeout(30):
        while await page.evaluate(_WAITS) is not waits:
            await page.wait_for_timeout(100)


async def share(student: Person, file: Path) -> None:
    """Do what the phone does when another app shares a file: a navigation by POST."""
    page = student.page
    await page.goto(f"{student.origin}/sign-in")
    await page.evaluate("""() => {
      const form = document.createElement("form");
      Object.assign(form, { action: "/capture/share", method: "post", enctype: "multipart/form-data", id: "share" });
      form.innerHTML = '<input type="file" name="files" id="share-file">';
      document.body.append(form);
    }""")
    await page.locator("#share-file").set_input_files(file)
    await page.evaluate("document.getElementById('share').submit()")
    await page.wait_for_url("**/capture/?shared=*")


async def leave(student: Person) -> None:
    """Sign out as the menu of every page does."""
    await student.page.evaluate(SIGN_OUT)
    await student.page.wait_for_url("**/sign-in")


def change(file: Path) -> None:
    """Make a file of the shell newer, in words that a page shows."""
    words = file.read_text(encoding="utf-8")
    assert "Review and hand in" in words
    file.write_text(words.replace("Review and hand in", "Review it anew"), encoding="utf-8")


@asynccontextmanager
async def served(files: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """Serve a site whose shell lies in a folder of its own, so that it can change while it is served."""
    data = tmp_path / "data"
    await asyncio.to_thread(copy_prepared, data)
    port = free_port()
    command = [sys.executable, "-c", _OWN_FILES, str(files), "serve", "--data", str(data), "--port", str(port)]
    with (tmp_path / "served.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: ASYNC220  It starts at once and runs beside the test.
            command, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, cwd=tmp_path, stdout=log, stderr=log
        )
        try:
            async with httpx.AsyncClient(trust_env=False) as visitor:
                for _ in range(300):
                    try:
                        await visitor.get(f"http://localhost:{port}/health")
                        break
                    except httpx.TransportError:
                        await asyncio.sleep(0.2)
            yield Site(f"http://localhost:{port}", data)
        finally:
            server.terminate()
            await asyncio.to_thread(server.wait, 20)
