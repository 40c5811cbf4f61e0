from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for results, beside the sources in `tmp_path`."""
    results = tmp_path / "results"
    results.mkdir()
    return results
