"""Opens the database and brings its tables up to date; only entry points call it."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import DBConnectionError
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BasePostgresSchemaEditor
from tortoise.transactions import in_transaction

from models.errors import N_, Refused

Where = Path | str
"""A SQLite file, or the address of a PostgreSQL database: `postgres://cim@db.example.edu/cim`."""


def config(where: Where, *, foreign_keys: bool = True) -> dict[str, Any]:
    """Tortoise's configuration for one database; foreign keys can be off on SQLite only."""
    connection: dict[str, Any] = {"engine": "models.postgres", "credentials": {"address": where}}
    if isinstance(where, Path):
        connection = {
            "engine": "models.sqlite",
            "credentials": {
                "file_path": str(where),
                "journal_mode": "WAL",
                "synchronous": "FULL",  # NORMAL may lose the last commits that were acknowledged when power fails.
                "busy_timeout": 10_000,
                "foreign_keys": "ON" if foreign_keys else "OFF",
            },
        }
    return {
        "connections": {"default": connection},
        "apps": {
            "models": {
                "models": ["models.tables"],
                "migrations": "models.migrations",
                "default_connection": "default",
            }
        },
    }


TORTOISE_ORM = config(Path("cim-data/cim.sqlite3"))
"""For `tortoise makemigrations` only; it reads the tables and the migrations, never this file."""


class NotADatabase(Refused):
    """Something else lies where the database should."""

    words = N_("{file} is not a database of this application.")


class _Recorder(MigrationRecorder):
    """Tortoise's list of applied migrations, with the placeholders of the driver that is used."""

    def _placeholder(self, _position: int) -> str:
        return "%s"


class NoDriver(Refused):
    """The address of a PostgreSQL database is set, but its driver is not there."""

    words = N_("PostgreSQL needs more packages: pip install 'cim[postgres]'.")


class NoAnswer(Refused):
    """The server is not there, or lets nobody in; the log of the connections says why."""

    words = N_("The database that CIM_DATABASE_URL names does not answer.")


class MigrationFailed(Exception):
    """A migration would have lost rows or left dangling references; the backup named here holds the old state."""


async def migrate(where: Where, *, at: datetime) -> list[str]:
    """Apply what is new and return its names."""
    return await (_migrate_file(where, at=at) if isinstance(where, Path) else _migrate_server(where))


@asynccontextmanager
async def opened(where: Where) -> AsyncIterator[None]:
    """Hold the database open; pages, handlers and jobs in other tasks find it too."""
    try:
        await _connect(where)
        yield
    finally:
        await Tortoise.close_connections()


async def is_current(where: Where) -> bool:
    """Tell whether a database that is there has every migration of this version, and change nothing."""
    try:
        connection = await _connect(where)
        return not await _pending(MigrationExecutor(connection, config(where)["apps"]))
    finally:
        await Tortoise.close_connections()


async def _connect(where: Where) -> BaseDBAsyncClient:
    """Say in words what keeps a server away; a file is opened by the first question."""
    if not isinstance(where, Path) and find_spec("psycopg") is None:
        raise NoDriver
    await Tortoise.init(config=config(where), _enable_global_fallback=True)
    connection = Tortoise.get_connection("default")
    if not isinstance(where, Path):
        try:
            await connection.execute_query("SELECT 1")
        except DBConnectionError as error:
            raise NoAnswer from error
    return connection


async def _pending(executor: MigrationExecutor) -> list[str]:
    return [step.migration.name for step in await executor.plan() if not step.backward]


async def _migrate_server(address: str) -> list[str]:
    """Everything new or nothing: one transaction, which no other machine begins before this one ends."""
    try:
        await _connect(address)
        async with in_transaction() as connection:
            executor = MigrationExecutor(connection, config(address)["apps"])
            executor.recorder = _Recorder(connection)
            # A question about a table that is missing would spoil the transaction.
            await executor.recorder.ensure_schema(BasePostgresSchemaEditor(connection, atomic=False))
            pending = await _pending(executor)
            if pending:
                await executor.migrate()
    finally:
        await Tortoise.close_connections()
    return pending


async def _migrate_file(database_file: Path, *, at: datetime) -> list[str]:
    """Bring one SQLite file up to date.

    A populated file is copied first. Altering a table rebuilds it on SQLite, and with foreign keys on that would
    delete the rows which refer to it: so they are off here, and rows and references are counted before and after.
    """
    database_file.parent.mkdir(parents=True, exist_ok=True)
    _check_kind(database_file)
    backup = database_file.with_name(f"{database_file.name}.before-{at:%Y%m%dT%H%M%S}")
    try:
        settings = config(database_file, foreign_keys=False)
        await Tortoise.init(config=settings)
        executor = MigrationExecutor(Tortoise.get_connection("default"), settings["apps"])
        pending = await _pending(executor)
        if not pending:
            return []
        before = _row_counts(database_file)
        if before:
            _copy(database_file, backup)
        await run_migrations(config=settings)
    finally:
        await Tortoise.close_connections()
    _check(database_file, before, backup)
    return pending


def _check_kind(database_file: Path) -> None:
    """Refuse what SQLite cannot open: the driver would wait for ever for a file that is none of its own."""
    if not database_file.exists():
        return
    with database_file.open("rb") as file:
        head = file.read(16)
    if head and head != b"SQLite format 3\0":
        raise NotADatabase(file=database_file)


def _row_counts(database_file: Path) -> dict[str, int]:
    """Rows per table; empty when nothing was ever stored."""
    with closing(sqlite3.connect(database_file)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        # What the search index keeps for itself is made of other tables, and comes and goes as it likes.
        own = [name for name in names if not name.startswith(("sqlite_", "tortoise", "search_index"))]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in own}  # noqa: S608


def _copy(database_file: Path, backup: Path) -> None:
    source, target = sqlite3.connect(database_file), sqlite3.connect(backup)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()


def _check(database_file: Path, before: dict[str, int], backup: Path) -> None:
    after = _row_counts(database_file)
    lost = [name for name, rows in before.items() if after.get(name, 0) < rows]
    connection = sqlite3.connect(database_file)
    try:
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.close()
    if lost or dangling:
        message = f"rows were lost in {lost} or refer to nothing ({len(dangling)}); the old file is {backup}"
        raise MigrationFailed(message)
