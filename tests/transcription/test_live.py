"""Recordings are heard while they are made, and what was heard becomes the transcript."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from numpy.typing import NDArray

from media.preparing import prepare
from media.recordings import extract_speech
from media.store import FolderStore
from media.uploads import Uploads
from models.actions import jobs
from models.actions.takes import TakeSegment
from models.states import JobRank, UploadState
from models.tables import MediaItem, Reflection, Transcript, Upload, Version
from models.tables.jobs import PREPARE, TRANSCRIBE
from tests.factories import NOW, make_reflection, make_segment, student_of, use_take
from tests.journeys.speech import SHARED
from tests.media.making import make_phone_webm, make_spoken_webm
from tests.transcription.scripted import ScriptedEngine
from transcription import live
from transcription.heard import FOLDER, Heard, begun_of, kept
from transcription.jobs import transcribe
from transcription.live import LiveHearing
from transcription.pool import Transcriber, WarmModels
from transcription.room import Room
from transcription.speech import Speech
from transcription.worker import Lane, Worker

pytestmark = pytest.mark.usefixtures("database")

ReadSpeech = Callable[[str], NDArray[np.int16]]
SECONDS = 35.0
SLICES = 7


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """35 seconds: four segments of the scripted engine, three of them before the end."""
    path = tmp_path_factory.mktemp("recording") / "phone.webm"
    return make_phone_webm(path, seconds=SECONDS, video=None).read_bytes()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(live, "REST_FOR_EACH_SECOND", 0.0)


class _Room:
    """A student's phone, and the machine that hears what comes from it."""

    def __init__(self, folder: Path, engine: Transcriber, reflection: Reflection, slices: int = SLICES) -> None:
        self.slices = slices
        self.work = folder / "work"
        self.work.mkdir(parents=True)
        self.store = FolderStore(folder / "media")
        self.engine = engine
        self.reflection = reflection
        self.uploads = Uploads(folder / "incoming", self.store, person_limit_bytes=5_000_000)
        self.hearing = LiveHearing(engine=engine, uploads=self.uploads, work_folder=self.work, now=lambda: NOW)

    async def record(self, content: bytes, *, take_id: UUID, number: int = 0, share: float = 1.0) -> Upload:
        """Send slices of a segment as the phone does, and let the machine listen after each; a part is left open."""
        upload = await make_segment(self.reflection, take_id, number, UploadState.RECEIVING, size_bytes=None)
        return await self.send(upload, content, share=share)

    async def send(self, upload: Upload, content: bytes, *, share: float = 1.0) -> Upload:
        whole = round(len(content) * share)
        step = -(-len(content) // self.slices)
        for start in range(upload.offset_bytes, whole, step):
            end = min(whole, start + step)
            size = len(content) if end == len(content) else None
            await self.uploads.append(
                upload.id,
                start,
                _once(content[start:end]),
                size_bytes=size,
                actor=await student_of(self.reflection.enrolment),
                at=NOW,
            )
            await self.listen()
        return await Upload.get(id=upload.id)

    async def listen(self) -> None:
        while await self.hearing.step():
            pass

    async def heard(self, upload: Upload) -> Heard | None:
        return await asyncio.to_thread(kept, self.work / FOLDER, upload.id, begun_of(upload))

    async def use(self, *uploads: Upload, trim: tuple[float | None, float | None] = (None, None)) -> MediaItem:
        assert uploads[0].take_id is not None
        listed = [TakeSegment(one.id, one.offset_bytes, one.sha256) for one in uploads]
        return await use_take(self.reflection, uploads[0].take_id, *listed, trim=trim)

    async def work_off(self) -> None:
        common = {"store": self.store, "work_folder": self.work, "now": lambda: NOW}
        handler = partial(transcribe, engine=self.engine, live=self.hearing, **common)
        lanes = [Lane(PREPARE, partial(prepare, **common)), Lane(TRANSCRIBE, handler)]
        await Worker(lanes, now=lambda: NOW).run_until_idle()

    def left(self) -> list[Path]:
        return [path for path in self.work.rglob("*") if path.is_file()]


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


class _Counting(ScriptedEngine):
    """Counts the recordings that it had to hear as a whole."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.wholes = 0

    async def transcribe(
        self, samples_path: Path, *, model: str = "", language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        self.wholes += 1
        return await super().transcribe(samples_path, model=model, language=language, on_progress=on_progress)


@pytest.fixture
def engine() -> _Counting:
    return _Counting("One two three four")


@pytest.fixture
async def room(tmp_path: Path, engine: _Counting) -> _Room:
    return _Room(tmp_path, engine, await make_reflection())


async def test_words_are_there_while_the_recording_goes_on(room: _Room, recording: bytes) -> None:
    upload = await room.record(recording, take_id=uuid4(), share=0.8)

    heard = await room.heard(upload)
    assert upload.state is UploadState.RECEIVING
    assert heard is not None
    # The third is what is heard for now.
    assert (heard.speech.text, heard.is_all, heard.language) == ("One two three", False, "en")
    assert 20 < heard.seconds < 29


async def test_no_sound_is_given_to_the_engine_twice(room: _Room, engine: _Counting, recording: bytes) -> None:
    await room.record(recording, take_id=uuid4())

    counts = [count for count, _begin, _end in engine.asked]
    assert counts == sorted(set(counts))
    assert [begin for _count, begin, _end in engine.asked] == [True] + [False] * (len(counts) - 1)


async def test_all_is_heard_when_the_recording_stops_before_anybody_decides(room: _Room, recording: bytes) -> None:
    upload = await room.record(recording, take_id=uuid4())

    heard = await room.heard(upload)
    assert heard is not None
    assert (heard.speech.text, heard.is_all) == ("One two three four", True)
    assert heard.seconds == pytest.approx(SECONDS, abs=0.1)
    assert not await MediaItem.exists(id=upload.take_id)
    assert [path.suffix for path in room.left()] == [".json"]


async def test_the_transcript_is_what_was_heard(room: _Room, engine: _Counting, recording: bytes) -> None:
    upload = await room.record(recording, take_id=uuid4())
    media = await room.use(upload)

    await room.work_off()

    transcript = await Transcript.get(media_id=media.id)
    assert (transcript.text, transcript.engine, transcript.model) == ("One two three four", "scripted", "scripted")
    assert engine.wholes == 0


async def test_what_is_missing_when_it_is_used_is_heard_then(
    room: _Room, engine: _Counting, recording: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await room.record(recording, take_id=uuid4(), share=0.8)
    monkeypatch.setattr(room, "listen", partial(asyncio.sleep, 0))
    upload = await room.send(upload, recording)
    media = await room.use(upload)

    await room.work_off()

    assert (await Transcript.get(media_id=media.id)).text == "One two three four"
    assert engine.wholes == 0


async def test_two_segments_are_one_transcript(room: _Room, engine: _Counting, recording: bytes) -> None:
    take = uuid4()
    media = await room.use(
        await room.record(recording, take_id=take), await room.record(recording, take_id=take, number=1)
    )

    await room.work_off()

    speech = Speech.from_json((await Transcript.get(media_id=media.id)).speech)
    assert speech.text == "One two three four One two three four"
    assert speech.words[4].start_seconds == pytest.approx(SECONDS, abs=0.1)
    assert engine.wholes == 0


async def test_what_is_cut_off_is_not_in_the_transcript(room: _Room, engine: _Counting, recording: bytes) -> None:
    media = await room.use(await room.record(recording, take_id=uuid4()), trim=(10.0, 30.0))

    await room.work_off()

    speech = Speech.from_json((await Transcript.get(media_id=media.id)).speech)
    assert [(word.text, word.start_seconds) for word in speech.words] == [("two", 0.0), ("three", 10.0)]
    assert engine.wholes == 0


async def test_another_language_is_heard_from_the_whole(room: _Room, engine: _Counting, recording: bytes) -> None:
    upload = await room.record(recording, take_id=uuid4())
    await Version.filter(reflection_id=room.reflection.id).update(language="sv")
    media = await room.use(upload)

    await room.work_off()

    assert (await Transcript.get(media_id=media.id)).language == "sv"
    assert engine.wholes == 1


async def test_a_recording_that_nobody_listened_to_is_heard_from_the_whole(
    room: _Room, engine: _Counting, recording: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "listen", partial(asyncio.sleep, 0))
    media = await room.use(await room.record(recording, take_id=uuid4()))

    await room.work_off()

    assert await Transcript.filter(media_id=media.id).count() == 1
    assert (engine.wholes, engine.asked) == (1, [])


async def test_nothing_is_left_of_what_was_heard_once_there_is_a_transcript(room: _Room, recording: bytes) -> None:
    await room.use(await room.record(recording, take_id=uuid4()))
    await room.work_off()

    await room.listen()

    assert room.left() == []


@pytest.mark.parametrize("share", [0.8, 1.0])
async def test_what_was_heard_goes_with_a_recording_that_is_discarded(
    room: _Room, recording: bytes, share: float
) -> None:
    upload = await room.record(recording, take_id=uuid4(), share=share)
    assert room.left() != []

    await room.uploads.abandon(upload.id, actor=await student_of(room.reflection.enrolment), at=NOW)
    await room.listen()

    assert room.left() == []


async def test_what_expires_is_forgotten(room: _Room, recording: bytes) -> None:
    await room.record(recording, take_id=uuid4())

    await room.uploads.sweep(at=NOW + timedelta(days=14, seconds=1))
    await room.listen()

    assert room.left() == []


async def test_after_a_crash_of_the_engine_it_begins_anew(room: _Room, engine: _Counting, recording: bytes) -> None:
    upload = await room.record(recording, take_id=uuid4(), share=0.8)
    engine.crash()

    upload = await room.send(upload, recording)

    heard = await room.heard(upload)
    assert heard is not None
    assert (heard.speech.text, heard.is_all) == ("One two three four", True)


async def test_a_recording_that_is_sent_again_otherwise_is_heard_anew(
    room: _Room, engine: _Counting, recording: bytes, tmp_path: Path
) -> None:
    upload = await room.record(recording, take_id=uuid4(), share=0.8)
    other = make_spoken_webm(tmp_path / "other.webm", np.arange(15 * 16_000, dtype=np.int16) % 99 * 99).read_bytes()
    await Upload.filter(id=upload.id).update(offset_bytes=0)

    upload = await room.send(await Upload.get(id=upload.id), other)

    heard = await room.heard(upload)
    assert heard is not None
    assert (heard.speech.text, heard.is_all) == ("One two", True)


async def test_who_has_stopped_comes_before_who_still_speaks(
    room: _Room, engine: _Counting, recording: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen = room.listen
    monkeypatch.setattr(room, "listen", partial(asyncio.sleep, 0))
    await room.record(recording, take_id=uuid4(), share=0.8)
    await room.record(recording, take_id=uuid4())

    await listen()

    assert [end for _count, _begin, end in engine.asked] == [True, False]


async def test_who_speaks_is_looked_at_less_often_while_what_was_handed_in_waits(
    room: _Room, recording: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await jobs.enqueue(TRANSCRIBE, uuid4(), at=NOW, rank=JobRank.HANDED_IN)

    upload = await room.record(recording, take_id=uuid4(), share=0.8)

    heard = await room.heard(upload)
    # Only its first slice was looked at.
    assert heard is not None
    assert heard.seconds < SECONDS / SLICES


# Whisper's normaliser leaves a file open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.weights
async def test_real_speech_comes_out_as_from_the_whole_file(
    tmp_path: Path, models_folder: Path, read_speech: ReadSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is only heard for now costs time and changes nothing.
    monkeypatch.setattr(live, "LONGEST_LOOK_SECONDS", 0.0)
    pool = WarmModels("base", models_folder=models_folder, room=Room(2, None, 1))
    live_words, whole_words, wanted = list[str](), list[str](), list[str]()
    for name in ("nonnative_200s", "fleurs_en", "librivox_short"):
        samples = read_speech(f"{name}.flac")
        room = _Room(tmp_path / name, pool, await make_reflection(), slices=len(samples) // (10 * 16_000))
        upload = await room.record(make_spoken_webm(tmp_path / f"{name}.webm", samples).read_bytes(), take_id=uuid4())
        heard = await room.heard(upload)
        media = await room.use(upload)
        await room.work_off()
        made = await Transcript.get(media_id=media.id)
        async with room.store.lend((await MediaItem.get(id=media.id)).playable_key) as playable:
            await extract_speech(playable, tmp_path / "whole.s16")
        whole = await pool.transcribe(tmp_path / "whole.s16", model="", language="en", on_progress=lambda _done: None)

        assert heard is not None
        assert (heard.is_all, heard.speech.text) == (True, made.text)
        live_words += _normal(made.text)
        whole_words += _normal(whole.text)
        wanted += _normal((SHARED / f"{name}.txt").read_text("utf-8"))
    await pool.close()

    assert abs(_error_rate(live_words, wanted) - _error_rate(whole_words, wanted)) <= 0.01


def _normal(text: str) -> list[str]:
    from whisper.normalizers import EnglishTextNormalizer  # noqa: PLC0415  Others do without torch, which it loads.

    words: list[str] = EnglishTextNormalizer()(text).split()
    return words


def _error_rate(heard: list[str], wanted: list[str]) -> float:
    row = list(range(len(wanted) + 1))
    for number, word in enumerate(heard, 1):
        above, row = row, [number]
        for place, other in enumerate(wanted, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (word != other)))
    return row[-1] / len(wanted)
