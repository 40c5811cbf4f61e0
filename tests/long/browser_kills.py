"""Kills all processes of a browser at 20 random moments of a recording, and opens it again without a server."""

import asyncio
import statistics
import tempfile
from pathlib import Path

from tests import chance
from tests.journeys.browser_kills import browser_kills

TIMES = 20


def main() -> None:
    """Print what each kill has cost; an AssertionError says what was lost."""
    asyncio.run(_run())


async def _run() -> None:
    lost = []
    with tempfile.TemporaryDirectory(prefix="cim-") as folder:
        async for kill in browser_kills(Path(folder), times=TIMES, seed=chance.seed()):
            print(f"  {kill}", flush=True)
            kill.check()
            lost.append(kill.lost_seconds)
    print(f"  {TIMES} kills: {statistics.median(lost):.2f} s lost in the median, {max(lost):.2f} s at most")
