"""`cim jobs`: the work of the machine as plain lines."""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from models import database
from models.actions import jobs
from models.states import JobRank, JobState
from models.tables import Job
from models.tables.jobs import PREPARE, TRANSCRIBE, TRANSLATE
from webapp.cli import main
from webapp.runtime import clock

pytestmark = pytest.mark.sqlite

LONG, SHORT, FAILED, DONE = (UUID(int=number) for number in range(1, 5))


@pytest.fixture
def data(migrated_file: Path, tmp_path: Path) -> Path:
    """A data folder with five jobs."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(migrated_file, folder / "cim.sqlite3")
    _do(folder, _some_work)
    return folder


def _do(folder: Path, work: Callable[[], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with database.opened(folder / "cim.sqlite3"):
            await work()

    asyncio.run(opened())


async def _some_work() -> None:
    now = clock()
    await jobs.enqueue(TRANSCRIBE, LONG, at=now, length_seconds=600.0, rank=JobRank.HANDED_IN)
    await jobs.enqueue(TRANSCRIBE, SHORT, at=now, length_seconds=60.0)
    await jobs.enqueue(TRANSLATE, SHORT, at=now, length_seconds=61.0)
    await jobs.enqueue(PREPARE, FAILED, at=now)
    await jobs.enqueue(PREPARE, DONE, at=now)
    facts = {"attempt": 5, "error_code": "ChildFailed", "error_detail": "It ended.\nWith code 1."}
    await Job.filter(subject=str(FAILED)).update(status=JobState.FAILED, finished_at=now, **facts)
    await Job.filter(subject=str(DONE)).update(status=JobState.DONE, finished_at=now, attempt=1, progress=1.0)


def _lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[list[str]]:
    """The cells of each line that was printed; they have two blanks or more between."""
    main(["jobs", *arguments])
    printed = capsys.readouterr().out.splitlines()
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in printed]


def _subjects(lines: list[list[str]]) -> list[UUID]:
    return [UUID(line[2]) for line in lines[1:]]


def test_what_is_not_done_is_listed_in_the_order_of_its_turn(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heads, *lines = _lines(capsys, "--data", str(data))

    assert heads[:3] == ["state", "kind", "subject"]
    assert [(line[0], line[1], UUID(line[2])) for line in lines] == [
        ("failed", "prepare", FAILED),
        ("queued", "transcribe", LONG),
        ("queued", "transcribe", SHORT),
        ("queued", "translate", SHORT),
    ]
    assert [line[3] for line in lines] == ["draft", "handed in", "draft", "draft"]
    assert (lines[0][-1], "5/5" in lines[0]) == ("ChildFailed: It ended. With code 1.", True)


@pytest.mark.parametrize(
    ("arguments", "subjects"),
    [
        (("--state", "done"), [DONE]),
        (("--state", "done", "--state", "failed"), [FAILED, DONE]),
        (("--kind", "translate"), [SHORT]),
        (("--subject", str(LONG)), [LONG]),
        (("--state", "queued", "--limit", "2"), [LONG, SHORT]),
        (("--stuck",), []),
    ],
)
def test_the_list_is_filtered(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], subjects: list[UUID]
) -> None:
    assert _subjects(_lines(capsys, "--data", str(data), *arguments)) == subjects


def test_what_runs_says_how_far_it_is_and_what_is_left(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def measured() -> None:
        now = clock()
        done = await jobs.enqueue(TRANSCRIBE, uuid4(), at=now, length_seconds=600.0)
        began = {"started_at": now - timedelta(seconds=100), "finished_at": now}
        await Job.filter(id=done.id).update(status=JobState.DONE, model="base", **began)
        at_work = {"status": JobState.RUNNING, "model": "base", "attempt": 1, "progress": 0.5}
        await Job.filter(subject=str(LONG)).update(lease_until=now + timedelta(hours=1), **at_work)

    _do(data, measured)

    (running,) = _lines(capsys, "--data", str(data), "--state", "running")[1:]

    assert running[:8] == ["running", "transcribe", str(LONG), "handed in", "50%", "0:00:50", "1/5", "base"]


def test_what_a_silent_worker_holds_is_stuck(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def lost() -> None:
        silent = {"status": JobState.RUNNING, "attempt": 1, "lease_until": clock() - timedelta(minutes=1)}
        await Job.filter(subject=str(LONG)).update(**silent)

    _do(data, lost)

    (stuck,) = _lines(capsys, "--data", str(data), "--stuck")[1:]

    assert stuck[:3] == ["running (stuck)", "transcribe", str(LONG)]


def test_without_an_installation_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["jobs", "--data", str(tmp_path)])

    assert ended.value.code == 1
    assert capsys.readouterr().err == f"There is no database {tmp_path / 'cim.sqlite3'}.\n"
    assert list(tmp_path.iterdir()) == []


def test_an_older_database_is_left_as_it_is(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(data / "cim.sqlite3")) as older:
        older.execute("DELETE FROM tortoise_migrations WHERE name = (SELECT max(name) FROM tortoise_migrations)")
        older.commit()

    with pytest.raises(SystemExit) as ended:
        main(["jobs", "--data", str(data)])

    assert ended.value.code == 1
    assert capsys.readouterr().err == "The database is of an older version. First run: cim migrate\n"
