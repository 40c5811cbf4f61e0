"""Ctrl-C in the middle of `cim transcribe`; `tests.long two_hours` presses it at moments of chance, on a long file."""

import sys
from pathlib import Path

import pytest

from tests.transcription.interrupted import Command
from tests.webapp.server import REPOSITORY

CLIP = REPOSITORY / "webapp/demo/files/cafe.webm"


@pytest.mark.weights
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux tells them")
@pytest.mark.parametrize("moment", ["Reading", "Loading", "["])
def test_ctrl_c_leaves_nothing_behind(moment: str, tmp_path: Path) -> None:
    run = Command(CLIP, tmp_path, model="tiny.en").run(interrupt_at=moment)

    run.check_interrupted()
