"""`python -m tests.screenshots ADDRESS`: draws the icons, and photographs a running demonstration for the manifest."""

import asyncio
import io
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.journeys.browser import PHONE, chromium
from webapp.demo_people import DEMO_PASSWORD, ELIAS, MIRA

STATIC = Path(__file__).parents[2] / "webapp" / "static"
WIDE = {"width": 1280, "height": 800}
SAFE_SHARE = 0.86
"""A maskable icon may be cut to a circle of 80 per cent; the drawing reaches a little less far than its own square."""
SHORTCUTS = {
    "record": "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4M9 21h6",
    "write": "M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3",
    "post": "M4 4h16v16H4zM4 16l5-5 4 4 3-3 4 4M15.5 8.5v.01",
}
"""The same shapes as in webapp/capture/elements.js."""


async def main(origin: str) -> None:
    """Write everything into webapp/static."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        await icons(browser)
        await screens(browser, origin)
        await browser.close()


async def icons(browser: Browser) -> None:
    """Draw the plain and the maskable icon, and one for each shortcut."""
    plain = await asyncio.to_thread((STATIC / "icon.svg").read_text)
    margin = 512 * (1 - SAFE_SHARE) / 2
    inside = plain[plain.index("<circle") : plain.index("</svg>")]
    ground = '<rect width="512" height="512" fill="#0b5563"/>'
    moved = f'{ground}<g transform="translate({margin} {margin}) scale({SAFE_SHARE})">{inside}</g>'
    maskable = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">{moved}</svg>'
    for size in (192, 512):
        await draw(browser, plain, size, f"icon-{size}")
        await draw(browser, maskable, size, f"icon-maskable-{size}")
    for name, shape in SHORTCUTS.items():
        line = f'<path d="{shape}" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"/>'
        sign = f'<circle cx="20" cy="20" r="20" fill="#0b5563"/><g transform="translate(8 8)">{line}</g>'
        await draw(
            browser,
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">{sign}</svg>',
            96,
            f"do-{name}-96",
        )


async def draw(browser: Browser, svg: str, size: int, name: str) -> None:
    """Turn a drawing into a small PNG."""
    page = await browser.new_page(viewport={"width": size, "height": size})
    sized = svg.replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
    await page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{sized}")
    shot = Image.open(io.BytesIO(await page.screenshot(omit_background=True)))
    shot.quantize(64).save(STATIC / f"{name}.png", optimize=True)
    await page.close()


async def screens(browser: Browser, origin: str) -> None:
    """Photograph what installing shows: the list on the phone, and writing at a desk."""
    for language in ("sv", "en"):
        for form, size in (("narrow", PHONE), ("wide", WIDE)):
            await photograph(browser, origin, language, form, size)


async def photograph(browser: Browser, origin: str, language: str, form: str, size: dict[str, int]) -> None:
    """Sign in as somebody of the demonstration and keep one picture."""
    context = await browser.new_context(viewport=size, locale={"sv": "sv-SE", "en": "en-GB"}[language])
    page = await context.new_page()
    await page.goto(f"{origin}/language/{language}?next=/sign-in")
    await page.fill("input[name=email]", (MIRA if form == "narrow" else ELIAS).email)
    await page.fill("input[name=password]", DEMO_PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_url(lambda address: "/sign-in" not in address)
    await page.goto(f"{origin}/language/{language}?next=/capture/")
    await page.locator("[data-test=piece]").first.wait_for()
    if form == "wide":
        await page.locator("[data-test=piece]").first.click()
        await page.locator("[data-test=text]").wait_for()
    await page.wait_for_timeout(1500)
    shot = Image.open(io.BytesIO(await page.screenshot()))
    shot.convert("RGB").save(STATIC / f"screen-{form}-{language}.webp", quality=70, method=6)
    await context.close()


asyncio.run(main(sys.argv[1]))
