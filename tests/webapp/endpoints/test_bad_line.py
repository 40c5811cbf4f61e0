"""Uploads over a line that is cut, reset, stalled and swallowed: they go on soon, and every byte is right."""

import random
import threading
import time
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests import chance
from tests.journeys.proxy import Proxy
from tests.webapp.endpoints.sending import Sending, through
from tests.webapp.endpoints.stage import PIECE, Stage, Student, sha256_of
from tests.webapp.server import RawRequest, until

RESUMED_SECONDS = 5.0
"""What the issue asks for: so soon after a dead link the upload goes on."""


@pytest.fixture
def line(stage: Stage) -> Iterator[Proxy]:
    with Proxy(stage.server.port) as line:
        yield line


@pytest.fixture(scope="module")
def phone(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture(scope="module")
def reflection(phone: Student) -> UUID:
    return phone.reflection()


def stored(stage: Stage, sending: Sending) -> bytes:
    return (stage.settings.media_folder / "originals" / sending.id.hex).read_bytes()


@pytest.mark.parametrize("is_open_ended", [False, True])
def test_an_upload_that_is_cut_fifty_times_arrives_as_it_was_sent(
    stage: Stage, phone: Student, reflection: UUID, line: Proxy, *, is_open_ended: bool
) -> None:
    luck = random.Random(chance.seed())
    content = luck.randbytes(2_900_000)
    sending = Sending(reflection, content, 256 * 1024, is_open_ended=is_open_ended)
    cuts = 0

    def break_off() -> None:
        nonlocal cuts
        cuts += 1
        luck.choice((line.cut, line.reset))()
        if cuts < 50:
            line.after_up(luck.randint(15_000, 45_000), break_off)

    line.after_up(luck.randint(15_000, 45_000), break_off)
    with through(line, phone) as cut_off:
        sending.send(cut_off)

    assert (cuts, sending.breaks) == (50, 50)
    assert phone.head(sending.path).headers["CIM-Sha256"] == sending.sha256
    assert stored(stage, sending) == content


def test_a_new_connection_takes_over_from_one_that_a_black_hole_has_swallowed(
    stage: Stage, phone: Student, reflection: UUID, line: Proxy
) -> None:
    content = random.Random(3).randbytes(1_000_000)
    path = phone.begin(reflection, len(content)).headers["Location"]
    on_the_line = through(line, phone)
    headers = PIECE | {"Upload-Offset": "0", "Content-Length": str(len(content))}
    with on_the_line, RawRequest(on_the_line, "PATCH", path, headers) as dead:
        dead.send(content[:400_000])
        until(lambda: line.bytes_up > 400_000)

        line.swallow()
        dead.send(content[400_000:])  # The phone's system takes it; nobody will ever get it.
        line.restore()
        began = time.monotonic()
        with through(line, phone) as again:
            offset = int(again.head(path).headers["Upload-Offset"])
            answer = again.patch(path, headers=PIECE | {"Upload-Offset": str(offset)}, content=content[offset:])
        took = time.monotonic() - began

    assert offset == 400_000
    assert answer.status_code == 204
    assert took < RESUMED_SECONDS
    assert phone.head(path).headers["CIM-Sha256"] == sha256_of(content)


def test_four_connections_that_send_one_upload_at_once_make_one_file(
    stage: Stage, phone: Student, reflection: UUID, line: Proxy
) -> None:
    content = random.Random(5).randbytes(1_500_000)
    path = phone.begin(reflection, len(content)).headers["Location"]
    answers: list[int] = []

    def push(connection: Student) -> None:
        with through(line, connection) as one:
            offset = int(one.head(path).headers["Upload-Offset"])
            answers.append(
                one.patch(path, headers=PIECE | {"Upload-Offset": str(offset)}, content=content[offset:]).status_code
            )

    began = time.monotonic()
    together = [threading.Thread(target=push, args=(phone,)) for _ in range(4)]
    for one in together:
        one.start()
    for one in together:
        one.join(30)
    sending = Sending(reflection, content, 1 << 30, is_open_ended=False, id=UUID(path.rpartition("/")[2]))
    with through(line, phone) as one:
        sending.send(one)

    assert set(answers) <= {204, 409, 423}
    assert time.monotonic() - began < RESUMED_SECONDS
    assert stored(stage, sending) == content


def test_a_stall_of_the_line_costs_nothing_but_its_time(
    stage: Stage, phone: Student, reflection: UUID, line: Proxy
) -> None:
    content = random.Random(9).randbytes(1_200_000)
    sending = Sending(reflection, content, 1 << 30, is_open_ended=False)
    line.after_up(500_000, line.stall)
    timer = threading.Timer(1.5, line.flow)
    timer.start()

    began = time.monotonic()
    with through(line, phone) as stalled:
        sending.send(stalled)
    took = time.monotonic() - began
    timer.join()

    assert (took > 1, sending.breaks) == (True, 0)
    assert stored(stage, sending) == content
