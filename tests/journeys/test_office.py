"""Programme staff at the desk: decide on a proposal, share the decision, find a student, end and move an enrolment."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest

from models import database
from models.actions import activities, enrolments
from models.queries.people import actor_of
from models.rules.ruleset import preset
from models.states import ActivityState, EnrolmentState
from models.tables import Activity, CatalogueItem, Contact, Enrolment, Person, Precedent, Programme
from models.tables.activities import Mode, Place
from tests.factories import make_rule_set
from tests.journeys.browser import DESK, browser, chromium, signed_in
from tests.journeys.browser import Person as Visitor
from tests.journeys.site import Site
from tests.journeys.speech import Spoken

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

T = TypeVar("T")


async def beside(site: Site, work: Callable[[], Awaitable[T]]) -> T:
    """Work on the database beside the running application."""
    async with database.opened(site.data / "cim.sqlite3"):
        return await work()


async def proposed(site: Site) -> Enrolment:
    """Enrol the student of the site, who proposes something; the rules come in two versions."""
    at = datetime.now(UTC)
    ju = preset("ju")
    programme = await Programme.all().order_by("code").first()
    assert programme is not None
    await Programme.filter(id=programme.id).update(rule_set_id=(await make_rule_set(ju)).id)
    fewer = ju.requirements[0].model_copy(update={"minimum": 60})
    await make_rule_set(ju.model_copy(update={"requirements": (fewer, *ju.requirements[1:])}), "sixty")
    student = await actor_of(await Person.get(email=site.student))
    end = (at + timedelta(days=300)).date()
    fresh = await Programme.get(id=programme.id)
    enrolment = await enrolments.enrol(
        fresh, end, enrolment_id=uuid4(), admitted_date=at.date() - timedelta(days=99), actor=student, at=at
    )
    await activities.propose(
        enrolment,
        "Reading circle",
        "We read novels about illness.",
        Place.ABROAD,
        Mode.ONLINE,
        activity_id=uuid4(),
        actor=student,
        at=at,
    )
    return enrolment


async def picture(person: Visitor, name: str) -> None:
    """Keep a picture of the page where somebody wants to look at it."""
    if folder := os.environ.get("CIM_SHOTS"):
        await asyncio.to_thread(Path(folder).mkdir, parents=True, exist_ok=True)
        await person.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def test_staff_decide_share_find_and_end(site: Site, spoken: Spoken) -> None:
    enrolment = await beside(site, lambda: proposed(site))
    code = (await beside(site, lambda: Programme.get(id=enrolment.programme_id))).code
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as staff,
    ):
        await decide_and_share(staff)
        await find_the_student(staff, enrolment)
        await end_and_take_up_again(staff)
        await move_to_other_rules(staff)
        await list_an_activity(staff, code)
        await appoint(staff)
        complaints = staff.complaints

    activity, precedent = await beside(site, lambda: Activity.get()), await beside(site, lambda: Precedent.get())
    fresh = await beside(site, lambda: Enrolment.get(id=enrolment.id).select_related("rule_set"))
    listed = await beside(site, lambda: CatalogueItem.get(title_en="Choir abroad"))
    assert (activity.state, activity.points) == (ActivityState.APPROVED, 25)
    assert (precedent.is_shared, precedent.title_sv, precedent.reason) == (True, "Läsecirkel", "It crosses borders.")
    assert (fresh.state, fresh.rule_set.version) == (EnrolmentState.ACTIVE, "sixty")
    assert (listed.title_sv, listed.place, listed.points) == ("Kör utomlands", Place.SWEDEN, 15)
    assert await beside(site, lambda: Contact.all().count()) == 1
    assert complaints == []


async def decide_and_share(staff: Visitor) -> None:
    """Approve from the activity's own page: what lacks is told first; then let students read the decision."""
    await staff.open("/office")
    await staff.press("approve-activity")
    await staff.page.get_by_text("Say how many points it gives").wait_for()
    await staff.press_to("open-activity", "**/office/activities/*")
    await staff.fill("fact-points", "many")
    await staff.press("approve-activity")
    await staff.page.get_by_text("Write the points in digits").wait_for()
    await staff.fill("fact-points", "25")
    await staff.fill("decision-note", "Yes.")
    await picture(staff, "desk-decide")
    await staff.press_and_reload("approve-activity")
    await staff.fill("share-title-sv", "Läsecirkel")
    await staff.fill("share-reason", "It crosses borders.")
    await staff.press_and_reload("share-precedent")
    await staff.see("unshare-precedent")
    await picture(staff, "desk-shared")


