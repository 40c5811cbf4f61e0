"""The migrated database: its constraints, its migrations, its transactions."""

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.fields.relational import OneToOneFieldInstance
from tortoise.migrations.constraints import CheckConstraint
from tortoise.transactions import in_transaction

from models import database as models_database
from models import tables
from models.database import MigrationFailed, Where, migrate
from models.states import ActivityState, ApplicationState, ReflectionState
from models.tables import Activity, Application, Person, Reflection, Upload, Version
from tests.factories import (
    NOW,
    make_activity,
    make_application,
    make_person,
    make_reflection,
    make_upload,
)
from tests.models.world import World

ROOT = Path(__file__).resolve().parents[2]

MODELS = [getattr(tables, name) for name in tables.__all__ if hasattr(getattr(tables, name), "_meta")]

CHECKS = sorted(
    (model._meta.db_table, constraint.name)
    for model in MODELS
    for constraint in model._meta.constraints
    if isinstance(constraint, CheckConstraint)
)

ONE_EACH = sorted(
    (model._meta.db_table, f"{name}_id")
    for model in MODELS
    for name, field in model._meta.fields_map.items()
    if isinstance(field, OneToOneFieldInstance)
)

LOOKED_UP = import_module("models.migrations.0015_fairness").LOOKED_UP

UNIQUES = sorted((model._meta.db_table, unique) for model in MODELS for unique in model._meta.unique_together)


