"""Programme staff put right what went wrong: a done activity, the beginning of the studies, rules that ask for it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from models.actions import activities, enrolments
from models.queries.people import actor_of
from models.rules.primitives import ActivityRules
from models.states import ActivityState
from models.tables import Activity, CatalogueItem, Enrolment, Person, Programme
from tests.factories import KI, edition, make_rule_set
from tests.journeys.browser import PHONE, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from tests.journeys.test_office import beside

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

BEGAN, REALLY_BEGAN = date(2024, 9, 2), date(2023, 9, 4)


async def done(site: Site) -> Activity:
    """Enrol the student of the site, who does something; another version asks when the studies began."""
    at = datetime.now(UTC)
    programme = await Programme.all().order_by("code").first()
    assert programme is not None
    ki = await make_rule_set(KI.model_copy(update={"version": "plain"}))
    await Programme.filter(id=programme.id).update(rule_set_id=ki.id)
    await make_rule_set(edition("asking", activities=ActivityRules(after_admission=True)))
    student = await actor_of(await Person.get(email=site.student))
    enrolment = await enrolments.enrol(
        await Programme.get(id=programme.id),
        (at + timedelta(days=300)).date(),
        enrolment_id=uuid4(),
        actor=student,
        at=at,
    )
    item = await CatalogueItem.filter(programme_id=programme.id, is_open=True).first()
    assert item is not None
    chosen = await activities.choose(enrolment, item, activity_id=uuid4(), actor=student, at=at)
    activity = await Activity.get(id=chosen.id).select_related("enrolment")
    await activities.log_occasion(activity, at.date() - timedelta(days=3), actor=student, at=at)
    await activities.complete(activity, actor=student, at=at)
    return activity


async def fresh(id_: UUID) -> Enrolment:
    return await Enrolment.get(id=id_).select_related("rule_set")


async def test_staff_put_right_what_went_wrong(site: Site, spoken: Spoken) -> None:
    activity = await beside(site, lambda: done(site))
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.staff, size=PHONE) as staff,
    ):
        await staff.open(f"/office/activities/{activity.id}")
        await staff.picture("reopen")
        await staff.page.locator("[data-test=reopen] [data-test=ask-reason]").click()
        await staff.press("confirm-reason")
        await staff.page.get_by_text("Write the reason").wait_for()
        await staff.fill("reason", "The day is wrong.")
        await staff.press_and_reload("confirm-reason")

        await staff.open(f"/office/students/{activity.enrolment_id}")
        await staff.choose("choose-version", "asking")
        await staff.page.locator("[data-test=version-admitted]").wait_for()
        await staff.fill("version-reason", "Agreed.")
        await staff.press("move-version")
        await staff.page.get_by_text("Say when the studies in the programme began").wait_for()
        await staff.fill("version-admitted", BEGAN.isoformat())
        await staff.picture("move-with-day")
        await staff.press_and_reload("move-version")
        moved = await beside(site, lambda: fresh(activity.enrolment_id))

        await staff.fill("admitted-date", REALLY_BEGAN.isoformat())
        await staff.fill("admitted-reason", "A misprint.")
        await staff.picture("beginning")
        await staff.press_and_reload("change-admitted")
        complaints = staff.complaints

    opened = await beside(site, lambda: Activity.get(id=activity.id))
    corrected = await beside(site, lambda: fresh(activity.enrolment_id))
    assert (opened.state, opened.decision_note) == (ActivityState.APPROVED, "The day is wrong.")
    assert (moved.rule_set.version, moved.admitted_date) == ("asking", BEGAN)
    assert corrected.admitted_date == REALLY_BEGAN
    assert complaints == []
