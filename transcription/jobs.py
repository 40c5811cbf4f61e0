"""The jobs that turn what was said in a recording into a transcript, and into English."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from uuid import UUID

from media.recordings import extract_speech
from media.store import Store
from models.actions import jobs
from models.actions.processing import transcript_made, translation_made
from models.queries.jobs import speech_model_for
from models.queries.media import declared_language
from models.tables import Job, MediaItem
from transcription.english import ENGLISH, ModelCannotTranslate, check_translates
from transcription.live import LiveHearing
from transcription.pool import Transcriber
from transcription.speech import Speech
from transcription.weights import ModelDamaged, ModelMissing, ModelUnknown
from transcription.worker import NotNow

_MODEL_WANTING = (ModelMissing, ModelUnknown, ModelDamaged)
"""It may also be taken away while the sound is read."""


async def transcribe(
    job: Job,
    *,
    store: Store,
    engine: Transcriber,
    work_folder: Path,
    now: Callable[[], datetime],
    on_progress: Callable[[float], None],
    live: LiveHearing | None = None,
) -> None:
    """Do one `transcribe` job; whatever goes wrong is raised and tried again, and NotNow without the model's file.

    The job's own wishes come first, then the declared language and the model that staff chose for it. What was heard
    `live`, while it was recorded, is not heard again.
    `on_progress` gets the share that is done, 0 to 1.
    """
    media = await MediaItem.get(id=UUID(job.subject))
    language = job.arguments.get("language") or await declared_language(media)
    model = job.arguments.get("model") or await speech_model_for(language)
    try:
        name = await engine.locate(model)
        await jobs.note_model(job, name)
        speech = await live.speech_of(media, language=language, name=name) if live is not None else None
        if speech is None:
            speech = await _heard(engine.transcribe, media, store, work_folder, model, language, on_progress)
    except _MODEL_WANTING as refusal:
        raise NotNow(refusal.code, str(refusal)) from None
    await transcript_made(
        job,
        speech=speech.to_json(),
        text=speech.text,
        language=speech.language,
        engine=speech.engine,
        model=speech.model,
        at=now(),
        declared=language,
    )


async def translate(
    job: Job,
    *,
    store: Store,
    engine: Transcriber,
    work_folder: Path,
    now: Callable[[], datetime],
    on_progress: Callable[[float], None],
) -> None:
    """Do one `translate` job as `transcribe` does its own; NotNow also where the model for the language cannot.

    It is made from the sound, so what was put right in the transcript has no part in it.
    """
    media = await MediaItem.get(id=UUID(job.subject))
    language = job.arguments["language"]
    model = job.arguments.get("model") or await speech_model_for(language)
    try:
        name = await engine.locate(model)
        check_translates(name)
        await jobs.note_model(job, name)
        speech = await _heard(engine.translate, media, store, work_folder, model, language, on_progress)
    except (*_MODEL_WANTING, ModelCannotTranslate) as refusal:
        raise NotNow(refusal.code, str(refusal)) from None
    await translation_made(
        job,
        speech=replace(speech, language=ENGLISH).to_json(),
        text=speech.text,
        engine=speech.engine,
        model=speech.model,
        at=now(),
    )


class _Hear(Protocol):
    """The transcribing or the translating of a Transcriber."""

    def __call__(
        self, samples_path: Path, *, model: str, language: str | None, on_progress: Callable[[float], None]
    ) -> Awaitable[Speech]:
        """See `Transcriber`."""


async def _heard(
    hear: _Hear,
    media: MediaItem,
    store: Store,
    work_folder: Path,
    model: str,
    language: str | None,
    on_progress: Callable[[float], None],
) -> Speech:
    length = media.duration_seconds or 0.0
    with TemporaryDirectory(dir=work_folder, prefix="speech-") as name:
        samples = Path(name) / "samples.s16"
        async with store.lend(media.playable_key) as source:
            length = await extract_speech(source, samples) or length
        return await hear(
            samples,
            model=model,
            language=language,
            on_progress=lambda seconds: on_progress(seconds / length if length else 0.0),
        )
