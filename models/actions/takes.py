"""Takes: one recording as its student sees it, made of segments that are uploads, used only once that is decided."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256 as sha256_over
from uuid import UUID

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.actions import jobs
from models.actions.awaited import check_free
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.upload_limits import EmptyUpload, check_size
from models.actions.uploads import begin
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_upload_to, require
from models.states import OPEN_REFLECTION_STATES, JobState, MediaState, UploadState
from models.storable import storable
from models.tables import Job, MediaItem, Reflection, Upload
from models.tables.jobs import PREPARE
from models.tables.media import UPLOAD_EXPIRED, Purpose

MOST_SEGMENTS = 200


class NoSuchTake(Refused):
    """The client has mixed something up."""

    words = N_("This recording was not understood: {what}.")


class TrimNonsense(Refused):
    """Nothing would be left, or the numbers are none."""

    words = N_("The recording cannot be cut like this: the start must come before the end.")


class SegmentDiffers(WrongState):
    """What arrived is not what the phone has."""

    words = N_("A part of the recording on the server is not the one on your phone. It is sent again.")


class TakeUsed(WrongState):
    """What is being prepared or was handed in stays what it is."""

    words = N_("This recording has been handed over already. What is recorded now becomes a new one.")


@dataclass(frozen=True, slots=True)
class TakeSegment:
    """One upload of a take as the phone has it: its length, and the SHA-256 of it in hex."""

    upload: UUID
    size: int
    sha256: str


async def create_segment(
    reflection: Reflection,
    *,
    take_id: UUID,
    segment: int,
    upload_id: UUID,
    size_bytes: int | None,
    limit_bytes: int,
    person_limit_bytes: int,
    filename: str,
    sha256: str,
    actor: Actor,
    at: datetime,
) -> Upload:
    """Begin the upload of a segment. What arrives is private: no file is made of it until `use_take`.

    The same `upload_id` again finds the one that was begun. A decided take that lacks a segment still takes it.
    """
    require(may_upload_to(actor, reflection))
    async with in_transaction():
        known = await Upload.get_or_none(id=upload_id)
        if known is not None:
            require((known.owner_id, known.take_id, known.reflection_id) == (actor.person_id, take_id, reflection.id))
            if known.state is not UploadState.EXPIRED:
                return known
        check_size(size_bytes, limit_bytes)
        await check_active(reflection.enrolment_id)
        if not await Reflection.exists(id=reflection.id, state__in=OPEN_REFLECTION_STATES):
            raise WrongState
        require(not await MediaItem.exists(id=upload_id))
        take = await _own_take(take_id, reflection, actor)
        wanted = listed_in(take).get(upload_id)
        if take is not None and wanted is None and take.refusal_code != UPLOAD_EXPIRED:
            raise TakeUsed
        _check_as_decided(take, upload_id, size_bytes, sha256)
        upload = await begin(
            upload_id,
            owner_id=actor.person_id,
            person_limit_bytes=person_limit_bytes,
            at=at,
            reflection_id=reflection.id,
            purpose=Purpose.RECORDING,
            take_id=take_id,
            segment=segment,
            filename=storable(filename[:255]),
            size_bytes=size_bytes,
            limit_bytes=limit_bytes,
            sha256_expected=sha256 or (wanted.sha256 if wanted else ""),
        )
        await record("begin_upload", upload, by=actor.person_id, at=at, reflection=reflection.id, take=take_id)
    return upload


async def use_take(
    reflection: Reflection,
    *,
    take_id: UUID,
    kind: str,
    segments: Sequence[TakeSegment],
    trim_start_seconds: float | None,
    trim_end_seconds: float | None,
    limit_bytes: int,
    actor: Actor,
    at: datetime,
) -> MediaItem:
    """Use these segments, in this order, as a recording of one's open reflection; before they all arrived, too.

    When the last one is there, the preparing is queued in the same transaction. The same again changes nothing;
    something else is taken instead as long as segments are missing. A take that could not be used is tried again, cut
    otherwise or as it was. Raises SegmentDiffers, TakeUsed.
    """
    require(may_upload_to(actor, reflection))
    _check_segments(segments, limit_bytes)
    _check_trim(trim_start_seconds, trim_end_seconds)
    async with in_transaction():
        known = await _own_take(take_id, reflection, actor)
        wanted = {
            "segments": [{"upload": str(one.upload), "size": one.size, "sha256": one.sha256} for one in segments],
            "trim_start_seconds": trim_start_seconds,
            "trim_end_seconds": trim_end_seconds,
        }
        if known is not None:
            is_open = known.state in {MediaState.RECEIVING, MediaState.REFUSED} or await _was_given_up(known)
            is_same = all(getattr(known, name) == value for name, value in wanted.items())
            if is_same and known.state is MediaState.RECEIVING:
                # What came meanwhile may be something else, or have come without anybody noticing that it was the last.
                await _check_arrived(take_id, segments, reflection, actor)
                await complete_take(take_id, at=at)
                return await MediaItem.get(id=take_id)
            if is_same and not is_open:
                return known
            if not is_open:
                raise TakeUsed
        await check_active(reflection.enrolment_id)
        if not await Reflection.exists(id=reflection.id, state__in=OPEN_REFLECTION_STATES):
            raise WrongState
        await _check_arrived(take_id, segments, reflection, actor)
        await MediaItem.update_or_create(
            {
                **wanted,
                "owner_id": actor.person_id,
                "reflection_id": reflection.id,
                "purpose": Purpose.RECORDING,
                "kind": kind,
                "state": MediaState.RECEIVING,
                "refusal_code": "",
                "refusal_arguments": {},
                "size_bytes": sum(one.size for one in segments),
                "sha256": manifest_of([one.sha256 for one in segments]),
                "received_at": at,
            },
            id=take_id,
        )
        take = await MediaItem.get(id=take_id)
        await record("use_take", take, by=actor.person_id, at=at, reflection=reflection.id, sha256=take.sha256)
        await complete_take(take_id, at=at)
    return await MediaItem.get(id=take_id)


async def check_as_decided(upload: Upload, *, size_bytes: int | None, sha256: str) -> None:
    """Machine's own: refuse for a segment another length or sum than those that its take was decided with."""
    take = await MediaItem.get_or_none(id=upload.take_id) if upload.take_id else None
    _check_as_decided(take, upload.id, size_bytes, sha256)


