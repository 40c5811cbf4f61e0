"""What a draft must be before it is handed in: its files are there; its checksum; and the copy that opens next."""

import hashlib
import json
from datetime import datetime
from uuid import UUID, uuid4

from models.errors import N_, Refused
from models.states import JobState, MediaState, UploadState
from models.tables import Job, MediaItem, Post, Reflection, Upload, Version
from models.tables.jobs import PREPARE
from models.tables.media import Purpose


class StillPreparing(Refused):
    """What is handed in must be playable, or nobody can judge it."""

    words = N_("A recording or photo is still on its way or being prepared. Wait a moment and hand in then.")


class PhotoMissing(Refused):
    """A post is a photo with words."""

    words = N_("Each post needs a photo that has arrived and can be read. Choose it again, or remove the post.")


async def check_files(reflection: Reflection, draft: Version) -> None:
    """Machine's own: nothing that belongs to the piece may still be on its way to something playable."""
    if draft.format in {"podcast", "video"}:
        if await _newer_take_is_coming(reflection, draft):
            raise StillPreparing
    elif draft.format == "posts":
        photos = [post.photo for post in await Post.filter(version_id=draft.id).select_related("photo")]
        if any(photo is None or photo.state is MediaState.REFUSED for photo in photos):
            raise PhotoMissing
        coming = [photo.id for photo in photos if photo and photo.state is MediaState.RECEIVING]
        if await Upload.filter(id__in=coming, state=UploadState.RECEIVING).count() < len(set(coming)):
            raise PhotoMissing
        if any(photo.state is not MediaState.READY for photo in photos if photo):
            raise StillPreparing


async def _newer_take_is_coming(reflection: Reflection, draft: Version) -> bool:
    """Tell whether a recording is on its way that would replace the draft's: nobody hands in the older one by mistake.

    One whose preparation was given up, and one that was begun before the draft's was received, will not replace it.
    """
    present = await MediaItem.get_or_none(id=draft.recording_id) if draft.recording_id else None
    takes = MediaItem.filter(reflection_id=reflection.id, state=MediaState.RECEIVING, segments__isnull=False)
    sending = Upload.filter(
        reflection_id=reflection.id,
        purpose=Purpose.RECORDING,
        take_id__isnull=True,  # What a take is made of comes only once its student has decided to use it.
        state=UploadState.RECEIVING,
        offset_bytes__gt=0,
    )
    if present is not None and present.received_at is not None:
        takes = takes.filter(received_at__gt=present.received_at)
        sending = sending.filter(created_at__gt=present.received_at)
    preparing = await MediaItem.filter(
        reflection_id=reflection.id, purpose=Purpose.RECORDING, state=MediaState.PROCESSING
    ).values_list("id", flat=True)
    return (
        await takes.exists()
        or await sending.exists()
        or await Job.exists(
            kind=PREPARE,
            subject__in=[str(media_id) for media_id in preparing],
            status__in=(JobState.QUEUED, JobState.RUNNING),
        )
    )


async def content_checksum(version: Version) -> str:
    """Machine's own: SHA-256, in hex, over what a version shows in its format, files through their own SHA-256."""
    content: dict[str, object] = {"format": version.format, "language": version.language}
    if version.format in {"written", "posts"}:
        content["text"] = version.text
    if version.format == "posts":
        posts = await Post.filter(version_id=version.id).order_by("position").select_related("photo")
        content["posts"] = [[post.photo.sha256 if post.photo else None, post.caption, post.alt_text] for post in posts]
    if version.format in {"podcast", "video"} and version.recording_id:
        recording = await MediaItem.get(id=version.recording_id)
        trim = [recording.trim_start_seconds, recording.trim_end_seconds]
        content["recording"] = recording.sha256
        content |= {"trim": trim} if trim != [None, None] else {}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


async def open_copy(frozen: Version, *, at: datetime) -> Version:
    """Machine's own: open the next draft as a copy.

    Revisions go on counting, so that a late save of the old draft is known for what it is.
    """
    draft = await Version.create(
        id=uuid4(),
        reflection_id=frozen.reflection_id,
        number=frozen.number + 1,
        format=frozen.format,
        language=frozen.language,
        text=frozen.text,
        words=frozen.words,
        recording_id=await _newest_take(frozen),
        revision=frozen.revision + 1,
        changed_at=at,
    )
    for post in await Post.filter(version_id=frozen.id):
        await Post.create(
            version_id=draft.id,
            key=post.key,
            position=post.position,
            photo_id=post.photo_id,
            caption=post.caption,
            alt_text=post.alt_text,
        )
    return draft


async def _newest_take(frozen: Version) -> UUID | None:
    """A take that was ready only after the hand-in is the next draft's; the frozen version keeps the one it has."""
    takes = MediaItem.filter(
        reflection_id=frozen.reflection_id, purpose=Purpose.RECORDING, state=MediaState.READY
    ).order_by("-received_at")
    newest = await takes.first()
    return newest.id if newest else frozen.recording_id
