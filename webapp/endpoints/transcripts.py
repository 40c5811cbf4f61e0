"""/media/{uuid}/transcript/…: what was said, to take along: captions, text, a page to read and print, a PDF."""

import asyncio
import re
from typing import Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response

from models.errors import NotAllowed
from models.portfolios import time_zone
from transcription.captions import plain_text, webvtt
from transcription.english import InEnglish, marked_webvtt, read_in_english
from transcription.reading import Reading, read
from webapp.components.wording import title_of
from webapp.endpoints.asking import asking
from webapp.readable import POLICY, Readable, english_mark, how_english_was_made, html_of, pdf_of, readable

router = APIRouter(include_in_schema=False)

Kind = Literal["vtt", "en.vtt", "txt", "html", "pdf"]

_TYPES: dict[Kind, str] = {
    "vtt": "text/vtt; charset=utf-8",
    "en.vtt": "text/vtt; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


@router.get("/media/{media_id}/transcript/{kind}")
async def transcript(media_id: UUID, kind: Kind, request: Request, version: UUID | None = None) -> Response:
    """Give the transcript as one may read it, and its translation; with `version` as it was when that was handed in."""
    me = await asking(request)
    reading = await read(media_id, version_id=version, actor=me.actor)
    if reading is None:
        raise NotAllowed
    english = await read_in_english(reading, actor=me.actor)
    if english is None and kind == "en.vtt":
        raise NotAllowed
    document = readable(reading, title_of(reading.reflection), await time_zone(), english=english)
    # The page opens in the browser, where it can be printed; the others are files.
    place = "inline" if kind == "html" else "attachment"
    return Response(
        await _content(kind, reading, english, document),
        media_type=_TYPES[kind],
        headers={
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
            "Content-Disposition": f"{place}; {_named(f'{document.title} – {document.name}.{kind}')}",
        },
    )


async def _content(kind: Kind, reading: Reading, english: InEnglish | None, document: Readable) -> str | bytes:
    if kind == "vtt":
        return webvtt(reading.spoken)
    if kind == "en.vtt" and english is not None:
        return marked_webvtt(english, english_mark())
    if kind == "txt":
        said = plain_text(reading.spoken)
        if english is None:
            return said
        return f"{said}\n{english_mark().upper()}\n{how_english_was_made(english)}\n\n{plain_text(english.sentences)}"
    if kind == "html":
        return html_of(document)
    return await asyncio.to_thread(pdf_of, document)


def _named(name: str) -> str:
    """Name a file for a browser (RFC 6266): without what file systems refuse, and once without accents."""
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]', " ", name).strip()
    ascii_only = re.sub(r"[^A-Za-z0-9. -]+", "_", plain)
    return f"filename=\"{ascii_only}\"; filename*=UTF-8''{quote(plain)}"
