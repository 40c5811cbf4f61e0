"""The rows of uploads: who may send what for which reflection or activity, and giving up what never came."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.awaited import check_free
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.upload_limits import check_number, check_room, check_size
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import Actor, may_add_evidence, may_continue_upload, may_upload_to, require
from models.states import OPEN_REFLECTION_STATES, TAKES_EVIDENCE, EnrolmentState, MediaState, UploadState
from models.storable import storable
from models.tables import Activity, MediaItem, Reflection, Upload
from models.tables.media import REMOVED, UPLOAD_EXPIRED, Purpose

LIFE = timedelta(days=14)
MOST_EVIDENCE = 20


class EvidenceClosed(Refused):
    """Evidence belongs to what is still to be decided."""

    words = N_("This activity takes no more evidence: it is decided or was taken off the list.")


class EvidenceRemoved(Refused):
    """Its student took it away, on another device perhaps; this one need not go on sending."""

    words = N_("This file was removed from the evidence. Choose it again if it is needed after all.")


class TooMuchEvidence(Refused):
    """Nobody reads more than that."""

    words = N_("An activity takes at most {most} files as evidence. Remove one that says less, then add this one.")


async def create(
    reflection: Reflection,
    purpose: Purpose,
    *,
    upload_id: UUID,
    size_bytes: int | None,
    limit_bytes: int,
    person_limit_bytes: int,
    filename: str,
    sha256: str,
    actor: Actor,
    at: datetime,
) -> Upload:
    """Begin an upload for one's open reflection; the same `upload_id` again finds the one that was begun."""
    require(may_upload_to(actor, reflection) and purpose is not Purpose.EVIDENCE)
    async with in_transaction():
        known = await Upload.get_or_none(id=upload_id)
        if known is not None:
            require((known.owner_id, known.reflection_id, known.take_id) == (actor.person_id, reflection.id, None))
            if known.state is not UploadState.EXPIRED:
                return known
        check_size(size_bytes, limit_bytes)
        await check_active(reflection.enrolment_id)
        if not await Reflection.exists(id=reflection.id, state__in=OPEN_REFLECTION_STATES):
            raise WrongState
        # A take has segments, and this would be a file of its own.
        require(not await MediaItem.exists(id=upload_id, segments__isnull=False))
        # One that expired begins again from nothing: a post may name it already, so it keeps its id.
        upload = await begin(
            upload_id,
            owner_id=actor.person_id,
            person_limit_bytes=person_limit_bytes,
            at=at,
            reflection_id=reflection.id,
            purpose=purpose,
            filename=storable(filename[:255]),
            size_bytes=size_bytes,
            limit_bytes=limit_bytes,
            sha256_expected=sha256,
        )
        await expect_file(reflection, purpose, upload_id, owner_id=actor.person_id)
        await MediaItem.filter(id=upload_id).update(state=MediaState.RECEIVING, refusal_code="", size_bytes=size_bytes)
        await record("begin_upload", upload, by=actor.person_id, at=at, reflection=reflection.id, size=size_bytes)
    return upload


async def create_evidence(
    activity: Activity,
    *,
    upload_id: UUID,
    size_bytes: int | None,
    limit_bytes: int,
    person_limit_bytes: int,
    filename: str,
    sha256: str,
    actor: Actor,
    at: datetime,
) -> Upload:
    """Begin an upload of evidence for one's own activity; the same `upload_id` again finds the one that was begun."""
    require(may_add_evidence(actor, activity))
    async with in_transaction():
        known = await Upload.get_or_none(id=upload_id)
        if known is not None:
            require(known.owner_id == actor.person_id and known.activity_id == activity.id)
            if known.state is not UploadState.EXPIRED:
                return known
            if await MediaItem.exists(id=upload_id, refusal_code=REMOVED):
                raise EvidenceRemoved
        check_size(size_bytes, limit_bytes)
        if not await Activity.exists(id=activity.id, state__in=TAKES_EVIDENCE, enrolment__state=EnrolmentState.ACTIVE):
            raise EvidenceClosed
        kept = MediaItem.filter(activity_id=activity.id).exclude(state=MediaState.REFUSED)
        if await kept.count() >= MOST_EVIDENCE:
            raise TooMuchEvidence(most=MOST_EVIDENCE)
        upload = await begin(
            upload_id,
            owner_id=actor.person_id,
            person_limit_bytes=person_limit_bytes,
            at=at,
            activity_id=activity.id,
            purpose=Purpose.EVIDENCE,
            filename=storable(filename[:255]),
            size_bytes=size_bytes,
            limit_bytes=limit_bytes,
            sha256_expected=sha256,
        )
        await _expect_evidence(upload)
        await record("begin_upload", upload, by=actor.person_id, at=at, activity=activity.id, size=size_bytes)
    return upload


