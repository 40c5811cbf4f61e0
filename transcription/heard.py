"""What was heard of a recording before anybody decided to use it: a small file for each of its segments."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from models.tables import Upload
from transcription.speech import Segment, Speech, shifted

FOLDER = "live"
"""Inside the work folder, which every start empties: what is not there is heard again from the whole recording."""

LONGEST_DIFFERENCE_SECONDS = 0.5
"""Where a take is longer or shorter than its segments by more than this, it is not made of what was heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of the first `seconds` of a segment, or of the whole one.

    `language` is the declared one, `model` the name that a transcript would have. `begun` tells one upload from a later
    one with the same id.
    """

    begun: str
    language: str | None
    model: str
    seconds: float
    speech: Speech
    is_all: bool


def begun_of(upload: Upload) -> str:
    """Name the moment at which an upload was begun; begun again with the same id, it is another one."""
    return upload.created_at.isoformat()


def words_so_far(work_folder: Path, uploads: Sequence[Upload]) -> tuple[str, bool]:
    """Read what was heard of these segments of a take, and whether that is all there is to hear in them."""
    found = [kept(work_folder / FOLDER, upload.id, begun_of(upload)) for upload in uploads]
    texts = [one.speech.text for one in found if one is not None]
    return " ".join(filter(None, texts)), all(one is not None and one.is_all for one in found)


def keep(folder: Path, upload_id: UUID, heard: Heard) -> None:
    """Write down what was heard, in place of what was before."""
    # What somebody says to themselves is for nobody else on this machine either.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = {
        "begun": heard.begun,
        "language": heard.language,
        "model": heard.model,
        "seconds": heard.seconds,
        "speech": heard.speech.to_json(),
        "is_all": heard.is_all,
    }
    new = folder / f"{upload_id.hex}.new"
    new.write_text(json.dumps(facts), "utf-8")
    new.replace(_path(folder, upload_id))


def kept(folder: Path, upload_id: UUID, begun: str) -> Heard | None:
    """Read what was heard of an upload; None where nothing was, or only of an earlier one with its id."""
    try:
        facts: dict[str, Any] = json.loads(_path(folder, upload_id).read_text("utf-8"))
    except FileNotFoundError:
        return None
    heard = Heard(**(facts | {"speech": Speech.from_json(facts["speech"])}))
    return heard if heard.begun == begun else None


def remove(folder: Path, upload_id: UUID) -> None:
    """Remove what was heard of an upload."""
    _path(folder, upload_id).unlink(missing_ok=True)


def joined(
    parts: Sequence[Heard],
    *,
    trim_start_seconds: float | None = None,
    trim_end_seconds: float | None = None,
    duration_seconds: float,
) -> Speech | None:
    """Lay the words of all segments on the clock of the take that is made of them, without what was cut off.

    None where the take is not as long as they say: then something is lost, or is there twice.
    """
    begins_at, segments = 0.0, list[Segment]()
    for part in parts:
        segments += [shifted(segment, begins_at) for segment in part.speech.segments]
        begins_at += part.seconds
    start = trim_start_seconds or 0.0
    end = begins_at if trim_end_seconds is None else min(trim_end_seconds, begins_at)
    if abs(end - start - duration_seconds) > LONGEST_DIFFERENCE_SECONDS:
        return None
    first = next((part.speech for part in parts if part.speech.heard_language is not None), parts[0].speech)
    return replace(first, segments=tuple(_within(segments, start, end)))


def _within(segments: Sequence[Segment], start: float, end: float) -> Iterator[Segment]:
    """Keep the words of which the middle is between two moments, on a clock that begins at the first of them."""
    for segment in segments:
        words = tuple(word for word in segment.words if start <= (word.start_seconds + word.end_seconds) / 2 < end)
        if words:
            kept_part = replace(
                segment,
                start_seconds=max(start, segment.start_seconds),
                end_seconds=min(end, segment.end_seconds),
                words=tuple(
                    replace(word, start_seconds=max(start, word.start_seconds), end_seconds=min(end, word.end_seconds))
                    for word in words
                ),
                text=segment.text if words == segment.words else " ".join(word.text for word in words),
            )
            yield shifted(kept_part, -start)


def _path(folder: Path, upload_id: UUID) -> Path:
    return folder / f"{upload_id.hex}.json"
