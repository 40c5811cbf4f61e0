"""The real application in a process of its own: tests talk to it over HTTP, kill it and start it again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 30
NO_MODEL = "no-such-model"
"""A speech model that nobody has: the application says so in its log and makes no transcripts."""

T = TypeVar("T")


class Place(Protocol):
    """Where a browser can go: the server, or a line to it."""

    @property
    def origin(self) -> str:
        """The address in the browser."""


class Server:
    """`cim serve` on a free port, over one data folder; `environment` adds `CIM_…` variables.

    `within` is a command that starts it, such as one that shows it another file system.
    """

    def __init__(self, data_folder: Path, *, within: Sequence[str] = (), **environment: str) -> None:
        self.data_folder = data_folder
        self._within = within
        self.port = free_port()
        self.log_file = data_folder.with_name(f"{data_folder.name}.log")
        self.environment = {"CIM_SPEECH_MODEL": NO_MODEL} | environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """The address in the browser."""
        return f"http://localhost:{self.port}"

    @property
    def pid(self) -> int:
        """The process that answers."""
        assert self._process is not None

        return self._process.pid

    @property
    def log(self) -> str:
        """Everything that it has said since the first start."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def start(self) -> Self:
        """Start it and wait until it answers."""
        self.launch()
        until(self._answers, seconds=START_SECONDS)
        return self

    def launch(self) -> None:
        """Start it and do not wait."""
        assert self._process is None or self._process.poll() is not None, "it runs already"
        command = [sys.executable, "-m", "webapp", "serve"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CIM_")}
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._within, *command, "--data", str(self.data_folder), "--port", str(self.port)],
                cwd=self.data_folder.parent,
                env=kept | self.environment | {"PYTHONPATH": str(REPOSITORY)},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End it as a power failure would: `kill -9`."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it politely."""
        self._end(signal.SIGTERM)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the application ended with {self._process.returncode}: {self.log[-3000:]}")

        try:
            return httpx.get(f"{self.origin}/health", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


class Visitor(httpx.Client):
    """A browser's side: keeps cookies, and says where its requests come from as our own pages do."""

    def __init__(self, place: Place, **options: Any) -> None:
        super().__init__(
            base_url=place.origin, headers={"Origin": place.origin}, trust_env=False, timeout=20, **options
        )

    def sign_in(self, email: str, password: str) -> httpx.Response:
        """Sign in as the sign-in page does."""
        return self.post("/api/v1/session", json={"email": email, "password": password})

    def sign_in_from(self, origin: str, email: str, password: str) -> httpx.Response:
        """Sign in from a page of another address."""
        wanted = {"email": email, "password": password}
        return self.post("/api/v1/session", json=wanted, headers={"Origin": origin})


class RawRequest:
    """A request whose bytes a test sends piece by piece, and whose connection it may leave hanging or cut."""

    def __init__(self, visitor: Visitor, method: str, path: str, headers: dict[str, str]) -> None:
        port = visitor.base_url.port
        assert port is not None
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies.jar)
        lines = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}", "Cookie": cookies} | headers
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.send(head.encode() + b"\r\n")

    def send(self, content: bytes) -> None:
        """Send some of it."""
        self._socket.sendall(content)

    def answer(self) -> bytes:
        """Receive what comes first: status and headers."""
        return self._socket.recv(65_536)

    def cut(self) -> None:
        """Go away, as a phone in a tunnel does."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()


def until(happened: Callable[[], T], *, seconds: float = 20) -> T:
    """Wait until something is true and give it; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s")

        time.sleep(0.05)
    return found


def free_port() -> int:
    """Find a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def is_open(port: int) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