async def complete_take(take_id: UUID, *, at: datetime) -> bool:
    """Machine's own: inside the caller's transaction, queue the work on a decided take if all of it is here.

    True: this call was the one that completed it.
    """
    take = await MediaItem.get_or_none(id=take_id, state=MediaState.RECEIVING, segments__isnull=False)
    if take is None:
        return False
    listed = listed_in(take)
    rows = await Upload.filter(id__in=list(listed), take_id=take_id, state=UploadState.RECEIVED)
    arrived = {row.id: (row.size_bytes, row.sha256) for row in rows}
    if arrived != {id_: (one.size, one.sha256) for id_, one in listed.items()}:
        return False
    await MediaItem.filter(id=take_id).update(state=MediaState.PROCESSING)
    # What was tried before and could not be used is work of its own.
    tries = await Job.filter(kind=PREPARE, subject=str(take_id)).count()
    await jobs.enqueue(PREPARE, take_id, at=at, dedupe_key=f"{PREPARE}:{take_id}:{tries}")
    await record("receive", take, by=take.owner_id, at=at, size=take.size_bytes, sha256=take.sha256)
    return True


def listed_in(take: MediaItem | None) -> dict[UUID, TakeSegment]:
    """Tell what a decided take is made of, by upload and in order; of none it is nothing."""
    found = [TakeSegment(UUID(one["upload"]), one["size"], one["sha256"]) for one in (take and take.segments) or ()]
    return {one.upload: one for one in found}


def manifest_of(sums: Sequence[str]) -> str:
    """Sum up what a take is made of, SHA-256 in hex over those of its segments; of a single one it is its own."""
    return sums[0] if len(sums) == 1 else sha256_over("\n".join(sums).encode()).hexdigest()


def _check_as_decided(take: MediaItem | None, upload_id: UUID, size_bytes: int | None, sha256: str) -> None:
    """A take that was given up may come back made of other bytes; one that waits may not."""
    wanted = listed_in(take).get(upload_id) if take and take.state is MediaState.RECEIVING else None
    if wanted and (size_bytes not in {None, wanted.size} or sha256 not in {"", wanted.sha256}):
        raise SegmentDiffers


async def _was_given_up(take: MediaItem) -> bool:
    """Tell whether a machine tried to prepare it and does not try any more."""
    newest = await Job.filter(kind=PREPARE, subject=str(take.id)).order_by("-created_at").first()
    return take.state is MediaState.PROCESSING and newest is not None and newest.status is JobState.FAILED


async def _own_take(take_id: UUID, reflection: Reflection, actor: Actor) -> MediaItem | None:
    """Find a decided take; raises NotAllowed when the id is somebody else's, or that of another kind of file."""
    take = await MediaItem.get_or_none(id=take_id)
    if take is not None:
        require(take.owner_id == actor.person_id and take.reflection_id == reflection.id and take.segments is not None)
    else:
        mine = Q(owner_id=actor.person_id, reflection_id=reflection.id)
        require(not await Upload.exists(~mine, take_id=take_id) and not await Upload.exists(id=take_id))
    return take


def _check_segments(segments: Sequence[TakeSegment], limit_bytes: int) -> None:
    if not segments:
        raise EmptyUpload
    if len(segments) > MOST_SEGMENTS:
        raise NoSuchTake(what="segments")
    if len({one.upload for one in segments}) < len(segments):
        raise NoSuchTake(what="upload")
    for one in segments:
        check_size(one.size, limit_bytes)
    check_size(sum(one.size for one in segments), limit_bytes)


def _check_trim(start: float | None, end: float | None) -> None:
    """Refuse what no recording could be cut to; how long it is shows when it is prepared."""
    given = [seconds for seconds in (start, end) if seconds is not None]
    if any(not math.isfinite(seconds) or seconds < 0 for seconds in given):
        raise TrimNonsense
    if end is not None and end <= (start or 0.0):
        raise TrimNonsense


async def _check_arrived(take_id: UUID, segments: Sequence[TakeSegment], reflection: Reflection, actor: Actor) -> None:
    """Compare what the phone lists with the uploads that were begun, and note what they must be when whole."""
    rows = {row.id: row for row in await Upload.filter(id__in=[one.upload for one in segments])}
    begun = [(one, rows[one.upload]) for one in segments if one.upload in rows]
    for _one, row in begun:
        require((row.owner_id, row.reflection_id, row.take_id) == (actor.person_id, reflection.id, take_id))
    await check_free([one.upload for one in segments], owner_id=actor.person_id, take_id=take_id)
    numbers = [row.segment or 0 for _one, row in begun]
    if numbers != sorted(set(numbers)):
        raise NoSuchTake(what="order")
    for one, row in begun:
        if row.state is UploadState.RECEIVED and (row.size_bytes, row.sha256) != (one.size, one.sha256):
            raise SegmentDiffers
        if row.state is UploadState.RECEIVING:
            if row.offset_bytes > one.size or row.size_bytes not in {None, one.size}:
                raise SegmentDiffers
            await Upload.filter(id=row.id).update(sha256_expected=one.sha256)
