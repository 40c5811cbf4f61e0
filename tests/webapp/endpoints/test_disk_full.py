"""The disk of the server is full: what has arrived stays, everything else works, and the upload goes on afterwards."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from media.uploads import KEPT_FREE_BYTES
from tests.webapp.endpoints.conftest import mistakes_in
from tests.webapp.endpoints.stage import OT, PASSWORD, Stage, Student, sha256_of
from tests.webapp.server import Server

CONTENT = random.Random(21).randbytes(20_000_000)
LEFT_BYTES = 10_000_000
"""So much an upload may take before the disk counts as full."""

DISK_BYTES = KEPT_FREE_BYTES + 60_000_000

# A disk of its own, in memory, that nobody but this one process sees; it takes no rights to make one.
_OWN = ("unshare", "--user", "--map-root-user", "--mount")
_SMALL_DISK = """
mount -t tmpfs -o size="$0" tmpfs "$1" && cp -a "$2/." "$1" && mount --bind "$1" "$2" && shift 2 && exec "$@"
"""


def can_have_a_disk() -> bool:
    """Tell whether this machine lets a process have file systems of its own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*_OWN, "true"], check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not can_have_a_disk(), reason="this machine allows no namespace of one's own")


@pytest.fixture
def stage(blank: Stage, tmp_path: Path) -> Iterator[Stage]:
    """An application whose whole data folder lies on a small disk."""
    disk, data = tmp_path / "disk", tmp_path / "data"
    disk.mkdir()
    server = Server(data, within=[*_OWN, "sh", "-c", _SMALL_DISK, str(DISK_BYTES), str(disk), str(data)])
    stage = blank.copy(server)
    try:
        yield stage
    finally:
        stage.close()
        server.stop()


@pytest.fixture
def student(stage: Stage) -> Iterator[Student]:
    """A student of it; nobody can be invited from outside any more once it runs."""
    person = stage.person("Robin")
    stage.server.start()
    with Student(stage.server, person.id, person.email, stage._items[OT]) as student:
        student.sign_in(person.email, PASSWORD).raise_for_status()
        student.get("/language/en")
        student.enrol().raise_for_status()
        yield student


def seen_by(stage: Stage, path: Path) -> Path:
    """Give the way to a file as the application sees it."""
    return Path(f"/proc/{stage.server.pid}/root{path}")


def test_a_full_disk_keeps_what_has_arrived_and_lets_everybody_work_on(stage: Stage, student: Student) -> None:
    reflection, written = student.reflection(), student.reflection("written")
    filler = seen_by(stage, stage.settings.data_folder / "filler")
    filler.write_bytes(bytes(shutil.disk_usage(filler.parent).free - KEPT_FREE_BYTES - LEFT_BYTES))
    path = student.begin(reflection, len(CONTENT), sha256=sha256_of(CONTENT)).headers["Location"]

    full = student.append(path, 0, CONTENT)
    again = student.append(path, student.offset(path), CONTENT[student.offset(path) :])
    arrived = student.offset(path)
    part = seen_by(stage, stage.settings.data_folder / "uploads" / f"{path.rpartition('/')[2].replace('-', '')}.part")

    assert [full.status_code, again.status_code] == [507, 507]
    assert full.json()["error"]["message"] == (
        "The server has no space left. What was sent so far is kept; try again later."
    )
    assert 0 < arrived < len(CONTENT)
    assert part.read_bytes()[:arrived] == CONTENT[:arrived]

    # The rest of the application: pages, saving, somebody who comes.
    student.save(written, text="It works on.")
    assert student.shape(written)["draft"]["text"] == "It works on."
    assert student.get("/").status_code == 200
    assert student.get("/health").status_code == 200
    with Student(stage.server, student.person_id, student.email, []) as elsewhere:
        assert elsewhere.sign_in(student.email, PASSWORD).status_code == 200

    filler.unlink()
    student.append(path, arrived, CONTENT[arrived:], CIM_Sha256=sha256_of(CONTENT)).raise_for_status()
    assert student.head(path).headers["CIM-Sha256"] == sha256_of(CONTENT)
    assert mistakes_in(stage.server.log) == []
