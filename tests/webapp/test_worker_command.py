"""`cim worker`: another machine does the website's jobs, with files from the folder that both see."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from media.store import FolderStore
from media.uploads import Uploads
from models.actions import reflections
from models.database import Where
from models.queries.people import actor_of
from models.states import JobState, MediaState
from models.tables import Job, MediaItem, Person
from tests import databases
from tests.factories import NOW, make_activity, make_upload, student_of
from tests.media.making import make_phone_webm
from webapp.cli import main

ROOT = Path(__file__).resolve().parents[2]


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    assert stopped.value.code == 1
    return capsys.readouterr().err


def test_a_worker_needs_a_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = _refused(capsys, "worker", "--data", str(tmp_path))

    assert said == "cim worker needs a PostgreSQL database: set CIM_DATABASE_URL.\n"


@pytest.mark.postgres
def test_a_worker_changes_no_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with databases.new(tmp_path, "empty") as where:
        monkeypatch.setenv("CIM_DATABASE_URL", str(where))

        said = _refused(capsys, "worker", "--data", str(tmp_path))

    assert said == "The database is of an older version. First run: cim migrate\n"


@asynccontextmanager
async def _worker(database: Where, folder: Path, store: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        **os.environ,
        "CIM_DATABASE_URL": str(database),
        "CIM_STORE": str(store),
        "CIM_DATA": str(folder),
        "CIM_SPEECH_MODEL": str(folder / "none"),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "webapp", "worker"), cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.postgres
async def test_a_worker_elsewhere_prepares_what_the_website_stored_and_ends_in_order(
    database: Where, tmp_path: Path
) -> None:
    content = make_phone_webm(tmp_path / "recording.webm").read_bytes()
    activity = await make_activity()
    reflection = await reflections.start(activity, "video", "en", actor=await student_of(activity.enrolment), at=NOW)
    upload = await make_upload(reflection, size_bytes=len(content))
    store = FolderStore(tmp_path / "shared")

    async def pieces() -> AsyncIterator[bytes]:
        yield content

    async with _worker(database, tmp_path / "worker", store.root) as process:
        actor = await actor_of(await Person.get(id=upload.owner_id))
        await Uploads(tmp_path / "website", store).append(upload.id, 0, pieces(), actor=actor, at=NOW)
        async with asyncio.timeout(60):
            while not await MediaItem.exists(id=upload.id, state=MediaState.READY):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 20)

    item = await MediaItem.get(id=upload.id)
    assert process.returncode == 0, said.decode()
    assert await store.exists(item.playable_key)
    assert (await Job.get(kind="prepare")).status is JobState.DONE
    assert "Traceback" not in said.decode()
