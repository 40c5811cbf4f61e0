"""Machine's own: what became of a received file, and what was heard in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models.actions import jobs
from models.actions.events import record
from models.actions.notices import tell_of_file
from models.actions.search_texts import index_recording
from models.portfolios import rule_set_of
from models.states import OPEN_REFLECTION_STATES, MediaState
from models.storable import storable
from models.tables import Job, MediaItem, Reflection, Transcript, Translation, Version
from models.tables.jobs import CONVERT, TRANSCRIBE, TRANSLATE
from models.tables.media import Purpose
from models.tables.notices import NoticeKind

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made of an upload or a take; keys are names in the store, empty where there is no such file.

    `has_alternate`: a second playable copy is to be made. `segments_lost` of a take held nothing that can be played.
    """

    kind: str
    content_type: str
    playable_key: str
    poster_key: str = ""
    waveform_key: str = ""
    small_key: str = ""
    has_audio: bool = False
    peaks: list[float] | None = None
    has_alternate: bool = False
    segments_lost: int = 0
    duration_seconds: float | None = None
    width: int | None = None
    height: int | None = None
    pages: int | None = None


async def media_ready(job: Job, prepared: Prepared, *, at: datetime) -> bool:
    """Store what was made, put a recording into the open draft, queue its transcript; False: fenced out."""
    media_id = UUID(job.subject)
    async with in_transaction():
        if not await jobs.finish(job, at=at):
            return False
        # What its student has taken away meanwhile does not come back.
        is_wanted = await MediaItem.filter(id=media_id, state=MediaState.PROCESSING).update(
            state=MediaState.READY,
            kind=prepared.kind,
            content_type=prepared.content_type,
            playable_key=prepared.playable_key,
            poster_key=prepared.poster_key,
            waveform_key=prepared.waveform_key,
            small_key=prepared.small_key,
            has_audio=prepared.has_audio,
            peaks=prepared.peaks,
            duration_seconds=prepared.duration_seconds,
            width=prepared.width,
            height=prepared.height,
            pages=prepared.pages,
        )
        if not is_wanted:
            return True
        media = await MediaItem.get(id=media_id)
        if media.purpose is Purpose.RECORDING:
            await _put_into_draft(media, at=at)
            if media.has_audio:
                await jobs.enqueue(TRANSCRIBE, media.id, at=at, length_seconds=media.duration_seconds or 0.0)
            if prepared.has_alternate:
                await jobs.enqueue(CONVERT, media.id, at=at)
        lost = {"segments_lost": prepared.segments_lost} if prepared.segments_lost else {}
        await record("prepare", media, by=None, at=at, kind=prepared.kind, seconds=prepared.duration_seconds, **lost)
    return True


async def alternate_ready(job: Job, key: str, content_type: str, *, at: datetime) -> bool:
    """Store where the second playable copy is; False: fenced out."""
    async with in_transaction():
        if not await jobs.finish(job, at=at):
            return False
        media = await MediaItem.get(id=UUID(job.subject))
        # What its student has taken away meanwhile does not come back.
        is_wanted = await MediaItem.filter(id=media.id, state=MediaState.READY).update(
            alternate_key=key, alternate_type=content_type
        )
        if is_wanted:
            await record("convert", media, by=None, at=at, content_type=content_type)
    return True


async def alternate_impossible(job: Job, code: str, *, at: datetime) -> bool:
    """Give up a second playable copy; the recording stays as it is. False: fenced out."""
    async with in_transaction():
        if not await jobs.finish(job, at=at):
            return False
        await record("convert_refused", await MediaItem.get(id=UUID(job.subject)), by=None, at=at, code=code)
    return True


async def media_refused(job: Job, code: str, arguments: dict[str, Any], *, at: datetime) -> bool:
    """Keep why a file cannot be used; nothing else of the student's changes. False: fenced out."""
    async with in_transaction():
        if not await jobs.finish(job, at=at):
            return False
        is_wanted = await MediaItem.filter(id=UUID(job.subject), state=MediaState.PROCESSING).update(
            state=MediaState.REFUSED, refusal_code=code, refusal_arguments=arguments
        )
        if not is_wanted:
            return True
        media = await MediaItem.get(id=UUID(job.subject))
        await record("refuse", media, by=None, at=at, code=code)
        await tell_of_file(NoticeKind.FILE_REFUSED, media.id, at=at)
    return True


async def transcript_made(
    job: Job,
    *,
    speech: dict[str, Any],
    text: str,
    language: str,
    engine: str,
    model: str,
    at: datetime,
    declared: str | None = None,
) -> bool:
    """Store what was heard, once for each job, and have it translated where some read English only; False: fenced out.

    A model may know English alone: then `language` is that, and what was `declared` says whether it was spoken.
    """
    async with in_transaction():
        if not await jobs.finish(job, at=at):
            return False
        transcript = await Transcript.create(
            id=uuid4(),
            media_id=UUID(job.subject),
            job_id=job.id,
            language=language,
            engine=engine,
            model=model,
            speech=storable(speech),
            text=storable(text),
            made_at=at,
        )
        await record("transcribe", transcript, by=None, at=at, media=job.subject, model=model, attempt=job.attempt)
        await index_recording(transcript.media_id)
        await _queue_translation(job, transcript, declared or language, at=at)
    return True


async def translation_made(
    job: Job, *, speech: dict[str, Any], text: str, engine: str, model: str, at: datetime
) -> bool:
    """Store what a recording says in English beside the transcript that it is for; False: fenced out."""
    async with in_transaction():
        if not await jobs.finish(job, at=at):
            return False
        translation = await Translation.create(
            id=uuid4(),
            transcript_id=UUID(job.arguments["transcript"]),
            job_id=job.id,
            engine=engine,
            model=model,
            speech=storable(speech),
            text=storable(text),
            made_at=at,
        )
        await record("translate", translation, by=None, at=at, media=job.subject, model=model, attempt=job.attempt)
    return True


async def _queue_translation(job: Job, transcript: Transcript, spoken: str, *, at: datetime) -> None:
    """A translation is made with the model that was wished for the transcript, and has its turn after all of them."""
    if spoken == ENGLISH or not transcript.text:
        return
    media = await MediaItem.get(id=transcript.media_id).select_related("reflection__enrolment")
    if media.reflection is None or not (await rule_set_of(media.reflection.enrolment)).english_readers:
        return
    # It may have been handed in while it was written down.
    rank = (await Job.get(id=job.id)).rank
    wishes = {"model": job.arguments["model"]} if "model" in job.arguments else {}
    await jobs.enqueue(
        TRANSLATE,
        media.id,
        at=at,
        dedupe_key=f"{TRANSLATE}:{transcript.id}",
        rank=rank,
        length_seconds=media.duration_seconds or 0.0,
        transcript=str(transcript.id),
        language=spoken,
        **wishes,
    )


async def _put_into_draft(media: MediaItem, *, at: datetime) -> None:
    """The newest recording that turned out well is the draft's; an older one that was slow does not replace it."""
    if not await Reflection.exists(id=media.reflection_id, state__in=OPEN_REFLECTION_STATES):
        return
    draft = await Version.get_or_none(reflection_id=media.reflection_id, frozen_at__isnull=True).select_related(
        "recording"
    )
    if draft is None:
        return
    present = draft.recording
    if present and present.received_at and media.received_at and present.received_at > media.received_at:
        return
    await Version.filter(id=draft.id, frozen_at__isnull=True).update(
        recording_id=media.id, revision=draft.revision + 1, changed_at=at
    )
