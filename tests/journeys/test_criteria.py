"""An assessor judges by criteria and writes with kept sentences; nothing chosen is lost, and the student reads it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from playwright.async_api import expect

from models.actions import handing_in, kept_sentences, reflections, setup
from models.queries.people import actor_of
from models.queries.reflections import reflection as reflection_of
from models.tables import Assessment, AssessmentDraft, Enrolment, KeptSentence, Person
from tests.journeys.axe import Inspector
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, PHONE, browser, chromium, signed_in
from tests.journeys.browser import Person as Visitor
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from webapp.demo.rules import pilot_rules
from webapp.runtime import clock

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]

MANY = 8
SENTENCE = "Take one moment, and say what you thought before."


async def _written(site: Site) -> UUID:
    """Have a text written under rules with criteria."""
    [reflection_id] = await begun_reflections(site, "written")

    async def write() -> None:
        published = await setup.publish(pilot_rules(), at=clock())
        await Enrolment.all().update(rule_set_id=published.id)
        student = await actor_of(await Person.get(email=site.student))
        reflection = await reflection_of(reflection_id, actor=student)
        draft = await reflections.open_draft(reflection)
        text = "On the third evening somebody asked me why I had said sorry. I had not noticed. " * 65
        await reflections.save_draft(reflection, base_revision=draft.revision, text=text, actor=student, at=clock())

    await site.beside(write)
    return reflection_id


async def _hand_in(site: Site, reflection_id: UUID) -> None:
    async def submit() -> None:
        student = await actor_of(await Person.get(email=site.student))
        reflection = await reflection_of(reflection_id, actor=student)
        draft = await reflections.open_draft(reflection)
        await handing_in.submit(reflection, revision=draft.revision, actor=student, at=clock())

    await site.beside(submit)


@asynccontextmanager
async def _assessing(site: Site, spoken: Spoken, reflection_id: UUID, size: dict[str, int]) -> AsyncIterator[Visitor]:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.assessor, size=size) as vidar,
    ):
        await vidar.open(f"/assess/{reflection_id}")
        await vidar.press_and_reload("claim")
        await vidar.see("criterion-experience")
        yield vidar


async def _keep_many(site: Site) -> None:
    assessor = await actor_of(await Person.get(email=site.assessor))
    for number in range(MANY):
        text = f"Sentence {number} about something else."
        await kept_sentences.keep(text, sentence_id=uuid4(), actor=assessor, at=clock())


async def _choose(visitor: Visitor, criterion: str, level: str) -> None:
    await visitor.press(f"level-{criterion}-{level}")


async def _saved(visitor: Visitor, state: str = "saved") -> None:
    await visitor.page.locator(f".cim-assessment-text [data-state={state}]").wait_for(timeout=30_000)


async def test_levels_are_chosen_kept_without_a_network_and_read_by_the_student(site: Site, spoken: Spoken) -> None:
    reflection_id = await _written(site)
    await _hand_in(site, reflection_id)
    async with _assessing(site, spoken, reflection_id, DESK) as vidar:
        await vidar.page.locator("[data-test=level-experience-not-yet]").focus()
        await vidar.page.keyboard.press("Space")
        await vidar.page.keyboard.press("ArrowDown")
        await _saved(vidar)
        await vidar.page.context.set_offline(True)
        await _choose(vidar, "understanding", "strong")
        await _saved(vidar, "kept")
        context = vidar.page.context
        await vidar.page.close()
        await context.set_offline(False)
        again = Visitor(await context.new_page(), site.origin, [])
        await again.open(f"/assess/{reflection_id}")
        await expect(again.page.locator("[data-test=level-experience-clear]")).to_be_checked()
        await expect(again.page.locator("[data-test=level-understanding-strong]")).to_be_checked()
        await _saved(again)

        await again.press("accept")
        await again.press("confirm-accept")
        await expect(again.page.get_by_text("Still open: What you take with you.")).to_be_visible()
        await _choose(again, "change", "clear")
        await _saved(again)
        await again.press("accept")
        await again.press("confirm-accept")
        await again.page.wait_for_url("**/queue")
        assert again.complaints == vidar.complaints == []

    made = await site.beside(Assessment.get)
    assert made.levels == {"experience": "clear", "understanding": "strong", "change": "clear"}
    assert (await site.beside(AssessmentDraft.get)).levels is None


async def test_sentence_is_kept_found_and_put_at_the_cursor(site: Site, spoken: Spoken) -> None:
    reflection_id = await _written(site)
    await _hand_in(site, reflection_id)
    await site.beside(lambda: _keep_many(site))
    async with _assessing(site, spoken, reflection_id, PHONE) as vidar:
        await vidar.fill("comment", f"Well seen. {SENTENCE} Good luck!")
        await vidar.page.locator("[data-test=comment]").evaluate(
            "(field, [from, to]) => { field.focus(); field.setSelectionRange(from, to); }", [11, 11 + len(SENTENCE)]
        )
        await vidar.press("keep-sentence")
        await expect(vidar.page.locator("[data-test=sentences-state]")).to_have_text(
            "Kept. Only you see your sentences."
        )
        await vidar.fill("comment", "First.Last.")
        await vidar.page.locator("[data-test=comment]").evaluate("(field) => field.setSelectionRange(6, 6)")
        await vidar.press("sentences")
        await expect(vidar.page.locator("[data-test=use-sentence]")).to_have_count(MANY + 1)
        await vidar.fill("search-sentences", "one moment")
        await expect(vidar.page.locator("[data-test=use-sentence]")).to_have_count(1)
        await vidar.press("use-sentence")
        await expect(vidar.page.locator("[data-test=comment]")).to_have_value(f"First. {SENTENCE} Last.")
        await vidar.picture("sentences_phone")
        used = await site.beside(lambda: KeptSentence.get(text=SENTENCE))
        await vidar.press("forget-sentence")
        await vidar.press("confirm-forget")
        await expect(vidar.page.locator("[data-test=use-sentence]")).to_have_count(0)
        assert vidar.complaints == []

    assert (used.text, used.used_count) == (SENTENCE, 1)
    assert await site.beside(lambda: KeptSentence.all().count()) == MANY


async def test_criteria_can_be_used_by_everybody_on_a_desk_and_on_a_phone(site: Site, spoken: Spoken) -> None:
    reflection_id = await _written(site)
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        eyes = {"student": Inspector(student.page), "assessor": Inspector(vidar.page)}
        await student.open(f"/reflections/{reflection_id}")
        await student.page.locator("[data-test=criteria] summary").click()
        await eyes["student"].look("criteria before handing in")
        await student.picture("criteria_phone")
        await _hand_in(site, reflection_id)

        await vidar.open(f"/assess/{reflection_id}")
        await vidar.press_and_reload("claim")
        await _choose(vidar, "experience", "strong")
        await _choose(vidar, "change", "not-yet")
        await vidar.fill("comment", f"Well seen, and well told. {SENTENCE}")
        await vidar.press("keep-sentence")
        await vidar.press("sentences")
        await vidar.see("use-sentence")
        await _saved(vidar)
        await eyes["assessor"].look("rubric")
        await vidar.page.emulate_media(color_scheme="light")
        await vidar.picture("rubric_desk")
        await vidar.page.set_viewport_size(PHONE)
        await eyes["assessor"].look("rubric on a phone")
        await vidar.page.emulate_media(color_scheme="light")
        await vidar.picture("rubric_phone")
        await vidar.press("return")
        await vidar.page.wait_for_url("**/queue")

        await student.open(f"/reflections/{reflection_id}")
        await student.see("levels")
        await eyes["student"].look("levels after the decision")
        await student.page.emulate_media(color_scheme="light")
        await student.picture("levels_phone")
        await student.page.set_viewport_size(DESK)
        await student.picture("levels_desk")

        assert {who: one.found for who, one in eyes.items()} == {"student": {}, "assessor": {}}
        assert student.complaints == vidar.complaints == []
