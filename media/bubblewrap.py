"""Wraps a child's command in bubblewrap where it works: no network, and of the file system only what is named."""

import functools
import logging
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

_log = logging.getLogger(__name__)
_SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/nix/store")


def bubbled(
    command: Sequence[str], *, environment: dict[str, str], readable: Sequence[Path], writable: Path
) -> list[str]:
    """Give the command with bubblewrap before it, or as it is where bubblewrap is missing or not allowed.

    Python and its packages are readable as well. Blocks for up to some seconds on the first call.
    """
    # The try-out opens what every child opens; only the file and the folder differ from call to call.
    packages = tuple(path for path in readable if path.is_dir())
    bwrap = _working_bubblewrap(
        (sys.executable, "-P", "-c", "import media.child"), packages, tuple(environment.items())
    )
    if bwrap is None:
        return list(command)
    # The folder comes first, so that a source inside it stays readable only.
    return [*_cage(bwrap), "--bind", str(writable), str(writable), *_read_only(readable), "--", *command]


@functools.cache
def _working_bubblewrap(
    trial: tuple[str, ...], packages: tuple[Path, ...], environment: tuple[tuple[str, str], ...]
) -> str | None:
    """Find bubblewrap and try it once; inside containers it is often forbidden."""
    bwrap = shutil.which("bwrap") if sys.platform == "linux" else None
    if bwrap is None:
        return None
    command = [*_cage(bwrap), *_read_only(packages), "--", *trial]
    try:
        done = subprocess.run(command, env=dict(environment), capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode == 0:
        return bwrap
    _log.info("Bubblewrap does not work here: %s", done.stderr.decode(errors="replace").strip()[:500])
    return None


def _cage(bwrap: str) -> list[str]:
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()}
    paths = sorted({Path(name) for name in (*_SYSTEM, *python)} | {Path(name).resolve() for name in python})
    return [
        *(bwrap, "--unshare-all", "--die-with-parent", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108
        *_read_only([path for path in paths if path.exists()]),
        *("--chdir", "/"),
    ]


def _read_only(paths: Sequence[Path]) -> list[str]:
    return [word for path in paths for word in ("--ro-bind", str(path), str(path))]
