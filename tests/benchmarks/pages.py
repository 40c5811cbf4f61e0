"""Pages to measure: the demonstration with people who are signed in, a plain HTML page, and a bare NiceGUI page."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.webapp.server import REPOSITORY, START_SECONDS, Server, Visitor, until
from webapp.demo_people import DEMO_PASSWORD

_PARAGRAPH = "What I learnt there I would not have learnt at home, and I tell it as it was. " * 3
PLAIN_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plain</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<style>body { font: 1rem/1.5 sans-serif; margin: 1rem } p { max-width: 40em }</style></head>"
    f"<body><h1>Plain</h1>{f'<p>{_PARAGRAPH}</p>' * 20}</body></html>"
)
"""About 5 KB, all in one file."""

_PLAIN = """
import sys
from fastapi import FastAPI
from starlette.responses import HTMLResponse
import uvicorn
from tests.benchmarks.pages import PLAIN_PAGE

plain = FastAPI()
plain.add_api_route("/", lambda: HTMLResponse(PLAIN_PAGE))
uvicorn.run(plain, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""
_BARE = """
import sys
from nicegui import ui

@ui.page("/")
def page():
    ui.label("Bare").props("data-test=bare")

ui.run(host="127.0.0.1", port=int(sys.argv[1]), show=False, reload=False)
"""


@contextmanager
def demonstration() -> Iterator[Server]:
    """Serve the demonstration: made anew, or the one in the folder that CIM_BENCHMARK_DATA names."""
    with ExitStack() as stack:
        folder = os.environ.get("CIM_BENCHMARK_DATA") or stack.enter_context(tempfile.TemporaryDirectory())
        data = Path(folder) / "demo"
        if not data.exists():
            command = [sys.executable, "-m", "webapp", "demo", "--seed-only", "--data", str(data)]
            subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        yield stack.enter_context(Server(data))


def cookie_of(server: Server, email: str) -> dict[str, str]:
    """Sign somebody of the demonstration in; gives the cookie for a browser."""
    with Visitor(server) as visitor:
        visitor.sign_in(email, DEMO_PASSWORD).raise_for_status()
        name, value = next(iter(visitor.cookies.items()))
    return {"name": name, "value": value, "url": server.origin}


@contextmanager
def plain_page() -> Iterator[str]:
    """Serve a plain HTML page; gives its address."""
    with _served(_PLAIN) as address:
        yield address


@contextmanager
def bare_page() -> Iterator[str]:
    """Serve NiceGUI as it comes, with one label; gives its address."""
    with _served(_BARE) as address:
        yield address


@contextmanager
def _served(script: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}/"
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(port)], cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def answers() -> bool:
        try:
            return httpx.get(address, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    try:
        until(answers, seconds=START_SECONDS)
        yield address
    finally:
        process.terminate()
        process.wait(20)
