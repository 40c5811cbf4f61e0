"""A series of posts as with the apps that students know: several photos at once, cropped, put in order, looked at."""

import io
from pathlib import Path
from typing import Self

import pytest
from PIL import Image
from playwright.async_api import CDPSession, Locator, Page, expect

from tests.journeys.browser import PHONE, Person, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from tests.journeys.test_main_job import done_activity, enrol
from tests.webapp.capture.test_strip import SECRET, heic

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

CAPTIONS = ("The market", "The ferry", "The kitchen")
MAKER = b"Invented Phone Works"
GPS = 0x8825


async def test_student_picks_crops_orders_and_previews_three_photos(
    site: Site, spoken: Spoken, travel_photos: list[Path]
) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await enrol(student)
        await done_activity(student, 2, "posts")

        await page.locator("[data-test=photo-input]").first.set_input_files(travel_photos)
        await crop_each_differently(student)
        for number, caption in enumerate(CAPTIONS):
            await student.fill("caption", caption, number=number)
        await student.fill("alt-text", "Baskets of oranges under an awning", number=0)
        await shapes_are(page, "portrait square landscape")

        await page.locator("[data-test=move-down]").first.focus()
        await page.keyboard.press("Enter")
        await captions_are(page, ["The ferry", "The market", "The kitchen"])
        await drag_below(page, 0, 2)
        await captions_are(page, ["The market", "The kitchen", "The ferry"])

        await student.picture("posts")
        await look_at_feed(student)
        await page.locator("[data-test=saved-state][data-state=saved]").wait_for(timeout=30_000)
        draft = (await (await page.request.get(api_address(page))).json())["draft"]
        assert [post["caption"] for post in draft["posts"]] == ["The market", "The kitchen", "The ferry"]
        assert student.complaints == []
    originals = [path.read_bytes() for path in sorted((site.data / "media" / "originals").iterdir())]
    assert all(MAKER in photo.read_bytes() and exif_of(photo.read_bytes()) for photo in travel_photos)
    assert len(originals) == 3
    assert [exif_of(original) for original in originals] == [{}, {}, {}]
    assert files_with(site.data, MAKER) == []


async def test_photo_that_was_not_cropped_yet_survives_the_end_of_the_page(
    site: Site, spoken: Spoken, travel_photos: list[Path]
) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await enrol(student)
        await done_activity(student, 2, "posts")
        await page.locator("[data-test=photo-input]").first.set_input_files(travel_photos[:2])
        await student.see("crop-dialog")

        await page.reload()

        await expect(page.locator("[data-test=post] img")).to_have_count(2)
        await page.locator("[data-test=saved-state][data-state=saved]").wait_for(timeout=30_000)
        await expect(page.locator("[data-test=upload-state]").first).to_have_text("Photo saved", timeout=30_000)
        assert student.complaints == []


async def test_photo_that_the_browser_cannot_show_leaves_the_phone_without_its_metadata(
    site: Site, spoken: Spoken, tmp_path: Path
) -> None:
    photo = tmp_path / "IMG_0001.HEIC"
    photo.write_bytes(heic())
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await enrol(student)
        await done_activity(student, 2, "posts")

        await page.locator("[data-test=photo-input]").first.set_input_files(photo)

        # The server's copy is a JPEG, which every browser can show.
        await expect(page.locator("[data-test=post] img")).to_have_count(1, timeout=30_000)
        await expect(page.locator("[data-test=upload-state]").first).to_have_text("Photo saved")
        assert student.complaints == []
    assert SECRET in photo.read_bytes()
    assert files_with(site.data, SECRET) == []


