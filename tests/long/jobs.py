"""260 transcripts by an application and a worker, with 64 faults: kills, freezes, no memory, no model."""

import asyncio
import tempfile
from pathlib import Path

from tests import chance
from tests.transcription.faults import hurt


def main() -> None:
    """Print how it goes; an AssertionError says what was lost, doubled or left behind."""
    seed = chance.seed()
    with tempfile.TemporaryDirectory(prefix="cim-") as name:
        folder = Path(name) / "data"
        folder.mkdir()
        tally = asyncio.run(hurt(folder, jobs=260, faults=64, seed=seed, say=lambda words: print(words, flush=True)))
        print(f"  {tally}")
