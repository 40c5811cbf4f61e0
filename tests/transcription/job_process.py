"""`python -m tests.transcription.job_process FOLDER ROLE DATABASE`: the real worker over a database.

On SQLite the role is `application` or `worker`. The application holds the data folder, as `cim serve` does; a worker
beside it only shares its database and files, so that leases and fences are needed. On PostgreSQL jobs are delivered, as
they are to `cim worker`. Waits are shorter than in the product, and the speech model is a scripted child.
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
from tests.databases import where
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
    folder, role, database_ = Path(sys.argv[1]), sys.argv[2], where(sys.argv[3])
    jobs.LEASE = timedelta(seconds=LEASE_SECONDS)
    jobs.FIRST_WAIT = timedelta(seconds=0.5)
    warm.QUIET_SECONDS = QUIET_SECONDS
    working_module.POLL_SECONDS = 0.1
    working_module.BEAT_SECONDS = 0.2
    working_module.LOOK_FOR_SILENT_SECONDS = 0.5
    working_module.WAIT_WHEN_IMPOSSIBLE = timedelta(seconds=0.5)
    if isinstance(database_, Path):
        asyncio.run(_application(folder) if role == "application" else _worker(folder, role, database_))
    else:
        asyncio.run(_delivered(folder, role, database_))


async def _application(folder: Path) -> None:
    settings = Settings(data_folder=folder, speech_model=MODEL, transcribers=2)
    store = FolderStore(settings.media_folder)
    uploads = Uploads(settings.data_folder / "uploads", store, person_limit_bytes=settings.person_limit_bytes)
    runtime = Runtime(settings, store, uploads)
    async with opened(runtime), working(runtime, _engine(folder)) as worker:
        await worker.run()


async def _worker(folder: Path, role: str, file: Path) -> None:
    async with database.opened(file):
        await _working(folder, role).run()


async def _delivered(folder: Path, role: str, address: str) -> None:
    from transcription import delivery  # noqa: PLC0415  Its packages are there where this runs.

    delivery.POLL_SECONDS = 0.1
    delivery.SWEEP_SECONDS = 1.0
    delivery.RECONCILE_SECONDS = 10.0
    async with database.opened(address):
        await delivery.Delivery(_working(folder, role), address, now=clock).run()


def _working(folder: Path, role: str) -> Worker:
    work_folder = folder / f"work of the {role}"
    work_folder.mkdir(exist_ok=True)
    store, engine = FolderStore(folder / "media"), _engine(folder)
    handler = partial(transcribe, store=store, engine=engine, work_folder=work_folder, now=clock)
    return Worker([Lane(TRANSCRIBE, handler, width=2)], now=clock)


def _engine(folder: Path) -> WarmModels:
    return WarmModels(MODEL, models_folder=folder / "models", room=Room(4, None, 2), command=CHILD)


if __name__ == "__main__":
    main()
