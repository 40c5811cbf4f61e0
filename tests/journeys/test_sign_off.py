"""A student asks an outside organiser through a link; the organiser answers on a phone without an account."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.actions import activities, enrolments
from models.queries.people import actor_of
from models.tables import Activity, CatalogueItem, Person, Programme, SignOff
from models.tables.activities import SignOffOutcome
from tests.journeys.browser import DESK, PHONE, browser, chromium, picture, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium")]


async def chosen_activity(site: Site) -> Activity:
    """Enrol the student, who has an activity that took place yesterday."""
    at = datetime.now(UTC)
    programme = await Programme.all().order_by("code").first()
    assert programme is not None
    student = await actor_of(await Person.get(email=site.student))
    end = (at + timedelta(days=300)).date()
    enrolment = await enrolments.enrol(programme, end, enrolment_id=uuid4(), actor=student, at=at)
    item = await CatalogueItem.filter(programme_id=programme.id).order_by("id").first()
    assert item is not None
    chosen = await activities.choose(enrolment, item, activity_id=uuid4(), actor=student, at=at)
    activity = await Activity.get(id=chosen.id).select_related("enrolment")
    await activities.log_occasion(activity, (at - timedelta(days=1)).date(), actor=student, at=at)
    return activity


async def test_an_organiser_confirms_without_an_account_and_without_scripts(site: Site, spoken: Spoken) -> None:
    activity = await site.beside(lambda: chosen_activity(site))
    async with browser(spoken.wav) as chromium_:
        async with signed_in(chromium_, site.origin, site.student, size=PHONE) as student:
            await student.open(f"/activities/{activity.id}")
            await student.fill("organiser", "Café Babel")
            await student.press("ask-organiser")
            link = await student.page.locator("[data-test=sign-off-link]").inner_text()
            await student.picture("phone-link")
            stranger = await chromium_.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
            page = await stranger.new_page()
            await page.goto(link)
            await picture(page, "phone-organiser")
            await page.get_by_label("Yes, the student took part").check()
            await page.get_by_label("Your name").fill("Kim Alm")
            await page.get_by_label("Your role").fill("Leads the café")
            await page.get_by_label("Attendance").fill("85")
            await page.get_by_role("button", name="Send the answer").click()
            await page.get_by_text("Your answer has been noted").wait_for()
            await picture(page, "phone-organiser-thanks")
            cookies = await stranger.cookies()
            await stranger.close()
            await student.open(f"/activities/{activity.id}")
            await student.page.get_by_text("Kim Alm, Leads the café").wait_for()
            await student.picture("phone-answered")
            assert student.complaints == []
        async with signed_in(chromium_, site.origin, site.staff, size=DESK) as staff:
            await staff.open(f"/activities/{activity.id}")
            await staff.page.get_by_text("The student passed the link on").wait_for()
            await staff.picture("desk-answered")
    row = await site.beside(lambda: SignOff.get())
    assert (row.outcome, row.attendance_percent) == (SignOffOutcome.CONFIRMED, 85)
    assert cookies == []
