"""A student is told that a piece came back: by the bell, in the list, and by a device while no page is open."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.actions import enrolments
from models.actions.notices import tell
from models.queries.people import actor_of
from models.tables import Enrolment, Notice, Person, Programme
from models.tables.notices import NoticeKind
from tests.journeys.axe import Inspector
from tests.journeys.browser import PHONE, browser, chromium, signed_in
from tests.journeys.site import Site
from tests.journeys.speech import Spoken

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

_SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 100; tries += 1) {
    const shown = await worker.getNotifications();
    if (shown.length) return shown.map(({ title, body, data }) => ({ title, body, data }));
    await new Promise((done) => setTimeout(done, 100));
  }
  return [];
}"""


async def _told(site: Site) -> None:
    async def made() -> None:
        at = datetime.now(UTC)
        student = await actor_of(await Person.get(email=site.student))
        programme = await Programme.all().order_by("code").first()
        assert programme is not None
        end = (at + timedelta(days=300)).date()
        await enrolments.enrol(programme, end, enrolment_id=uuid4(), actor=student, at=at)
        enrolment = await Enrolment.get(person_id=student.person_id)
        await tell(NoticeKind.FINAL_DUE, enrolment, at=at, day="2027-05-03")

    await site.beside(made)


async def test_student_is_told_by_the_bell_and_chooses_how(site: Site, spoken: Spoken) -> None:
    await _told(site)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE, locale="en-GB") as student,
    ):
        page, inspector = student.page, Inspector(student.page)
        await student.open("/notices")
        await student.alive()
        await page.get_by_text("Your final reflection must be handed in by 3 May 2027 at the latest.").wait_for()
        await student.picture("phone-notices")
        await inspector.look("notices")
        await student.press_and_reload("read-all")
        await page.locator("[data-test=bell][aria-label=Notices]").wait_for()
        await inspector.look("notices that are read")
        await student.open("/account")
        await student.see("this-device")
        await student.picture("phone-account")
        await inspector.look("account")

    assert inspector.found == {}
    assert await site.beside(lambda: Notice.filter(read_at__isnull=True).count()) == 0


async def test_device_shows_what_it_is_told_while_no_page_is_open(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
    ):
        page = student.page
        await page.context.grant_permissions(["notifications"], origin=site.origin)
        await student.open("/capture/")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        line = await page.context.new_cdp_session(page)
        known: list[dict[str, str]] = []
        line.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(said["registrations"]))
        await line.send("ServiceWorker.enable")
        while not known:
            await page.wait_for_timeout(50)
        message = {"origin": site.origin, "registrationId": known[0]["registrationId"]}
        await line.send(
            "ServiceWorker.deliverPushMessage", message | {"data": '{"body": "It was accepted.", "path": "/notices"}'}
        )

        shown = await page.evaluate(_SHOWN)

    assert shown == [{"title": "CIM", "body": "It was accepted.", "data": "/notices"}]
