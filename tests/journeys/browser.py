"""A real Chromium as a phone or a desk, with a microphone that plays recorded speech."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

PHONE = {"width": 412, "height": 915}
DESK = {"width": 1440, "height": 900}
PASSWORD = "three activities and a look back"

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


def chromium() -> str | None:
    """Find the browser of this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@asynccontextmanager
async def browser(microphone: Path) -> AsyncIterator[Browser]:
    """Start Chromium; its microphone hears a WAV file again and again."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium(), args=[*FLAGS, f"--use-file-for-fake-audio-capture={microphone}"]
        )
        try:
            yield started
        finally:
            await started.close()


async def picture(page: Page, name: str) -> None:
    """Keep a picture of a page in the folder that CIM_SHOTS names; nothing where it names none."""
    if folder := os.environ.get("CIM_SHOTS"):
        await asyncio.to_thread(Path(folder).mkdir, parents=True, exist_ok=True)
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


class Person:
    """Somebody in front of a browser of their own; every error of a page's scripts is kept."""

    def __init__(self, page: Page, origin: str, complaints: list[str]) -> None:
        self.page = page
        self.origin = origin
        self.complaints = complaints

    async def open(self, path: str) -> None:
        """Go to an address and wait until the page lives."""
        await self.page.goto(self.origin + path)
        await self.alive()

    async def alive(self) -> None:
        """Wait for NiceGUI's handshake: clicks before that go nowhere. Other pages get a moment for their scripts."""
        if await self.page.locator("#app").count():
            await self.page.wait_for_function("() => window.did_handshake")
        else:
            await self.page.wait_for_timeout(400)

    async def press(self, hook: str, *, number: int = 0) -> None:
        """Click what carries this `data-test`."""
        await self.page.locator(f"[data-test={hook}]").nth(number).click()

    async def press_to(self, hook: str, pattern: str, *, number: int = 0) -> None:
        """Click, and wait for the address that it leads to."""
        await self.press(hook, number=number)
        await self.page.wait_for_url(pattern)
        await self.alive()

    async def press_and_reload(self, hook: str) -> None:
        """Click what ends in the same page, loaded anew."""
        async with self.page.expect_navigation():
            await self.press(hook)
        await self.alive()

    async def fill(self, hook: str, words: str, *, number: int = 0) -> None:
        """Type into what carries this `data-test`."""
        await self.page.locator(f"[data-test={hook}]").nth(number).fill(words)

    async def choose(self, hook: str, words: str) -> None:
        """Choose from a list."""
        await self.press(hook)
        await self.page.get_by_role("option", name=words).click()

    async def picture(self, name: str) -> None:
        """Keep a picture of the page where somebody wants to look at it."""
        await picture(self.page, name)

    async def see(self, hook: str, *, seconds: float = 30) -> None:
        """Wait until it is there."""
        await self.page.locator(f"[data-test={hook}]").first.wait_for(timeout=seconds * 1000)


@asynccontextmanager
async def signed_in(
    chromium_: Browser,
    origin: str,
    email: str,
    *,
    size: dict[str, int],
    locale: str = "en-GB",
    workers: Literal["allow", "block"] = "allow",
) -> AsyncIterator[Person]:
    """Sign somebody in in a context of their own: no cookie and no storage is shared.

    Whoever wants to intercept requests blocks service workers: what one of them lets pass is not seen.
    """
    context: BrowserContext = await chromium_.new_context(
        viewport=size, locale=locale, permissions=["microphone", "camera"], service_workers=workers
    )
    complaints: list[str] = []
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    person = Person(page, origin, complaints)
    await sign_in(page, origin, email)
    await person.alive()
    # The start page may lead on to where this person works.
    await page.wait_for_timeout(400)
    await person.alive()
    try:
        yield person
    finally:
        await context.close()


async def sign_in(page: Page, origin: str, email: str) -> None:
    """Sign in on the sign-in page."""
    await page.goto(f"{origin}/sign-in")
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_url(lambda address: "/sign-in" not in address)
