"""An assessor comments at a place of a podcast; its student hears that place, records anew, and is accepted."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Locator, expect

from models.actions import claims, handing_in, reflections
from models.actions.reflections import PostDraft
from models.queries.people import actor_of
from models.queries.reflections import reflection as reflection_of
from models.tables import AssessmentComment, Person, Reflection
from tests.journeys.axe import Inspector
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, PHONE, browser, chromium, signed_in
from tests.journeys.browser import Person as Visitor
from tests.journeys.corrected import send, spoken_into
from tests.journeys.long_speech import QUOTED, long_recording, long_transcript, quoted_at
from tests.journeys.site import Site, running_site
from tests.journeys.speech import Spoken
from tests.webapp.server import REPOSITORY
from webapp.runtime import clock

pytestmark = [pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve a site whose transcripts only the test writes."""
    monkeypatch.setenv("CIM_SPEECH_MODEL", str(tmp_path / "none.pt"))
    data = tmp_path / "data"
    data.mkdir()
    with running_site(data) as running:
        yield running


async def _hand_in(
    site: Site,
    reflection_id: UUID,
    *,
    text: str | None = None,
    posts: list[PostDraft] | None = None,
    claimed: bool = False,
) -> None:
    """Hand the draft in, with a text and posts where they are given, and let Vidar take it."""

    async def work() -> None:
        student = await actor_of(await Person.get(email=site.student))
        reflection = await reflection_of(reflection_id, actor=student)
        draft = await reflections.open_draft(reflection)
        if text is not None:
            draft = await reflections.save_draft(
                reflection, base_revision=draft.revision, text=text, posts=posts, actor=student, at=clock()
            )
        await handing_in.submit(reflection, revision=draft.revision, actor=student, at=clock())
        if claimed:
            vidar = await actor_of(await Person.get(email=site.assessor))
            fresh = await Reflection.get(id=reflection_id).select_related("enrolment")
            await claims.claim(fresh, actor=vidar, at=clock())

    await site.beside(work)


async def _podcast(site: Site, student: Visitor, spoken: Spoken, folder: Path, *, claimed: bool = False) -> UUID:
    [reflection] = await begun_reflections(site, "podcast")
    recording = long_recording(spoken, folder)
    await spoken_into(site, student.page, reflection, file=recording, speech=long_transcript())
    await _hand_in(site, reflection, claimed=claimed)
    return reflection


async def _draw_over(assessor: Visitor, first: Locator, last: Locator) -> None:
    """Draw with the mouse from the beginning of one word to the end of another."""
    await first.scroll_into_view_if_needed()
    begins, ends = await first.bounding_box(), await last.bounding_box()
    assert begins is not None
    assert ends is not None
    mouse = assessor.page.mouse
    await mouse.move(begins["x"] + 4, begins["y"] + begins["height"] / 2)
    await mouse.down()
    await mouse.move(ends["x"] + ends["width"] - 4, ends["y"] + ends["height"] / 2, steps=8)
    await mouse.up()


async def _saved(assessor: Visitor, state: str = "saved") -> None:
    await assessor.page.locator(f"[data-test=comment-kept][data-state={state}]").first.wait_for(timeout=30_000)


def _word(person: Visitor, text: str, number: int = 0) -> Locator:
    return person.page.locator(".ct-word", has_text=re.compile(f"^{re.escape(text)}$")).nth(number)


async def _texts(site: Site) -> list[str]:
    rows = await site.beside(lambda: AssessmentComment.all().order_by("changed_at"))
    return [row.text for row in rows]


