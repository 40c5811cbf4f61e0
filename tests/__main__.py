"""`python -m tests`: every check of the project, in the order of how quickly they answer."""

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres import CORE

ROOT = Path(__file__).parent.parent
BESIDE_PYTHON = Path(sys.executable).parent

CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("lint-imports",),
    ("mypy",),
)
SIDE_BY_SIDE = ("-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile")
TESTS = (
    ("pytest", "-m", "not browser", *SIDE_BY_SIDE),
    # Processes of their own: Tortoise remembers the SQL of the first database that it meets.
    ("tests.postgres", *CORE),
    # Journeys wait most of the time, but keep an eye on the clock: nothing that computes runs beside them.
    ("pytest", "-m", "browser", *SIDE_BY_SIDE),
)
ALONE = ("pytest", "-m", "browser", "--last-failed", "--last-failed-no-failures", "none")
"""Journeys that failed beside others, once more one after the other: two at a time ask much of a small machine."""
FAILED = 1


def main() -> int:
    """Run all checks and give the exit code of the first that fails.

    Arguments choose tests and go to pytest; then nothing runs on PostgreSQL.
    """
    for check in CHECKS:
        if code := _run(check, [str(BESIDE_PYTHON / check[0]), *check[1:]]):
            return code
    chosen = [("pytest", *sys.argv[1:])] if sys.argv[1:] else TESTS
    codes = [_run(tests, [sys.executable, "-m", *tests]) for tests in chosen]
    if chosen is TESTS and codes[-1] == FAILED:
        codes[-1] = _run(ALONE, [sys.executable, "-m", *ALONE])
    return next(filter(None, codes), 0)


def _run(words: tuple[str, ...], command: list[str]) -> int:
    print(f"— {' '.join(words)}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
