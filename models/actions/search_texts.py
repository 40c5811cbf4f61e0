"""Machine's own: what was handed in is made findable, in the transaction that changes what it shows."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from models.search_words import words_of
from models.tables import Correction, Post, SearchText, Transcript, Version
from models.tables.media import JOINED

AT_ONCE = 50


async def index_version(version_id: UUID) -> None:
    """Machine's own: make a version findable that was handed in, by what it shows in its format and nothing else."""
    version = await Version.get_or_none(id=version_id, frozen_at__isnull=False)
    if version is None:
        return
    text = await _shown(version)
    row = {"reflection_id": version.reflection_id, "text": text, "words": " ".join(words_of(text))}
    await SearchText.update_or_create(row, version_id=version.id)


async def index_recording(media_id: UUID) -> None:
    """Machine's own: words that were written down only after the recording had been handed in are findable, too."""
    for version in await Version.filter(recording_id=media_id, frozen_at__isnull=False).only("id"):
        await index_version(version.id)


async def index_missing() -> int:
    """Machine's own: make findable what was handed in before there was a search. Tells how many there were."""
    missing = Version.filter(frozen_at__isnull=False, search_text__id__isnull=True)
    done = 0
    while found := await missing.limit(AT_ONCE).only("id"):
        async with in_transaction():
            for version in found:
                await index_version(version.id)
        done += len(found)
    return done


async def _shown(version: Version) -> str:
    # A version keeps what was made before its format was changed: that was not handed in.
    if version.format in {"podcast", "video"}:
        return await _spoken(version)
    texts = [version.text]
    if version.format == "posts":
        for post in await Post.filter(version_id=version.id).order_by("position"):
            texts += [post.caption, post.alt_text]
    return "\n".join(text for text in texts if text)


async def _spoken(version: Version) -> str:
    """Give the newest transcript with what its student had put right by then."""
    if version.recording_id is None or version.frozen_at is None:
        return ""
    transcript = await Transcript.filter(media_id=version.recording_id).order_by("-made_at").first()
    if transcript is None:
        return ""
    rows = await Correction.filter(transcript_id=transcript.id, at__lte=version.frozen_at).order_by("id")
    return _words_that_hold(transcript.speech, {(row.segment, row.word): row.text for row in rows})


def _words_that_hold(speech: Mapping[str, Any], corrected: Mapping[tuple[int, int], str]) -> str:
    words = [
        corrected.get((s, w), word["text"])
        for s, segment in enumerate(speech["segments"])
        for w, word in enumerate(segment["words"])
    ]
    return " ".join(word for word in words if word not in {"", JOINED})