async def test_a_student_hears_the_place_records_anew_and_is_accepted(
    site: Site, spoken: Spoken, tmp_path: Path
) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        reflection = await _podcast(site, student, spoken, tmp_path)
        desk, phone = Inspector(vidar.page), Inspector(student.page)

        # The assessor.
        await vidar.open("/queue")
        await vidar.press_to("claim", "**/assess/*")
        last = _word(vidar, QUOTED[-1], 1)
        place = int(str(await last.get_attribute("data-word")))
        await last.scroll_into_view_if_needed()
        await _draw_over(vidar, vidar.page.locator(f".ct-word[data-word='{place - 2}']"), last)
        await expect(vidar.page.locator(".ct-word.picked")).to_have_text(list(QUOTED))
        await vidar.picture("desk-chosen")
        await vidar.press("comment-picked")
        await expect(vidar.page.locator("[data-test=comment-text]")).to_be_focused()
        await vidar.page.keyboard.type("What did you expect instead? Say what you would do otherwise now.")
        await _saved(vidar)
        assert await vidar.page.locator("[data-test=comment-place] b").inner_text() == "1:12"
        assert await vidar.page.locator("[data-test=comment-place] q").inner_text() == " ".join(QUOTED)
        await expect(vidar.page.locator(".ct-word.noted")).to_have_text(list(QUOTED))
        await vidar.press("comment-place")
        await vidar.page.wait_for_function("document.querySelector('audio').currentTime > 72")
        await vidar.page.evaluate("document.querySelector('audio').pause()")
        await vidar.fill("comment", "A warm beginning. Be more concrete towards the end.")
        await vidar.picture("desk-comment")
        await desk.look("a comment at its place")
        await vidar.press("return")
        await vidar.page.wait_for_url("**/queue")

        # The student, on the phone.
        await student.open(f"/reflections/{reflection}")
        page = student.page
        await expect(page.locator("[data-test=comment-item]").first).to_contain_text("What did you expect instead?")
        await student.picture("phone-returned")
        await student.press("comment-place")
        sound = "document.querySelector('[data-test=comment-sound]')"
        await page.wait_for_function(f"!{sound}.paused && {sound}.currentTime > {quoted_at()}")
        assert abs(await page.evaluate(f"{sound}.currentTime") - quoted_at()) < 5
        await page.evaluate(f"{sound}.pause()")
        await expect(page.locator(".ct-word.noted")).to_have_text(list(QUOTED))
        await page.evaluate("scrollTo(0, 0)")
        await phone.look("a comment of the assessor")
        await student.press_to("go-on", "**/capture/**")
        await student.press("record-again")
        await student.press("record")
        await page.wait_for_timeout(7000)
        await student.press("stop")
        await student.press("use-recording")
        await student.see("continue", seconds=60)
        await student.press_to("continue", "**/reflections/*")
        await student.see("hand-in", seconds=60)
        await student.press("hand-in")
        await student.press_and_reload("confirm-hand-in")
        await student.see("receipt")

        # The assessor again, who sees both versions.
        await vidar.open("/queue")
        await vidar.press_to("claim", "**/assess/*")
        await expect(vidar.page.locator("audio.cim-media")).to_have_count(2)
        await expect(vidar.page.locator("[data-test=comment-item]")).to_contain_text("What did you expect instead?")
        await vidar.page.locator("[data-test=comment-here]").click()
        await expect(vidar.page.locator("[data-test=comment-text]")).to_be_focused()
        await vidar.page.keyboard.type("Now I see it.")
        await _saved(vidar)
        await vidar.picture("desk-second-round")
        await desk.look("the second round")
        await vidar.press("accept")
        await vidar.press_to("confirm-accept", "**/queue")

        # All of it stays.
        await student.open(f"/reflections/{reflection}")
        await expect(page.get_by_text("What did you expect instead?").first).to_be_visible()
        await expect(page.get_by_text("A warm beginning.").first).to_be_visible()
        await expect(page.get_by_text("Now I see it.").first).to_be_visible()
        await student.picture("phone-accepted")
        await phone.look("the whole conversation")

        assert (desk.found, phone.found) == ({}, {})
        assert (student.complaints, vidar.complaints) == ([], [])


async def test_a_keyboard_is_enough_at_the_desk(site: Site, spoken: Spoken, tmp_path: Path) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        reflection = await _podcast(site, student, spoken, tmp_path, claimed=True)
        page, keys = vidar.page, vidar.page.keyboard
        await vidar.open(f"/assess/{reflection}")
        await page.locator(".ct-word").first.wait_for()
        now, speed = "document.querySelector('audio').currentTime", "document.querySelector('audio').playbackRate"

        await keys.press("l")
        await keys.press("ArrowRight")
        await page.wait_for_function(f"{now} === 10")
        await keys.press("j")
        await page.wait_for_function(f"{now} === 5")
        for _ in range(2):
            await keys.press("+")
        assert await page.evaluate(speed) == 1.25
        await keys.press("k")
        await page.wait_for_function("!document.querySelector('audio').paused")
        await keys.press("k")
        await keys.press("n")
        await expect(_word(vidar, "grammar;")).to_be_focused()
        await page.evaluate("document.querySelector('audio').pause()")
        await keys.press("?")
        await vidar.see("keys")
        inspector = Inspector(page)
        await vidar.picture("desk-keys")
        await inspector.look("the keys")
        await keys.press("?")

        await keys.press("Shift+ArrowRight")
        await keys.press("Shift+ArrowRight")
        await expect(page.locator(".ct-word.picked")).to_have_text(["grammar;", "it", "begins"])
        await keys.press("c")
        await expect(page.locator("[data-test=comment-text]")).to_be_focused()
        await keys.type("cjkl n? <>")
        await _saved(vidar)
        assert await _texts(site) == ["cjkl n? <>"]
        assert await page.evaluate("document.querySelector('audio').paused")
        await keys.press("Escape")
        await expect(_word(vidar, "begins", 1)).to_be_focused()
        await keys.press("Tab")
        await vidar.open(f"/assess/{reflection}")
        await page.locator(".ct-word.noted").first.wait_for()
        assert await page.evaluate(speed) == 1.25
        await expect(page.locator("[data-test=comment-text]")).to_have_value("cjkl n? <>")

        assert inspector.found == {}
        assert vidar.complaints == []


