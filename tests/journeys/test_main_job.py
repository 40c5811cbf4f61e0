"""The main job: from the phone's microphone to an approved certificate and the worklist."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.journeys.browser import DESK, PHONE, Person, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken

pytestmark = [
    pytest.mark.browser,
    pytest.mark.weights,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

SENTENCE = "I learned to ask before I explain and to listen for what is not said in the room. "
STUDY_END = date.today() + timedelta(days=200)


async def test_student_earns_certificate_from_microphone_to_worklist(
    site: Site, spoken: Spoken, photos: list[Path]
) -> None:
    async with browser(spoken.wav) as chromium_:
        async with signed_in(chromium_, site.origin, site.student, size=PHONE) as student:
            await enrol(student)
            await podcast(student, spoken)
            await written(student)
            assert await student.page.locator("[data-test=begin-final]").count() == 0
            await posts(student, photos)
            await final(student)
            assert student.complaints == []
        async with signed_in(chromium_, site.origin, site.assessor, size=DESK) as assessor:
            await accept_all(assessor, pieces=4)
            assert assessor.complaints == []
        async with signed_in(chromium_, site.origin, site.student, size=PHONE, locale="sv-SE") as student:
            await student.press_and_reload("apply")
        async with signed_in(chromium_, site.origin, site.staff, size=DESK) as staff:
            rows = await approve_and_export(staff)

    assert [(row["Certificate number"], row["Name"]) for row in rows] == [("1", "Linnea Storm")]
    assert rows[0]["Activities (English)"].count(" | ") == 2


async def enrol(student: Person) -> None:
    """Choose the programme and the end of the studies."""
    await student.press("programme")
    await student.page.locator(".q-menu .q-item").first.click()
    await student.fill("study-end", STUDY_END.isoformat())
    await student.press_to("enrol", "**/")


async def done_activity(student: Person, number: int, format_: str) -> None:
    """Choose an activity of the catalogue, say that it is done, choose how to reflect."""
    await student.open("/")
    await student.press_to("add-activity", "**/add")
    await student.press_to("choose-item", "**/activities/*", number=number)
    await student.press_and_reload("log-occasion")
    await student.press_and_reload("complete")
    await student.press_to(f"choose-{format_}", "**/capture/**")


async def hand_in(student: Person) -> None:
    """Hand in what the reflection's page shows, and get a receipt."""
    await student.alive()
    await student.press("hand-in")
    await student.press_and_reload("confirm-hand-in")
    await student.see("receipt")


async def podcast(student: Person, spoken: Spoken) -> None:
    """Record speech, wait for the transcript, put a word right, hand in."""
    await done_activity(student, 0, "podcast")
    await student.press("record")
    await student.page.wait_for_timeout((spoken.seconds + 1.5) * 1000)
    await student.press("stop")
    await student.press("use-recording")
    await student.see("continue")
    await student.press_to("continue", "**/reflections/*")
    words = student.page.locator(".ct-words")
    await words.wait_for(timeout=120_000)
    heard = set(re.findall(r"\w+", (await words.inner_text()).lower()))
    found = [word for word in spoken.words if word in heard]
    assert len(found) / len(spoken.words) >= 0.8, (spoken.words, heard)

    await words.locator("span").first.click()
    await student.fill("correct-word", "Welcome")
    await student.press("save-word")
    await words.locator("span.mended", has_text="Welcome").wait_for()
    await hand_in(student)
    assert await words.locator("span.mended").all_inner_texts() == ["Welcome"]


async def write(student: Person, words: int) -> None:
    """Type a text of so many words; leaving the page saves it."""
    await student.fill("text", SENTENCE * (words // len(SENTENCE.split())))


async def written(student: Person) -> None:
    """Write a text of about 1000 words and hand in."""
    await done_activity(student, 1, "written")
    await write(student, 1000)
    await student.press_to("back", "**/reflections/*")
    await hand_in(student)


async def posts(student: Person, photos: list[Path]) -> None:
    """Make three posts with photos, captions, descriptions and a text, and hand in."""
    await done_activity(student, 2, "posts")
    for number, photo in enumerate(photos):
        if await student.page.locator("[data-test=post]").count() <= number:
            await student.press("add-post")
        await student.page.locator("[data-test=photo-input]").nth(number).set_input_files(photo)
        await student.press("use-photo")
        await student.fill("caption", f"Evening number {number + 1} at the language café", number=number)
        await student.fill("alt-text", "People around a table", number=number)
    await write(student, 500)
    # While a photo is on its way the page says "Sending – keep this page open".
    await student.page.locator("[data-test=saved-state][data-state=saved]").wait_for(timeout=30_000)
    await student.press_to("back", "**/reflections/*")
    await student.page.locator(".cim-post img").nth(len(photos) - 1).wait_for(timeout=30_000)
    await hand_in(student)


async def final(student: Person) -> None:
    """Write the final reflection, which opens when three are handed in."""
    await student.open("/")
    await student.press_to("begin-final", "**/final")
    await student.press_to("choose-written", "**/capture/**")
    await write(student, 3000)
    await student.press_to("back", "**/reflections/*")
    await hand_in(student)


async def accept_all(assessor: Person, *, pieces: int) -> None:
    """Take a piece from the list and accept it; then the next one opens by itself, until the list is there again."""
    await assessor.open("/queue")
    await assessor.press_to("claim", "**/assess/*")
    for number in range(pieces):
        if number:
            await assessor.press_and_reload("claim")
        here = assessor.page.url
        await assessor.fill("comment", f"Read with pleasure, number {number + 1}.")
        await assessor.press("accept")
        await assessor.press("confirm-accept")
        await assessor.page.wait_for_url(lambda url, before=here: url != before)
        await assessor.alive()
    assert assessor.page.url.endswith("/queue")
    assert await assessor.page.locator("[data-test=claim]").count() == 0


async def approve_and_export(staff: Person) -> list[dict[str, str]]:
    """Approve the application and read the worklist of its programme."""
    await staff.open("/office")
    await staff.page.locator("a[href^='/office/applications/']").first.click()
    await staff.page.wait_for_url("**/office/applications/*")
    await staff.alive()
    await staff.press("approve-application")
    await staff.press_and_reload("confirm-approve-application")
    await staff.open("/office")
    rows: list[dict[str, str]] = []
    for link in await staff.page.locator("a[data-test=worklist]").all():
        answer = await staff.page.request.get(staff.origin + str(await link.get_attribute("href")))
        rows += csv.DictReader(io.StringIO((await answer.text()).lstrip("\ufeff")), delimiter=";")
    return rows
