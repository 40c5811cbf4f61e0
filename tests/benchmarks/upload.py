"""How fast 100 MB come to us by tus, beside a plain PUT and beside nginx, all in one run, and what memory it takes."""

import asyncio
import http.client
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from tests.webapp.endpoints.stage import PIECE, Stage, Student
from tests.webapp.server import REPOSITORY, Server, free_port, is_open, until

SIZE = 100_000_000
TIMES = 3
HOST = "127.0.0.1"
PHONES_PIECE = 256 * 1024
_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/coming;
    client_max_body_size 0;
    server {{
        listen {host}:{port};
        root {folder}/files;
        location / {{ dav_methods PUT; }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of bringing the bytes to a server; `send` does it once."""

    name: str
    send: Callable[[bytes], None]
    pid: int


async def measure() -> None:
    """Print seconds, megabytes a second, the ratio to a plain PUT, and the memory that each server needed for it."""
    await asyncio.to_thread(_measure)


def _measure() -> None:
    content = random.Random(1).randbytes(SIZE)
    print(f"{SIZE // 1_000_000} MB over loopback to disk, median of {TIMES}")
    with tempfile.TemporaryDirectory(prefix="cim-") as name, ExitStack() as running:
        folder = Path(name)
        ways = [running.enter_context(_plain(folder))]
        if shutil.which("nginx"):
            ways.append(running.enter_context(_nginx(folder)))
        else:
            print("  nginx is not on this machine, so it is not compared (Debian: apt-get install nginx-light)")
        ways += running.enter_context(_ours(folder))
        took: dict[str, list[float]] = {way.name: [] for way in ways}
        grown: dict[str, list[float]] = {way.name: [] for way in ways}
        # Round by round, so that a busy moment of the machine hits all of them.
        for _ in range(TIMES):
            for way in ways:
                seconds, megabytes = _once(way, content)
                took[way.name].append(seconds)
                grown[way.name].append(megabytes)
        plain = statistics.median(took[ways[0].name])
        for way in ways:
            seconds = statistics.median(took[way.name])
            print(
                f"  {way.name:28} {seconds:6.2f} s {SIZE / 1e6 / seconds:6.0f} MB/s  {seconds / plain:5.2f} × plain PUT"
                f"  memory +{max(grown[way.name]):.0f} MB"
            )


def _once(way: Way, content: bytes) -> tuple[float, float]:
    """Send it once; gives the seconds, and by how many megabytes the server's memory grew at most."""
    before = _memory(way.pid, "VmRSS")
    (Path("/proc") / str(way.pid) / "clear_refs").write_text("5")  # The peak begins anew.
    began = time.perf_counter()
    way.send(content)
    seconds = time.perf_counter() - began
    return seconds, max(0.0, _memory(way.pid, "VmHWM") - before)


def _memory(pid: int, what: str) -> float:
    lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(what))


@contextmanager
def _plain(folder: Path) -> Iterator[Way]:
    """A server that writes the body of a PUT into a file, and does nothing else."""
    port = free_port()
    target = folder / "plain"
    program = f"from tests.benchmarks.upload import serve_plain; serve_plain({port}, {str(target)!r})"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY)
    until(lambda: is_open(port))
    try:
        yield Way("plain PUT (uvicorn)", lambda content: _put(port, content), process.pid)
    finally:
        process.terminate()
        process.wait()


def serve_plain(port: int, target: str) -> None:
    """Serve it, in a process of its own."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        with Path(target).open("wb") as file:  # noqa: ASYNC230
            has_more = True
            while has_more:
                message = await receive()
                await asyncio.to_thread(file.write, message.get("body", b""))
                has_more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    uvicorn.run(application, host=HOST, port=port, log_level="warning", lifespan="off")


@contextmanager
def _nginx(folder: Path) -> Iterator[Way]:
    """One worker of nginx that takes files by WebDAV."""
    port = free_port()
    place = folder / "nginx"
    for part in ("files", "coming"):
        (place / part).mkdir(parents=True)
        (place / part).chmod(0o777)
    folder.chmod(0o755)
    configuration = place / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=place, host=HOST, port=port))
    command = [shutil.which("nginx") or "nginx", "-p", str(place), "-c", str(configuration)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until(lambda: is_open(port))
    try:
        yield Way("nginx, PUT", lambda content: _put(port, content), _worker_of(process.pid))
    finally:
        process.terminate()
        process.wait()


def _worker_of(master: int) -> int:
    children = (Path("/proc") / str(master) / "task" / str(master) / "children").read_text().split()
    return int(children[0])


@contextmanager
def _ours(folder: Path) -> Iterator[list[Way]]:
    """Our server, which flushes every MiB, checks the sum at the end, and can go on after a crash."""
    stage = Stage(Server(folder / "data"))
    stage.prepare()
    with stage.server:
        student = stage.student()
        reflection = student.reflection()

        def sending(piece: int) -> Callable[[bytes], None]:
            def send(content: bytes) -> None:
                path = student.begin(reflection, len(content)).raise_for_status().headers["Location"]
                _append(student, stage.server.port, path, content, piece)

            return send

        pid = stage.server.pid
        yield [
            Way("ours, tus, one PATCH", sending(SIZE), pid),
            Way("ours, tus, 256 KiB each", sending(PHONES_PIECE), pid),
        ]
        stage.close()


def _put(port: int, content: bytes) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    connection.request("PUT", "/file", content, {"Content-Type": "application/octet-stream"})
    answer = connection.getresponse()
    assert answer.status in {201, 204}, answer.status
    connection.close()


def _append(student: Student, port: int, path: str, content: bytes, piece: int) -> None:
    """Send with the same client as the others, over one connection."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in student.cookies.jar)
    headers = PIECE | {"Cookie": cookies, "Sec-Fetch-Site": "same-origin"}
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    view = memoryview(content)
    for offset in range(0, len(content), piece):
        connection.request("PATCH", path, view[offset : offset + piece], headers | {"Upload-Offset": str(offset)})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 204, answer.status
    connection.close()
