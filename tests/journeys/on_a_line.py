"""A site behind a line that tests break, with a server that they kill and start again at the same address."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.proxy import Proxy
from tests.journeys.site import Site, copy_prepared
from tests.webapp.server import Server


@dataclass(frozen=True, slots=True)
class SiteOnALine:
    """Where phones see it (`site`), what is behind, and what is between."""

    site: Site
    server: Server
    line: Proxy

    @property
    def received_bytes(self) -> int:
        """How many bytes of uploads the server has confirmed."""
        with closing(sqlite3.connect(self.site.data / "cim.sqlite3")) as database:
            received: int = database.execute("SELECT coalesce(sum(offset_bytes), 0) FROM upload").fetchone()[0]
            return received

    @property
    def originals(self) -> list[bytes]:
        """What the server has received as a whole, one for each file."""
        return [path.read_bytes() for path in (self.site.data / "media" / "originals").iterdir()]


@contextmanager
def site_on_a_line(folder: Path) -> Iterator[SiteOnALine]:
    """Serve a fresh site of KI behind a line that carries everything at first."""
    data = folder / "data"
    data.mkdir()
    copy_prepared(data)
    server = Server(data)
    with Proxy(server.port) as line:
        # The server must know the address that phones use: a socket from another one is refused.
        server.environment["CIM_PUBLIC_ORIGIN"] = line.origin
        with server:
            yield SiteOnALine(Site(line.origin, data), server, line)
