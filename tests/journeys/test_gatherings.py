"""Staff announce a presentation, a student signs up and shows with the code of the day that they were there."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.actions import enrolments
from models.queries.people import actor_of
from models.tables import Enrolment, Gathering, Person, Programme, SignUp
from models.tables.gatherings import AttendanceProof, Part
from tests.factories import WITH_EVENTS, make_rule_set
from tests.journeys.browser import DESK, PHONE, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium")]


async def with_events(site: Site) -> Enrolment:
    """Let a programme's rules know events, and enrol the student there."""
    at = datetime.now(UTC)
    programme = await Programme.all().order_by("code").first()
    assert programme is not None
    await Programme.filter(id=programme.id).update(rule_set_id=(await make_rule_set(WITH_EVENTS, "events")).id)
    student = await actor_of(await Person.get(email=site.student))
    end = (at + timedelta(days=300)).date()
    fresh = await Programme.get(id=programme.id)
    return await enrolments.enrol(fresh, end, enrolment_id=uuid4(), actor=student, at=at)


async def begin_now() -> Gathering:
    """Move the gathering to this hour."""
    now = datetime.now(UTC)
    await Gathering.all().update(starts_at=now, ends_at=now + timedelta(hours=1))
    return await Gathering.get()


async def test_from_the_announcement_to_the_code_of_the_day(site: Site, spoken: Spoken) -> None:
    await site.beside(lambda: with_events(site))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as staff,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        await staff.open("/office/gatherings")
        await staff.press("announce")
        await staff.picture("desk-announce-empty")
        await staff.choose("gathering-kind", "Presentation")
        await staff.choose("gathering-forum", "Café")
        for hook, value in (
            ("title-sv", "Redovisningar i kaféet"),
            ("title-en", "Presentations in the café"),
            ("day", tomorrow),
            ("start", "13:00"),
            ("end", "15:00"),
            ("where", "Room 4"),
            ("capacity", "12"),
        ):
            await staff.fill(f"gathering-{hook}", value)
        await staff.picture("desk-announce")
        await staff.press_to("save-gathering", re.compile(r"/office/gatherings/[0-9a-f-]{36}$"))
        await staff.picture("desk-gathering")
        await staff.press("change")
        await staff.fill("gathering-where", "Room 5")
        await staff.picture("desk-change")
        await staff.press_and_reload("save-gathering")
        await staff.page.locator("dd", has_text="Room 5").wait_for()
        await staff.page.locator("dd", has_text="Café").wait_for()

        await student.open("/gatherings")
        await student.picture("phone-offer")
        await student.press("present")
        await student.fill("topic", "A term in Lund")
        await student.press_and_reload("confirm-present")
        await student.picture("phone-signed-up")

        gathering = await site.beside(begin_now)
        await student.open("/gatherings")
        await student.fill("code", "AAAAAA")
        await student.press("attend")
        await student.page.get_by_text("This is not the code of the day").wait_for()
        await student.picture("phone-wrong-code")
        await student.fill("code", gathering.code.lower())
        await student.press_and_reload("attend")
        await student.page.get_by_text("It is noted that you presented").wait_for()
        await student.picture("phone-noted")

        await staff.open(f"/office/gatherings/{gathering.id}")
        await staff.picture("desk-list")
        await staff.press("show-code")
        await staff.see("code")
        await staff.alive()
        await staff.picture("desk-code")
        complaints = staff.complaints + student.complaints
    row = await site.beside(lambda: SignUp.get())
    assert (row.part, row.topic, row.proof) == (Part.PRESENTER, "A term in Lund", AttendanceProof.CODE)
    assert complaints == []
