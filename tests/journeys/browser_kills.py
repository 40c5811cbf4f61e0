"""Records, kills the whole browser at a random moment, opens it again without a server, and looks at what is there."""

import asyncio
import base64
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from playwright.async_api import Page, async_playwright

from tests.journeys.begun import begun_reflections
from tests.journeys.browser import sign_in
from tests.journeys.marked_sound import Heard, hear, write_marked_sound
from tests.journeys.phone import Phone, phone, takes_on
from tests.journeys.site import running_site

SLICE_SECONDS = 1.0
CLOCK_SECONDS = 0.5
"""Starting a recorder, and reading two clocks, is not exact."""

_REPORT_SLICES = """
const start = MediaRecorder.prototype.start;
MediaRecorder.prototype.start = function (...given) {
  this.addEventListener("start", () => globalThis.tellTest?.("start", Date.now()));
  this.addEventListener("dataavailable", ({ data }) => data.size && globalThis.tellTest?.("slice", Date.now()));
  return start.apply(this, given);
};
"""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill, and what was found afterwards."""

    recorded_seconds: float
    slices_told: int
    slices_kept: int
    heard: Heard

    @property
    def lost_seconds(self) -> float:
        """How much of what was said until the kill is not there."""
        return self.recorded_seconds - self.heard.seconds

    def check(self) -> None:
        """Fail unless at most one slice is lost, and the rest plays in order and without a hole."""
        assert self.slices_kept >= self.slices_told - 1, self
        assert self.lost_seconds <= SLICE_SECONDS + CLOCK_SECONDS, self
        assert self.heard.is_in_order, self
        assert self.heard.has_whole_seconds, self

    def __str__(self) -> str:
        return (
            f"killed after {self.recorded_seconds:.2f} s: {self.heard.seconds:.2f} s kept, "
            f"{self.lost_seconds:.2f} s lost, {self.slices_kept} of {self.slices_told} slices told"
        )


async def browser_kills(folder: Path, *, times: int, seed: int) -> AsyncIterator[Kill]:
    """Kill so often on one phone; the server is there only while its student signs in."""
    chance = random.Random(seed)
    microphone = await asyncio.to_thread(write_marked_sound, folder / "microphone.wav")
    data = folder / "data"
    await asyncio.to_thread(data.mkdir)
    async with async_playwright() as playwright, phone(playwright, folder / "profile", microphone) as mobile:
        address, reflection = await _signed_in(mobile, data)
        for _ in range(times):
            told = await _record_and_kill(mobile, address, chance.uniform(0.8, 6.5))
            yield await _found_again(mobile, address, reflection, told)
        assert mobile.complaints == []


async def _signed_in(mobile: Phone, data: Path) -> tuple[str, UUID]:
    """Open the work once with the server, which is gone afterwards."""
    # Preparing a site runs loops of its own, so it stays out of this one.
    site_running = running_site(data)
    site = await asyncio.to_thread(site_running.__enter__)
    try:
        (reflection,) = await begun_reflections(site, "podcast")
        address = f"{site.origin}/capture/?reflection={reflection}&as=podcast"
        page = await mobile.start()
        await sign_in(page, site.origin, site.student)
        await page.goto(address)
        await page.locator("[data-test=record]").wait_for()
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await mobile.close()
    finally:
        await asyncio.to_thread(site_running.__exit__, None, None, None)
    return address, reflection


async def _record_and_kill(mobile: Phone, address: str, seconds: float) -> tuple[float, int]:
    """Record for a while; gives how long that was, and how many slices the recorder has given."""
    told: list[tuple[str, float]] = []
    has_begun = asyncio.Event()

    def hear_of(_source: object, what: str, at: float) -> None:
        told.append((what, at))
        has_begun.set()

    page = await mobile.start(script=_REPORT_SLICES)
    await page.expose_binding("tellTest", hear_of)
    await page.goto(address)
    await page.locator("[data-test=record]").click()
    await page.locator("[data-test=stop]").wait_for()
    await asyncio.wait_for(has_begun.wait(), 20)
    await asyncio.sleep(seconds)
    killed_at = await mobile.kill()
    return killed_at - told[0][1] / 1000, sum(what == "slice" for what, _ in told)


async def _found_again(mobile: Phone, address: str, reflection: UUID, told: tuple[float, int]) -> Kill:
    """Open the phone again without a server, look at what it shows and holds, and throw it away for the next time."""
    page = await mobile.start()
    await page.goto(address)
    recorded_seconds, slices_told = told
    if slices_told:
        await page.locator("[data-test=found]").wait_for()
    else:
        await page.locator("[data-test=found], [data-test=record], [data-test=record-again]").first.wait_for()
    takes = await takes_on(page, reflection)
    assert len(takes) <= 1, takes
    segments = takes[0]["segments"] if takes else []
    numbers = [number for segment in segments for number in segment["numbers"]]
    assert numbers == list(range(len(numbers)))
    content = b"".join(base64.b64decode(segment["content"]) for segment in segments)
    heard = await asyncio.to_thread(hear, content) if content else Heard(0.0, [])
    await _thrown_away(page)
    await mobile.close()
    return Kill(recorded_seconds, slices_told, len(numbers), heard)


async def _thrown_away(page: Page) -> None:
    if await page.locator("[data-test=found]").count():
        await page.locator("[data-test=discard]").click()
        await page.locator("[data-test=confirm-yes]").click()
        await page.locator("[data-test=record]").wait_for()