async def test_posts_are_put_in_order_with_a_finger(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await enrol(student)
        await done_activity(student, 2, "posts")
        for number, caption in enumerate(CAPTIONS):
            await student.fill("caption", caption, number=number)
        await to_first_post(page)
        finger = await Finger.on(page)

        before = await page.evaluate("scrollY")
        await finger.swipe(page.locator("[data-test=drag-handle]").nth(0), by=-150)
        assert await page.evaluate("scrollY") > before
        await captions_are(page, ["The market", "The ferry", "The kitchen"])
        await to_first_post(page)
        await finger.hold_and_drag(
            page.locator("[data-test=drag-handle]").nth(0), page.locator("[data-test=drag-handle]").nth(2)
        )

        await captions_are(page, ["The ferry", "The kitchen", "The market"])
        assert student.complaints == []


async def test_file_that_is_no_photo_is_refused_on_the_phone_in_words(
    site: Site, spoken: Spoken, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.jpg"
    letter.write_bytes(b"Dear all, this is not a photo.")
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await enrol(student)
        await done_activity(student, 2, "posts")

        await page.locator("[data-test=photo-input]").first.set_input_files(letter)

        await expect(page.locator("[data-test=upload-state]").first).to_have_text(
            "This is not a photo that can be used. Choose a JPEG, PNG, WebP, HEIC or AVIF."
        )
        assert student.complaints == []


async def to_first_post(page: Page) -> None:
    """Scroll to where the list begins."""
    await page.evaluate("document.querySelector('[data-test=post-count]').scrollIntoView({ behavior: 'instant' })")


class Finger:
    """One finger on the glass."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    @classmethod
    async def on(cls, page: Page) -> Self:
        """Make the page one that can be touched."""
        session = await page.context.new_cdp_session(page)
        await session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        return cls(session)

    async def swipe(self, start: Locator, *, by: int) -> None:
        """Scroll the page, beginning on an element, without holding still before."""
        x, y = await _middle(start)
        await self._touch("touchStart", x, y)
        for step in range(1, 6):
            await self._touch("touchMove", x, y + by * step / 5)
        await self._touch("touchEnd")
        await start.page.wait_for_timeout(1000)  # The page rolls on for a moment.

    async def hold_and_drag(self, start: Locator, end: Locator) -> None:
        """Hold an element until it can be dragged, and let it go on the other one."""
        x, y = await _middle(start)
        await self._touch("touchStart", x, y)
        await start.page.wait_for_timeout(700)
        _, below = await _middle(end)
        for step in range(1, 9):
            await self._touch("touchMove", x, y + (below + 12 - y) * step / 8)
        await self._touch("touchEnd")

    async def _touch(self, kind: str, x: float | None = None, y: float | None = None) -> None:
        points = [] if x is None else [{"x": x, "y": y}]
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


async def _middle(element: Locator) -> tuple[float, float]:
    box = await element.bounding_box()
    assert box is not None
    return box["x"] + min(150, box["width"] / 2), box["y"] + box["height"] / 2


async def crop_each_differently(student: Person) -> None:
    """Make the first photo portrait, the second square and nearer, and leave the third as it is."""
    page = student.page
    await student.see("crop-dialog")
    await page.locator("[data-test=shape-portrait]").check(force=True)
    await page.locator("[data-test=crop-stage]").press("ArrowRight")
    await student.picture("posts-crop")
    await student.press("crop-thumb", number=1)
    await page.locator("[data-test=shape-square]").check(force=True)
    await page.locator("[data-test=zoom]").fill("2")
    stage = await page.locator("[data-test=crop-stage]").bounding_box()
    assert stage is not None
    await page.mouse.move(stage["x"] + 50, stage["y"] + 50)
    await page.mouse.down()
    await page.mouse.move(stage["x"] + 150, stage["y"] + 90, steps=4)
    await page.mouse.up()
    await student.press("use-photo")


async def drag_below(page: Page, number: int, other: int) -> None:
    """Drag a post by its head to below another one."""
    handle = page.locator("[data-test=drag-handle]")
    await handle.nth(number).scroll_into_view_if_needed()
    start = await handle.nth(number).bounding_box()
    assert start is not None
    await page.mouse.move(start["x"] + 150, start["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(start["x"] + 150, start["y"] + 40, steps=3)
    # The posts are rows now: where the other one is has changed.
    await page.wait_for_timeout(250)
    end = await handle.nth(other).bounding_box()
    assert end is not None
    await page.mouse.move(end["x"] + 150, end["y"] + end["height"] - 4, steps=8)
    await page.mouse.up()


async def look_at_feed(student: Person) -> None:
    """Turn through the preview with a button and a key."""
    place = student.page.locator("[data-test=feed-place]")
    await student.press("preview-feed")
    await expect(place).to_have_text("Post 1 of 3")
    await student.picture("posts-feed")
    await student.press("feed-next")
    await expect(place).to_have_text("Post 2 of 3")
    await student.page.keyboard.press("ArrowRight")
    await expect(place).to_have_text("Post 3 of 3")
    await student.press("feed-close")


async def captions_are(page: Page, wanted: list[str]) -> None:
    """Wait until the posts stand in this order."""
    await page.wait_for_function(
        """(wanted) => JSON.stringify(wanted) ===
            JSON.stringify([...document.querySelectorAll("[data-test=caption]")].map(({ value }) => value))""",
        arg=wanted,
        timeout=10_000,
    )


async def shapes_are(page: Page, wanted: str) -> None:
    """Wait until the photos have these shapes: each is drawn anew after the dialog has closed."""
    await page.wait_for_function(
        """(wanted) => [...document.querySelectorAll("[data-test=post] img")]
            .map(({ naturalWidth: width, naturalHeight: height }) =>
                width === height ? "square" : width > height ? "landscape" : "portrait")
            .join(" ") === wanted""",
        arg=wanted,
        timeout=30_000,
    )


def api_address(page: Page) -> str:
    """Where the reflection of this page is answered."""
    reflection = page.url.split("reflection=")[1].split("&")[0]
    return f"{page.url.split('/capture')[0]}/api/v1/reflections/{reflection}"


def files_with(folder: Path, content: bytes) -> list[Path]:
    """List the files of the installation that hold these bytes."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and content in path.read_bytes()]


def exif_of(content: bytes) -> dict[int, object]:
    """Read what a photo says about itself: the place is in block 0x8825."""
    with Image.open(io.BytesIO(content)) as picture:
        return dict(picture.getexif())


@pytest.fixture
def travel_photos(tmp_path: Path) -> list[Path]:
    """Three landscape photos as a phone makes them: with the place, the time and the maker."""
    paths = []
    for number, colour in enumerate(("#0b5563", "#b4530a", "#1b6e3c")):
        exif = Image.Exif()
        exif[0x010F] = MAKER.decode()
        exif.get_ifd(GPS).update({1: "N", 2: (59.0, 20.0, 50.0), 3: "E", 4: (18.0, 1.0, 20.0)})
        picture = Image.radial_gradient("L").resize((1600, 1200)).convert("RGB")
        path = tmp_path / f"travel-{number}.jpg"
        Image.blend(picture, Image.new("RGB", picture.size, colour), 0.6).save(path, exif=exif, comment=MAKER)
        paths.append(path)
    return paths
