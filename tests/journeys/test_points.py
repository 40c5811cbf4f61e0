"""A student of Jönköping reaches a hundred points with evidence, and hears at each step how many are missing."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.browser import DESK, PHONE, Person, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from tests.journeys.steps import (
    add_evidence,
    approve_application,
    choose_item,
    details,
    give_reason,
    note_days,
    note_on_screen,
    open_waiting,
    propose,
    told,
    waiting,
    write_proposal,
)
from tests.media.pdfs import make_pdf

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.parametrize("site", ["ju"], indirect=True),
]

EXCHANGE, BUDDY = "Exchange term", "Buddy for an exchange student"
PARTY, CAMP = "Eurovision evening", "Leader of a summer camp in Gdańsk"
TODAY = datetime.now(ZoneInfo("Europe/Stockholm")).date()


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    """Make a PDF of two pages."""
    path = tmp_path / "transcript of records.pdf"
    path.write_bytes(make_pdf(2))
    return path


async def test_a_student_reaches_a_hundred_points_with_evidence(
    site: Site, spoken: Spoken, photos: list[Path], transcript: Path
) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as staff,
    ):
        await enrol(student)
        await report_three(student, chromium_, photos[0], transcript)
        await decide_on_three(staff)
        await answer_and_propose_better(student, photos, transcript)
        await confirm_the_rest(staff, student)
        await apply(student, staff)
        complaints = student.complaints + staff.complaints

    assert complaints == []


async def enrol(student: Person) -> None:
    """Read what the certificate asks for, and enrol."""
    asks = student.page.locator("[data-test=asks] li")
    await expect(asks).to_have_text(["at least 100 points", "evidence of each activity"])
    await student.fill("study-end", (TODAY + timedelta(days=400)).isoformat())
    await student.press_to("enrol", "**/")

    assert await told(student) == {"points": "You lack 100 points. You have 0 of 100."}
    await student.picture("ju-1-enrolled")


async def report_three(student: Person, chromium_: Browser, photo: Path, transcript: Path) -> None:
    """Do an exchange with a PDF, be a buddy with the word of its organiser, and try a party with a photo."""
    await choose_item(student, EXCHANGE)
    await note_days(student, TODAY - timedelta(days=40), TODAY - timedelta(days=10))
    await report_too_early(student)
    await add_evidence(student, transcript)
    await student.press_and_reload("report")

    address = await choose_item(student, BUDDY)
    await note_days(student, TODAY - timedelta(days=3))
    await organiser_signs(student, chromium_)
    await student.open(address)
    await student.page.get_by_text("Kim Alm, Coordinates the buddies").wait_for()
    await student.press_and_reload("report")

    await write_proposal(student, PARTY, "Songs from thirty countries.")
    await propose(student)
    await note_days(student, TODAY)
    await add_evidence(student, photo)
    await student.picture("ju-2-activity")
    await student.press_and_reload("report")

    assert await told(student) == {"points": "You lack 100 points. You have 0 of 100."}
    waits = "The activity waits for the programme to confirm it."
    assert sorted(await details(student, "points")) == sorted(
        f"{title} / {waits}" for title in (EXCHANGE, BUDDY, PARTY)
    )
    await student.picture("ju-3-reported")


async def report_too_early(student: Person) -> None:
    """Report without evidence, and read what is missing."""
    await student.press("report")
    await note_on_screen(student, "First add evidence that you took part")


async def organiser_signs(student: Person, chromium_: Browser) -> None:
    """Pass the link on to somebody without an account, who confirms on a phone without scripts."""
    await student.fill("organiser", "The buddy programme")
    await student.press("ask-organiser")
    link = await student.page.locator("[data-test=sign-off-link]").inner_text()
    stranger = await chromium_.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    page = await stranger.new_page()
    await page.goto(link)
    await page.get_by_label("Yes, the student took part").check()
    await page.get_by_label("Your name").fill("Kim Alm")
    await page.get_by_label("Your role").fill("Coordinates the buddies")
    await page.get_by_role("button", name="Send the answer").click()
    await page.get_by_text("Your answer has been noted").wait_for()
    assert await stranger.cookies() == []
    await stranger.close()


async def decide_on_three(staff: Person) -> None:
    """Confirm one, send one back with words, decline one and keep the reason for other students."""
    assert await waiting(staff) == sorted([EXCHANGE, BUDDY, PARTY])
    await staff.picture("ju-4-office")
    await open_waiting(staff, BUDDY)
    await staff.page.get_by_text("Kim Alm, Coordinates the buddies").wait_for()
    await staff.press_and_reload("confirm-activity")

    await open_waiting(staff, EXCHANGE)
    await give_reason(staff, "send-back", "Your name is not on the transcript. Add a page that shows it.")

    await open_waiting(staff, PARTY)
    await give_reason(staff, "decline", "A party with friends has no international aim.")
    await staff.picture("ju-5-declined")
    await staff.press_and_reload("share-precedent")

    assert await waiting(staff) == []


async def answer_and_propose_better(student: Person, photos: list[Path], transcript: Path) -> None:
    """Read the answers, add what was asked for, and look at what was decided before before proposing again."""
    assert await told(student) == {"points": "You lack 80 points. You have 20 of 100."}
    await student.picture("ju-6-answers")
    assert await details(student, "points") == [
        f"{BUDDY}: 20 points",
        f"{EXCHANGE} / The activity is not completed yet.",
        f"{PARTY} / The activity was declined.",
    ]

    await student.page.locator("[data-test=activity]").filter(has_text=EXCHANGE).click()
    await student.page.wait_for_url("**/activities/*")
    await student.alive()
    note = student.page.locator("[data-test=decision-note]")
    await expect(note).to_have_text("Your name is not on the transcript. Add a page that shows it.")
    await student.picture("ju-7-sent-back")
    await add_evidence(student, photos[1], files=2)
    await student.press_and_reload("report")

    await write_proposal(student, "Eurovision night with exchange students", "We sing together.")
    precedent = student.page.locator("[data-test=precedent]")
    await expect(precedent).to_contain_text("Did not count")
    await expect(precedent).to_contain_text("A party with friends has no international aim.")
    await student.picture("ju-8-precedent")
    await student.fill("proposal-title", CAMP)
    await student.fill("proposal-about", "Three weeks with young people from five countries.")
    await expect(precedent).to_have_count(0)
    await student.choose("proposal-place", "Abroad")
    await propose(student)
    await note_days(student, TODAY - timedelta(days=90))
    await add_evidence(student, transcript)
    await student.press_and_reload("report")


async def confirm_the_rest(staff: Person, student: Person) -> None:
    """Confirm the exchange, then the own activity, which gets its points only now."""
    await open_waiting(staff, EXCHANGE)
    await staff.press_and_reload("confirm-activity")
    assert await told(student) == {"points": "You lack 30 points. You have 70 of 100."}
    await student.picture("ju-9-seventy")

    await open_waiting(staff, CAMP)
    await staff.press("confirm-activity")
    await note_on_screen(staff, "points")
    await staff.fill("fact-points", "30")
    await staff.fill("decision-note", "Well described.")
    await staff.picture("ju-10-decision")
    await staff.press_and_reload("confirm-activity")


async def apply(student: Person, staff: Person) -> None:
    """Apply for the certificate, and have it."""
    assert await told(student) == {"points": "You have enough points: 100 of 100."}
    await student.picture("ju-11-hundred")
    assert await details(student, "points") == [
        f"{CAMP}: 30 points",
        f"{EXCHANGE}: 50 points",
        f"{BUDDY}: 20 points",
    ]
    await student.press_and_reload("apply")
    await student.page.get_by_text("You have applied.").wait_for()

    await approve_application(staff)

    await student.open("/")
    await student.page.get_by_role("heading", name="Certificate number 1").wait_for()
    await student.page.get_by_text("Congratulations!").wait_for()
    await student.picture("ju-12-certificate")
