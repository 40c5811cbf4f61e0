"""The jobs with real models: another one from one job to the next, and nothing left of a killed application."""

import os
import subprocess
import sys
import time
import wave
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from media.store import FolderStore
from models.actions import speech_models, transcripts
from models.tables import Job, MediaItem, Transcript
from models.tables.jobs import TRANSCRIBE
from tests.factories import make_reflection, make_staff, programme_of
from transcription.jobs import transcribe
from transcription.pool import WarmModels
from transcription.room import Room
from transcription.worker import Lane, Worker
from webapp.runtime import clock

pytestmark = pytest.mark.weights

_ROOT = Path(__file__).resolve().parents[2]
_PARENT = """
import asyncio, sys
from pathlib import Path
from transcription.pool import WarmModels
from transcription.room import Room

async def main():
    folder, samples = Path(sys.argv[1]), Path(sys.argv[2])
    pool = WarmModels("tiny.en", models_folder=folder, room=Room(2, None, 1))
    def tell(_seconds):
        print(pool._busy[0].engine._child.process.pid, flush=True)
    while True:
        await pool.transcribe(samples, model="", language="en", on_progress=tell)

asyncio.run(main())
"""


async def test_the_model_that_staff_choose_makes_the_next_transcript(
    database: Path, models_folder: Path, tmp_path: Path, read_speech: Callable[[str], NDArray[np.int16]]
) -> None:
    reflection = await make_reflection(format_="podcast")
    media, staff = (
        await MediaItem.get(reflection_id=reflection.id),
        await make_staff(await programme_of(reflection.enrolment)),
    )
    store = FolderStore(tmp_path / "media")
    await store.put(media.playable_key, _wav(tmp_path / "jfk.wav", read_speech("jfk.flac")))
    engine = WarmModels("base", models_folder=models_folder, room=Room(2, None, 1))
    handler = partial(transcribe, store=store, engine=engine, work_folder=tmp_path, now=clock)
    worker = Worker([Lane(TRANSCRIBE, handler)], now=clock)

    await worker.run_until_idle()
    await speech_models.choose("en", "tiny.en", models=["base", "tiny.en"], actor=staff, at=clock())
    await transcripts.write_down_anew(media, model="", language="", models=[], actor=staff, at=clock())
    await worker.run_until_idle()
    await engine.close()

    made = await Transcript.filter(media_id=media.id).order_by("made_at")
    assert [one.model for one in made] == ["base", "tiny.en"]
    assert ["your country" in one.text for one in made] == [True, True]
    assert [job.model for job in await Job.filter(kind=TRANSCRIBE).order_by("created_at")] == ["base", "tiny.en"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the child ends when it reads the end of its input")
def test_the_child_ends_with_a_killed_application(
    tiny_model: Path, tmp_path: Path, read_speech: Callable[[str], NDArray[np.int16]]
) -> None:
    samples = tmp_path / "long.s16"
    samples.write_bytes(np.tile(read_speech("jfk.flac"), 20).astype("<i2").tobytes())
    command = [sys.executable, "-c", _PARENT, str(tiny_model.parent), str(samples)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()

    deadline = time.monotonic() + 5
    while _runs(child):
        assert time.monotonic() < deadline, "the child outlived its application"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False


def _wav(path: Path, samples: NDArray[np.int16]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return path
