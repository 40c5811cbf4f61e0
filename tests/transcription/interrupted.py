"""Runs `cim transcribe` on a terminal, looks at what it takes, and presses Ctrl-C."""

import os
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import family, left_over, memory_bytes
from tests.terminal import CTRL_C, Terminal
from tests.webapp.server import REPOSITORY

LONGEST_SECONDS = 3600.0
SECONDS_TO_END = 10.0
INTERRUPTED = 130


@dataclass(slots=True)
class Run:
    """What one run came to."""

    code: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0
    shown: str = ""
    words: int = 0
    processes_left: list[str] = field(default_factory=list)
    files_left: list[str] = field(default_factory=list)
    is_terminal_as_before: bool = False

    def __str__(self) -> str:
        return (
            f"exit code {self.code} after {self.seconds:.1f} s, peak {self.peak_bytes / 2**20:.0f} MiB, {self.words} "
            f"words; left: {len(self.processes_left)} processes, {len(self.files_left)} files"
        )

    def check_interrupted(self) -> None:
        """It ended as a command does that was interrupted, and left nothing behind."""
        assert self.code == INTERRUPTED, self.shown[-2000:]
        assert "Traceback" not in self.shown
        assert (self.processes_left, self.files_left) == ([], [])
        assert self.is_terminal_as_before


class Command:
    """`cim transcribe RECORDING`, with a data folder and a folder for temporary files that nobody else uses."""

    def __init__(self, recording: Path, folder: Path, *, model: str) -> None:
        self._recording, self._folder, self._model = recording, folder, model
        self._data, self._temporary = folder / "data", folder / "temporary"
        self._temporary.mkdir()

    def forget_model(self) -> None:
        """Let the next run make the model as if it was the first one."""
        shutil.rmtree(self._data)

    def run(self, *, interrupt_after: float = LONGEST_SECONDS, interrupt_at: str = "") -> Run:
        """Run it to its end, or press Ctrl-C after so many seconds or as soon as it shows some words."""
        run, out, begun = Run(), self._folder / "transcript.txt", time.monotonic()
        command = [sys.executable, "-m", "webapp", "transcribe", str(self._recording), "--data", str(self._data)]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(self._temporary)}
        before = self._files()
        with Terminal(
            [*command, "--model", self._model, "--language", "en"],
            stdout=out,
            folder=self._folder,
            environment=environment,
        ) as terminal:
            while terminal.watch(0.25):
                run.peak_bytes = max(run.peak_bytes, memory_bytes(family(terminal.process.pid)))
                run.seconds = time.monotonic() - begun
                if run.seconds >= interrupt_after or (interrupt_at and interrupt_at in terminal.shown):
                    terminal.press(CTRL_C)
                    break
            run.code = terminal.wait(SECONDS_TO_END)
            run.shown, run.is_terminal_as_before = terminal.shown, terminal.is_as_before
        run.seconds = time.monotonic() - begun
        run.words = len(out.read_text().split())
        run.processes_left = left_over(self._folder)
        run.files_left = sorted(self._files() - before)
        return run

    def _files(self) -> set[str]:
        """Names of what is there, without the model and what was measured for it: they are made once and kept."""
        files = [*self._temporary.rglob("*"), *self._data.rglob("*")]
        return {str(file.relative_to(self._folder)) for file in files if file.is_file() and not _is_kept(file)}


def _is_kept(file: Path) -> bool:
    return file.parent.name == "models" and not file.name.startswith(".")
