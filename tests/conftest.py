"""A database for each test, and no way out to the network."""

import asyncio
import ipaddress
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from models.database import migrate, opened
from tests.factories import NOW


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database that the real migrations made; tests work on copies."""
    file = tmp_path_factory.mktemp("database") / "template.sqlite3"
    asyncio.run(migrate(file, at=NOW))
    return file


@pytest.fixture
async def database(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Path]:
    """An open database without rows; gives its file."""
    file = tmp_path / "cim.sqlite3"
    shutil.copyfile(migrated_file, file)
    async with opened(file):
        yield file


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
