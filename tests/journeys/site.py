"""A running installation for journeys: the real server on a data folder with a few invented people."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from models import database
from models.actions import accounts
from models.actions.setup import name_institution
from models.queries.people import actor_of
from models.rules.bilingual import Bilingual
from models.tables import Programme, RoleKind
from tests.journeys.browser import PASSWORD
from webapp.runtime import clock
from webapp.sites.reading import site as site_named
from webapp.sites.setting_up import apply

ROOT = Path(__file__).parent.parent.parent

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """Where it answers, and who can sign in there with browser.PASSWORD."""

    origin: str
    data: Path
    student: str = "linnea@journey.example"
    assessor: str = "vidar@journey.example"
    other_assessor: str = "hedda@journey.example"
    staff: str = "malte@journey.example"

    async def beside(self, work: Callable[[], Awaitable[T]]) -> T:
        """Work on the database beside the running application: for what no page does, such as letting time pass."""
        async with database.opened(self.data / "cim.sqlite3"):
            return await work()


@contextmanager
def running_site(data: Path, name: str = "ki") -> Iterator[Site]:
    """Prepare a data folder with a site of webapp/sites, serve it, and stop the server afterwards."""
    asyncio.run(prepare(data, name))
    port = _free_port()
    command = [sys.executable, "-m", "webapp", "serve", "--data", str(data), "--port", str(port)]
    log = data / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", server, log)
            yield Site(f"http://localhost:{port}", data)
        finally:
            server.terminate()
            server.wait(timeout=20)


async def prepare(data: Path, name: str = "ki") -> None:
    """Fill an empty data folder with a site of webapp/sites and a few people."""
    at = clock()
    file = data / "cim.sqlite3"
    await database.migrate(file, at=at)
    async with database.opened(file):
        await name_institution(Bilingual("Norra lärosätet", "Northern University"), at=at)
        await apply(site_named(name), at=at)
        token = await accounts.invite_first_administrator("Robin Vik", "robin@journey.example", at=at)
        administrator = await actor_of(await accounts.choose_password(token, PASSWORD, at=at))
        programmes = await Programme.all()
        site = Site("", data)
        for who, email, kind in (
            ("Linnea Storm", site.student, None),
            ("Vidar Ek", site.assessor, RoleKind.ASSESSOR),
            ("Hedda Lo", site.other_assessor, RoleKind.ASSESSOR),
            ("Malte Gran", site.staff, RoleKind.STAFF),
        ):
            roles = [(kind, programme) for programme in programmes] if kind else []
            link = await accounts.invite(who, email, roles, actor=administrator, at=at)
            await accounts.choose_password(link, PASSWORD, at=at)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(log.read_text())
