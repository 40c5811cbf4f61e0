"""A student of Lund with three lectures, an exchange and a buddy group hears what is missing, and gets there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from models.tables import Enrolment
from tests.journeys.browser import DESK, PHONE, Person, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from tests.journeys.steps import (
    add_evidence,
    approve_application,
    choose_item,
    confirm,
    counting_notes,
    details,
    note_days,
    note_on_screen,
    switch_language,
    told,
)
from tests.journeys.test_gatherings import begin_now
from tests.journeys.test_main_job import accept_all, final
from tests.media.pdfs import make_pdf

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.parametrize("site", ["lu-soc"], indirect=True),
]

TODAY = datetime.now(ZoneInfo("Europe/Stockholm")).date()
ADMITTED, STUDY_END = TODAY - timedelta(days=400), TODAY + timedelta(days=300)
ENROLLED_DAYS_AGO = 60
LECTURES = ("Open lecture: migration", "Open lecture: climate and justice", "Open lecture: work without borders")
EXCHANGE, BUDDIES = "Exchange studies abroad", "Buddy group for international students"


@pytest.fixture
def certificate_of_study(tmp_path: Path) -> Path:
    """Make a PDF of one page."""
    path = tmp_path / "certificate of study.pdf"
    path.write_bytes(make_pdf())
    return path


async def test_a_student_of_three_lectures_an_exchange_and_a_buddy_group_hears_what_is_missing_and_gets_there(
    site: Site, spoken: Spoken, certificate_of_study: Path
) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as staff,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as assessor,
    ):
        await be_refused(student)
        await enrol(student)
        await site.beside(weeks_pass)
        await attend_three_lectures(student)
        await hear_it_in_swedish(student)
        await be_a_buddy(student)
        await register_an_earlier_exchange(student, certificate_of_study)
        await announce(staff)
        await present(student, site)
        await final(student)
        await hear_that_it_waits(student)
        await accept_all(assessor, pieces=1)
        await apply(student)
        await approve_application(staff)
        await have_the_certificate(student)
        complaints = student.complaints + staff.complaints + assessor.complaints

    assert complaints == []


async def be_refused(student: Person) -> None:
    """Hear that there is no enrolling where international experience belongs to the programme; what was typed stays."""
    await fill_in(student, "SAM-SOC")
    await student.choose("programme", "SAM-INT")
    notice = student.page.locator("[data-test=not-open]")
    await expect(notice).to_contain_text("not for programmes that have international experience built in")
    await expect(student.page.locator("[data-test=enrol]")).to_have_count(0)
    await student.picture("lu-1-refused")
    await student.choose("programme", "SAM-SOC")
    await expect(student.page.locator("[data-test=study-end]")).to_have_value(STUDY_END.isoformat())
    await expect(student.page.locator("[data-test=admitted]")).to_have_value(ADMITTED.isoformat())
    assert student.page.url.endswith("/enrol")


async def fill_in(student: Person, programme: str) -> None:
    """Choose a programme and fill in the days that enrolling asks for."""
    await student.open("/enrol")
    await student.choose("programme", programme)
    await student.fill("admitted", ADMITTED.isoformat())
    await student.fill("study-end", STUDY_END.isoformat())


async def enrol(student: Person) -> None:
    """Enrol in the other programme, and hear what all is missing."""
    await fill_in(student, "SAM-SOC")
    await student.press("enrol")
    await note_on_screen(student, "Confirm this first: I am enrolled at the university while I gather activities.")
    await confirm(student)
    await student.press_to("enrol", "**/")

    assert await told(student) == {
        "types": "You lack activities of 3 more types.",
        "abroad": "You lack one activity abroad.",
        "sweden": "You lack one activity in Sweden.",
        "presentation": "Still to do: Presentation to fellow students.",
        "final": "You lack the final reflection.",
    }
    await student.picture("lu-2-enrolled")


async def weeks_pass() -> None:
    """Let the enrolment be some weeks old."""
    await Enrolment.all().update(enrolled_at=datetime.now(UTC) - timedelta(days=ENROLLED_DAYS_AGO))


async def attend_three_lectures(student: Person) -> None:
    """Attend three lectures on three days, and hear that together they are one activity."""
    for number, title in enumerate(LECTURES):
        if number == 2:
            await told(student)
            assert await counting_notes(student) == [
                "You have two lectures. Only three, on different days, count as one activity."
            ]
        await choose_item(student, title)
        await note_days(student, TODAY - timedelta(days=21 - 7 * number))
        await student.press_and_reload("complete")

    assert await told(student) == {
        "types": "You lack activities of 2 more types.",
        "abroad": "You lack one activity abroad.",
        "sweden": "You have enough activities in Sweden.",
        "presentation": "Still to do: Presentation to fellow students.",
        "final": "You lack the final reflection.",
    }
    assert await counting_notes(student) == ["Your three lectures count as one activity."]
    assert await details(student, "types") == [f"{', '.join(LECTURES)}: 1 activity"]
    await student.page.get_by_text(
        "The final reflection opens when you have completed 3 activities. Completed so far: 1."
    ).wait_for()
    await student.picture("lu-3-lectures")


async def hear_it_in_swedish(student: Person) -> None:
    """Read the same in Swedish."""
    await switch_language(student, "Svenska")

    assert await told(student) == {
        "types": "Du saknar aktiviteter av ytterligare 2 typer.",
        "abroad": "Du saknar en aktivitet utomlands.",
        "sweden": "Du har tillräckligt många aktiviteter i Sverige.",
        "presentation": "Kvar att göra: Presentation för medstudenter.",
        "final": "Du saknar slutreflektionen.",
    }
    assert await counting_notes(student) == ["Dina tre föreläsningar räknas som en aktivitet."]
    await student.picture("lu-4-swedish")
    await switch_language(student, "English")


async def be_a_buddy(student: Person) -> None:
    """Welcome new students, and lack one type less."""
    await choose_item(student, BUDDIES)
    await note_days(student, TODAY - timedelta(days=5))
    await student.press_and_reload("complete")

    assert (await told(student))["types"] == "You lack one activity of another type."


async def register_an_earlier_exchange(student: Person, proof: Path) -> None:
    """Register an exchange from before the enrolment: not from before the studies, and not without proof."""
    await choose_item(student, EXCHANGE)
    await student.page.get_by_text(
        "You can register what you did before you enrolled, too: with proof that you took part."
    ).wait_for()
    await student.fill("occasion-date", (ADMITTED - timedelta(days=1)).isoformat())
    await student.press("log-occasion")
    await note_on_screen(student, "Only what took place after your studies began counts")
    await note_days(student, TODAY - timedelta(days=ENROLLED_DAYS_AGO + 100))
    await student.press("complete")
    await note_on_screen(student, "First add evidence that you took part")
    await student.picture("lu-5-earlier")
    await add_evidence(student, proof)
    await student.press_and_reload("complete")

    assert await told(student) == {
        "types": "You have activities of enough different types.",
        "abroad": "You have enough activities abroad.",
        "sweden": "You have enough activities in Sweden.",
        "presentation": "Still to do: Presentation to fellow students.",
        "final": "You lack the final reflection.",
    }
    await student.picture("lu-6-three-types")
    assert await details(student, "abroad") == [EXCHANGE]
    await student.page.get_by_text("Nothing is planned at the moment that would fulfil it.").wait_for()


async def announce(staff: Person) -> None:
    """Announce an afternoon of presentations for tomorrow."""
    await staff.open("/office/gatherings")
    await staff.press("announce")
    await staff.choose("gathering-kind", "Presentation to fellow students")
    for hook, words in (
        ("title-sv", "Redovisningar"),
        ("title-en", "Presentations"),
        ("day", (TODAY + timedelta(days=1)).isoformat()),
        ("start", "13:00"),
        ("end", "15:00"),
        ("where", "Room 4"),
    ):
        await staff.fill(f"gathering-{hook}", words)
    await staff.press("save-gathering")
    await staff.see("show-code")


async def present(student: Person, site: Site) -> None:
    """Find the presentation on the home, sign up with a topic, and show with the code of the day that one is there."""
    await student.open("/")
    await student.press_to("next-gathering", "**/gatherings")
    await student.press("present")
    await student.fill("topic", "A term in Bologna")
    await student.press_and_reload("confirm-present")
    gathering = await site.beside(begin_now)
    await student.open("/gatherings")
    await student.fill("code", gathering.code)
    await student.press_and_reload("attend")
    await student.page.get_by_text("It is noted that you presented").wait_for()

    assert (await told(student))["presentation"] == "Done: Presentation to fellow students."
    await student.picture("lu-7-presented")


async def hear_that_it_waits(student: Person) -> None:
    """Read that the report of three thousand words waits, and that nothing is left to do."""
    assert (await told(student))["final"] == "Your final reflection is handed in and waits for its assessment."
    await student.page.get_by_text("You have done your part: what is handed in waits for others.").wait_for()
    await expect(student.page.locator("[data-test=apply]")).to_have_count(0)
    await student.picture("lu-8-waits")


async def apply(student: Person) -> None:
    """Apply, and confirm what the faculty asks for."""
    assert await told(student) == {
        "types": "You have activities of enough different types.",
        "abroad": "You have enough activities abroad.",
        "sweden": "You have enough activities in Sweden.",
        "presentation": "Done: Presentation to fellow students.",
        "final": "Your final reflection is accepted.",
    }
    await student.picture("lu-9-everything")
    await student.press("apply")
    await note_on_screen(student, "Confirm this first: I am registered at the faculty when I apply for my degree.")
    await confirm(student)
    await student.press_and_reload("apply")
    await student.page.get_by_text("You have applied.").wait_for()


async def have_the_certificate(student: Person) -> None:
    """Find the certificate on the home."""
    await student.open("/")
    await student.page.get_by_role("heading", name="Certificate number 1").wait_for()
    await student.picture("lu-10-certificate")
