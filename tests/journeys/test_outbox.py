"""The phone's outbox against the real server: what waits, what goes ahead, whose it is, what receipts are worth."""

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Page

from models.actions import reflections
from models.actions.handing_in import submit
from models.queries.people import actor_of
from models.queries.reflections import reflection as reflection_of
from models.tables import Person, Reflection, Upload, Version
from tests.journeys.bare_phone import Phone, invited, phone_of
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import chromium, sign_in
from tests.journeys.site import Site, running_site
from webapp.runtime import clock

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

_OLD_STORE = (Path(__file__).parent / "old_store.js").read_text()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve one installation for all of these tests; each brings a student of its own."""
    with running_site(tmp_path_factory.mktemp("outbox") / "data") as site:
        yield site


async def test_bytes_go_to_the_server_while_the_recording_goes_on(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        take = {"id": str(uuid4()), "segment": str(uuid4())}
        await phone.run(
            "await phone.record(given); phone.outbox.begin(given.id)",
            {**take, "reflection": str(reflection), "slices": phone.slices[:4]},
        )
        await phone.until("phone.outbox.news(given.id)?.sent > 0", take)
        early = await site.beside(lambda: Upload.get(id=take["segment"]))

        await phone.run(
            "await phone.slices(given.segment, given.slices, 4); await phone.close(given.id, given.segment);"
            "await phone.outbox.send(given.id)",
            {**take, "slices": phone.slices[4:]},
        )
        await phone.until("phone.outbox.news(given.id)?.state === 'ready'", take)
        whole = await site.beside(lambda: Upload.get(id=take["segment"]))
        draft = await site.beside(lambda: Version.get(reflection_id=reflection))
        left = await phone.run("return phone.states()")

    assert (early.size_bytes, early.offset_bytes > 0) == (None, True)
    assert whole.sha256 == hashlib.sha256(phone.webm).hexdigest()
    assert str(draft.recording_id) == take["id"]
    assert left == []


async def test_recording_that_nobody_decided_on_is_taken_back_from_the_server(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        take = await phone.recording(reflection)
        await phone.run("await phone.outbox.begin(given.id)", take)
        received = await site.beside(lambda: Upload.filter(id=take["segment"], state="received").count())
        await phone.page.context.set_offline(True)
        await phone.run("await phone.outbox.discard(given.id)", take)
        noted = await phone.run("return phone.states()")

        await phone.page.context.set_offline(False)
        await phone.start()
        await phone.run("await phone.outbox.resume(); await phone.outbox.works")
        left = await phone.run("return phone.states()")
        status = await phone.run("return (await fetch(`/uploads/${given.segment}`, { method: 'HEAD' })).status", take)

    assert received == 1
    assert noted == [[take["id"], "discarded"]]
    assert left == []
    assert status in {404, 410}


async def test_work_of_one_student_waits_while_another_is_signed_in(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        take = await phone.recording(reflection)
        mine = await phone.page.context.cookies()
        await _sign_in_as_somebody_else(phone, await invited(site))
        await phone.run("phone.outbox.send(given.id)", take)
        await phone.until("phone.outbox.news(given.id)?.state === 'signed_out'", take)
        kept = await phone.run("return phone.states()")

        await phone.page.context.clear_cookies()
        await phone.page.context.add_cookies(mine)  # type: ignore[arg-type]  Playwright gives what it takes.
        await phone.run("phone.outbox.wake()")
        await phone.until("phone.outbox.news(given.id)?.state === 'ready'", take)

    assert kept == [[take["id"], "sending"]]


async def test_recording_stays_when_the_receipt_is_not_about_the_same_bytes(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        take = await phone.recording(reflection)

        async def falsify(route: Any) -> None:
            answer = await route.fetch()
            body = await answer.json()
            await route.fulfill(response=answer, json=body | {"manifest": "0" * 64})

        await phone.page.route("**/api/v1/takes/*", falsify)
        await phone.run("phone.outbox.send(given.id)", take)
        await phone.until("phone.outbox.news(given.id)?.state === 'refused'", take)
        kept = await phone.run(
            "const [item] = await phone.store.items();"
            "return [item.state, (await phone.store.contents(item.segments[0])).blob.size]"
        )

    assert kept == ["refused", len(phone.webm)]


async def test_items_of_the_first_version_of_the_page_are_still_sent(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        await phone.run(
            "phone.store.close(); const gone = indexedDB.deleteDatabase(phone.store.database.name);"
            "await new Promise((done) => { gone.onsuccess = done; })"
        )
        facts = {"owner": str(phone.owner), "id": str(uuid4()), "reflection": str(reflection)}
        await phone.page.evaluate(_OLD_STORE, {**facts, "data": base64.b64encode(phone.webm).decode()})
        await phone.start()
        await phone.run("phone.outbox.resume()")
        await phone.until("phone.outbox.news(given.id)?.state === 'ready'", facts)
        upload = await site.beside(lambda: Upload.get(id=facts["id"]))

    assert upload.sha256 == hashlib.sha256(phone.webm).hexdigest()


async def test_words_are_on_the_phone_as_soon_as_they_are_typed(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "written", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        await phone.run(
            "phone.draft = await phone.Draft.open(await phone.api.reflection(given), phone.store);"
            "for (const text of ['H', 'Ho', 'Home']) phone.draft.change({ text });"
            "await new Promise((done) => setTimeout(done, 100))",
            str(reflection),
        )
        kept = await phone.run("return (await phone.store.draft(given)).values.text", str(reflection))

    assert kept == "Home"


async def test_piece_pressed_without_a_network_is_handed_in_once_with_the_time_of_the_press(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        await phone.page.context.set_offline(True)
        take = await phone.recording(reflection)
        await phone.run("phone.outbox.send(given.id)", take)
        pressed_at = clock()
        await phone.run(
            "await phone.outbox.handIn(given.reflection, { take: given.id })", take | {"reflection": str(reflection)}
        )
        await phone.until("phone.handIns.includes('offline')")
        await phone.page.wait_for_timeout(4000)
        await phone.page.context.set_offline(False)
        await phone.start()  # The page had been closed meanwhile.
        await phone.run("await phone.outbox.resume()")
        await phone.until("phone.handIns.includes('done')", seconds=150)
        left = await phone.run("return [await phone.states(), await phone.store.handIns(), await phone.store.drafts()]")
        row = await site.beside(lambda: Reflection.get(id=reflection))
        versions = await site.beside(lambda: Version.filter(reflection_id=reflection).count())

    assert left == [[], [], []]
    assert row.state == "submitted"
    assert row.submitted_at is not None
    assert abs((row.submitted_at - pressed_at).total_seconds()) < 2
    assert versions == 1


async def test_reflection_begun_and_handed_in_without_a_network_counts_from_the_phone(
    site: Site, student: str, tmp_path: Path
) -> None:
    await begun_reflections(site, email=student, to_begin=1)
    async with phone_of(site, student, tmp_path) as phone:
        [waits] = await phone.run(
            "const { reflections } = await phone.api.work();"
            "await phone.store.putReflections(reflections); return reflections"
        )
        await phone.page.context.set_offline(True)
        pressed_at = clock()
        await phone.run(
            "const draft = await phone.Draft.open(await phone.store.reflection(given.id), phone.store);"
            "draft.change({ text: given.text, format: 'written' }); await draft.keep(); draft.close();"
            "await phone.outbox.handIn(given.id)",
            {"id": waits["id"], "text": "I listened before I spoke. " * 200},
        )
        await phone.page.wait_for_timeout(5000)
        await phone.page.context.set_offline(False)
        await phone.run("phone.outbox.wake()")
        await phone.until("phone.handIns.includes('done')")
        row = await site.beside(lambda: Reflection.get(id=waits["id"]))

    assert waits["begun"] is False
    assert row.submitted_at is not None
    assert abs((row.submitted_at - pressed_at).total_seconds()) < 2


async def test_service_worker_sends_when_no_page_is_open(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        await phone.page.goto(f"{phone.origin}/capture/")
        await phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await phone.start()
        take = await phone.recording(reflection)
        await phone.run("await phone.store.changeItem(given.id, { state: 'sending' })", take)

        tab = await phone.page.context.new_page()
        await phone.page.close()
        await _sync(tab, phone.origin)
        for _ in range(60):
            draft = await site.beside(lambda: Version.get(reflection_id=reflection))
            if draft.recording_id is not None:
                break
            await asyncio.sleep(1)

    assert str(draft.recording_id) == take["id"]


async def _sync(tab: Page, origin: str) -> None:
    """Let the browser raise the event with which it wakes a service worker when there is a network."""
    devtools = await tab.context.new_cdp_session(tab)
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def registered(event: Any) -> None:
        for one in event["registrations"]:
            if one["scopeURL"].startswith(origin) and not found.done():
                found.set_result(one["registrationId"])

    devtools.on("ServiceWorker.workerRegistrationUpdated", registered)
    await devtools.send("ServiceWorker.enable")
    await devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": origin, "registrationId": await found, "tag": "cim-outbox", "lastChance": False},
    )


async def _pressed_without_a_network(phone: Phone, reflection: UUID, text: str) -> None:
    await phone.run(
        "const shape = await phone.api.reflection(given); await phone.store.putReflection(shape)", str(reflection)
    )
    await phone.page.context.set_offline(True)
    await phone.run(
        "const draft = await phone.Draft.open(await phone.store.reflection(given.id), phone.store);"
        "draft.change({ text: given.text }); await draft.keep(); draft.close();"
        "await phone.outbox.handIn(given.id)",
        {"id": str(reflection), "text": text},
    )
    await phone.until("phone.handIns.includes('offline')")


async def _write_elsewhere(site: Site, email: str, reflection: UUID, text: str, *, is_handed_in: bool) -> None:
    """Do on another device what the phone learns of only when it is back."""

    async def write() -> None:
        actor = await actor_of(await Person.get(email=email))
        row = await reflection_of(reflection, actor=actor)
        draft = await reflections.open_draft(row)
        saved = await reflections.save_draft(row, base_revision=draft.revision, text=text, actor=actor, at=clock())
        if is_handed_in:
            await submit(row, revision=saved.revision, actor=actor, at=clock())

    await site.beside(write)


@pytest.mark.parametrize("is_handed_in", [False, True])
async def test_nothing_else_than_what_was_pressed_is_handed_in(
    site: Site, student: str, tmp_path: Path, *, is_handed_in: bool
) -> None:
    [reflection] = await begun_reflections(site, "written", email=student)
    mine, other = "I listened on the ferry. " * 60, "Words from the laptop. " * 60
    async with phone_of(site, student, tmp_path) as phone:
        await _pressed_without_a_network(phone, reflection, mine)
        await _write_elsewhere(site, student, reflection, other, is_handed_in=is_handed_in)
        await phone.page.context.set_offline(False)
        await phone.run("phone.outbox.wake()")
        await phone.until("phone.handIns.includes('refused')")
        kept = await phone.run(
            "const [aside] = await phone.store.asideOf(given); const draft = await phone.store.draft(given);"
            "return (aside ?? draft).values.text",
            str(reflection),
        )
        frozen = await site.beside(lambda: Version.filter(reflection_id=reflection, frozen_at__isnull=False))

    assert kept == mine
    assert [version.text for version in frozen] == ([other] if is_handed_in else [])


async def test_hand_in_whose_answer_was_lost_is_not_made_again(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "written", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        lost = 0

        async def lose_the_answer(route: Any) -> None:
            nonlocal lost
            await route.fetch()
            lost += 1
            await (route.abort() if lost < 3 else route.continue_())

        await phone.page.route("**/submit", lose_the_answer)
        await phone.run(
            "const draft = await phone.Draft.open(await phone.api.reflection(given.id), phone.store);"
            "draft.change({ text: given.text }); await draft.keep(); draft.close();"
            "await phone.outbox.handIn(given.id)",
            {"id": str(reflection), "text": "I listened before I spoke. " * 60},
        )
        await phone.until("phone.handIns.includes('done')")
        versions = await site.beside(lambda: Version.filter(reflection_id=reflection).count())

    assert lost >= 3
    assert versions == 1


async def test_press_can_be_undone_until_the_network_is_back(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "written", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        await phone.page.context.set_offline(True)
        await phone.run("await phone.outbox.handIn(given)", str(reflection))
        await phone.until("phone.handIns.includes('offline')")
        undone = await phone.run("return phone.outbox.undoHandIn(given)", str(reflection))
        await phone.page.context.set_offline(False)
        await phone.page.wait_for_timeout(3000)
        row = await site.beside(lambda: Reflection.get(id=reflection))

    assert undone is True
    assert row.state == "draft"


async def test_piece_that_rules_refuse_is_open_again_with_their_words(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "written", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        await phone.run("await phone.outbox.handIn(given)", str(reflection))
        await phone.until("phone.handIns.includes('refused')")
        news = await phone.run("return phone.outbox.handInNews(given)", str(reflection))
        row = await site.beside(lambda: Reflection.get(id=reflection))

    assert news["state"] == "refused"
    assert "text" in news["message"]
    assert row.state == "draft"


async def _sign_in_as_somebody_else(phone: Phone, email: str) -> None:
    """Change the session behind the open page, as signing in through another tab does."""
    await phone.page.context.clear_cookies()
    tab = await phone.page.context.new_page()
    await sign_in(tab, phone.origin, email)
    await tab.close()
