"""Databases for tests: files of SQLite, or with `CIM_TEST_DATABASE_URL` databases of a PostgreSQL server."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from models.database import Where

SERVER = os.environ.get("CIM_TEST_DATABASE_URL", "")
"""The address of a server without the name of a database, as `python -m tests.postgres` sets it."""

_numbers = count()


@contextmanager
def new(folder: Path, name: str, *, like: Where | None = None) -> Iterator[Where]:
    """Have a database, empty or a copy of another one that is closed, for as long as the block lasts."""
    if not SERVER:
        file = folder / f"{name}.sqlite3"
        for old in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
            old.unlink(missing_ok=True)
        if isinstance(like, Path):
            shutil.copyfile(like, file)
        yield file
        return
    database = f"{name}_{os.getpid()}_{next(_numbers)}"
    template = "template0" if like is None else str(like).rpartition("/")[2]
    _ask(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    try:
        yield f"{SERVER}/{database}"
    finally:
        _ask(f'DROP DATABASE "{database}" WITH (FORCE)')


def where(text: str) -> Where:
    """Read what a process was given as `str` of a database."""
    return text if "://" in text else Path(text)


def _ask(statement: str) -> None:
    import psycopg  # noqa: PLC0415  Without a server, its driver need not be there.

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())
