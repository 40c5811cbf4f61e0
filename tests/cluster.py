"""A PostgreSQL server of our own for tests: started in an empty folder, and thrown away at the end."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))

# Nobody needs these databases after a power failure, and nobody tunes a server for ten seconds.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "autovacuum": "off",
    "unix_socket_directories": "''",
}


def programs() -> Path | None:
    """Find the folder of PostgreSQL's programs, newest version first."""
    found = shutil.which("initdb")
    return PROGRAMS[-1] if PROGRAMS else Path(found).parent if found else None


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Give the address of the running server, without the name of a database: `postgres://cim@127.0.0.1:5433`."""
    # The server refuses to run as root, and another user must be able to enter the folder.
    with tempfile.TemporaryDirectory(prefix="cim-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "data"
        port = _free_port()
        if _is_root():
            shutil.chown(name, user="postgres")
        _as_server(programs / "initdb", "-D", folder, "-U", "cim", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8")
        options = " ".join(f"-c {key}={value}" for key, value in _SETTINGS.items())
        start = ("-o", f"-p {port} -c listen_addresses=127.0.0.1 {options}", "-l", folder / "log", "-w", "start")
        _as_server(programs / "pg_ctl", "-D", folder, *start)
        try:
            yield f"postgres://cim@127.0.0.1:{port}"
        finally:
            _as_server(programs / "pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop")


def _as_server(*command: object) -> None:
    """Run one of the programs; as root, as the user whom the package made for it."""
    prefix = ["runuser", "-u", "postgres", "--"] if _is_root() else []
    whole = [*prefix, *map(str, command)]
    done = subprocess.run(whole, check=False, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(whole)} ended with {done.returncode}: {done.stderr}")


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
