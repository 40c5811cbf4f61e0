"""/media/{uuid}: playable copies, pages and captions; the policy is asked for every request, ranges included."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from media.preparing import page_key
from models.errors import NotAllowed
from models.queries import media as queries
from models.tables import MediaItem
from transcription.captions import webvtt
from transcription.english import marked_webvtt, read_in_english
from transcription.reading import read
from webapp.endpoints.asking import asking
from webapp.readable import english_mark
from webapp.runtime import runtime_of
from webapp.session import signed_in

router = APIRouter(include_in_schema=False)

_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "inline",
}


@router.get("/media/{media_id}")
@router.head("/media/{media_id}")
async def playable(media_id: UUID, request: Request) -> Response:
    """Serve the copy that we made for playing or looking at; whole or in ranges."""
    media = await _media(media_id, request)
    if media.pages is not None:
        raise NotAllowed  # A document is its pages; the file they were drawn from is never served.
    return await _file(request, media.playable_key, media.content_type)


@router.get("/media/{media_id}/alternate")
@router.head("/media/{media_id}/alternate")
async def alternate(media_id: UUID, request: Request) -> Response:
    """Serve the second copy, for browsers that do not play the first; whole or in ranges."""
    media = await _media(media_id, request)
    if not media.alternate_key:
        raise NotAllowed
    return await _file(request, media.alternate_key, media.alternate_type)


@router.get("/media/{media_id}/pages/{number}")
@router.head("/media/{media_id}/pages/{number}")
async def page_of(media_id: UUID, number: int, request: Request) -> Response:
    """Serve one page of a document as a picture; the first one is 1."""
    media = await _media(media_id, request)
    return await _file(request, page_key(media, number), media.content_type)


@router.get("/media/{media_id}/captions.vtt")
async def captions(media_id: UUID, request: Request, version: UUID | None = None) -> Response:
    """Serve captions with the student's corrections; with `version` as they were when it was handed in."""
    me = await signed_in(request)
    reading = await read(media_id, version_id=version, actor=me.actor)
    if reading is None:
        raise NotAllowed
    return Response(webvtt(reading.spoken), media_type="text/vtt; charset=utf-8", headers=_HEADERS)


@router.get("/media/{media_id}/captions.en.vtt")
async def captions_in_english(media_id: UUID, request: Request, version: UUID | None = None) -> Response:
    """Serve the machine's English to whoever may read the transcript."""
    me = await asking(request)
    reading = await read(media_id, version_id=version, actor=me.actor)
    english = await read_in_english(reading, actor=me.actor) if reading is not None else None
    if english is None:
        raise NotAllowed
    return Response(marked_webvtt(english, english_mark()), media_type="text/vtt; charset=utf-8", headers=_HEADERS)


@router.get("/media/{media_id}/{picture}")
@router.head("/media/{media_id}/{picture}")
async def picture_of(media_id: UUID, picture: Literal["poster", "waveform", "small"], request: Request) -> Response:
    """Serve a picture that we made of it."""
    media = await _media(media_id, request)
    key = {"poster": media.poster_key, "waveform": media.waveform_key, "small": media.small_key}[picture]
    if not key:
        raise NotAllowed
    return await _file(request, key, "image/png" if picture == "waveform" else "image/jpeg")


async def _media(media_id: UUID, request: Request) -> MediaItem:
    me = await signed_in(request)
    return await queries.media_to_serve(media_id, actor=me.actor)


async def _file(request: Request, key: str, content_type: str) -> Response:
    async with runtime_of(request).store.lend(key) as path:
        return FileResponse(path, media_type=content_type, headers=_HEADERS)
