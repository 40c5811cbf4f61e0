"""The job that turns what was said in a recording into a transcript."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from media.recordings import extract_speech
from media.store import Store
from models.actions.processing import transcript_made
from models.queries.media import declared_language
from models.tables import Job, MediaItem
from transcription.warm import Transcriber


async def transcribe(
    job: Job,
    *,
    store: Store,
    engine: Transcriber,
    work_folder: Path,
    now: Callable[[], datetime],
    on_progress: Callable[[float], None],
) -> None:
    """Do one `transcribe` job; whatever goes wrong is raised and tried again.

    `on_progress` gets the share that is done, 0 to 1.
    """
    media = await MediaItem.get(id=UUID(job.subject))
    length = media.duration_seconds or 0.0
    with TemporaryDirectory(dir=work_folder, prefix="speech-") as name:
        samples = Path(name) / "samples.s16"
        async with store.lend(media.playable_key) as source:
            length = await extract_speech(source, samples) or length
        speech = await engine.transcribe(
            samples,
            language=await declared_language(media),
            on_progress=lambda seconds: on_progress(seconds / length if length else 0.0),
        )
    await transcript_made(
        job,
        speech=speech.to_json(),
        text=speech.text,
        language=speech.language,
        engine=speech.engine,
        model=speech.model,
        at=now(),
    )
