"""The jobs that make something playable or readable, or a reason in words, of received files."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from media.documents import page_name, prepare_document
from media.photos import prepare_photo
from media.recordings import OTHER_FAMILY, convert_recording, prepare_recording
from media.sniffing import evidence_kind
from media.store import Store
from models.actions.processing import Prepared, alternate_impossible, alternate_ready, media_ready, media_refused
from models.errors import NotAllowed, Refused
from models.states import MediaState
from models.tables import Job, MediaItem
from models.tables.media import Purpose


async def prepare(
    job: Job,
    *,
    store: Store,
    work_folder: Path,
    now: Callable[[], datetime],
    on_progress: Callable[[float], None],
) -> None:
    """Do one `prepare` job. A refusal is a result, too; anything else that goes wrong is raised and tried again.

    `on_progress` gets the share that is done, 0 to 1.
    """
    media = await MediaItem.get(id=UUID(job.subject))
    # Keys hold the attempt, so that a late worker of an earlier one never writes over what is shown.
    place = f"{media.purpose.value}s/{media.id.hex}/{job.attempt}"
    with TemporaryDirectory(dir=work_folder, prefix="prepare-") as name:
        try:
            async with AsyncExitStack() as lent:
                sources = [await lent.enter_async_context(store.lend(key)) for key in originals(media)]
                source = sources[0]
                if media.purpose is Purpose.RECORDING:
                    prepared = await _recording(media, sources, Path(name), store, place, on_progress)
                elif media.purpose is Purpose.PHOTO:
                    prepared = await _photo(source, Path(name), store, place)
                else:
                    prepared = await _evidence(source, Path(name), store, place, on_progress)
        except Refused as refusal:
            await media_refused(job, refusal.code, refusal.arguments, at=now())
            return
    await media_ready(job, prepared, at=now())


async def convert(
    job: Job,
    *,
    store: Store,
    work_folder: Path,
    now: Callable[[], datetime],
    on_progress: Callable[[float], None],
) -> None:
    """Do one `convert` job: a second playable copy for browsers that do not play the first.

    A recording that cannot be converted stays as it is. `on_progress` gets the share that is done, 0 to 1.
    """
    media = await MediaItem.get(id=UUID(job.subject))
    content_type = OTHER_FAMILY.get(media.content_type)
    if media.state is not MediaState.READY or content_type is None:
        await alternate_impossible(job, "nothing_to_convert", at=now())
        return
    place = f"{media.purpose.value}s/{media.id.hex}/convert-{job.attempt}"
    with TemporaryDirectory(dir=work_folder, prefix="convert-") as name:
        try:
            async with store.lend(media.playable_key) as playable:
                made = await convert_recording(playable, content_type, Path(name), on_progress=on_progress)
        except Refused as refusal:
            await alternate_impossible(job, refusal.code, at=now())
            return
        key = await _put(store, place, made)
    await alternate_ready(job, key, content_type, at=now())


def originals(media: MediaItem) -> list[str]:
    """Name the files of which it is made, in order: those of a take's segments, or its own one."""
    if media.segments is None:
        return [media.original_key]
    return [f"originals/{UUID(segment['upload']).hex}" for segment in media.segments]


async def _recording(
    media: MediaItem,
    sources: Sequence[Path],
    folder: Path,
    store: Store,
    place: str,
    on_progress: Callable[[float], None],
) -> Prepared:
    recording = await prepare_recording(
        sources,
        folder,
        trim_start_seconds=media.trim_start_seconds,
        trim_end_seconds=media.trim_end_seconds,
        on_progress=on_progress,
    )
    return Prepared(
        kind=recording.kind,
        content_type=recording.content_type,
        playable_key=await _put(store, place, recording.playable),
        poster_key=await _put(store, place, recording.poster),
        waveform_key=await _put(store, place, recording.waveform),
        has_audio=recording.has_audio,
        peaks=recording.peaks,
        has_alternate=recording.content_type in OTHER_FAMILY,
        segments_lost=recording.segments_lost,
        duration_seconds=recording.duration_seconds,
        width=recording.width,
        height=recording.height,
    )


async def _photo(source: Path, folder: Path, store: Store, place: str) -> Prepared:
    photo = await prepare_photo(source, folder)
    return Prepared(
        kind="photo",
        content_type=photo.content_type,
        playable_key=await _put(store, place, photo.large),
        small_key=await _put(store, place, photo.small),
        width=photo.width,
        height=photo.height,
    )


async def _evidence(
    source: Path, folder: Path, store: Store, place: str, on_progress: Callable[[float], None]
) -> Prepared:
    if await asyncio.to_thread(evidence_kind, source) == "photo":
        return await _photo(source, folder, store, place)
    document = await prepare_document(source, folder, on_progress=on_progress)
    for page in document.pages:
        await _put(store, place, page)
    return Prepared(
        kind="document",
        content_type=document.content_type,
        playable_key=place,
        small_key=await _put(store, place, document.small),
        width=document.width,
        height=document.height,
        pages=len(document.pages),
    )


def page_key(media: MediaItem, number: int) -> str:
    """Name the picture of one page of a document in the store; raises NotAllowed where there is no such page."""
    if media.pages is None or not 1 <= number <= media.pages:
        raise NotAllowed
    return f"{media.playable_key}/{page_name(number)}"


async def _put(store: Store, place: str, file: Path | None) -> str:
    if file is None:
        return ""
    key = f"{place}/{file.name}"
    await store.put(key, file)
    return key
