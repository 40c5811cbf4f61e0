"""Staff change the rules: a new version is published, and nothing moves for who is enrolled."""

from datetime import date, timedelta

import pytest

from models import database
from models.actions import enrolments
from models.queries.people import actor_of
from models.rules.ruleset import RuleSet
from models.tables import Enrolment, Person, Programme, RuleSetDraft, RuleSetVersion
from tests.journeys.browser import DESK, PHONE, browser, chromium, signed_in
from tests.journeys.browser import Person as Visitor
from tests.journeys.site import Site
from tests.journeys.speech import Spoken
from webapp.runtime import clock

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

CODE, OTHER_CODE = "1AT25", "4BE25"
RULES = f"/office/rules/{CODE}"


async def test_staff_publish_a_new_version_and_nothing_moves_for_the_enrolled(site: Site, spoken: Spoken) -> None:
    enrolled_under = await enrol(site)

    async with browser(spoken.wav) as chromium_, signed_in(chromium_, site.origin, site.staff, size=DESK) as staff:
        await begin(staff)
        await write(staff, "requirement.0.minimum", "4")
        await see_difference(staff, "Requirement changed: now at least 4 activities; before at least 3 activities.")
        assert "You lack one activity." in await staff.page.locator("[data-test=example]").nth(2).inner_text()
        await staff.press("publish")
        await staff.press_to("confirm-publish", "**published=*")
        confirmation = await staff.page.locator(".cim-card.good").inner_text()
        assert staff.complaints == []

    async with database.opened(site.data / "cim.sqlite3"):
        published = await RuleSetVersion.get(rule_set="ki", version="2026-27")
        following = await Programme.filter(rule_set_id=published.id).values_list("code", flat=True)
        enrolment = await Enrolment.get()
        drafts = await RuleSetDraft.all().count()
    assert "Version 2026-27 is published" in confirmation
    assert "2025-26: one enrolled student keeps it" in confirmation
    assert RuleSet.model_validate_json(published.document).requirements[0].minimum == 4
    assert list(following) == [CODE]
    assert (enrolment.rule_set_id, drafts) == (enrolled_under, 0)


async def test_staff_write_a_type_and_a_requirement_on_the_phone(site: Site, spoken: Spoken) -> None:
    async with browser(spoken.wav) as chromium_, signed_in(chromium_, site.origin, site.staff, size=PHONE) as staff:
        await begin(staff)
        await staff.page.get_by_text("Types, themes and classes").click()
        await staff.press("add-type")
        await write(staff, "type.0.name.sv", "Fadderverksamhet")
        await write(staff, "type.0.name.en", "Buddy group")
        await write(staff, "type.0.occasions", "3")
        await see_difference(staff, "Type added: Buddy group.")
        await staff.press("add-requirement")
        await choose(staff, "requirement.1.where.place", "abroad")
        await see_difference(staff, "Requirement added: at least 1 activity abroad.")
        assert await staff.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert staff.complaints == []

    async with database.opened(site.data / "cim.sqlite3"):
        document = (await RuleSetDraft.get()).document
    assert document["type"] == [
        {"id": "buddy-group", "name": {"sv": "Fadderverksamhet", "en": "Buddy group"}, "occasions": 3}
    ]
    assert document["requirement"][1]["where"] == {"place": ["abroad"]}


async def test_mistakes_are_told_beside_the_field_and_stop_the_publication(site: Site, spoken: Spoken) -> None:
    async with browser(spoken.wav) as chromium_, signed_in(chromium_, site.origin, site.staff, size=DESK) as staff:
        await begin(staff)
        await write(staff, "requirement.0.minimum", "")
        summary = staff.page.locator("[data-test=mistakes]")
        await summary.get_by_text("Requirement 1: At least how many: this must be filled in.").wait_for()
        beside = staff.page.locator(".q-field", has=field(staff, "requirement.0.minimum"))
        assert "this must be filled in" in await beside.inner_text()
        assert await staff.page.locator("[data-test=publish]").is_disabled()
        await staff.page.wait_for_timeout(1500)
        await staff.open(RULES)
        assert await field(staff, "requirement.0.minimum").input_value() == ""
        await write(staff, "requirement.0.minimum", "3")
        await see_difference(staff, "Nothing yet: the draft says the same as the published version.")


async def test_two_who_edit_at_once_overwrite_nothing(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as one,
        signed_in(chromium_, site.origin, site.staff, size=DESK) as other,
    ):
        await begin(one)
        await other.open(RULES)
        await write(one, "requirement.0.minimum", "4")
        await one.page.wait_for_timeout(2000)
        await write(other, "requirement.0.minimum", "5")
        await other.see("load-again")
        await other.press_and_reload("load-again")

        assert await field(other, "requirement.0.minimum").input_value() == "4"


