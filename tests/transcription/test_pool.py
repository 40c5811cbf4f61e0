"""Warm children for several models: which one is used, which stays, how many there are."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from media.store import FolderStore
from models.actions import transcripts
from models.errors import Refused
from models.states import JobState
from models.tables import Job, MediaItem
from models.tables.jobs import TRANSCRIBE
from tests.factories import make_reflection, student_of
from tests.media.making import make_phone_webm
from tests.transcription.job_process import CHILD
from tests.webapp.server import until
from transcription import warm
from transcription.jobs import transcribe
from transcription.pool import WarmModels
from transcription.room import CHILD_BYTES, Room, room_here
from transcription.warm import EngineFailed, computed_by
from transcription.weights import ModelUnknown
from transcription.worker import Lane, Worker
from webapp.runtime import clock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripted child knows Unix only")

PLENTY = Room(cores=4, memory_bytes=None, lanes=2)


@pytest.fixture
def models_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("one", "two", "three"):
        (folder / f"{name}.pt").write_bytes(name.encode())
    return folder


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    file = tmp_path / "samples.s16"
    file.write_bytes(bytes(32_000))
    return file


@pytest.fixture
async def pool(models_folder: Path) -> AsyncIterator[WarmModels]:
    made = _pool(models_folder)
    yield made
    await made.close()


def _pool(models_folder: Path, room: Room = PLENTY) -> WarmModels:
    return WarmModels("one", models_folder=models_folder, room=room, command=CHILD)


async def _heard_by(pool: WarmModels, samples: Path, model: str = "") -> str:
    speech = await pool.transcribe(samples, model=model, language="en", on_progress=lambda _seconds: None)
    return speech.model


def _warm(pool: WarmModels) -> list[str]:
    return [member.weights.path.stem for member in pool._idle]


def _pids(pool: WarmModels) -> list[int]:
    members = (member.engine._child for member in (*pool._idle, *pool._busy))
    return [child.process.pid for child in members if child is not None]


async def test_a_model_is_used_from_the_next_job_on(pool: WarmModels, samples: Path) -> None:
    assert [await _heard_by(pool, samples, model) for model in ("", "two", "one")] == ["one", "two", "one"]


async def test_the_same_model_is_loaded_once(pool: WarmModels, samples: Path) -> None:
    await _heard_by(pool, samples)
    pids = _pids(pool)
    await _heard_by(pool, samples)

    assert _pids(pool) == pids


async def test_the_two_models_that_were_used_last_stay_warm(pool: WarmModels, samples: Path) -> None:
    for model in ("one", "two", "three"):
        await _heard_by(pool, samples, model)

    assert _warm(pool) == ["two", "three"]


async def test_one_model_stays_warm_where_memory_has_no_room_for_two(models_folder: Path, samples: Path) -> None:
    pool = _pool(models_folder, Room(cores=4, memory_bytes=CHILD_BYTES, lanes=1))
    for model in ("one", "two"):
        await _heard_by(pool, samples, model)

    assert _warm(pool) == ["two"]
    await pool.close()


async def test_two_jobs_have_two_children_where_there_is_room(pool: WarmModels, samples: Path) -> None:
    await asyncio.gather(_heard_by(pool, samples), _heard_by(pool, samples))

    assert len(_pids(pool)) == 2


async def test_the_second_job_waits_where_there_is_none(models_folder: Path, samples: Path) -> None:
    pool = _pool(models_folder, Room(cores=4, memory_bytes=CHILD_BYTES, lanes=2))

    assert await asyncio.gather(_heard_by(pool, samples), _heard_by(pool, samples, "two")) == ["one", "two"]
    assert len(_pids(pool)) == 1
    await pool.close()


async def test_another_file_in_the_place_of_a_model_is_another_model(
    pool: WarmModels, models_folder: Path, samples: Path
) -> None:
    await _heard_by(pool, samples)
    before = _pids(pool)
    (models_folder / "one.pt").write_bytes(b"trained again")
    await _heard_by(pool, samples)

    assert set(_pids(pool)).isdisjoint(before) or len(_pids(pool)) == 2


async def test_a_model_that_is_not_there_is_refused_and_found_as_soon_as_it_is(
    pool: WarmModels, models_folder: Path
) -> None:
    with pytest.raises(ModelUnknown):
        await pool.locate("late")
    (models_folder / "late.pt").write_bytes(b"weights")

    assert await pool.locate("late") == "late"


async def test_a_model_that_was_taken_away_is_missing(pool: WarmModels, models_folder: Path, samples: Path) -> None:
    await _heard_by(pool, samples)
    (models_folder / "one.pt").unlink()

    with pytest.raises(Refused):
        await pool.locate("")


async def test_a_frozen_child_is_noticed_killed_and_replaced(
    pool: WarmModels, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "QUIET_SECONDS", 0.5)
    await _heard_by(pool, samples)
    frozen = _pids(pool)[0]
    os.kill(frozen, signal.SIGSTOP)

    async with asyncio.timeout(10):
        with pytest.raises(EngineFailed, match="frozen"):
            await _heard_by(pool, samples)

    assert await _heard_by(pool, samples) == "one"
    assert frozen not in _pids(pool)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells what a process waits for")
def test_who_waits_for_a_processor_is_told_from_who_is_frozen() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        until(lambda: computed_by(busy.pid)[1])
        busy.send_signal(signal.SIGSTOP)
        until(lambda: not computed_by(busy.pid)[1])
        busy.kill()


async def test_a_child_without_memory_is_replaced(pool: WarmModels, models_folder: Path, samples: Path) -> None:
    (models_folder / "oom").touch()

    with pytest.raises(EngineFailed, match="MemoryError"):
        await _heard_by(pool, samples)

    assert _pids(pool) == []
    assert await _heard_by(pool, samples) == "one"


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_cancelling_ends_the_child_and_frees_its_place(pool: WarmModels, samples: Path) -> None:
    going = asyncio.ensure_future(_heard_by(pool, samples))
    await asyncio.sleep(0.3)
    pids = _pids(pool)
    going.cancel()
    await asyncio.wait([going])

    assert pool._busy == []
    # The system needs a moment to take a killed process away.
    await asyncio.to_thread(until, lambda: not _is_there(pids[0]))


def test_there_are_as_many_lanes_as_memory_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcription.room._free_bytes", lambda: 5 * CHILD_BYTES)

    assert [room_here(wanted).lanes for wanted in (1, 2, 8)] == [1, 2, 2]


def test_a_full_machine_still_writes_down_one_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcription.room._free_bytes", lambda: 0)

    assert room_here(4).lanes == 1


@pytest.mark.usefixtures("database")
async def test_a_transcript_that_is_stopped_is_gone_within_two_seconds_with_its_child_and_its_samples(
    pool: WarmModels, models_folder: Path, tmp_path: Path
) -> None:
    (models_folder / "slow").touch()
    reflection = await make_reflection(format_="podcast")
    media, student = await MediaItem.get(reflection_id=reflection.id), await student_of(reflection.enrolment)
    store, work_folder = FolderStore(tmp_path / "media"), tmp_path / "work"
    work_folder.mkdir()
    await store.put(media.playable_key, make_phone_webm(tmp_path / "playable.webm", video=None))
    handler = partial(transcribe, store=store, engine=pool, work_folder=work_folder, now=clock)
    running = asyncio.ensure_future(Worker([Lane(TRANSCRIBE, handler)], now=clock).run())
    async with asyncio.timeout(30):
        while not (pids := _pids(pool)):  # noqa: ASYNC110  The pool is asked.
            await asyncio.sleep(0.01)

    await transcripts.cancel(media, actor=student, at=clock())
    began = time.monotonic()
    async with asyncio.timeout(30):
        while not await Job.exists(kind=TRANSCRIBE, status=JobState.CANCELLED):  # noqa: ASYNC110  The row is asked.
            await asyncio.sleep(0.01)
    took = time.monotonic() - began
    running.cancel()
    await asyncio.wait([running])

    assert took < 5
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
    assert list(work_folder.iterdir()) == []
