"""What is sent once more: after a refusal, after other bytes, and past a recording that stands still."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from models.tables import MediaItem, Upload
from tests.journeys.bare_phone import phone_of
from tests.journeys.begun import begun_reflections
from tests.journeys.browser import chromium
from tests.journeys.site import Site, running_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve one installation for all of these tests; each brings a student of its own."""
    with running_site(tmp_path_factory.mktemp("again") / "data") as site:
        yield site


async def test_refused_recording_is_sent_again_when_its_student_wants_so(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        take = await phone.recording(reflection)

        async def no_room(route: Any) -> None:
            await route.fulfill(status=413, json={"error": {"code": "no_room_left", "message": "No room."}})

        await phone.page.route("**/api/v1/takes/*", no_room)
        await phone.run("phone.outbox.send(given.id)", take)
        await phone.until("phone.outbox.news(given.id)?.state === 'refused'", take)
        await phone.page.unroute("**/api/v1/takes/*")
        await phone.page.goto(f"{site.origin}/capture/?outbox")
        await phone.page.locator("[data-test=send-again]").click()
        await phone.page.locator("[data-test=outbox-empty]").wait_for(timeout=60_000)
        media = await site.beside(lambda: MediaItem.get(id=take["id"]))

    assert media.state == "ready"


async def test_other_bytes_on_the_server_are_replaced_by_those_of_the_phone(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        take = await phone.recording(reflection)
        await phone.run("await phone.outbox.begin(given.id)", take)
        await site.beside(lambda: Upload.filter(id=take["segment"]).update(sha256="0" * 64))
        await phone.run("phone.outbox.send(given.id)", take)
        await phone.until("phone.outbox.news(given.id)?.state === 'ready'", take)


async def test_recording_that_stands_still_lets_another_one_go_ahead(site: Site, student: str, tmp_path: Path) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        still = {"id": str(uuid4()), "segment": str(uuid4())}
        await phone.run(
            "await phone.record(given); phone.outbox.begin(given.id)",
            {**still, "reflection": str(reflection), "slices": phone.slices[:2]},
        )
        await phone.until("phone.outbox.news(given.id)?.sent > 0", still)
        take = await phone.recording(reflection)
        await phone.run("await phone.outbox.begin(given.id)", take)
        received = await site.beside(lambda: Upload.filter(id=take["segment"], state="received").count())

    assert received == 1


async def test_take_that_was_only_announced_is_given_up_when_it_is_discarded(
    site: Site, student: str, tmp_path: Path
) -> None:
    [reflection] = await begun_reflections(site, "podcast", email=student)
    async with phone_of(site, student, tmp_path) as phone:
        take = await phone.recording(reflection)
        await phone.page.route("**/uploads", lambda route: route.abort())
        await phone.run("phone.outbox.send(given.id)", take)
        await phone.until("phone.outbox.news(given.id)?.state === 'offline'", take)
        before = await site.beside(lambda: MediaItem.get(id=take["id"]))
        await phone.run("await phone.outbox.discard(given.id)", take)
        after = await site.beside(lambda: MediaItem.get(id=take["id"]))

    assert (before.state, after.state) == ("receiving", "refused")
