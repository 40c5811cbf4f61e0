"""`python -m tests.postgres [ARGUMENTS of pytest]`: the tests that use the database, on a PostgreSQL of their own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cluster import cluster, programs

ROOT = Path(__file__).parent.parent
ALL = ("tests/models", "tests/media", "tests/transcription", "tests/sites", "tests/webapp/test_worker_command.py")
CORE = (
    "tests/models/test_database.py",
    "tests/models/test_postgres.py",
    "tests/models/test_storable.py",
    "tests/models/actions/test_events.py",
    "tests/models/actions/test_jobs.py",
    "tests/models/actions/test_sign_ups.py",
    "tests/transcription/test_both_queues.py",
    "tests/transcription/test_delivery.py",
    "tests/transcription/test_worker.py",
    "tests/webapp/test_worker_command.py",
)
"""What every run of the tests does here: constraints, the record, transactions that meet, jobs."""


def main() -> int:
    """Run pytest with its arguments, or on everything; gives its exit code."""
    return run(sys.argv[1:] or list(ALL))


def run(arguments: list[str]) -> int:
    """Start a server, run pytest on it, and throw the server away."""
    folder = programs()
    if folder is None:
        print("PostgreSQL is not installed here (apt install postgresql): nothing was tested on it.", flush=True)
        return 0
    with cluster(folder) as address:
        command = [sys.executable, "-m", "pytest", *arguments]
        environment = {**os.environ, "CIM_TEST_DATABASE_URL": address}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
