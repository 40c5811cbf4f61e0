"""A database for each test, and no way out to the network."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from models.database import Where, migrate, opened
from tests import databases
from tests.factories import NOW


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about SQLite's files when the tests run on a server, and the other way round."""
    other = "sqlite" if databases.SERVER else "postgres"
    for item in items:
        if "migrated_file" in getattr(item, "fixturenames", ()):
            item.add_marker("sqlite")
    left_out = [item for item in items if item.get_closest_marker(other)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker(other)]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Where]:
    """An empty database that the real migrations made; tests work on copies."""
    with databases.new(tmp_path_factory.mktemp("database"), "template") as where:
        asyncio.run(migrate(where, at=NOW))
        yield where


@pytest.fixture(scope="session")
def migrated_file(migrated: Where) -> Path:
    """The same, for tests that are about the file of SQLite."""
    assert isinstance(migrated, Path), "mark the test as one of SQLite's"
    return migrated


@pytest.fixture
async def database(migrated: Where, tmp_path: Path) -> AsyncIterator[Where]:
    """An open database without rows; gives its file or its address."""
    with databases.new(tmp_path, "cim", like=migrated) as where:
        async with opened(where):
            yield where


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection and every question for a name beyond this machine, and fail the test that tried."""
    tried: list[str] = []
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(host: object) -> None:
        if not _is_here(host):
            tried.append(str(host))
            raise OSError(f"tests reach nothing beyond this machine, not {host}")

    def guarded_connect(self: socket.socket, address: tuple[object, ...]) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            check(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: tuple[object, ...]) -> int:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            check(address[0])
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: object, *args: object, **options: object) -> object:
        check(host)
        return getaddrinfo(host, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
    yield
    assert tried == []


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name in {"localhost", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
