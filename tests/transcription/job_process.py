"""`python -m tests.transcription.job_process FOLDER application|worker`: the real worker over a database.

The application holds the data folder, as `cim serve` does; a worker beside it only shares its database and files, so
that leases and fences are needed. Waits are shorter than in the product, and the speech model is a scripted child.
"""

import asyncio
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from media.store import FolderStore
from media.uploads import Uploads
from models import database
from models.actions import jobs
from models.settings import Settings
from models.tables.jobs import TRANSCRIBE
from transcription import warm
from transcription import worker as working_module
from transcription.jobs import transcribe
from transcription.pool import WarmModels
from transcription.room import Room
from transcription.worker import Lane, Worker
from webapp.application import opened, working
from webapp.runtime import Runtime, clock

LEASE_SECONDS = 2.0
QUIET_SECONDS = 1.5
MODEL = "scripted"
CHILD = (sys.executable, "-P", str(Path(__file__).with_name("scripted_child.py")))


def main() -> None:
    folder, role = Path(sys.argv[1]), sys.argv[2]
    jobs.LEASE = timedelta(seconds=LEASE_SECONDS)
    jobs.FIRST_WAIT = timedelta(seconds=0.5)
    warm.QUIET_SECONDS = QUIET_SECONDS
    working_module.POLL_SECONDS = 0.1
    working_module.BEAT_SECONDS = 0.2
    working_module.LOOK_FOR_SILENT_SECONDS = 0.5
    working_module.WAIT_WHEN_IMPOSSIBLE = timedelta(seconds=0.5)
    asyncio.run((_application if role == "application" else _worker)(folder))


async def _application(folder: Path) -> None:
    settings = Settings(data_folder=folder, speech_model=MODEL, transcribers=2)
    store = FolderStore(settings.media_folder)
    uploads = Uploads(settings.data_folder / "uploads", store, person_limit_bytes=settings.person_limit_bytes)
    runtime = Runtime(settings, store, uploads)
    async with opened(runtime), working(runtime, _engine(folder)) as worker:
        await worker.run()


async def _worker(folder: Path) -> None:
    work_folder = folder / "work of another worker"
    work_folder.mkdir(exist_ok=True)
    store, engine = FolderStore(folder / "media"), _engine(folder)
    handler = partial(transcribe, store=store, engine=engine, work_folder=work_folder, now=clock)
    async with database.opened(folder / "cim.sqlite3"):
        await Worker([Lane(TRANSCRIBE, handler, width=2)], now=clock).run()


def _engine(folder: Path) -> WarmModels:
    return WarmModels(MODEL, models_folder=folder / "models", room=Room(4, None, 2), command=CHILD)


if __name__ == "__main__":
    main()
