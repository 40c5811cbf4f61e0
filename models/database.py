"""Opens the database and brings its tables up to date; only entry points call it."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from typing import Any

from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.executor import MigrationExecutor

from models.errors import N_, Refused


def config(database_file: Path, *, foreign_keys: bool = True) -> dict[str, Any]:
    """Tortoise's configuration for one SQLite file."""
    return {
        "connections": {
            "default": {
                "engine": "models.sqlite",
                "credentials": {
                    "file_path": str(database_file),
                    "journal_mode": "WAL",
                    "synchronous": "FULL",  # NORMAL may lose the last commits that were acknowledged when power fails.
                    "busy_timeout": 10_000,
                    "foreign_keys": "ON" if foreign_keys else "OFF",
                },
            }
        },
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


class MigrationFailed(Exception):
    """A migration would have lost rows or left dangling references; the backup named here holds the old state."""


async def migrate(database_file: Path, *, at: datetime) -> list[str]:
    """Apply what is new and return its names.

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
        pending = [step.migration.name for step in await executor.plan() if not step.backward]
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


@asynccontextmanager
async def opened(database_file: Path) -> AsyncIterator[None]:
    """Hold the database open; pages, handlers and jobs in other tasks find it too."""
    await Tortoise.init(config=config(database_file), _enable_global_fallback=True)
    try:
        yield
    finally:
        await Tortoise.close_connections()


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
        own = [name for name in names if not name.startswith(("sqlite_", "tortoise"))]
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
