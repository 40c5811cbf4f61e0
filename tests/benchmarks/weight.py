"""How long a phone with a bad network waits for our pages, beside a plain page and a bare NiceGUI page."""

import os
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.benchmarks.pages import bare_page, cookie_of, demonstration, plain_page
from tests.journeys.browser import chromium
from tests.webapp.server import Server

ROUNDS = int(os.environ.get("CIM_BENCHMARK_ROUNDS", "5"))
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
"""150 ms to the first byte, 1.6 Mbit/s each way."""
CPU_SLOWER = 4
PATIENCE_SECONDS = 40

# When the page is ready a script in it looks at every frame, as the person does.
_WATCH = """
window.measured = {};
const look = () => {
  let shown = false;
  try { shown = document.readyState !== "loading" && (%s); } catch (reason) { /* It is not there yet. */ }
  if (shown) window.measured.ready = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
new PerformanceObserver((list) => {
  for (const paint of list.getEntriesByName("first-contentful-paint")) window.measured.paint = paint.startTime;
}).observe({ type: "paint", buffered: true });
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) window.measured.moved = (window.measured.moved ?? 0) + shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""
_SEEN = "document.querySelector('{}').getClientRects().length > 0"
_LINKED = "window.did_handshake && "


@dataclass(frozen=True, slots=True)
class Visited:
    """A page to visit: where, as whom, and what is to be seen when it is ready."""

    name: str
    address: str
    ready: str
    cookie: dict[str, str] | None = None


@dataclass(slots=True)
class Times:
    """What was measured, once for each round."""

    ready: list[float] = field(default_factory=list)
    paint: list[float] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)


async def measure() -> None:
    """Print milliseconds and kilobytes, cold and warm, and the ratios that the product promises."""
    with demonstration() as server, plain_page() as plain, bare_page() as bare:
        pages = _pages(server, plain, bare)
        measured = {(page.name, how): Times() for page in pages for how in ("cold", "warm")}
        async with async_playwright() as playwright:
            phone = playwright.devices["Pixel 7"]
            started = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            # The first visitor of all finds no compiled template and no compressed file; the second one counts.
            for number in range(-1, ROUNDS):
                for page in pages:
                    seen = {"cold": Times(), "warm": Times()}
                    await _visit_twice(started, phone, page, seen["cold"], seen["warm"])
                    for how, times in seen.items() if number >= 0 else ():
                        _add(measured[page.name, how], times)
            await started.close()
        _print(measured)
        if times := measured.get(("shell", "cold")):
            size = statistics.median(times.kilobytes)
            print(f"  shell cold: {size:.1f} KB until it is ready (aim 60) {'yes' if size <= 60 else 'NO'}")
        print(f"  all that the shell keeps for the time without a network: {await _kept_by_shell(server):.1f} KB")


def _pages(server: Server, plain: str, bare: str) -> list[Visited]:
    student = cookie_of(server, "elias@demo.example")
    wanted = os.environ.get("CIM_BENCHMARK_PAGES", "plain bare shell home").split()
    pages = [
        Visited("plain", plain, _SEEN.format("h1")),
        Visited("bare", bare, _LINKED + _SEEN.format("[data-test=bare]")),
        Visited("shell", f"{server.origin}/capture/", _SEEN.format("main:not([aria-busy=true]) :is(h1, h2)"), student),
        Visited("home", f"{server.origin}/", _LINKED + _SEEN.format("[data-test=add-activity]"), student),
    ]
    return [page for page in pages if page.name in wanted]


async def _visit_twice(browser: Browser, phone: dict[str, Any], visited: Visited, cold: Times, warm: Times) -> None:
    context = await browser.new_context(**phone)
    try:
        if visited.cookie:
            await context.add_cookies([visited.cookie])  # type: ignore[list-item]
        async with _throttled(context, visited, cold) as page:
            # What the first visit puts aside for the second is put aside before it is over.
            await page.evaluate(
                "navigator.serviceWorker?.getRegistration().then((r) => r && navigator.serviceWorker.ready)"
            )
            await page.wait_for_timeout(700)
        async with _throttled(context, visited, warm):
            pass
    finally:
        await context.close()


@asynccontextmanager
async def _throttled(context: BrowserContext, visited: Visited, times: Times) -> AsyncIterator[Page]:
    page = await context.new_page()
    await page.add_init_script(_WATCH % visited.ready)
    link = await context.new_cdp_session(page)
    sizes: list[float] = []
    link.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await link.send("Network.enable")
    await link.send("Network.emulateNetworkConditions", NETWORK)
    await link.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    await page.goto(visited.address, wait_until="commit")
    found: dict[str, float] = {}
    # The page's own waiting is what is measured; asking it too often would slow it down.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not {"ready", "paint"} <= found.keys():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{visited.name} at {page.url}: {found}, {(await page.inner_text('body'))[:300]}")
        await page.wait_for_timeout(300)
        found = await page.evaluate("window.measured ?? {}")
    times.ready.append(found["ready"])
    times.paint.append(found["paint"])
    times.kilobytes.append(sum(sizes) / 1000)
    times.requests.append(len([size for size in sizes if size]))
    times.moved.append(found.get("moved", 0))
    await link.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    yield page
    await page.close()


async def _kept_by_shell(server: Server) -> float:
    """Add up what the service worker loads for the time without a network, as it goes over the line."""
    accepted = {"Accept-Encoding": "br"}
    async with httpx.AsyncClient(base_url=server.origin, trust_env=False, headers=accepted) as visitor:
        answers = [await visitor.get(file) for file in ("/capture/", "/sw.js", "/capture/files.json")]
    return sum(int(answer.headers["content-length"]) for answer in answers) / 1000


def _add(all_times: Times, times: Times) -> None:
    for name in Times.__slots__:
        getattr(all_times, name).extend(getattr(times, name))


def _print(measured: dict[tuple[str, str], Times]) -> None:
    print(f"  Pixel 7, 1.6 Mbit/s, 150 ms, CPU x{CPU_SLOWER}; medians of {ROUNDS}")
    print("  page   visit   paint ms  ready ms     KB  requests  moved")
    for (name, how), times in measured.items():
        paint, ready, size, requests, moved = (
            statistics.median(getattr(times, part)) for part in ("paint", "ready", "kilobytes", "requests", "moved")
        )
        print(f"  {name:6} {how:6} {paint:9.0f} {ready:9.0f} {size:6.1f} {requests:9.0f} {moved:6.3f}")
    for page, how, part, other, aim in (
        ("shell", "cold", "ready", ("plain", "cold"), 2.2),
        ("shell", "warm", "ready", ("plain", "warm"), 1.3),
        ("home", "cold", "paint", ("bare", "cold"), 0.45),
        ("home", "cold", "ready", ("bare", "cold"), 0.9),
    ):
        if (page, how) not in measured or other not in measured:
            continue
        ratio = statistics.median(getattr(measured[page, how], part)) / statistics.median(
            getattr(measured[other], part)
        )
        print(f"  {page} {how}: {part} {ratio:.2f} x {other[0]} (aim {aim}) {'yes' if ratio <= aim else 'NO'}")