async def find_the_student(staff: Visitor, enrolment: Enrolment) -> None:
    """Search by a part of the name, and open the student."""
    await staff.open("/office")
    await staff.press_to("to-students", "**/office/students")
    await staff.fill("search-name", "storm")
    await staff.press_to("search-students", "**/office/students?name=storm*")
    assert await staff.page.locator("[data-test=search-name]").input_value() == "storm"
    await picture(staff, "desk-found")
    await staff.page.get_by_role("link", name="Linnea Storm").click()
    await staff.page.wait_for_url(f"**/office/students/{enrolment.id}")
    await staff.alive()


async def end_and_take_up_again(staff: Visitor) -> None:
    """Make the enrolment void with a reason, and take that back."""
    await staff.press("void")
    await staff.press("confirm-void")
    await staff.page.get_by_text("Write the reason").wait_for()
    await staff.fill("void-reason", "Wrong faculty.")
    await staff.press_and_reload("confirm-void")
    assert await staff.page.locator("[data-test=ended-reason]").inner_text() == "Wrong faculty."
    await picture(staff, "desk-void")
    await staff.press("reinstate")
    await staff.fill("reinstate-reason", "It was the right one.")
    await staff.press_and_reload("confirm-reinstate")


async def move_to_other_rules(staff: Visitor) -> None:
    """Look at what another version changes, then move."""
    await staff.press("choose-version")
    await staff.page.get_by_role("option", name="sixty").click()
    await staff.page.locator("[data-test=version-preview]", has_text="60").wait_for()
    await picture(staff, "desk-preview")
    await staff.fill("version-reason", "Agreed with the student.")
    await staff.press_and_reload("move-version")


async def list_an_activity(staff: Visitor, code: str) -> None:
    """Offer something new, stop offering it, offer it again, change its points."""
    await staff.open("/office")
    await staff.page.locator(f"a[href='/office/catalogue/{code}']").click()
    await staff.page.wait_for_url("**/office/catalogue/*")
    await staff.alive()
    before = await staff.page.locator("[data-test=item]").count()
    await staff.press("add-item")
    await staff.page.wait_for_timeout(400)
    for column, words in (
        ("title_sv", "Kör utomlands"),
        ("title_en", "Choir abroad"),
        ("about_sv", "Sjung."),
        ("about_en", "Sing."),
    ):
        await staff.fill(f"item-{column}", words)
    await staff.press("fact-kind")
    await staff.page.get_by_role("option").first.click()
    await staff.fill("fact-points", "10")
    await picture(staff, "desk-list-activity")
    await staff.press_and_reload("save-item")
    assert await staff.page.locator("[data-test=item]").count() == before + 1
    card = staff.page.locator("[data-test=item]", has_text="Choir abroad")
    for hook in ("close-item", "reopen-item"):
        async with staff.page.expect_navigation():
            await card.locator(f"[data-test={hook}]").click()
        await staff.alive()
    await card.locator("[data-test=change-item]").click()
    dialog = staff.page.locator(".q-dialog")
    await dialog.locator("[data-test=fact-points]").fill("15")
    await picture(staff, "desk-change-activity")
    async with staff.page.expect_navigation():
        await dialog.locator("[data-test=save-item]").click()
    await staff.alive()


async def appoint(staff: Visitor) -> None:
    """Become the contact of a programme."""
    await staff.open("/office/contacts")
    await staff.press("new-contact")
    await staff.page.get_by_role("option", name="Malte Gran").click()
    await staff.press_and_reload("name-contact")
    await staff.see("contact")
    await staff.open("/office")
    await staff.see("contact-today")
    await picture(staff, "desk-office")
