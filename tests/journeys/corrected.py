"""A recording with a transcript whose words and doubts are known: what the machine heard is written here."""

from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from playwright.async_api import Page

from models.actions import processing
from models.actions.processing import TRANSCRIBE
from tests.factories import work_off
from tests.journeys.site import Site
from tests.webapp.endpoints.stage import metadata
from tests.webapp.server import REPOSITORY
from transcription.speech import Segment, Speech, Word
from webapp.runtime import clock

HEARD = (
    "The language coffee takes place every second Tuesday. We sit in small groups and talk about one word for a hole "
    "evening. Last time the word was home. I learned that home can be a smell, a song, or a person. "
    "I will take this with me when I meet patients who are far away from home in Örebro."
)
UNSURE = ("coffee", "hole", "Örebro.")
CLIP = REPOSITORY / "webapp/demo/files/cafe.webm"


async def spoken_into(
    site: Site, page: Page, reflection_id: UUID, *, file: Path = CLIP, speech: Speech | None = None
) -> UUID:
    """Send a recording as whoever is signed in on a page, and write down what the machine heard in it."""
    media_id = uuid4()
    await send(site, page, reflection_id, media_id, file)
    heard_in_it = speech or _speech()

    async def heard() -> None:
        at = clock()
        made = partial(
            processing.transcript_made,
            speech=heard_in_it.to_json(),
            text=heard_in_it.text,
            language="en",
            engine="scripted",
            model="scripted",
            at=at,
        )
        await work_off(TRANSCRIBE, media_id, made, at=at)

    await site.beside(heard)
    return media_id


async def send(
    site: Site, page: Page, reflection_id: UUID, media_id: UUID, file: Path, *, purpose: str = "recording"
) -> None:
    """Send a file as whoever is signed in on a page, and wait until it is ready."""
    content = file.read_bytes()
    tus = {"Tus-Resumable": "1.0.0", "Origin": site.origin}
    facts = metadata(id=str(media_id), reflection=str(reflection_id), purpose=purpose, filename=file.name)
    begun = await page.request.post(
        f"{site.origin}/uploads", headers=tus | {"Upload-Length": str(len(content)), "Upload-Metadata": facts}
    )
    assert begun.ok, await begun.text()
    sent = await page.request.patch(
        f"{site.origin}/uploads/{media_id}",
        headers=tus | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
        data=content,
    )
    assert sent.ok, await sent.text()
    for _ in range(200):
        told = await (await page.request.get(f"{site.origin}/api/v1/media/{media_id}")).json()
        if told["state"] == "ready":
            return
        await page.wait_for_timeout(100)
    raise TimeoutError(told)


def _speech() -> Speech:
    """Three words each second; a rest after each sentence, a long one before the last."""
    segments, now = [], 0.3
    for sentence in HEARD.replace(". ", ".|").split("|"):
        begun, words = now, []
        for text in sentence.split():
            words.append(Word(text, now, now + 0.3, 0.3 if text in UNSURE else 0.95))
            now += 0.33
        segments.append(Segment(begun, now, sentence, tuple(words), 0.02))
        now += 2.0 if sentence.startswith("Last") else 0.4
    return Speech("en", tuple(segments), "scripted", "scripted")