async def begin(
    upload_id: UUID, *, owner_id: UUID, size_bytes: int | None, person_limit_bytes: int, at: datetime, **facts: Any
) -> Upload:
    """Machine's own: have the row of an upload from its start, inside the caller's transaction."""
    await check_free([upload_id], owner_id=owner_id, take_id=facts.get("take_id"))
    await check_number(owner_id)
    await check_room(owner_id, size_bytes or 1, person_limit_bytes=person_limit_bytes, besides=upload_id)
    upload, _ = await Upload.update_or_create(
        {
            **facts,
            "owner_id": owner_id,
            "size_bytes": size_bytes,
            "offset_bytes": 0,
            "sha256": "",
            "state": UploadState.RECEIVING,
            "created_at": at,
            "expires_at": at + LIFE,
        },
        id=upload_id,
    )
    return upload


async def _expect_evidence(upload: Upload) -> None:
    """Have a row for the file; raises NotAllowed when a draft has given its id to a file of its own."""
    media, _ = await MediaItem.get_or_create(
        {
            "owner_id": upload.owner_id,
            "activity_id": upload.activity_id,
            "purpose": Purpose.EVIDENCE,
            "state": MediaState.RECEIVING,
        },
        id=upload.id,
    )
    require((media.owner_id, media.activity_id) == (upload.owner_id, upload.activity_id))
    await MediaItem.filter(id=upload.id).update(
        state=MediaState.RECEIVING, refusal_code="", size_bytes=upload.size_bytes
    )


async def expect_file(reflection: Reflection, purpose: Purpose, media_id: UUID, *, owner_id: UUID) -> None:
    """Machine's own: have a row for a file that is on its way; raises NotAllowed when the id is somebody else's.

    A phone without a network may name a photo in a draft long before it can begin to send it.
    """
    media = await MediaItem.get_or_none(id=media_id)
    if media is None:
        await MediaItem.create(
            id=media_id,
            owner_id=owner_id,
            reflection_id=reflection.id,
            purpose=purpose,
            state=MediaState.RECEIVING,
        )
    elif (media.owner_id, media.reflection_id, media.purpose) != (owner_id, reflection.id, purpose):
        raise NotAllowed


async def say_size(upload: Upload, size_bytes: int, *, person_limit_bytes: int, actor: Actor) -> None:
    """Fix the size of an upload that began before its end was known; a second, other size is refused."""
    require(may_continue_upload(actor, upload))
    check_size(size_bytes, upload.limit_bytes)
    await check_room(upload.owner_id, size_bytes, person_limit_bytes=person_limit_bytes, besides=upload.id)
    fixed = await Upload.filter(id=upload.id, size_bytes__isnull=True, offset_bytes__lte=size_bytes).update(
        size_bytes=size_bytes
    )
    if not fixed and not await Upload.exists(id=upload.id, size_bytes=size_bytes):
        raise WrongState


async def abandon(upload: Upload, *, actor: Actor, at: datetime) -> None:
    """Give up an unfinished upload; its bytes are thrown away by the caller."""
    require(may_continue_upload(actor, upload))
    await expire(upload, at=at, by=actor.person_id)


async def expire(upload: Upload, *, at: datetime, by: UUID | None = None) -> None:
    """Machine's own: close an upload that never became whole."""
    async with in_transaction():
        if not await Upload.filter(id=upload.id, state=UploadState.RECEIVING).update(state=UploadState.EXPIRED):
            raise WrongState
        media = await MediaItem.get_or_none(id=upload.take_id or upload.id, state=MediaState.RECEIVING)
        # A decided take that waits for this segment will never be whole; one that was made without it does not mind.
        if media is not None and (
            media.segments is None or str(upload.id) in {one["upload"] for one in media.segments}
        ):
            await MediaItem.filter(id=media.id).update(state=MediaState.REFUSED, refusal_code=UPLOAD_EXPIRED)
        await record("end_upload", upload, by=by, at=at)
