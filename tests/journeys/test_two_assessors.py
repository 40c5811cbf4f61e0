"""Two assessors reach for the same piece: one reads it at a time, and nobody's words are lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.async_api import expect

from models.actions import handing_in, reflections
from models.actions.claims import LEAVING
from models.queries.people import actor_of
from models.queries.reflections import reflection as reflection_of
from models.tables import Assessment, AssessmentDraft, Person, Reflection
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, browser, chromium, signed_in
from tests.journeys.browser import Person as Visitor
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from webapp.runtime import clock

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

SETTLED_MS = 17_000
"""A page that opens says twice that its reader is there."""


async def _handed_in(site: Site) -> UUID:
    [reflection_id] = await begun_reflections(site, "written")

    async def write() -> None:
        student = await actor_of(await Person.get(email=site.student))
        reflection = await reflection_of(reflection_id, actor=student)
        draft = await reflections.open_draft(reflection)
        saved = await reflections.save_draft(
            reflection, base_revision=draft.revision, text="I listened. " * 500, actor=student, at=clock()
        )
        await handing_in.submit(reflection, revision=saved.revision, actor=student, at=clock())

    await site.beside(write)
    return reflection_id


async def _now(site: Site, reflection_id: UUID) -> Reflection:
    return await site.beside(lambda: Reflection.get(id=reflection_id).select_related("assessor"))


async def _kept(site: Site) -> list[str]:
    rows = await site.beside(lambda: AssessmentDraft.all().order_by("changed_at"))
    return [row.comment for row in rows]


async def _saved(assessor: Visitor, state: str = "saved") -> None:
    await assessor.page.locator(f".cim-assessment-text [data-state={state}]").wait_for(timeout=30_000)


async def test_one_gets_it_and_when_the_lease_has_run_out_the_other_and_no_word_is_lost(
    site: Site, spoken: Spoken
) -> None:
    reflection_id = await _handed_in(site)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
        signed_in(chromium_, site.origin, site.other_assessor, size=DESK) as hedda,
    ):
        await vidar.open("/queue")
        await hedda.open("/queue")
        await vidar.press_to("claim", "**/assess/*")
        await hedda.press("claim")
        await expect(hedda.page.get_by_text("Vidar Ek is assessing it").first).to_be_visible()

        await vidar.fill("comment", "You listened well at the beginning.")
        await _saved(vidar)
        await vidar.page.wait_for_timeout(SETTLED_MS)
        ended = clock() - timedelta(seconds=1)
        await site.beside(lambda: Reflection.filter(id=reflection_id).update(claimed_until=ended))
        await hedda.open("/queue")
        await hedda.press_to("claim", "**/assess/*")
        await hedda.see("comment")

        await vidar.press("accept")
        await vidar.press("confirm-accept")
        await expect(vidar.page.get_by_text("Hedda Lo has taken it over").first).to_be_visible()
        await vidar.picture("taken_over")
        await expect(vidar.page.locator("[data-test=comment]")).to_have_value("You listened well at the beginning.")
        await vidar.open(f"/assess/{reflection_id}")
        await expect(vidar.page.locator("[data-test=comment]")).to_have_value("You listened well at the beginning.")
        assert await vidar.page.locator("[data-test=accept]").count() == 0
        assert await site.beside(lambda: Assessment.all().count()) == 0

        await hedda.fill("comment", "Say more about the end.")
        await hedda.press("return")
        await hedda.page.wait_for_url("**/queue")
        on_the_desk = "Object.keys(localStorage).filter((key) => key.startsWith('cim.assessment'))"
        assert await hedda.page.evaluate(on_the_desk) == []
        [decided] = await site.beside(lambda: Assessment.all().select_related("assessor"))

        assert (decided.assessor.name, decided.comment) == ("Hedda Lo", "Say more about the end.")
        assert (await _kept(site))[0] == "You listened well at the beginning."
        assert vidar.complaints == hedda.complaints == []


@asynccontextmanager
async def _vidar_reads(site: Site, spoken: Spoken, reflection_id: UUID) -> AsyncIterator[Visitor]:
    """Have Vidar claim it on its own page."""
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        await vidar.open(f"/assess/{reflection_id}")
        await vidar.press_and_reload("claim")
        await vidar.see("comment")
        yield vidar


async def test_comment_written_without_a_network_is_there_when_the_page_opens_again(site: Site, spoken: Spoken) -> None:
    reflection_id = await _handed_in(site)
    async with _vidar_reads(site, spoken, reflection_id) as vidar:
        await vidar.fill("comment", "First,")
        await _saved(vidar)
        await vidar.page.context.set_offline(True)
        await vidar.fill("comment", "First, and then the network went.")
        await _saved(vidar, "kept")
        context = vidar.page.context
        await vidar.page.close()
        await context.set_offline(False)
        again = Visitor(await context.new_page(), site.origin, [])
        await again.open(f"/assess/{reflection_id}")

        await expect(again.page.locator("[data-test=comment]")).to_have_value("First, and then the network went.")
        await _saved(again)
        assert await _kept(site) == ["First, and then the network went."]
        await again.press("return")
        await again.page.wait_for_url("**/queue")
        assert (await site.beside(Assessment.get)).comment == "First, and then the network went."


async def test_whoever_leaves_the_page_holds_nobody_up(site: Site, spoken: Spoken) -> None:
    reflection_id = await _handed_in(site)
    async with _vidar_reads(site, spoken, reflection_id) as vidar:
        await expect(vidar.page.get_by_text("Being assessed")).to_be_visible()
        held = await _now(site, reflection_id)
        await vidar.open("/queue")
        await vidar.page.wait_for_timeout(1000)
        left = await _now(site, reflection_id)

    assert held.claimed_until is not None
    assert left.claimed_until is not None
    assert held.claimed_until - clock() > timedelta(minutes=25)
    assert left.claimed_until - clock() <= LEAVING
