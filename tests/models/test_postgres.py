"""What PostgreSQL must do as SQLite does: constraints of the migrations, and transactions that take turns."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models import postgres
from models.database import NoAnswer, Where, is_current, migrate, opened
from models.tables import Person
from tests import databases
from tests.factories import NOW, make_person
from tests.models.test_database import CHECKS, UNIQUES

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).resolve().parents[2]


async def _rows(query: str, *values: object) -> list[dict[str, Any]]:
    return await Tortoise.get_connection("default").execute_query_dict(query, list(values))


@pytest.mark.usefixtures("database")
async def test_every_check_of_the_tables_is_in_the_database() -> None:
    found = await _rows(
        "SELECT conrelid::regclass::text AS in_table, conname FROM pg_constraint WHERE contype = 'c' AND conrelid > 0"
    )

    assert sorted((row["in_table"], row["conname"]) for row in found) == CHECKS


@pytest.mark.usefixtures("database")
async def test_every_unique_pair_of_the_tables_is_in_the_database() -> None:
    found = await _rows(
        "SELECT indrelid::regclass::text AS in_table,"
        " ARRAY(SELECT attname FROM unnest(indkey) WITH ORDINALITY AS key (number, place)"
        " JOIN pg_attribute ON attrelid = indrelid AND attnum = number ORDER BY place)::text[] AS columns"
        " FROM pg_index WHERE indisunique"
    )

    unique = {(row["in_table"], tuple(re.sub("_id$", "", column) for column in row["columns"])) for row in found}
    wanted = {(table, tuple(re.sub("_id$", "", field) for field in fields)) for table, fields in UNIQUES}
    assert wanted - unique == set()


async def test_machines_that_start_at_once_migrate_an_empty_database_once(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys; from models.database import migrate; from tests.factories import NOW; "
        "print(len(asyncio.run(migrate(sys.argv[1], at=NOW))))"
    )
    with databases.new(tmp_path, "empty") as where:
        processes = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", code, str(where)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
            )
            for _ in range(2)
        ]
        said = [(await process.communicate())[0].decode().strip() for process in processes]

        applied = sorted(int(number) for number in said)
        assert applied[0] == 0
        assert applied[1] > 0
        assert await is_current(str(where))


async def test_a_database_without_tables_is_not_current(tmp_path: Path) -> None:
    with databases.new(tmp_path, "empty") as where:
        assert not await is_current(str(where))


async def test_migrating_again_does_nothing(database: Where) -> None:
    await Tortoise.close_connections()

    assert await migrate(database, at=NOW) == []


async def test_a_server_that_is_not_there_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_SECONDS_TO_ANSWER", 0.5)

    with pytest.raises(NoAnswer):
        async with opened("postgres://cim@127.0.0.1:1/cim"):
            pass


async def test_a_transaction_that_loses_its_turn_while_it_waits_leaves_the_connections_whole(database: Where) -> None:
    person = await make_person("before")
    with psycopg.connect(str(database)) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [postgres.TURN])

        async def wait() -> None:
            async with in_transaction():
                await Person.filter(id=person.id).update(name="waited")

        waiting = [asyncio.ensure_future(wait()) for _ in range(20)]
        await asyncio.sleep(0.3)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)

    async with in_transaction():
        await Person.filter(id=person.id).update(name="after")
    assert (await Person.get(id=person.id)).name == "after"


async def test_reads_do_not_wait_for_a_transaction_elsewhere(database: Where) -> None:
    person = await make_person("Robin")
    with psycopg.connect(str(database)) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [postgres.TURN])

        read = await asyncio.wait_for(Person.get(id=person.id), 5)

    assert read.name == "Robin"


_PAUSED = """
import asyncio, sys
from tortoise import Tortoise
from tortoise.transactions import in_transaction
from models.database import opened
from models.tables import Person

async def main():
    async with opened(sys.argv[1]):
        async with in_transaction():
            await Person.all().update(name="paused")
            print("in it", flush=True)
            await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_process_that_is_stopped_in_a_transaction_stops_nobody_else(
    database: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_person("before")
    address = str(database) + "?options=-c%20idle_in_transaction_session_timeout%3D1s"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PAUSED, address), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    os.kill(process.pid, signal.SIGSTOP)

    try:
        async with asyncio.timeout(10), in_transaction():
            await Person.filter(id=person.id).update(name="after")
    finally:
        process.kill()
        await process.wait()

    assert (await Person.get(id=person.id)).name == "after"
