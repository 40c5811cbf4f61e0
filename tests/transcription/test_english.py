"""What the machine says in English of a recording: the job, the models that can, how it is read."""

import importlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from media.store import FolderStore
from models.actions import jobs, speech_models
from models.states import JobState
from models.tables import Event, Job, MediaItem, Transcript, Translation
from models.tables.jobs import TRANSCRIBE, TRANSLATE
from tests.factories import (
    NOW,
    edition,
    make_enrolment,
    make_reflection,
    make_staff,
    make_transcript,
    make_translation,
    pin,
    programme_of,
    student_of,
)
from tests.media.making import make_phone_webm
from tests.transcription.scripted import ScriptedEngine
from tests.transcription.test_recording import Listener
from transcription import weights
from transcription.english import ModelCannotTranslate, check_translates, marked_webvtt, read_in_english
from transcription.jobs import transcribe, translate
from transcription.reading import read
from transcription.recording import transcribe_recording
from transcription.speech import Segment, Speech, Word
from transcription.warm import EngineFailed, WarmEngine
from transcription.worker import Lane, Worker


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_phone_webm(tmp_path_factory.mktemp("recording") / "playable.webm", video=None)


@pytest.fixture
async def media(recording: Path, tmp_path: Path, database: object) -> MediaItem:
    """A ready recording in Swedish whose playable copy is in the store, where some read English only."""
    enrolment = await make_enrolment()
    await pin(enrolment, edition("english-readers", english_readers=True))
    reflection = await make_reflection(enrolment, format_="podcast")
    await reflection.versions.all().update(language="sv")
    item = await MediaItem.get(reflection_id=reflection.id)
    source = shutil.copyfile(recording, tmp_path / "copy.webm")
    await FolderStore(tmp_path / "media").put(item.playable_key, Path(source))
    return item


def _worker(tmp_path: Path, engine: ScriptedEngine | None = None) -> Worker:
    (tmp_path / "work").mkdir(exist_ok=True)
    common = {
        "store": FolderStore(tmp_path / "media"),
        "engine": engine or ScriptedEngine("Hej hej"),
        "work_folder": tmp_path / "work",
        "now": lambda: NOW,
    }
    lanes = [Lane(TRANSLATE, partial(translate, **common), gives_way=True)]
    return Worker([*lanes, Lane(TRANSCRIBE, partial(transcribe, **common))], now=lambda: NOW)


async def test_the_transcript_comes_first_and_the_translation_beside_it(media: MediaItem, tmp_path: Path) -> None:
    await _worker(tmp_path).run_until_idle()

    transcript, translation = await Transcript.get(), await Translation.get()
    said = Speech.from_json(translation.speech)
    assert (transcript.text, transcript.language) == ("Hej hej", "sv")
    assert (translation.text, said.language, translation.transcript_id) == (
        "He says Hej He says hej",
        "en",
        transcript.id,
    )
    assert await Event.all().order_by("id").values_list("move", flat=True) == [
        *await Event.exclude(move__in=("transcribe", "translate")).order_by("id").values_list("move", flat=True),
        "transcribe",
        "translate",
    ]


async def test_while_a_transcript_waits_no_translation_begins(media: MediaItem, tmp_path: Path) -> None:
    worker = _worker(tmp_path)
    await worker.run_until_idle()
    await Translation.all().delete()
    await Job.filter(kind=TRANSLATE).update(status=JobState.QUEUED)
    await jobs.enqueue(TRANSCRIBE, media.id, at=NOW, dedupe_key="another")

    assert not await worker.do_next(worker.lanes[0])
    assert await Translation.all().count() == 0


async def test_a_translation_is_stored_exactly_once(media: MediaItem, tmp_path: Path) -> None:
    worker = _worker(tmp_path)
    await worker.run_until_idle()

    await worker.run_until_idle()

    assert (await Translation.all().count(), await Job.filter(kind=TRANSLATE).count()) == (1, 1)
    assert list((tmp_path / "work").iterdir()) == []


async def test_the_model_that_staff_chose_for_the_language_translates(media: MediaItem, tmp_path: Path) -> None:
    reflection = await media.reflection.select_related("enrolment")  # type: ignore[union-attr]
    staff = await make_staff(await programme_of(reflection.enrolment))
    await speech_models.choose("sv", "small", models=["small"], actor=staff, at=NOW)

    await _worker(tmp_path).run_until_idle()

    assert (await Translation.get()).model == "small"
    assert [job.model for job in await Job.filter(kind=TRANSLATE)] == ["small"]