async def test_a_comment_written_without_a_network_is_there_when_the_page_opens_again(
    site: Site, spoken: Spoken, tmp_path: Path
) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.assessor, size=DESK, workers="block") as vidar,
    ):
        reflection = await _podcast(site, student, spoken, tmp_path, claimed=True)
        await vidar.open(f"/assess/{reflection}")
        await vidar.page.route("**/comments/*", lambda route: route.abort())
        await _word(vidar, "surprised").click()
        await vidar.page.evaluate("document.querySelector('audio').pause()")
        await vidar.press("comment-here")
        await vidar.page.keyboard.type("Half a thought")
        await _saved(vidar, "kept")
        await vidar.fill("comment", "Be more concrete.")
        await vidar.press("return")
        await expect(vidar.page.get_by_text("could not be saved yet").first).to_be_visible(timeout=30_000)
        assert (await site.beside(lambda: Reflection.get(id=reflection))).state == "in_assessment"
        context = vidar.page.context
        await vidar.page.close()
        again = Visitor(await context.new_page(), site.origin, [])
        await again.open(f"/assess/{reflection}")

        await expect(again.page.locator("[data-test=comment-text]")).to_have_value("Half a thought")
        await _saved(again)
        assert await _texts(site) == ["Half a thought"]


async def test_a_passage_of_a_text_is_commented_on_and_what_has_changed_is_shown(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        [text] = await begun_reflections(site, "written")
        await _hand_in(site, text, text="Min värd 👩‍👩‍👧 sa: vänta. " + "I listened and waited. " * 60, claimed=True)
        page = vidar.page
        desk, phone = Inspector(page), Inspector(student.page)

        await vidar.open(f"/assess/{text}")
        await page.locator("[data-test=written]").focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
            await page.keyboard.press(key)
        await page.keyboard.press("c")
        await expect(page.locator("[data-test=comment-text]")).to_be_focused()
        await page.keyboard.type("Who is this?")
        await _saved(vidar)
        assert await page.locator("mark.cw-mark").all_inner_texts() == ["👩‍👩‍👧 sa: vänta."]
        [kept] = await site.beside(lambda: AssessmentComment.all())
        assert kept.quote == "👩‍👩‍👧 sa: vänta."
        await vidar.picture("desk-text")
        await desk.look("a passage with a comment")
        await vidar.fill("comment", "Say who it was.")
        await vidar.press("return")
        await page.wait_for_url("**/queue")

        await student.open(f"/reflections/{text}")
        await student.press("comment-place")
        await expect(student.page.locator("mark.cw-mark")).to_be_in_viewport()
        await student.press("mark")
        await expect(student.page.locator("[data-test=comment-place]").last).to_be_focused()
        await student.picture("phone-text")
        await phone.look("the passage on the phone")
        await _hand_in(site, text, text="Min värd Amina sa: vänta. " + "I listened and waited. " * 60, claimed=True)

        await vidar.open(f"/assess/{text}")
        await page.locator("[data-test=show-difference]").first.check()
        difference = page.locator("[data-test=difference]")
        await expect(difference.locator("ins").first).to_contain_text("Amina")
        await expect(difference.locator("del").first).to_contain_text("👩‍👩‍👧")
        await vidar.picture("desk-difference")
        await desk.look("what has changed")

        assert (desk.found, phone.found) == ({}, {})
        assert (student.complaints, vidar.complaints) == ([], [])


async def test_a_post_is_commented_on_and_its_student_reads_it_below_the_post(site: Site, spoken: Spoken) -> None:
    async with (
        browser(spoken.wav) as chromium_,
        signed_in(chromium_, site.origin, site.student, size=PHONE) as student,
        signed_in(chromium_, site.origin, site.assessor, size=DESK) as vidar,
    ):
        [reflection] = await begun_reflections(site, "posts")
        photos = [uuid4() for _ in range(3)]
        for photo, name in zip(photos, ("bridge", "cafe_table", "kitchen_table"), strict=True):
            file = REPOSITORY / f"webapp/demo/files/{name}.jpg"
            await send(site, student.page, reflection, photo, file, purpose="photo")
        posts = [PostDraft(uuid4(), photo, f"Evening {number}", "A table") for number, photo in enumerate(photos)]
        await _hand_in(site, reflection, text="I listened and waited. " * 100, posts=posts, claimed=True)
        desk, phone = Inspector(vidar.page), Inspector(student.page)

        await vidar.open(f"/assess/{reflection}")
        await vidar.press("comment-post", number=1)
        await expect(vidar.page.locator("[data-test=comment-text]")).to_be_focused()
        await vidar.page.keyboard.type("Whose table is it?")
        await _saved(vidar)
        await vidar.picture("desk-posts")
        await desk.look("a comment on a post")
        await vidar.fill("comment", "Say more about the people.")
        await vidar.press("return")
        await vidar.page.wait_for_url("**/queue")

        await student.open(f"/reflections/{reflection}")
        below = student.page.locator(f"[data-post='{posts[1].key}'] [data-test=post-comment]")
        await expect(below).to_contain_text("Whose table is it?")
        await student.press("comment-place")
        await expect(below).to_be_in_viewport()
        await student.picture("phone-posts")
        await phone.look("the comment below its post")

        assert (desk.found, phone.found) == ({}, {})
        assert (student.complaints, vidar.complaints) == ([], [])
