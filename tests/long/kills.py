"""`kill -9` of the server 300 times in the middle of uploads (60 × 5), and 50 times in one and the same upload."""

import tempfile
import time
from pathlib import Path

from tests import chance
from tests.webapp.endpoints.conftest import mistakes_in
from tests.webapp.endpoints.kills import Tally, killings
from tests.webapp.endpoints.stage import Stage
from tests.webapp.server import Server

EVERY = 10


def main() -> None:
    """Print how it goes; an AssertionError says what was damaged, lost or doubled."""
    seed = chance.seed()
    for title, uploads, kills_each in (("60 uploads × 5", 60, 5), ("one upload × 50", 1, 50)):
        print(title, flush=True)
        print(_run(uploads=uploads, kills_each=kills_each, seed=seed))


def _run(*, uploads: int, kills_each: int, seed: int) -> str:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cim-") as folder:
        stage = Stage(Server(Path(folder) / "data"))
        stage.prepare()
        with stage.server:
            tally = Tally()
            for number, tally in enumerate(killings(stage, uploads=uploads, kills_each=kills_each, seed=seed), start=1):
                if number % EVERY == 0:
                    print(f"  {time.monotonic() - began:5.0f} s  {tally}", flush=True)
            stage.close()
        assert not (mistakes := mistakes_in(stage.server.log)), "\n".join([*mistakes[:5], stage.server.log[-4000:]])
    return f"  {time.monotonic() - began:5.0f} s  {tally}: nothing damaged, lost or doubled"
