"""What is installed and what is imported is what the project says."""

import importlib
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SECURITY_FLOORS = {
    "nicegui": "3.18",
    "starlette": "1.5.1",
    "python-multipart": "0.0.31",
    "python-socketio": "5.16.2",
    "pillow": "13.0.0",
}


@pytest.mark.parametrize("name", ["models", "media", "transcription", "webapp"])
def test_the_package_that_is_tested_is_the_one_of_this_checkout(name: str) -> None:
    package = importlib.import_module(name)

    assert Path(str(package.__file__)).parent == ROOT / name


@pytest.mark.parametrize(("name", "floor"), SECURITY_FLOORS.items())
def test_a_library_with_known_holes_is_not_used(name: str, floor: str) -> None:
    required = next(r for r in map(Requirement, PROJECT["dependencies"]) if r.name == name)

    assert Version(version(name)) >= Version(floor)
    assert {Version(bound.version) for bound in required.specifier if bound.operator == ">="} == {Version(floor)}


def test_every_version_that_is_installed_for_tests_is_pinned() -> None:
    pinned = {Requirement(line).name for line in (ROOT / ".ci" / "constraints.txt").read_text().splitlines()}
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["demo"]

    assert {Requirement(line).name for line in wanted} - {name.lower().replace("_", "-") for name in pinned} == set()
