"""Two readers who disagree come to an agreement, and the assessor group meets; everybody can use its pages."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.async_api import expect

from models.actions import assessments, claims, handing_in, reflections
from models.queries.people import actor_of
from models.queries.reflections import reflection as reflection_of
from models.states import ReflectionState
from models.tables import (
    Assessment,
    Enrolment,
    Meeting,
    Person,
    Reflection,
    Role,
    RoleKind,
    Settlement,
    TimedDecision,
)
from models.tables.assessments import SettledBy
from tests.factories import TWO, make_rule_set
from tests.journeys.axe import Inspector
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, browser, chromium, signed_in
from tests.journeys.browser import Person as Visitor
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from webapp.runtime import clock

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]


async def _handed_in(site: Site) -> UUID:
    """Hand a piece in, and make one of the staff the convener."""
    [reflection_id] = await begun_reflections(site, "written")

    async def write() -> None:
        student = await actor_of(await Person.get(email=site.student))
        reflection = await reflection_of(reflection_id, actor=student)
        draft = await reflections.open_draft(reflection)
        saved = await reflections.save_draft(
            reflection, base_revision=draft.revision, text="I listened. " * 500, actor=student, at=clock()
        )
        await handing_in.submit(reflection, revision=saved.revision, actor=student, at=clock())
        malte = await Person.get(email=site.staff)
        programme = await reflection.enrolment.programme
        await Role.create(person=malte, kind=RoleKind.CONVENER, programme=programme, given_at=clock())

    await site.beside(write)
    return reflection_id


async def _disagree(site: Site, reflection_id: UUID) -> None:
    async def decide() -> None:
        enrolment_id = (await Reflection.get(id=reflection_id)).enrolment_id
        await Enrolment.filter(id=enrolment_id).update(rule_set=await make_rule_set(TWO))
        for email, move, comment in (
            (site.assessor, assessments.accept, "Fine to me."),
            (site.other_assessor, assessments.return_for_revision, "I miss what you learnt."),
        ):
            reader = await actor_of(await Person.get(email=email))
            await claims.claim(await reflection_of(reflection_id, actor=reader), actor=reader, at=clock())
            await move(await reflection_of(reflection_id, actor=reader), comment, actor=reader, at=clock())

    await site.beside(decide)


async def test_readers_who_disagree_read_each_other_and_agree(site: Site, spoken: Spoken) -> None:
    reflection_id = await _handed_in(site)
    await _disagree(site, reflection_id)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        inspector = Inspector(vidar.page)
        await vidar.open("/meetings")
        await inspector.look("what is disputed")
        await vidar.press_to("disputed", "**/assess/*")
        await expect(vidar.page.get_by_text("I miss what you learnt.")).to_be_visible()
        await inspector.look("readers disagree")
        await vidar.picture("disagreement")
        await vidar.fill("agree-words", "Hedda is right: add what you learnt.")
        await vidar.press("agree")
        await vidar.press_and_reload("confirm-agree")

        await expect(vidar.page.get_by_text("The readers agreed to send it back")).to_be_visible()
        assert vidar.complaints == []
        assert inspector.found == {}
    settled = await site.beside(Settlement.get)
    assert (settled.settled_by, settled.comment) == (SettledBy.READER, "Hedda is right: add what you learnt.")
    assert (await site.beside(lambda: Reflection.get(id=reflection_id))).state is ReflectionState.RETURNED


async def test_convener_decides_what_two_disagree_on(site: Site, spoken: Spoken) -> None:
    reflection_id = await _handed_in(site)
    await _disagree(site, reflection_id)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as malte,
    ):
        inspector = Inspector(malte.page)
        await malte.open(f"/assess/{reflection_id}")
        await inspector.look("convener")
        await malte.press("settle-return")
        await expect(malte.page.get_by_text("Write the reason.")).to_be_visible()
        await malte.fill("settling-words", "The study guide asks for less.")
        await malte.press("settle-accept")
        await malte.press_and_reload("confirm-settle-accept")

        await expect(malte.page.get_by_text("The convener accepted it")).to_be_visible()
        assert malte.complaints == []
        assert inspector.found == {}
    assert (await site.beside(lambda: Reflection.get(id=reflection_id))).state is ReflectionState.ACCEPTED


async def _call(malte: Visitor, inspector: Inspector) -> None:
    await malte.open("/meetings")
    await malte.press("call-meeting")
    await inspector.look("form of a meeting")
    await malte.fill("meeting-day", (clock() + timedelta(days=3)).date().isoformat())
    await malte.fill("meeting-start", "13:15")
    await malte.fill("meeting-where", "F 214")
    await malte.press_to("save-meeting", "**/meetings/*-*")


async def test_group_meets_decides_and_has_its_minutes(site: Site, spoken: Spoken) -> None:
    reflection_id = await _handed_in(site)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as malte,
    ):
        inspector = Inspector(malte.page)
        await _call(malte, inspector)
        await malte.press("piece")
        await malte.page.get_by_role("option").first.click()
        await malte.press("add-case")
        await malte.see("case")
        for number in range(2):
            await malte.press("present", number=number)
        await inspector.look("meeting that is prepared")
        await malte.picture("meeting")
        await malte.page.locator("[data-test=case] a").click()
        await malte.page.wait_for_url("**/meetings/cases/*")
        await malte.alive()
        await inspector.look("case")
        await malte.picture("case")
        await malte.fill("settling-words", "Say what you learnt from it.")
        await malte.press_to("settle-return", "**/meetings/*-*")
        await expect(malte.page.get_by_text("Sent back")).to_be_visible()
        await malte.press("close-meeting")
        await malte.press_and_reload("confirm-close-meeting")
        await malte.see("minutes")
        await inspector.look("meeting that is closed")
        async with malte.page.expect_download() as download:
            await malte.press("minutes")

        assert (await download.value).suggested_filename.startswith("minutes-")
        assert malte.complaints == []
        assert inspector.found == {}
    meeting = await site.beside(Meeting.get)
    assert "Say what you learnt from it." in meeting.minutes
    assert "Hedda Lo" in meeting.minutes
    assert (await site.beside(lambda: Reflection.get(id=reflection_id))).state is ReflectionState.RETURNED


async def test_what_is_decided_now_is_told_when_its_time_has_come(site: Site, spoken: Spoken) -> None:
    reflection_id = await _handed_in(site)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        inspector = Inspector(vidar.page)
        await vidar.open(f"/assess/{reflection_id}")
        await vidar.press_and_reload("claim")
        for decided_again in (False, True):
            await vidar.fill("comment", "Say what you learnt.")
            await vidar.press("later")
            await vidar.fill("later-day", (clock() + timedelta(days=3)).date().isoformat())
            await inspector.look("telling later")
            await vidar.press("return-later")
            await vidar.see("timed")
            if not decided_again:
                await inspector.look("decided and not told")
                await vidar.press("withdraw-decision")
                await vidar.see("later")
        due = clock() - timedelta(seconds=1)
        await site.beside(lambda: TimedDecision.all().update(tell_at=due))
        for _ in range(120):
            now = await site.beside(lambda: Reflection.get(id=reflection_id))
            if now.state is not ReflectionState.IN_ASSESSMENT:
                break
            await vidar.page.wait_for_timeout(1000)

        assert now.state is ReflectionState.RETURNED
        assert (await site.beside(Assessment.get)).comment == "Say what you learnt."
        assert vidar.complaints == []
        assert inspector.found == {}
