"""The recorder on the phone: interruptions, cutting, pauses, the test of the sound, files, a full phone."""

import asyncio
import math
import struct
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.begun import begun_reflections
from tests.journeys.browser import DESK, PHONE, Person, browser, chromium, signed_in
from tests.journeys.site import Site, running_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

_RATE = 48_000
_KEEP_STREAMS = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.streams = [];
navigator.mediaDevices.getUserMedia = async (wish) => {
  streams.push(await open(wish));
  return streams.at(-1);
};
"""
_INTERRUPT = "streams.at(-1).getTracks().forEach((track) => track.stop())"
_FILL = """() => {
  const put = IDBObjectStore.prototype.put;
  let slices = 0;
  IDBObjectStore.prototype.put = function (...row) {
    if (this.name === "slices" && (slices += 1) > 2) throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, row);
  };
}"""
_ITEMS = """async () => {
  const [{ name }] = (await indexedDB.databases()).filter((one) => one.name.startsWith("cim-capture-"));
  const { openStore } = await import("/capture/store.js");
  const store = await openStore(name.slice("cim-capture-".length));
  const items = await store.items();
  store.close();
  return items;
}"""
_SOUNDING = "() => [...document.querySelectorAll('.player audio')].findIndex((one) => !one.paused)"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reflection waits for a recording: it goes on waiting, because no test lets one arrive."""

    site: Site
    address: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Serve one installation for all these tests; every one has a browser of its own that knows nothing."""
    with running_site(tmp_path_factory.mktemp("recorder")) as site:
        (reflection,) = asyncio.run(begun_reflections(site, "podcast"))
        yield Place(site, f"/capture/?reflection={reflection}&as=podcast")


async def test_interrupted_recording_goes_on_and_plays_as_one(place: Place, tmp_path: Path) -> None:
    async with _recorder(place, _speech(tmp_path)) as student:
        await _record(student, seconds=2.5)
        await student.page.evaluate(_INTERRUPT)
        await expect(_hook(student, "recording-state")).to_have_text("Paused by the phone. What you said is kept.")
        await expect(_hook(student, "go-on-recording")).to_be_focused()
        await student.press("go-on-recording")
        await student.page.wait_for_timeout(2500)
        await student.press("stop")
        await student.see("review")
        await student.press("play")

        [item] = await _items(student)
        assert [segment["closed_by"] for segment in item["segments"]] == ["phone", "person"]
        await _sounding(student, 1)
        await _sounding(student, -1)
        assert abs(_seconds(await _hook(student, "length").inner_text()) - item["seconds"]) < 1.5


async def test_recording_found_after_a_reload_goes_on(place: Place, tmp_path: Path) -> None:
    async with _recorder(place, _speech(tmp_path)) as student:
        await _record(student, seconds=3)
        student.page.on("dialog", lambda dialog: dialog.accept())
        await student.page.reload()
        await student.see("found")
        await student.press("go-on-recording")
        await student.page.wait_for_timeout(2000)
        await student.press("stop")
        await student.see("review")

        [item] = await _items(student)
        assert [segment["closed_by"] for segment in item["segments"]] == ["crash", "person"]


async def test_cut_made_with_the_keyboard_is_kept_and_sent(place: Place, tmp_path: Path) -> None:
    async with _recorder(place, _speech(tmp_path)) as student:
        await _record(student, seconds=4.5)
        await student.press("stop")
        await student.press("trim")
        await expect(_hook(student, "trim-start")).to_be_enabled()
        await _hook(student, "trim-start").focus()
        await student.page.keyboard.press("ArrowRight")
        await student.page.keyboard.press("ArrowRight")
        assert (await _hook(student, "trim-words").inner_text()).startswith("Starts at 0:01.0, ends at")
        await student.press("trim-done")
        await student.see("review")
        [item] = await _items(student)
        async with student.page.expect_request(lambda request: "/api/v1/takes/" in request.url) as declared:
            await student.press("use-recording")

        assert item["trim"] == {"start": 1, "end": None}
        sent: Any = (await declared.value).post_data_json
        assert (sent["trim_start_seconds"], sent["trim_end_seconds"]) == (1, None)


async def test_time_stands_still_while_paused_with_the_space_bar(place: Place, tmp_path: Path) -> None:
    async with _recorder(place, _speech(tmp_path), size=DESK) as student:
        await _record(student, seconds=2.2)
        await student.page.keyboard.press("Space")
        await expect(_hook(student, "recording-state")).to_have_text("Paused")
        await expect(student.page.locator("#announcer")).to_have_text("Paused.")
        before = await _hook(student, "elapsed").inner_text()
        await student.page.wait_for_timeout(2500)
        after = await _hook(student, "elapsed").inner_text()
        await student.page.keyboard.press("Space")
        await expect(_hook(student, "recording-state")).to_have_text("Recording")
        await student.page.wait_for_timeout(2000)
        await student.press("stop")
        await student.see("review")

        [item] = await _items(student)
        assert before == after
        assert 3.5 < item["seconds"] < 6


async def test_sound_test_says_that_speech_is_heard(place: Place, tmp_path: Path) -> None:
    async with _recorder(place, _speech(tmp_path)) as student:
        await student.press("test-sound")

        await expect(_hook(student, "sound-verdict")).to_have_text("Good. You can be heard well.", timeout=10_000)


async def test_sound_test_says_that_nothing_is_heard(place: Place, tmp_path: Path) -> None:
    async with _recorder(place, _speech(tmp_path, loud=0)) as student:
        await student.press("test-sound")

        await expect(_hook(student, "sound-verdict")).to_contain_text("Nothing was heard.", timeout=10_000)


async def test_full_phone_keeps_everything_until_then(place: Place, tmp_path: Path) -> None:
    async with _recorder(place, _speech(tmp_path)) as student:
        await student.page.evaluate(_FILL)
        await student.press("record")

        await expect(_hook(student, "closed-by")).to_contain_text("no space left", timeout=15_000)
        [item] = await _items(student)
        assert (item["closed_by"], item["state"]) == ("full", "review")
        assert 1 < item["seconds"] < 3
        await expect(_hook(student, "play")).to_be_enabled()


async def test_file_that_the_browser_cannot_play_can_be_used(place: Place, tmp_path: Path) -> None:
    note = tmp_path / "note.amr"
    note.write_bytes(b"#!AMR\n" + bytes(2000))
    async with _recorder(place, _speech(tmp_path)) as student:
        await _hook(student, "file-input").set_input_files(note)

        await expect(_hook(student, "length")).to_contain_text("You can use it all the same")
        await expect(_hook(student, "use-recording")).to_be_enabled()


@asynccontextmanager
async def _recorder(place: Place, microphone: Path, *, size: dict[str, int] = PHONE) -> AsyncIterator[Person]:
    """Open the recorder; no script of the page may fail."""
    async with (
        browser(microphone) as chromium_,
        signed_in(chromium_, place.site.origin, place.site.student, size=size, workers="block") as student,
    ):
        await student.page.add_init_script(_KEEP_STREAMS)
        await student.page.context.route("**/api/v1/takes/*", lambda route: route.abort())
        await student.page.goto(place.site.origin + place.address)
        await student.see("record")
        yield student
        assert student.complaints == []


async def _record(student: Person, *, seconds: float) -> None:
    await student.press("record")
    await expect(_hook(student, "recording-state")).to_have_text("Recording")
    await student.page.wait_for_timeout(seconds * 1000)


def _hook(student: Person, name: str) -> Any:
    return student.page.locator(f"[data-test={name}]")


async def _sounding(student: Person, number: int) -> None:
    """Wait until this segment is heard (-1: none); the page's policy forbids Playwright's own way of waiting."""
    for _ in range(100):
        if await student.page.evaluate(_SOUNDING) == number:
            return
        await student.page.wait_for_timeout(100)
    raise AssertionError(number)


async def _items(student: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = await student.page.evaluate(_ITEMS)
    return items


def _seconds(words: str) -> int:
    minutes, seconds = words.removeprefix("Length ").split(":")
    return int(minutes) * 60 + int(seconds)


def _speech(folder: Path, loud: float = 0.2) -> Path:
    """Write what sounds like somebody who talks with pauses: a tone in bursts."""
    path = folder / "microphone.wav"
    samples = (
        loud * math.sin(2 * math.pi * 220 * at / _RATE) * (at // (_RATE // 3) % 3 > 0) * 32_767
        for at in range(_RATE * 6)
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(b"".join(struct.pack("<h", int(sample)) for sample in samples))
    return path