async def test_a_draft_that_was_overtaken_goes_on_from_the_version_that_holds(site: Site, spoken: Spoken) -> None:
    async with browser(spoken.wav) as chromium_, signed_in(chromium_, site.origin, site.staff, size=DESK) as staff:
        await begin(staff, OTHER_CODE)
        await begin(staff)
        await write(staff, "requirement.0.minimum", "4")
        await staff.page.locator(".q-checkbox", has_text=f"({OTHER_CODE})").click()
        await staff.press("publish")
        await staff.press_to("confirm-publish", "**published=*")

        await staff.open(f"/office/rules/{OTHER_CODE}")
        hindrance = staff.page.locator("[data-test=hindrance]")
        await hindrance.get_by_text("Version 2026-27 holds now: go on from it before you publish.").wait_for()
        await see_difference(staff, "Requirement changed: now at least 3 activities; before at least 4 activities.")
        await staff.picture("rules-overtaken")
        await staff.press_and_reload("base-on-present")
        await see_difference(staff, "Requirement changed: now at least 3 activities; before at least 4 activities.")
        await staff.press("publish")
        await staff.press_to("confirm-publish", "**published=*")
        assert staff.complaints == []

    async with database.opened(site.data / "cim.sqlite3"):
        programme = await Programme.get(code=OTHER_CODE).select_related("rule_set")
    assert programme.rule_set.version == "2027-28"


async def test_a_version_that_is_valid_later_is_published_on_that_day(site: Site, spoken: Spoken) -> None:
    async with browser(spoken.wav) as chromium_, signed_in(chromium_, site.origin, site.staff, size=PHONE) as staff:
        await begin(staff)
        await staff.page.get_by_text("Name and validity").click()
        await write(staff, "valid_from", (date.today() + timedelta(days=30)).isoformat())
        hindrance = staff.page.locator("[data-test=hindrance]")
        await hindrance.get_by_text("Publish it on that day, or write an earlier day.").wait_for()
        assert await staff.page.locator("[data-test=publish]").is_disabled()
        assert await staff.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_was_written_in_the_last_moment_is_kept(site: Site, spoken: Spoken) -> None:
    async with browser(spoken.wav) as chromium_, signed_in(chromium_, site.origin, site.staff, size=DESK) as staff:
        await begin(staff)
        await write(staff, "requirement.0.minimum", "4")
        await staff.page.wait_for_timeout(500)
        await staff.open("/office")
        await staff.open(RULES)

        assert await field(staff, "requirement.0.minimum").input_value() == "4"


async def enrol(site: Site) -> int:
    """Enrol the student under the rules of today; gives the id of their version."""
    async with database.opened(site.data / "cim.sqlite3"):
        student = await actor_of(await Person.get(email=site.student))
        programme = await Programme.get(code=CODE)
        enrolment = await enrolments.enrol(
            programme, date.today() + timedelta(days=300), enrolment_id=student.person_id, actor=student, at=clock()
        )
        return enrolment.rule_set_id


async def test_staff_write_a_criterion_with_its_levels_and_promise_an_answer(site: Site, spoken: Spoken) -> None:
    async with browser(spoken.wav) as chromium_, signed_in(chromium_, site.origin, site.staff, size=DESK) as staff:
        await begin(staff)
        await staff.page.get_by_text("What students hand in after each activity.").click()
        await write(staff, "reflection.answer_days", "21")
        await staff.press("add-criterion")
        await write(staff, "reflection.criterion.0.name.sv", "Djup")
        await write(staff, "reflection.criterion.0.name.en", "Depth")
        for number, (swedish, english) in enumerate((("Inte än", "Not yet"), ("Tydligt", "Clear"))):
            await write(staff, f"reflection.criterion.0.level.{number}.name.sv", swedish)
            await write(staff, f"reflection.criterion.0.level.{number}.name.en", english)
        await field(staff, "reflection.criterion.0.level.0.passes").click()
        await see_difference(staff, "Reflection, days until an assessor answers: now 21, before not set.")
        await see_difference(staff, "Criterion of the reflection – Depth: level added: Clear.")
        await see_difference(staff, "level – Not yet, is enough to be accepted: now no, before yes.")
        await staff.picture("rules_criteria_desk")
        assert staff.complaints == []

    drafts = await site.beside(lambda: RuleSetDraft.all())
    [criterion] = RuleSet.model_validate(drafts[0].document).reflection.criteria
    assert [(level.id, level.passes) for level in criterion.levels] == [("level-1", False), ("level-2", True)]


async def begin(staff: Visitor, code: str = CODE) -> None:
    """Open the rules and begin a draft."""
    await staff.open(f"/office/rules/{code}")
    await staff.press("edit-rules")
    await staff.see("differences")
    await staff.alive()


def field(staff: Visitor, path: str):  # type: ignore[no-untyped-def]
    """Find the field that shows a setting."""
    return staff.page.locator(f'[data-test="{path}"]')


async def write(staff: Visitor, path: str, words: str) -> None:
    """Type into the field that shows a setting."""
    await field(staff, path).fill(words)


async def choose(staff: Visitor, path: str, words: str) -> None:
    """Choose in the field that shows a setting."""
    await staff.page.locator(".q-field", has=field(staff, path)).click()
    await staff.page.locator(".q-menu .q-item", has_text=words).click()
    await staff.page.keyboard.press("Escape")


async def see_difference(staff: Visitor, words: str) -> None:
    """Wait until the difference to the published version is told."""
    await staff.page.locator("[data-test=differences]").get_by_text(words).wait_for(timeout=15_000)
