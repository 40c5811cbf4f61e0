"""A phone that keeps what is on it from one start to the next, and on which everything can be killed at once."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Error, Page, Playwright

from tests.journeys.browser import FLAGS, PHONE, Person, chromium

GONE_SECONDS = 5.0
_EXPORT = """async (reflection) => {
  const { openStore } = await import("/capture/store.js");
  const { id: owner } = JSON.parse(localStorage.getItem("cim.capture.person"));
  const store = await openStore(owner);
  const base64 = (blob) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.readAsDataURL(blob);
  });
  const found = [];
  for (const item of await store.itemsOf(reflection, "recording")) {
    const segments = [];
    for (const segment of item.segments) {
      const slices = await store.slices(segment.id);
      segments.push({
        id: segment.id, closed: segment.closed, seconds: segment.seconds, numbers: slices.map(({ number }) => number),
        content: await base64((await store.contents(segment)).blob),
      });
    }
    found.push({ id: item.id, state: item.state, started_at: item.started_at, segments });
  }
  store.close();
  return found;
}"""


class Phone:
    """Chromium with a folder of its own; `microphone` is the WAV file that it hears."""

    def __init__(self, playwright: Playwright, profile: Path, microphone: Path) -> None:
        self._playwright = playwright
        self._profile = profile
        self._microphone = microphone
        self._context: BrowserContext | None = None
        self.complaints: list[str] = []

    async def start(self, *, script: str = "") -> Page:
        """Turn it on; `script` runs in every page before the page's own."""
        self._context = await self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path=chromium(),
            args=[*FLAGS, f"--use-file-for-fake-audio-capture={self._microphone}"],
            viewport={"width": PHONE["width"], "height": PHONE["height"]},
            locale="en-GB",
            permissions=["microphone", "camera"],
        )
        if script:
            await self._context.add_init_script(script)
        page = self._context.pages[0] if self._context.pages else await self._context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    async def person(self, origin: str) -> Person:
        """Turn it on for somebody who works with the pages of a site."""
        return Person(await self.start(), origin, self.complaints)

    async def close(self) -> None:
        """Turn it off as one should."""
        if self._context is not None:
            with suppress(Error):
                await self._context.close()
            self._context = None

    async def kill(self) -> float:
        """Kill every process of the browser at once, as an empty battery does; gives the time of that."""
        first = self._browser_process()
        everything = [first, *_descendants(first)]
        killed_at = time.time()
        for process in everything:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + GONE_SECONDS
        while any(_is_running(process) for process in everything):
            assert time.monotonic() < deadline, "the browser did not die"
            await asyncio.sleep(0.02)
        await self.close()
        return killed_at

    def _browser_process(self) -> int:
        mark = f"--user-data-dir={self._profile}".encode()
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if mark in words and not any(word.startswith(b"--type=") for word in words):
                    return int(folder.name)
        raise AssertionError("the browser does not run")


@asynccontextmanager
async def phone(playwright: Playwright, profile: Path, microphone: Path) -> AsyncIterator[Phone]:
    """Have a phone, and turn it off at the end."""
    phone = Phone(playwright, profile, microphone)
    try:
        yield phone
    finally:
        await phone.close()


async def takes_on(page: Page, reflection: object) -> list[dict[str, Any]]:
    """Read the recordings of a reflection out of the store of the page's own person, with all their bytes (base64)."""
    found: list[dict[str, Any]] = await page.evaluate(_EXPORT, str(reflection))
    return found


def _descendants(process: int) -> list[int]:
    """List the children, their children and so on."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    found, open_ = [], [process]
    while open_:
        open_ += (new := children.get(open_.pop(), []))
        found += new
    return found


def _is_running(process: int) -> bool:
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
