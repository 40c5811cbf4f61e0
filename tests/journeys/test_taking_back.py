"""A student thinks again: hands in, takes it back, writes on and hands in again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from models.actions import activities, enrolments, handing_in, reflections
from models.queries.people import actor_of
from models.tables import Activity, CatalogueItem, Person, Programme, Version
from tests.factories import words
from tests.journeys.browser import PHONE, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from tests.journeys.test_office import beside

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]


async def handed_in(site: Site) -> UUID:
    """Let the student of the site hand in a text."""
    at = datetime.now(UTC)
    student = await actor_of(await Person.get(email=site.student))
    programme = await Programme.all().order_by("code").first()
    assert programme is not None
    enrolment = await enrolments.enrol(
        programme, (at + timedelta(days=300)).date(), enrolment_id=uuid4(), actor=student, at=at
    )
    item = await CatalogueItem.filter(programme_id=programme.id, is_open=True).first()
    assert item is not None
    chosen = await activities.choose(enrolment, item, activity_id=uuid4(), actor=student, at=at)
    activity = await Activity.get(id=chosen.id).select_related("enrolment")
    await activities.log_occasion(activity, at.date() - timedelta(days=3), actor=student, at=at)
    await activities.complete(activity, actor=student, at=at)
    reflection = await reflections.start(activity, "written", "en", actor=student, at=at)
    draft = await reflections.save_draft(reflection, base_revision=0, text=words(200), actor=student, at=at)
    await handing_in.submit(reflection, revision=draft.revision, actor=student, at=at)
    return reflection.id


async def test_what_was_handed_in_is_taken_back_and_handed_in_again(site: Site, spoken: Spoken) -> None:
    reflection = await beside(site, lambda: handed_in(site))
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        await student.open(f"/reflections/{reflection}")
        await student.press("take-back")
        await student.picture("take-back")
        await student.press_and_reload("confirm-take-back")
        await student.page.get_by_text("Taken back", exact=True).wait_for()
        await student.press("hand-in")
        await student.press_and_reload("confirm-hand-in")
        await student.page.locator("[data-test=receipt]").wait_for()

    async def versions() -> list[tuple[int, bool]]:
        return [
            (version.number, version.frozen_at is not None)
            for version in await Version.filter(reflection_id=reflection).order_by("number")
        ]

    assert await beside(site, versions) == [(1, True), (2, True)]
