"""Transcripts while everything that makes them is killed, frozen or taken away; `tests.long jobs` is longer."""

import sys
from pathlib import Path

import pytest

from tests import chance, databases
from tests.transcription.faults import hurt

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


async def test_every_transcript_is_made_once_whatever_is_killed_frozen_or_missing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()

    with databases.new(folder, "cim") as where:
        tally = await hurt(folder, where, jobs=30, faults=12, seed=chance.seed())

    print(tally)
    assert (tally.jobs, tally.faults.total()) == (30, 12)
