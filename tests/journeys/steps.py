"""What students and staff do on the way to any certificate, one step each."""

from datetime import date
from pathlib import Path

from playwright.async_api import expect

from tests.journeys.browser import Person


async def choose_item(student: Person, title: str) -> str:
    """Choose an activity of the catalogue by its name; gives its address."""
    await student.open("/")
    await student.press_to("add-activity", "**/add")
    item = student.page.locator("[data-test=item]").filter(has=student.page.get_by_role("heading", name=title))
    await item.locator("[data-test=choose-item]").click()
    return await _at_activity(student)


async def write_proposal(student: Person, title: str, about: str) -> None:
    """Name an activity of one's own and describe it."""
    await student.open("/")
    await student.press_to("add-activity", "**/add")
    await student.fill("proposal-title", title)
    await student.fill("proposal-about", about)


async def propose(student: Person) -> str:
    """Send what was written; gives the address of the activity."""
    await student.press("propose")
    return await _at_activity(student)


async def _at_activity(student: Person) -> str:
    await student.page.wait_for_url("**/activities/*")
    await student.alive()
    return student.page.url.removeprefix(student.origin)


async def note_days(student: Person, *days: date) -> None:
    """Note on which days the activity took place."""
    for day in days:
        await student.fill("occasion-date", day.isoformat())
        await student.press_and_reload("log-occasion")


async def add_evidence(student: Person, file: Path, *, files: int = 1) -> None:
    """Upload a file, and wait until so many can be read."""
    await student.page.locator("[data-test=evidence-input]").set_input_files(file)
    await expect(student.page.locator("[data-test=evidence-open]")).to_have_count(files, timeout=30_000)


async def told(student: Person) -> dict[str, str]:
    """Read on the student's home what is said about each requirement."""
    await student.open("/")
    lines = student.page.locator("[data-test=requirement]")
    return {
        str(await line.get_attribute("data-requirement")): await line.locator("summary div").inner_text()
        for line in await lines.all()
    }


async def details(student: Person, requirement: str) -> list[str]:
    """Open a requirement of the page, and read what counts for it and what does not."""
    fold = student.page.locator(f"[data-test=requirement][data-requirement={requirement}]")
    await fold.locator("summary").click()
    return [" / ".join((await line.inner_text()).split("\n")) for line in await fold.locator("li").all()]


async def counting_notes(student: Person) -> list[str]:
    """Open on the page how the rules count, and read it."""
    fold = student.page.locator("[data-test=counting-notes]")
    await fold.locator("summary").click()
    return await fold.locator("li").all_inner_texts()


async def switch_language(person: Person, language: str) -> None:
    """Choose the language of the screens in one's own menu."""
    await person.page.locator(".cim-head button").click()
    async with person.page.expect_navigation():
        await person.page.locator(".q-menu .q-item").filter(has_text=language).click()
    await person.alive()


async def note_on_screen(person: Person, words: str) -> None:
    """Wait for a note that says why something was not done, and close it."""
    note = person.page.locator(".q-notification").filter(has_text=words)
    await note.wait_for()
    await note.get_by_role("button").click()
    await note.wait_for(state="detached")


async def confirm(student: Person, number: int = 0) -> None:
    """Tick what the rules ask to confirm."""
    await student.press("declaration", number=number)


async def give_reason(staff: Person, hook: str, reason: str) -> None:
    """Make a decision that needs a reason: send back, or decline."""
    await staff.page.locator(f"[data-test={hook}] [data-test=ask-reason]").click()
    await staff.page.locator("[data-test=reason]:visible").fill(reason)
    async with staff.page.expect_navigation():
        await staff.page.locator("[data-test=confirm-reason]:visible").click()
    await staff.alive()


async def open_waiting(staff: Person, title: str) -> None:
    """Open an activity that waits for a decision."""
    await staff.open("/office")
    await staff.page.locator("[data-test=waiting-activity]").get_by_role("link", name=title, exact=True).click()
    await staff.page.wait_for_url("**/office/activities/*")
    await staff.alive()


async def waiting(staff: Person) -> list[str]:
    """List the activities that wait for a decision."""
    await staff.open("/office")
    return sorted(await staff.page.locator("[data-test=waiting-activity] [data-test=open-activity]").all_inner_texts())


async def approve_application(staff: Person) -> None:
    """Approve the one application that waits."""
    await staff.open("/office")
    await staff.page.locator("a[href^='/office/applications/']").first.click()
    await staff.page.wait_for_url("**/office/applications/*")
    await staff.alive()
    await staff.press("approve-application")
    await staff.press_and_reload("confirm-approve-application")
