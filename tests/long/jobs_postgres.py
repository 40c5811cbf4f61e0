"""260 transcripts by two workers to which PostgreSQL delivers, with 64 faults: kills, freezes, no memory, no model."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests import chance, databases
from tests.cluster import cluster, programs
from tests.transcription.faults import hurt

JOBS, FAULTS = 260, 64


def main() -> None:
    """Print how it goes; an AssertionError says what was lost, doubled or left behind."""
    programs_folder = programs()
    if programs_folder is None:
        sys.exit("PostgreSQL is not installed here: apt install postgresql")
    with cluster(programs_folder) as server, tempfile.TemporaryDirectory(prefix="cim-") as name:
        databases.SERVER = server
        folder = Path(name) / "data"
        folder.mkdir()
        with databases.new(folder, "faults") as where:
            tally = asyncio.run(
                hurt(
                    folder,
                    where,
                    jobs=JOBS,
                    faults=FAULTS,
                    seed=chance.seed(),
                    say=lambda words: print(words, flush=True),
                )
            )
        print(f"  {tally}")
