"""A command on a terminal of its own, on which somebody can press Ctrl-C. For Linux and macOS."""

import os
import pty
import select
import shutil
import signal
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

CTRL_C = b"\x03"


class Terminal:
    """Runs a command and keeps what it shows; stdout goes to a file, as in `cim transcribe … > FILE`."""

    def __init__(self, command: Sequence[str], *, stdout: Path, folder: Path, environment: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self.settings_before = termios.tcgetattr(self._ours)
        with stdout.open("wb") as out:
            self.process = subprocess.Popen(
                # Setsid with -c makes it the terminal of this session: then Ctrl-C reaches everybody in front.
                [shutil.which("setsid") or "", "-c", "-w", *command],
                stdin=theirs,
                stdout=out,
                stderr=theirs,
                cwd=folder,
                env=environment,
            )
        os.close(theirs)
        self._shown = b""

    @property
    def shown(self) -> str:
        """All that it has shown so far."""
        return self._shown.decode(errors="replace")

    @property
    def is_as_before(self) -> bool:
        """Whether the terminal echoes, edits lines and so on as it did."""
        return termios.tcgetattr(self._ours) == self.settings_before

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._ours, keys)

    def watch(self, seconds: float) -> bool:
        """Read what is shown for so long; False: the command has ended."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self.process.poll() is not None:
                return False
            ready, _, _ = select.select([self._ours], [], [], min(left, 0.1))
            if ready:
                self._read()
        return True

    def wait(self, seconds: float) -> int:
        """Wait for its end; gives the exit code."""
        deadline = time.monotonic() + seconds
        while self.watch(0.2):
            assert time.monotonic() < deadline, f"it has not ended after {seconds} s: {self.shown[-2000:]}"
        self._read_rest()
        return self.process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self._ours)

    def _read_rest(self) -> None:
        while select.select([self._ours], [], [], 0.1)[0] and self._read():
            pass

    def _read(self) -> bool:
        try:
            new = os.read(self._ours, 65_536)
        except OSError:  # Nobody holds the other end any more.
            return False
        self._shown += new
        return bool(new)
