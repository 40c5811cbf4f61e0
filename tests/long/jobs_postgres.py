"""260 jobs on PostgreSQL with two workers, and 66 kills and stops; a short form is among the usual tests."""

import asyncio
import sys
import tempfile
from pathlib import Path

from models.database import migrate, opened
from tests import chance, databases
from tests.cluster import cluster, programs
from tests.factories import NOW
from tests.transcription import delivery_faults as faults

JOBS, FAULTS = 260, 66


def main() -> None:
    """Print what came of it; an AssertionError says what was lost or doubled."""
    folder = programs()
    if folder is None:
        sys.exit("PostgreSQL is not installed here: apt install postgresql")
    with cluster(folder) as server:
        databases.SERVER = server
        asyncio.run(_run())


async def _run() -> None:
    with tempfile.TemporaryDirectory(prefix="cim-") as folder, databases.new(Path(folder), "faults") as where:
        await migrate(where, at=NOW)
        async with opened(where):
            tally = await faults.run(str(where), count=JOBS, faults=FAULTS, seed=chance.seed())
            print(f"  {tally}")
            tally.check(jobs=JOBS, faults=60)