async def test_a_model_that_cannot_translate_is_said_to_staff_and_waited_for(media: MediaItem, tmp_path: Path) -> None:
    await make_transcript(media, "Hej.", language="sv")
    await Job.filter(kind=TRANSLATE).update(arguments=(await Job.get(kind=TRANSLATE)).arguments | {"model": "tiny.en"})

    await _worker(tmp_path).run_until_idle()

    job = await Job.get(kind=TRANSLATE)
    assert (job.status, job.error_code) == (JobState.QUEUED, "model_cannot_translate")
    assert job.error_detail.startswith("The speech model tiny.en cannot translate into English.")
    assert await Translation.all().count() == 0


@pytest.mark.parametrize("name", ["tiny.en", "medium.en", "turbo", "large-v3-turbo"])
def test_some_models_cannot_translate(name: str) -> None:
    with pytest.raises(ModelCannotTranslate):
        check_translates(name)


@pytest.mark.parametrize("name", ["base", "large-v3", "kb-whisper-small"])
def test_the_others_can(name: str) -> None:
    check_translates(name)


async def test_a_translation_is_read_sentence_by_sentence_with_its_times(media: MediaItem) -> None:
    transcript = await make_transcript(media, "Hej.", language="sv")
    await make_translation(transcript, "We met people.", "They were kind.")
    reflection = await media.reflection.select_related("enrolment")  # type: ignore[union-attr]
    student = await student_of(reflection.enrolment)
    reading = await read(media.id, actor=student)
    assert reading is not None

    english = await read_in_english(reading, actor=student)

    assert english is not None
    assert [(one.text, one.start_seconds) for one in english.sentences] == [
        ("We met people.", 0.0),
        ("They were kind.", 3.0),
    ]
    captions = marked_webvtt(english, "Machine translation, not checked")
    assert captions.startswith("WEBVTT\n\nNOTE Machine translation, not checked\n\n00:00:00.000 --> ")
    assert "They were kind." in captions


async def test_an_empty_translation_is_none(media: MediaItem) -> None:
    transcript = await make_transcript(media, "Hej.", language="sv")
    await make_translation(transcript)
    reflection = await media.reflection.select_related("enrolment")  # type: ignore[union-attr]
    student = await student_of(reflection.enrolment)
    reading = await read(media.id, actor=student)
    assert reading is not None

    assert await read_in_english(reading, actor=student) is None


def test_an_engine_is_told_to_translate(read_speech: Callable[[str], NDArray[np.int16]]) -> None:
    engine = Listener()

    for into_english in (False, True):
        transcribe_recording(
            engine, read_speech("jfk.flac"), language="sv", on_progress=lambda _: None, into_english=into_english
        )

    assert engine.translated == [False, True]


@pytest.mark.weights
def test_a_sentence_of_a_translation_stays_whole() -> None:
    engine: Any = importlib.import_module("transcription.engines.openai_whisper")
    sentences = importlib.import_module("transcription.engines.sentences")
    tokenizer = SimpleNamespace(eot=50, decode=lambda tokens: " " + " ".join(f"w{token}" for token in tokens))
    heard = SimpleNamespace(
        tokens=(60, 1, 2, 70, 70, 3, 80), confidences=(1.0, 0.5, 0.7, 1.0, 1.0, 0.9, 1.0), no_speech_probability=0.1
    )
    parts = [sentences.Sentence(1, 3, 0.2, 1.0), sentences.Sentence(5, 6, 1.0, 2.0)]

    found = list(engine._whole_sentences(parts, heard, tokenizer, 10.0))

    assert found == [
        Segment(10.2, 11.0, "w1 w2", (Word("w1 w2", 10.2, 11.0, 0.6),), 0.1),
        Segment(11.0, 12.0, "w3", (Word("w3", 11.0, 12.0, 0.9),), 0.1),
    ]


@pytest.mark.weights
async def test_real_swedish_becomes_english(
    read_speech: Callable[[str], NDArray[np.int16]],
    write_samples: Callable[[NDArray[np.int16]], Path],
    models_folder: Path,
) -> None:
    samples = read_speech("sv_nst.flac")
    engine = WarmEngine(weights.find("base", models_folder=models_folder), "base")

    speech = await engine.transcribe(
        write_samples(samples), language="sv", on_progress=lambda _: None, into_english=True
    )
    await engine.close()

    said = speech.text.lower().replace(",", "")
    assert ("1 2 3 4 5 6 7 8" in said, "have you seen" in said) == (True, True)
    times = [time for one in speech.words for time in (one.start_seconds, one.end_seconds)]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= len(samples) / 16_000 + 0.1


@pytest.mark.weights
@pytest.mark.asyncio(loop_scope="session")
async def test_a_model_that_knows_english_only_refuses(
    tiny: WarmEngine,
    read_speech: Callable[[str], NDArray[np.int16]],
    write_samples: Callable[[NDArray[np.int16]], Path],
) -> None:
    with pytest.raises(EngineFailed, match=r"tiny\.en knows English only"):
        await tiny.transcribe(
            write_samples(read_speech("jfk.flac")), language="sv", on_progress=lambda _: None, into_english=True
        )
