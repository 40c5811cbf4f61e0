"""tus-js-client (of npm, in the tests only) uploads to our server and resumes: the protocol is really tus 1.0.0.

`npm ci --prefix tests/interop` installs it; `.ci/run` does so.
"""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.journeys.proxy import Proxy
from tests.webapp.endpoints.stage import Stage, Student, now, sha256_of
from tests.webapp.server import REPOSITORY, Server

HERE = Path(__file__).parent
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="no Node.js on this machine"),
    pytest.mark.skipif(not (HERE / "node_modules/tus-js-client").is_dir(), reason="run: npm ci --prefix tests/interop"),
]

CONTENT = random.Random(17).randbytes(2_600_000)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An application that this file has to itself."""
    stage = Stage(Server(tmp_path_factory.mktemp("interop") / "data"))
    stage.prepare()
    with stage.server:
        yield stage
        stage.close()


@pytest.fixture(scope="module")
def student(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture(scope="module")
def reflection(student: Student) -> UUID:
    return student.reflection()


@pytest.fixture
def line(stage: Stage) -> Iterator[Proxy]:
    with Proxy(stage.server.port) as line:
        yield line


@dataclass(frozen=True, slots=True)
class Client:
    """tus-js-client in front of the server, signed in as a student; each wish is a process of its own."""

    stage: Stage
    student: Student
    reflection: UUID
    line: Proxy
    file: Path
    upload_id: UUID

    @property
    def path(self) -> str:
        """The address of the upload."""
        return f"/uploads/{self.upload_id}"

    def run(self, *, headers: dict[str, str] | None = None, **wishes: Any) -> dict[str, Any]:
        """Let it work until it is done, and give what it says."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.student.cookies.jar)
        wish = {
            "endpoint": f"http://127.0.0.1:{self.line.port}/uploads",
            "file": str(self.file),
            "headers": {"Cookie": cookies, "Sec-Fetch-Site": "same-origin"} | (headers or {}),
            "metadata": {
                "id": str(self.upload_id),
                "reflection": str(self.reflection),
                "purpose": "recording",
                "filename": self.file.name,
            },
        }
        assert NODE is not None
        done = subprocess.run(
            [NODE, str(HERE / "tus_client.mjs"), json.dumps(wish | wishes)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return said

    @property
    def arrived(self) -> bytes:
        """What the server holds of the whole upload."""
        return (self.stage.settings.media_folder / "originals" / self.upload_id.hex).read_bytes()


@pytest.fixture
def client(stage: Stage, student: Student, reflection: UUID, line: Proxy, tmp_path: Path) -> Client:
    file = tmp_path / "take.webm"
    file.write_bytes(CONTENT)
    return Client(stage, student, reflection, line, file, uuid4())


def methods(said: dict[str, Any]) -> list[str]:
    return [answer["method"] for answer in said["answers"]]


def test_it_uploads_a_file_in_one_piece(client: Client) -> None:
    said = client.run()

    assert (said["outcome"], methods(said)) == ("whole", ["POST", "PATCH"])
    assert said["url"].endswith(client.path)
    assert client.student.head(client.path).headers["CIM-Sha256"] == sha256_of(CONTENT)
    assert client.arrived == CONTENT


def test_it_uploads_a_file_in_pieces(client: Client) -> None:
    said = client.run(chunk=500_000)

    assert methods(said) == ["POST"] + ["PATCH"] * 6
    assert [answer["offset"] for answer in said["answers"][1:]] == [
        *(str(end) for end in range(500_000, 2_600_000, 500_000)),
        "2600000",
    ]
    assert client.arrived == CONTENT


@pytest.mark.parametrize("how", ["cut", "reset"])
def test_it_resumes_by_itself_after_breaks_in_the_middle(client: Client, line: Proxy, how: str) -> None:
    breaks = 0

    def break_off() -> None:
        nonlocal breaks
        breaks += 1
        getattr(line, how)()
        if breaks < 5:
            line.after_up(450_000, break_off)

    line.after_up(300_000, break_off)

    said = client.run()

    assert (said["outcome"], breaks) == ("whole", 5)
    assert methods(said).count("HEAD") == 5  # It asked the server where to go on, and did not begin again.
    assert methods(said).count("POST") == 1
    assert client.arrived == CONTENT


def test_it_finds_an_upload_of_an_earlier_process_and_goes_on_where_that_one_stopped(
    client: Client, tmp_path: Path
) -> None:
    remembered = str(tmp_path / "remembered.json")

    first = client.run(chunk=400_000, remembered=remembered, stopAfter=1_000_000)
    second = client.run(chunk=400_000, remembered=remembered)

    assert (first["outcome"], second["outcome"]) == ("stopped", "whole")
    assert second["resumedFrom"] == first["url"]
    assert methods(second)[0] == "HEAD"
    assert "POST" not in methods(second)
    assert int(second["answers"][0]["offset"]) >= 800_000
    assert client.arrived == CONTENT


def test_it_uploads_what_has_no_length_yet(client: Client) -> None:
    said = client.run(deferred=True)

    assert said["outcome"] == "whole"
    assert said["answers"][0]["length"] is None
    assert said["answers"][-1]["length"] == str(len(CONTENT))
    assert client.arrived == CONTENT


def test_what_it_gives_up_is_thrown_away(client: Client) -> None:
    said = client.run(chunk=400_000, dropAfter=1_000_000)

    assert (said["outcome"], said["answers"][-1]["method"], said["answers"][-1]["status"]) == ("dropped", "DELETE", 204)
    assert client.student.head(client.path).status_code == 410
    assert list((client.stage.settings.data_folder / "uploads").glob(f"{client.upload_id.hex}*")) == []


def test_a_client_of_another_version_is_told_which_one_is_spoken_here(client: Client) -> None:
    old = client.run(headers={"Tus-Resumable": "0.2.2"}, retry=[])
    draft = client.run(protocol="ietf-draft-05", retry=[])

    assert [said["outcome"] for said in (old, draft)] == ["failed: 412", "failed: 412"]
    assert [said["answers"][0]["version"] for said in (old, draft)] == ["1.0.0", "1.0.0"]


def test_it_is_told_until_when_an_unfinished_upload_is_kept(client: Client) -> None:
    said = client.run(chunk=1_000_000, stopAfter=1_500_000)

    told = [parsedate_to_datetime(answer["expires"]) for answer in said["answers"]]

    assert {answer["method"] for answer in said["answers"]} == {"POST", "PATCH"}
    assert all(timedelta(days=13) < moment - now() <= timedelta(days=14) for moment in told)


def test_it_stays_outside_without_a_session_and_from_another_site(client: Client) -> None:
    signed_out = client.run(headers={"Cookie": ""}, retry=[])
    foreign = client.run(headers={"Sec-Fetch-Site": "cross-site"}, retry=[])

    assert [said["outcome"] for said in (signed_out, foreign)] == ["failed: 401", "failed: 403"]
