"""The job that turns speech into a transcript."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from media.store import FolderStore
from models.actions import jobs
from models.states import JobState
from models.tables import Event, Job, MediaItem, Transcript
from tests.factories import NOW, make_reflection
from tests.media.making import make_phone_webm
from tests.transcription.scripted import ScriptedEngine
from transcription.jobs import transcribe
from transcription.pool import Transcriber
from transcription.speech import Speech
from transcription.warm import EngineFailed
from transcription.weights import ModelMissing
from transcription.worker import Lane, Worker

pytestmark = pytest.mark.usefixtures("database")


class _Failing(ScriptedEngine):
    """Its child dies the first time."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tries = 0

    async def transcribe(
        self, samples_path: Path, *, model: str = "", language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        self.tries += 1
        if self.tries == 1:
            raise EngineFailed("the child died")
        return await super().transcribe(samples_path, model=model, language=language, on_progress=on_progress)


class _Robbed(ScriptedEngine):
    """Its model is taken away while the sound is read."""

    async def transcribe(
        self, samples_path: Path, *, model: str = "", language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        raise ModelMissing(name="base")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_phone_webm(tmp_path_factory.mktemp("recording") / "playable.webm", video=None)


@pytest.fixture
async def media(recording: Path, tmp_path: Path) -> MediaItem:
    """A ready recording whose playable copy really is in the store and waits for its transcript."""
    reflection = await make_reflection(format_="podcast")
    item = await MediaItem.get(reflection_id=reflection.id)
    source = shutil.copyfile(recording, tmp_path / "copy.webm")
    await FolderStore(tmp_path / "media").put(item.playable_key, Path(source))
    return item


def _worker(engine: Transcriber, tmp_path: Path, at: datetime = NOW) -> Worker:
    (tmp_path / "work").mkdir(exist_ok=True)
    handler = partial(
        transcribe,
        store=FolderStore(tmp_path / "media"),
        engine=engine,
        work_folder=tmp_path / "work",
        now=lambda: at,
    )
    return Worker([Lane("transcribe", handler)], now=lambda: at)


async def test_what_was_said_is_stored_with_the_words_the_language_and_the_model(
    media: MediaItem, tmp_path: Path
) -> None:
    await _worker(ScriptedEngine("Good morning."), tmp_path).run_until_idle()

    transcript = await Transcript.get(media_id=media.id)
    speech = Speech.from_json(transcript.speech)
    assert (transcript.text, transcript.language) == ("Good morning.", "en")
    assert (transcript.engine, transcript.model, transcript.made_at) == ("scripted", "scripted", NOW)
    assert [word.text for word in speech.words] == ["Good", "morning."]
    assert speech.words[-1].end_seconds == pytest.approx(2.0, abs=0.2)


async def test_a_transcript_is_stored_exactly_once(media: MediaItem, tmp_path: Path) -> None:
    worker = _worker(ScriptedEngine("Good morning."), tmp_path)
    await worker.run_until_idle()
    await jobs.enqueue("transcribe", media.id, at=NOW)

    await worker.run_until_idle()

    assert await Transcript.all().count() == 1
    assert await Event.filter(move="transcribe").count() == 1


async def test_a_late_worker_of_an_earlier_try_stores_nothing(media: MediaItem, tmp_path: Path) -> None:
    zombie = await jobs.claim(["transcribe"], "zombie", at=NOW)
    assert zombie is not None
    after_the_lease = NOW + jobs.LEASE + timedelta(seconds=1)
    await _worker(ScriptedEngine("Good morning."), tmp_path, after_the_lease).run_until_idle()

    await transcribe(
        zombie,
        store=FolderStore(tmp_path / "media"),
        engine=ScriptedEngine("Too late."),
        work_folder=tmp_path / "work",
        now=lambda: after_the_lease,
        on_progress=lambda share: None,
    )

    assert await Transcript.all().values_list("text", flat=True) == ["Good morning."]


async def test_a_transcript_is_tried_again_after_the_engine_failed(media: MediaItem, tmp_path: Path) -> None:
    engine = _Failing("Good morning.")
    await _worker(engine, tmp_path).run_until_idle()
    failed = await Job.get(kind="transcribe")

    await _worker(engine, tmp_path, failed.run_at).run_until_idle()

    assert (failed.status, failed.error_code) == (JobState.QUEUED, "EngineFailed")
    assert await Transcript.all().values_list("text", flat=True) == ["Good morning."]
    assert (await Job.get(kind="transcribe")).status is JobState.DONE


async def test_a_transcript_whose_model_is_taken_away_meanwhile_waits_without_losing_a_try(
    media: MediaItem, tmp_path: Path
) -> None:
    await _worker(_Robbed(""), tmp_path).run_until_idle()

    job = await Job.get(kind="transcribe")
    assert (job.status, job.error_code, job.max_attempts - job.attempt) == (JobState.QUEUED, "model_missing", 5)


async def test_silence_is_a_transcript_without_words(media: MediaItem, tmp_path: Path) -> None:
    await _worker(ScriptedEngine(""), tmp_path).run_until_idle()

    transcript = await Transcript.get(media_id=media.id)
    assert (transcript.text, transcript.speech["segments"]) == ("", [])


async def test_the_samples_are_thrown_away(media: MediaItem, tmp_path: Path) -> None:
    await _worker(ScriptedEngine("Good morning."), tmp_path).run_until_idle()

    assert list((tmp_path / "work").iterdir()) == []


async def test_the_job_tells_how_far_it_is(media: MediaItem, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    job = await jobs.claim(["transcribe"], "worker", at=NOW)
    assert job is not None
    shares: list[float] = []

    await transcribe(
        job,
        store=FolderStore(tmp_path / "media"),
        engine=ScriptedEngine("Good morning."),
        work_folder=tmp_path / "work",
        now=lambda: NOW,
        on_progress=shares.append,
    )

    assert (shares[0], shares[-1]) == (0.0, pytest.approx(1.0, abs=0.05))