@pytest.fixture
def raw(migrated_file: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection to an empty migrated database."""
    shutil.copyfile(migrated_file, tmp_path / "raw.sqlite3")
    with closing(sqlite3.connect(tmp_path / "raw.sqlite3", isolation_level=None)) as connection:
        yield connection


def contents(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(file)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608


def _definition(connection: sqlite3.Connection, table: str) -> str:
    return str(connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()[0])


@pytest.mark.parametrize(("table", "name"), CHECKS)
def test_every_check_of_the_tables_is_in_the_database(raw: sqlite3.Connection, table: str, name: str) -> None:
    assert re.findall(rf'CONSTRAINT "({name})" CHECK', _definition(raw, table)) == [name]


@pytest.mark.parametrize(("table", "fields"), UNIQUES)
def test_every_unique_pair_of_the_tables_is_in_the_database(
    raw: sqlite3.Connection, table: str, fields: tuple[str, ...]
) -> None:
    columns = {row[1] for row in raw.execute(f'PRAGMA table_info("{table}")')}
    wanted = [field if field in columns else f"{field}_id" for field in fields]

    indexes = [row[1] for row in raw.execute(f'PRAGMA index_list("{table}")') if row[2]]
    unique = [[column[2] for column in raw.execute(f'PRAGMA index_info("{index}")')] for index in indexes]

    assert wanted in unique


def test_what_refers_to_large_rows_or_is_asked_for_on_every_page_is_indexed(raw: sqlite3.Connection) -> None:
    scanned = [(table, column) for table, column in LOOKED_UP if not _indexes(raw, table, column)]

    assert scanned == []


@pytest.mark.parametrize(("table", "column"), ONE_EACH)
def test_what_there_is_one_of_each_is_unique_in_the_database(raw: sqlite3.Connection, table: str, column: str) -> None:
    assert any(_indexes(raw, table, column))


def _indexes(raw: sqlite3.Connection, table: str, column: str) -> list[bool]:
    """Tell of the indexes over one column, or beginning with it, whether they are over it alone and unique."""
    found = []
    for _number, index, is_unique, *_rest in raw.execute(f'PRAGMA index_list("{table}")').fetchall():
        columns = [row[2] for row in raw.execute(f'PRAGMA index_info("{index}")')]
        if columns[0] == column:
            found.append(bool(is_unique) and len(columns) == 1)
    return found


async def _refused(constraint: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        await Tortoise.get_connection("default").execute_query(statement)


async def test_an_activity_cannot_be_declined_without_a_reason(database: Where) -> None:
    await make_activity(state=ActivityState.PROPOSED)

    await _refused("activity_declined_with_reason", "UPDATE activity SET state = 'declined'")


async def test_an_application_cannot_be_decided_by_nobody(database: Where) -> None:
    await make_application()

    await _refused("application_decided_by_somebody", "UPDATE application SET state = 'approved'")


async def test_an_application_that_waits_was_decided_by_nobody(database: Where) -> None:
    application = await make_application(state=ApplicationState.APPROVED)

    await _refused("application_decided_by_somebody", "UPDATE application SET state = 'submitted'")
    assert (await Application.get(id=application.id)).state is ApplicationState.APPROVED


async def test_an_application_cannot_be_declined_without_a_reason(database: Where) -> None:
    await make_application(state=ApplicationState.APPROVED)

    await _refused("application_declined_with_reason", "UPDATE application SET state = 'declined'")


async def test_a_reflection_cannot_be_returned_without_words(database: Where) -> None:
    await make_reflection(state=ReflectionState.RETURNED)

    await _refused("assessment_returned_with_comment", "UPDATE assessment SET comment = ''")


async def test_a_final_reflection_has_no_activity(database: Where) -> None:
    await make_reflection()

    await _refused("reflection_final_has_no_activity", "UPDATE reflection SET kind = 'final'")


async def test_a_reflection_on_an_activity_has_one(database: Where) -> None:
    await make_reflection()

    await _refused("reflection_final_has_no_activity", "UPDATE reflection SET activity_id = NULL")


async def test_a_reflection_in_assessment_has_an_assessor(database: Where) -> None:
    await make_reflection(state=ReflectionState.SUBMITTED)

    await _refused("reflection_in_assessment_has_assessor", "UPDATE reflection SET state = 'in_assessment'")


@pytest.mark.parametrize("state", [ReflectionState.DRAFT, ReflectionState.SUBMITTED])
async def test_what_was_handed_in_is_no_draft_and_the_other_way_round(database: Where, state: ReflectionState) -> None:
    await make_reflection(state=state)
    other = "submitted" if state is ReflectionState.DRAFT else "draft"

    await _refused("reflection_draft_was_never_handed_in", f"UPDATE reflection SET state = '{other}'")  # noqa: S608


@pytest.mark.parametrize("offset", [-1, 1001])
async def test_an_upload_is_never_longer_than_its_size(database: Where, offset: int) -> None:
    await make_upload(size_bytes=1000)

    await _refused("upload_offset_within_size", f"UPDATE upload SET offset_bytes = {offset}")  # noqa: S608


async def test_an_upload_without_a_size_is_never_longer_than_its_limit(database: Where) -> None:
    upload = await make_upload(size_bytes=None, limit_bytes=2000)

    await _refused("upload_offset_within_size", "UPDATE upload SET offset_bytes = 2001")
    assert (await Upload.get(id=upload.id)).offset_bytes == 0


async def test_versions_are_numbered_from_one(database: Where) -> None:
    await make_reflection()

    await _refused("version_number_from_one", "UPDATE version SET number = 0")


async def test_a_version_is_assessed_once(database: Where) -> None:
    await make_reflection(state=ReflectionState.RETURNED)

    await _refused(
        "version_id",
        "INSERT INTO assessment (id, version_id, assessor_id, decision, comment, decided_at) "  # noqa: S608
        f"SELECT '{uuid4()}', version_id, assessor_id, 'accepted', '', decided_at FROM assessment",
    )


async def test_a_row_that_others_refer_to_cannot_be_deleted(database: Where) -> None:
    activity = await make_activity()
    await make_reflection(activity=activity)

    await _refused("(?i)foreign key", "DELETE FROM activity")
    assert await Activity.all().count() == 1


async def test_the_application_itself_holds_references(database: Where) -> None:
    activity = await make_activity()

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await Person.filter(id=activity.enrolment.person_id).delete()

    assert await Person.exists(id=activity.enrolment.person_id)


# Migrations.

_STEP = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


async def note(apps, schema_editor):
    rows = await schema_editor.client.execute_query_dict("PRAGMA foreign_keys")
    await schema_editor.client.execute_query(f"PRAGMA user_version = {{rows[0]['foreign_keys'] + 10}}")


class Migration(migrations.Migration):
    dependencies = [("models", "{last}")]
    operations = [ops.RunPython(note, note), {operation}]
"""

_ALTER = (
    "ops.AddConstraint(model_name='Reflection', "
    "constraint=CheckConstraint(check=\"one_of_its_kind <> ''\", name='reflection_named'))"
)
_LOSE = "ops.RunSQL('DELETE FROM occasion', 'SELECT 1')"


def _add_step(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, operation: str) -> None:
    """Make `models.database` see the real migrations and one more, in a package of its own."""
    package = folder / name
    shutil.copytree(ROOT / "models" / "migrations", package, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(path.stem for path in package.glob("0*.py"))
    (package / "9999_step.py").write_text(_STEP.format(last=last, operation=operation))
    monkeypatch.syspath_prepend(str(folder))
    real = models_database.config

    def config(file: Path, *, foreign_keys: bool = True) -> dict[str, Any]:
        settings = real(file, foreign_keys=foreign_keys)
        settings["apps"]["models"]["migrations"] = name
        return settings

    monkeypatch.setattr(models_database, "config", config)


@pytest.fixture
def populated(migrated_file: Path, world_made: tuple[Where, World], tmp_path: Path) -> Path:
    """A closed file with a whole world in it."""
    return Path(shutil.copyfile(world_made[0], tmp_path / "cim.sqlite3"))


async def test_altering_a_table_of_a_populated_database_keeps_every_row(
    populated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_step(monkeypatch, tmp_path, "altering_migrations", _ALTER)
    before = contents(populated)

    applied = await migrate(populated, at=NOW)

    after = contents(populated)
    for name in ("tortoise_migrations", "sqlite_sequence"):
        del before[name], after[name]
    assert applied == ["9999_step"]
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    assert after == before


async def test_the_old_constraints_hold_after_a_table_was_altered(
    populated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_step(monkeypatch, tmp_path, "constraint_migrations", _ALTER)

    await migrate(populated, at=NOW)

    with closing(sqlite3.connect(populated)) as connection:
        names = re.findall(r'CONSTRAINT "(\w+)" CHECK', _definition(connection, "reflection"))
    assert sorted(names) == [
        "reflection_draft_was_never_handed_in",
        "reflection_final_has_no_activity",
        "reflection_in_assessment_has_assessor",
        "reflection_named",
    ]


async def test_foreign_keys_are_off_while_a_migration_runs(
    populated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_step(monkeypatch, tmp_path, "watching_migrations", _ALTER)

    await migrate(populated, at=NOW)

    with closing(sqlite3.connect(populated)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (10,)


@pytest.mark.sqlite
async def test_foreign_keys_are_on_when_the_application_works(world: World) -> None:
    async with in_transaction() as connection:
        rows = await connection.execute_query_dict("PRAGMA foreign_keys")

    assert rows == [{"foreign_keys": 1}]


async def test_a_populated_database_is_copied_before_it_is_migrated(
    populated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_step(monkeypatch, tmp_path, "copying_migrations", _ALTER)
    before = contents(populated)

    await migrate(populated, at=NOW)

    assert contents(tmp_path / "cim.sqlite3.before-20260302T090000") == before


async def test_a_migration_that_loses_rows_is_told_with_the_name_of_the_copy(
    populated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_step(monkeypatch, tmp_path, "losing_migrations", _LOSE)

    with pytest.raises(MigrationFailed, match=r"\['occasion'\].*cim\.sqlite3\.before-20260302T090000"):
        await migrate(populated, at=NOW)


def _copies(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*.before-*")]


async def test_migrating_again_does_nothing(populated: Path, tmp_path: Path) -> None:
    before = contents(populated)

    assert await migrate(populated, at=NOW) == []

    assert contents(populated) == before
    assert _copies(tmp_path) == []


def test_makemigrations_finds_nothing_new(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models", ignore=shutil.ignore_patterns("__pycache__"))
    before = sorted(path.name for path in (tmp_path / "models" / "migrations").iterdir())

    result = subprocess.run(
        [sys.executable, "-B", "-m", "tortoise", "-c", "models.database.TORTOISE_ORM", "makemigrations"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    after = sorted(path.name for path in (tmp_path / "models" / "migrations").iterdir())
    assert (result.returncode, after) == (0, before), result.stdout + result.stderr


# Transactions.


async def test_a_task_that_is_cancelled_as_its_transaction_begins_leaves_the_database_free(database: Where) -> None:
    async def begin() -> None:
        async with in_transaction():
            await make_person("0")

    for rounds in range(30):
        task = asyncio.ensure_future(begin())
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    async with asyncio.timeout(5):
        await begin()


@pytest.mark.sqlite
async def test_a_transaction_that_cannot_begin_leaves_the_database_free(database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        await Tortoise.get_connection("default").execute_script("PRAGMA busy_timeout = 10")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises((OperationalError, sqlite3.OperationalError), match="locked"):
            async with in_transaction():
                pass
        other.rollback()

    async with asyncio.timeout(5), in_transaction():
        await make_person("0")


async def test_tasks_that_read_and_then_write_never_fail(database: Where) -> None:
    person = await make_person("0")

    async def count() -> None:
        async with in_transaction():
            read = await Person.get(id=person.id)
            await asyncio.sleep(0)
            await Person.filter(id=person.id).update(name=str(int(read.name) + 1))

    await asyncio.gather(*(count() for _ in range(50)))

    assert (await Person.get(id=person.id)).name == "50"


@pytest.mark.sqlite
async def test_a_transaction_that_is_cancelled_while_it_waits_to_begin_stops_nobody_else(database: Path) -> None:
    person = await make_person("before")

    async def wait() -> None:
        async with in_transaction():
            await Person.filter(id=person.id).update(name="waited")

    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(wait())
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.sleep(0.2)
        other.execute("ROLLBACK")
        await asyncio.wait([waiting])

    async with asyncio.timeout(5), in_transaction():
        await Person.filter(id=person.id).update(name="after")
    assert waiting.cancelled()
    assert (await Person.get(id=person.id)).name == "after"


async def test_transactions_that_are_cancelled_at_any_moment_stop_nobody_else(database: Where) -> None:
    person = await make_person("before")

    async def write() -> None:
        while True:
            async with in_transaction():
                await Person.filter(id=person.id).update(name="again")

    for milliseconds in range(40):
        writing = [asyncio.ensure_future(write()) for _ in range(3)]
        await asyncio.sleep(milliseconds / 1000)
        for task in writing:
            task.cancel()
        await asyncio.wait(writing)

    async with asyncio.timeout(10), in_transaction():
        await Person.filter(id=person.id).update(name="after")
    assert (await Person.get(id=person.id)).name == "after"


_COUNTING = """
import asyncio, sys
from uuid import UUID
from tortoise.transactions import in_transaction
from models.database import opened
from models.tables import Person
from tests.databases import where

async def main():
    async with opened(where(sys.argv[1])):
        for _ in range(100):
            async with in_transaction():
                read = await Person.get(id=UUID(sys.argv[2]))
                await Person.filter(id=read.id).update(name=str(int(read.name) + 1))

asyncio.run(main())
"""


async def test_two_processes_that_read_and_then_write_never_fail(database: Where) -> None:
    person = await make_person("0")

    async def count() -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _COUNTING, str(database), str(person.id), cwd=ROOT
        )
        return await process.wait()

    codes = await asyncio.gather(count(), count())

    assert codes == [0, 0]
    assert (await Person.get(id=person.id)).name == "200"


async def test_a_transaction_that_fails_leaves_nothing(database: Where) -> None:
    reflection = await make_reflection()

    async def fail_in_the_middle() -> None:
        async with in_transaction():
            await Version.filter(reflection_id=reflection.id).update(text="gone")
            await Reflection.filter(id=reflection.id).update(one_of_its_kind="gone")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_in_the_middle()

    assert await Version.filter(text="gone").count() == 0
    assert not await Reflection.exists(one_of_its_kind="gone")
