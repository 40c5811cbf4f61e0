"""A day on a ferry: all is made and handed in without a network, and twice the battery is empty; then there is one."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import async_playwright, expect

from models.states import JobState, MediaState, ReflectionState
from models.tables import Event, Job, MediaItem, Post, Reflection, Version
from models.tables.media import Purpose
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import Person, chromium, sign_in
from tests.journeys.marked_sound import write_marked_sound
from tests.journeys.on_a_line import SiteOnALine, site_on_a_line
from tests.journeys.phone import Phone, phone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

FORMATS = ("podcast", "video", "posts", "written")
CAPTIONS = ("The harbour at six", "The kitchen of the ferry", "Somebody else's home")
TEXT = "On the ferry I understood what home means to somebody who has none. " * 40
SPOKEN_SECONDS = 8

# A page that opens must not say for a moment what it does not know yet.
WATCH_FOR_ALL_SENT = """
new MutationObserver(() => {
  const said = document.querySelector("[data-test=outbox-empty]");
  if (said && !said.hidden) globalThis.saidAllSent = true;
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SiteOnALine]:
    with site_on_a_line(tmp_path) as place:
        yield place


@dataclass(slots=True)
class Day:
    """A student's phone on this day, and when each reflection was handed in on it."""

    mobile: Phone
    place: SiteOnALine
    reflections: dict[str, UUID]
    pressed_at: dict[str, float]

    async def open(self, format_: str) -> Person:
        """Turn the phone on, if it is not, and open the work on a reflection."""
        student = await self.mobile.person(self.place.site.origin)
        await student.page.goto(
            f"{self.place.site.origin}/capture/?reflection={self.reflections[format_]}&as={format_}"
        )
        return student

    async def hand_in(self, student: Person, format_: str) -> None:
        """Look once more, and press."""
        await student.press("review-hand-in")
        await student.see("press-hand-in")
        self.pressed_at[format_] = time.time()
        await student.press("press-hand-in")
        await student.see("pressed")
        await self.mobile.close()


async def test_a_whole_day_without_a_network_arrives_whole_in_time_and_once(
    place: SiteOnALine, tmp_path: Path, photos: list[Path]
) -> None:
    microphone = await asyncio.to_thread(write_marked_sound, tmp_path / "microphone.wav")
    async with async_playwright() as playwright, phone(playwright, tmp_path / "profile", microphone) as mobile:
        begun = await begun_reflections(place.site, *FORMATS)
        day = Day(mobile, place, dict(zip(FORMATS, begun, strict=True)), {})
        await in_the_morning(day)
        await asyncio.to_thread(place.server.stop)

        await speak_until_the_battery_is_empty(day)
        await film(day)
        await make_posts(day, photos)
        await write_until_the_battery_is_empty(day)

        await before_the_evening(day)
        await asyncio.to_thread(place.server.start)
        await in_the_evening(day)
        assert mobile.complaints == []
    await place.site.beside(lambda: all_is_there_once(day))


async def in_the_morning(day: Day) -> None:
    """Sign in and look at the list while there is a network."""
    student = await day.mobile.person(day.place.site.origin)
    await sign_in(student.page, student.origin, day.place.site.student)
    await student.page.goto(f"{student.origin}/capture/")
    for reflection in day.reflections.values():
        await student.page.locator(f"[href*='{reflection}']").first.wait_for()
    await student.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await student.page.wait_for_timeout(1000)
    await day.mobile.close()


async def speak_until_the_battery_is_empty(day: Day) -> None:
    """Record a podcast; the phone dies in the middle of it, and what was said until then is used."""
    student = await day.open("podcast")
    await student.press("record")
    await student.see("stop")
    await student.page.wait_for_timeout(SPOKEN_SECONDS * 1000)
    await day.mobile.kill()
    student = await day.open("podcast")
    await student.see("found")
    await student.press("use-recording")
    await student.see("sending")
    await day.hand_in(student, "podcast")


async def film(day: Day) -> None:
    """Record a video."""
    student = await day.open("video")
    await student.press("open-camera")
    await student.press("record")
    await student.see("stop")
    await student.page.wait_for_timeout(SPOKEN_SECONDS * 1000)
    await student.press("stop")
    await student.press("use-recording")
    await student.see("sending")
    await day.hand_in(student, "video")


async def make_posts(day: Day, photos: list[Path]) -> None:
    """Make three posts and a text to them."""
    student = await day.open("posts")
    page = student.page
    await page.locator("[data-test=photo-input]").first.set_input_files(photos)
    await student.press("use-photo")
    await expect(page.locator("[data-test=crop-dialog]")).to_have_count(0)
    for number, caption in enumerate(CAPTIONS):
        await student.fill("caption", caption, number=number)
        await student.fill("alt-text", "What can be seen from the rail", number=number)
    await student.fill("text", TEXT)
    await page.wait_for_timeout(1000)
    await day.hand_in(student, "posts")


async def write_until_the_battery_is_empty(day: Day) -> None:
    """Write a text; the phone dies after a pause, and the text is there."""
    student = await day.open("written")
    await student.fill("text", TEXT)
    await student.page.wait_for_timeout(1500)
    await day.mobile.kill()
    student = await day.open("written")
    await expect(student.page.locator("[data-test=text]")).to_have_value(TEXT)
    await day.hand_in(student, "written")


async def before_the_evening(day: Day) -> None:
    """Look at what waits: the page never says that everything is sent, not even while it opens."""
    student = await day.mobile.person(day.place.site.origin)
    await student.page.add_init_script(WATCH_FOR_ALL_SENT)
    await student.page.goto(f"{student.origin}/capture/?outbox")
    await expect(student.page.locator("[data-test=outbox-row]").filter(has_text="Handing in")).to_have_count(
        len(FORMATS)
    )
    assert not await student.page.evaluate("globalThis.saidAllSent")
    await day.mobile.close()


async def in_the_evening(day: Day) -> None:
    """Open the app where there is a network again, and wait until nothing is left on the phone."""
    student = await day.mobile.person(day.place.site.origin)
    await student.page.goto(f"{student.origin}/capture/?outbox")
    await student.see("outbox-empty", seconds=120)


async def all_is_there_once(day: Day) -> None:
    """Compare what the server has with what was made, and when it was handed in."""
    for format_, reflection_id in day.reflections.items():
        assert (await Reflection.get(id=reflection_id)).state is ReflectionState.SUBMITTED
        (version,) = await Version.filter(reflection_id=reflection_id, frozen_at__isnull=False)
        assert version.format == format_
        assert version.handed_in_at is not None
        assert version.frozen_at is not None
        assert abs(version.handed_in_at.timestamp() - day.pressed_at[format_]) < 2
        assert version.frozen_at - version.handed_in_at > timedelta(seconds=2)
        assert await Event.filter(subject_id=str(reflection_id), move="submit").count() == 1
        media = await MediaItem.filter(reflection_id=reflection_id)
        assert {one.state for one in media} <= {MediaState.READY}
        if format_ in {"podcast", "video"}:
            (recording,) = media
            assert version.recording_id == recording.id
            assert recording.kind == ("video" if format_ == "video" else "audio")
            assert recording.duration_seconds is not None
            assert SPOKEN_SECONDS - 1.5 < recording.duration_seconds < SPOKEN_SECONDS + 2
        elif format_ == "posts":
            assert {one.purpose for one in media} == {Purpose.PHOTO}
            posts = await Post.filter(version_id=version.id).order_by("position")
            assert [post.caption for post in posts] == list(CAPTIONS)
            assert {post.photo_id for post in posts} == {one.id for one in media}
            assert version.text == TEXT
        else:
            assert (media, version.text) == ([], TEXT)
    jobs = await Job.filter(kind="prepare")
    assert (len(jobs), {job.status for job in jobs}) == (5, {JobState.DONE})
