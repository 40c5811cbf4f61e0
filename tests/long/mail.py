"""100 × `kill -9` of the postman while it talks to a mail server: no letter is lost, a kill doubles one at most."""

import tempfile
from pathlib import Path

from tests import chance
from tests.webapp.postman_kills import postman_killed

KILLS = 100


def main() -> None:
    """Print how it goes; an AssertionError says what was lost or doubled."""
    with tempfile.TemporaryDirectory(prefix="cim-") as name:
        tally = postman_killed(Path(name), kills=KILLS, seed=chance.seed(), say=lambda words: print(words, flush=True))
        print(f"  {tally}")
