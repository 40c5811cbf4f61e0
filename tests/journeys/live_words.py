"""Somebody speaks into the phone's recorder, and reads what the machine has heard so far."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from playwright.async_api import expect

from tests.journeys.begun import begun_reflections
from tests.journeys.browser import Person
from tests.journeys.site import Site
from webapp.runtime import clock

_TAKES = """async () => {
  const [{ name }] = (await indexedDB.databases()).filter((one) => one.name.startsWith("cim-capture-"));
  const { openStore } = await import("/capture/store.js");
  const store = await openStore(name.slice("cim-capture-".length));
  const items = await store.items();
  store.close();
  return items.map(({ id }) => id);
}"""
_STEP_MS = 100


@dataclass(frozen=True, slots=True)
class Spoken:
    """A take that was recorded: what the page showed while it went on, and how long after the stop all was heard."""

    take: UUID
    first_words_seconds: float | None
    shown: str
    complete_seconds: float
    heard: str


async def speak(student: Person, site: Site, *, seconds: float) -> Spoken:
    """Record a new podcast for so long, stop, and wait until all of it has been heard; nobody decides anything."""
    (reflection,) = await begun_reflections(site, "podcast")
    return await speak_for(student, reflection, seconds=seconds)


async def speak_for(student: Person, reflection: UUID, *, seconds: float) -> Spoken:
    """Record for a reflection that was begun."""
    words = student.page.locator("[data-test=heard]")
    await student.page.goto(f"{student.origin}/capture/?reflection={reflection}&as=podcast")
    await student.see("record")
    await student.press("record")
    await expect(student.page.locator("[data-test=recording-state]")).to_have_text("Recording")
    begun, first = time.monotonic(), None
    while time.monotonic() - begun < seconds:
        await student.page.wait_for_timeout(_STEP_MS)
        if first is None and await words.is_visible():
            first = time.monotonic() - begun
    shown = await words.inner_text() if first is not None else ""
    await student.press("stop")
    stopped = time.monotonic()
    known: list[str] = await student.page.evaluate(_TAKES)
    take = UUID(known[-1])
    while not (heard := await _heard(student, take))["is_all"]:
        if time.monotonic() - stopped > 120:
            raise TimeoutError(f"not all was heard by {clock()}")
        await student.page.wait_for_timeout(_STEP_MS)
    return Spoken(take, first, shown, time.monotonic() - stopped, heard["text"])


async def _heard(student: Person, take: UUID) -> dict[str, Any]:
    answer = await student.page.request.get(f"{student.origin}/api/v1/takes/{take}/words")
    told: dict[str, Any] = await answer.json()
    return told
