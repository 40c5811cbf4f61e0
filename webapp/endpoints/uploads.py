"""/uploads: resumable uploads by the tus 1.0.0 protocol (https://tus.io/protocols/resumable-upload)."""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC
from email.utils import format_datetime
from functools import partial
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.requests import ClientDisconnect

from media.turns import UploadBusy
from models.actions import takes
from models.actions import uploads as actions
from models.errors import N_, NotAllowed, Refused
from models.permissions import Actor
from models.queries.enrolments import activity as get_activity
from models.queries.reflections import reflection as get_reflection
from models.states import UploadState
from models.tables import Upload
from models.tables.media import Purpose
from webapp.runtime import runtime_of
from webapp.session import signed_in

router = APIRouter(include_in_schema=False)

VERSION = "1.0.0"
_PIECE = "application/offset+octet-stream"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BadUploadRequest(Refused):
    """The client does not speak the protocol."""

    words = N_("The upload was not understood ({what}).")


@router.options("/uploads")
async def options() -> Response:
    """Say what this server can do."""
    return Response(
        status_code=204,
        headers={
            "Tus-Resumable": VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,creation-defer-length,expiration,termination",
        },
    )


@router.post("/uploads")
async def create(request: Request) -> Response:
    """Begin an upload; the client makes its id, so that a repeated request begins nothing new."""
    me = await signed_in(request)
    _check_version(request)
    runtime = runtime_of(request)
    said = _metadata(request.headers.get("upload-metadata", ""))
    purpose = said.get("purpose", "")
    if purpose not in set(Purpose):
        raise BadUploadRequest(what="purpose")
    settings = runtime.settings
    is_recording = purpose == Purpose.RECORDING
    begin = await _beginning(said, Purpose(purpose), me.actor)
    upload = await begin(
        upload_id=_id(said, "id"),
        size_bytes=_announced_size(request),
        limit_bytes=settings.recording_limit_bytes if is_recording else settings.photo_limit_bytes,
        person_limit_bytes=settings.person_limit_bytes,
        # PostgreSQL keeps every letter but nought.
        filename=said.get("filename", "").replace("\0", ""),
        sha256=_sha256(said.get("sha256", "")),
        actor=me.actor,
        at=runtime.now(),
    )
    return Response(status_code=201, headers={"Location": f"/uploads/{upload.id}"} | _headers(upload))


@router.head("/uploads/{upload_id}")
async def where(upload_id: UUID, request: Request) -> Response:
    """Say how far an upload has come; when it is whole, also the SHA-256 that the server computed."""
    me = await signed_in(request)
    upload = await runtime_of(request).uploads.where(upload_id, actor=me.actor)
    if upload.state is UploadState.EXPIRED:
        return Response(status_code=410, headers={"Tus-Resumable": VERSION, "Cache-Control": "no-store"})
    return Response(status_code=200, headers=_headers(upload) | {"Cache-Control": "no-store"})


@router.patch("/uploads/{upload_id}")
async def append(upload_id: UUID, request: Request) -> Response:
    """Take bytes from the offset on that the client names."""
    me = await signed_in(request)
    _check_version(request)
    if request.headers.get("content-type") != _PIECE:
        raise BadUploadRequest(what="Content-Type")
    runtime = runtime_of(request)
    try:
        upload = await runtime.uploads.append(
            upload_id,
            _number(request.headers.get("upload-offset", ""), "Upload-Offset"),
            _pieces(request),
            size_bytes=_announced_size(request) if "upload-length" in request.headers else None,
            sha256=_sha256(request.headers.get("cim-sha256", "")),
            actor=me.actor,
            at=runtime.now(),
        )
    except asyncio.CancelledError:
        # A newer request of the same phone took over; this connection is dead or about to be.
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        raise UploadBusy from None
    if upload.state is UploadState.EXPIRED:
        return Response(status_code=410, headers={"Tus-Resumable": VERSION})
    return Response(status_code=204, headers=_headers(upload))


@router.delete("/uploads/{upload_id}")
async def abandon(upload_id: UUID, request: Request) -> Response:
    """Throw an unfinished upload away, or a segment that no decided take uses."""
    me = await signed_in(request)
    _check_version(request)
    runtime = runtime_of(request)
    await runtime.uploads.abandon(upload_id, actor=me.actor, at=runtime.now())
    return Response(status_code=204, headers={"Tus-Resumable": VERSION})


async def _beginning(said: dict[str, str], purpose: Purpose, actor: Actor) -> Callable[..., Awaitable[Upload]]:
    """Find what begins an upload of this purpose: for an activity, or for a reflection, as a file or as a segment."""
    if purpose is Purpose.EVIDENCE:
        return partial(actions.create_evidence, await get_activity(_subject(said, "activity"), actor=actor))
    reflection = await get_reflection(_subject(said, "reflection"), actor=actor)
    if "take" not in said:
        return partial(actions.create, reflection, purpose)
    if purpose is not Purpose.RECORDING:
        raise BadUploadRequest(what="take")
    number = _number(said.get("segment", ""), "segment")
    if number >= takes.MOST_SEGMENTS:
        raise BadUploadRequest(what="segment")
    return partial(takes.create_segment, reflection, take_id=_id(said, "take"), segment=number)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; a phone that goes away only ends it."""
    with suppress(ClientDisconnect):
        async for piece in request.stream():
            if piece:
                yield piece


def _headers(upload: Upload) -> dict[str, str]:
    headers = {
        "Tus-Resumable": VERSION,
        "Upload-Offset": str(upload.offset_bytes),
        "Upload-Expires": format_datetime(upload.expires_at.astimezone(UTC), usegmt=True),
    }
    if upload.size_bytes is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.size_bytes)
    if upload.state is UploadState.RECEIVED:
        headers["CIM-Sha256"] = upload.sha256
    return headers


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        # What the protocol asks for: a client of another version learns which one is spoken here.
        raise HTTPException(412, f"Tus-Resumable: {VERSION}", {"Tus-Version": VERSION})


def _metadata(header: str) -> dict[str, str]:
    said = {}
    for pair in header.split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            said[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise BadUploadRequest(what="Upload-Metadata") from None
    return said


def _announced_size(request: Request) -> int | None:
    if request.headers.get("upload-defer-length") == "1":
        return None
    return _number(request.headers.get("upload-length", ""), "Upload-Length")


def _number(text: str, what: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadUploadRequest(what=what)
    return int(text)


def _id(said: dict[str, str], what: str) -> UUID:
    try:
        return UUID(said.get(what, ""))
    except ValueError:
        raise BadUploadRequest(what=what) from None


def _subject(said: dict[str, str], what: str) -> UUID:
    """Read what the file belongs to; an id that is none leads nowhere."""
    try:
        return UUID(said.get(what, ""))
    except ValueError:
        raise NotAllowed from None


def _sha256(text: str) -> str:
    if text and not _SHA256.fullmatch(text.lower()):
        raise BadUploadRequest(what="sha256")
    return text.lower()
