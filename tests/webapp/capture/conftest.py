"""Runs the phone's own modules in a real Chromium: one blank page for all tests, and nothing behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.async_api import Page, Route, async_playwright

from tests.journeys.browser import chromium

MODULES = Path(__file__).parent.parent.parent.parent / "webapp" / "capture"
ORIGIN = "http://capture.example"
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_CALL = """async ({ name, code, argument }) => {
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const base64 = (array) => btoa(Array.from(array, (byte) => String.fromCharCode(byte)).join(""));
    const module = await import(`/capture/${name}.js`);
    return (0, eval)(code)(module, argument, { bytes, base64 });
}"""

InBrowser = Callable[..., Any]
"""Calls `code`, a JavaScript function (module, argument, {bytes, base64}), with the module of this name."""


@pytest.fixture(scope="session")
def in_browser() -> Iterator[InBrowser]:
    """Give a function that runs code beside a module of the capture page."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine")
    # The page outlives the event loop of any single test, so it has a loop of its own.
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    opened = _blank_page()

    def wait_for(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(120)

    page: Page = wait_for(opened.__aenter__())
    try:
        yield lambda name, code, argument=None: wait_for(
            page.evaluate(_CALL, {"name": name, "code": code, "argument": argument})
        )
    finally:
        wait_for(opened.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


@asynccontextmanager
async def _blank_page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium(), args=[*_FLAGS])
        page = await started.new_page()
        await page.route("**/*", _answer)
        await page.goto(f"{ORIGIN}/")
        yield page
        await started.close()


async def _answer(route: Route) -> None:
    name = route.request.url.removeprefix(f"{ORIGIN}/capture/")
    if name.endswith(".js"):
        content = await asyncio.to_thread((MODULES / name).read_text, encoding="utf-8")
        await route.fulfill(body=content, content_type="text/javascript; charset=utf-8")
    else:
        await route.fulfill(body="<!doctype html><title>Blank</title>", content_type="text/html; charset=utf-8")
