"""What is kept and sent at the edges: a lost disk, two phones, ended sign-ins and enrolments, names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models.actions.enrolments import void
from models.queries.people import actor_of
from models.states import ReflectionState
from models.tables import Enrolment, MediaItem, Person, Reflection, Upload
from tests.journeys.bare_phone import Phone, phone_of
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import chromium, sign_in
from tests.journeys.site import Site, running_site
from webapp.runtime import clock

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

LONG_NAME = "\u202eגלויה 👋🏽 från färjan " * 20 + ".webm"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve one installation for all of these tests; each brings a student of its own."""
    with running_site(tmp_path_factory.mktemp("edges") / "data") as site:
        yield site


async def test_phone_that_took_the_disk_away_while_the_page_slept_gives_it_back(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        await phone.run("phone.store.database.close()")
        take = await phone.recording(reflection)
        slices = await phone.run("return (await phone.store.slices(given.segment)).length", take)

    assert slices == len(phone.slices)


async def test_same_recording_on_two_phones_is_one_and_stays_on_the_other(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    (tmp_path / "other").mkdir()
    async with phone_of(site, student, tmp_path) as phone, phone_of(site, student, tmp_path / "other") as other:
        take = await phone.recording(reflection)
        await _record_as(other, take["id"], reflection)
        await phone.run("phone.outbox.send(given.id)", take)
        await phone.until("phone.outbox.news(given.id)?.state === 'ready'", take)
        await other.run("phone.outbox.send(given.id)", take)
        await other.until("phone.outbox.news(given.id)?.state === 'refused'", take)
        kept = await other.run("return phone.states()")
        message = await other.run("return phone.outbox.news(given.id).message", take)
        files = await site.beside(lambda: MediaItem.filter(reflection_id=reflection).count())

    assert kept == [[take["id"], "refused"]]
    assert message == "This recording has been handed over already. What is recorded now becomes a new one."
    assert files == 1


async def test_piece_pressed_after_the_sign_in_had_ended_is_handed_in_after_the_next_one(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "written", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        shape = await _shape(phone, reflection)
        await phone.page.context.clear_cookies()
        await _press(phone, shape, "I listened before I spoke. " * 200)
        await phone.until("phone.handIns.includes('signed_out')")
        await sign_in(phone.page, site.origin, student)
        await phone.start()
        await phone.run("await phone.outbox.resume()")
        await phone.until("phone.handIns.includes('done')")
        row = await site.beside(lambda: Reflection.get(id=reflection))

    assert row.state is ReflectionState.SUBMITTED


@pytest.mark.parametrize("hours_ahead", [3, -3])
async def test_press_keeps_its_time_when_the_clock_of_the_phone_is_put_right_before_it_is_sent(
    site: Site, student: str, tmp_path: Path, hours_ahead: int
) -> None:
    [reflection] = await begun_reflections(site, "written", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        await phone.run(
            "phone.rightNow = Date.now; Date.now = () => phone.rightNow() + given * 3_600_000; await phone.api.me()",
            hours_ahead,
        )
        shape = await _shape(phone, reflection)
        await phone.page.context.set_offline(True)
        pressed_at = clock()
        await _press(phone, shape, "I listened before I spoke. " * 200)
        await phone.until("phone.handIns.includes('offline')")
        await phone.page.wait_for_timeout(6000)
        await phone.run("Date.now = phone.rightNow")
        await phone.page.context.set_offline(False)
        await phone.run("phone.outbox.wake()")
        await phone.until("phone.handIns.includes('done')")
        row = await site.beside(lambda: Reflection.get(id=reflection))

    assert row.submitted_at is not None
    # The server tells its time in whole seconds.
    assert abs((row.submitted_at - pressed_at).total_seconds()) < 3


async def test_piece_pressed_without_a_network_and_ended_meanwhile_is_kept_with_the_reason(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "written", email=student)
    text = "I listened before I spoke. " * 200
    async with phone_of(site, student, tmp_path) as phone:
        shape = await _shape(phone, reflection)
        await phone.page.context.set_offline(True)
        await _press(phone, shape, text)
        await phone.until("phone.handIns.includes('offline')")
        await end_enrolment(site, reflection)
        await phone.page.context.set_offline(False)
        await phone.run("phone.outbox.wake()")
        await phone.until("phone.handIns.includes('refused')")
        [pressed] = await phone.run("return phone.store.handIns()")
        kept = await phone.run("return (await phone.store.draft(given)).values.text", str(reflection))

    assert pressed["message"].startswith("Your enrolment for this certificate has ended")
    assert kept == text


async def test_file_with_a_long_name_in_any_script_arrives(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        take = await phone.recording(reflection)
        await phone.run(
            "await phone.store.changeSegment(given.id, given.segment, { filename: given.name });"
            "phone.outbox.send(given.id)",
            take | {"name": LONG_NAME},
        )
        await phone.until("phone.outbox.news(given.id)?.state === 'ready'", take)
        upload = await site.beside(lambda: Upload.get(id=take["segment"]))

    assert upload.filename == LONG_NAME[:255]


async def _record_as(phone: Phone, take: str, reflection: UUID) -> None:
    """Have a take of other bytes on a second phone, under an id that the first one uses."""
    facts = {"id": take, "segment": str(UUID(int=UUID(take).int ^ 1)), "reflection": str(reflection)}
    await phone.run("await phone.record(given)", facts | {"slices": phone.slices[:-1]})
    await phone.run("await phone.close(given.id, given.segment)", facts)


async def _shape(phone: Phone, reflection: UUID) -> Any:
    """Load a reflection as the page does that opens it."""
    return await phone.run("return phone.api.reflection(given)", str(reflection))


async def _press(phone: Phone, shape: Any, text: str) -> None:
    """Write and hand in with what the phone knows."""
    await phone.run(
        "const draft = await phone.Draft.open(given.shape, phone.store);"
        "draft.change({ text: given.text }); await draft.keep(); draft.close();"
        "await phone.outbox.handIn(given.shape.id)",
        {"text": text, "shape": shape},
    )


async def end_enrolment(site: Site, reflection: UUID) -> None:
    """End the enrolment as staff do."""

    async def end() -> None:
        row = await Reflection.get(id=reflection)
        staff = await actor_of(await Person.get(email=site.staff))
        await void(await Enrolment.get(id=row.enrolment_id), "Enrolled twice.", actor=staff, at=clock())

    await site.beside(end)
