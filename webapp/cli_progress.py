"""How far a command is: a bar that moves on a terminal, a line now and then where nobody watches."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 30
LINES = 10
"""So many lines say it in a file or a log."""


class Bar:
    """Shows seconds of sound, what is done and about how long the rest takes; closed, it leaves the line complete."""

    def __init__(
        self, whole_seconds: float, *, out: TextIO | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._whole = whole_seconds
        self._out = out or sys.stderr
        self._moves = self._out.isatty()
        self._now = now
        self._began = now()
        self._last = ""
        self._lines = -1

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_reason: object) -> None:
        if self._moves and self._last:
            self._write("\n")

    def __call__(self, done_seconds: float) -> None:
        """Show it, if that changes anything that can be seen."""
        share = min(max(done_seconds / self._whole, 0.0), 1.0) if self._whole else 1.0
        words = f"{said(share * self._whole)} of {said(self._whole)}{self._left(share)}"
        if self._moves:
            filled = round(share * WIDTH)
            line = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {words}"
            if line != self._last:
                # Blanks cover what a longer line has left.
                self._write(f"\r{line}{' ' * max(0, len(self._last) - len(line))}")
                self._last = line
        elif (step := int(share * LINES)) > self._lines:
            self._lines = step
            self._write(f"{words}\n")

    def _left(self, share: float) -> str:
        spent = self._now() - self._began
        if share >= 1.0 or share < 0.01 or spent < 1.0:
            return ""
        return f", about {said(spent * (1 - share) / share)} left"

    def _write(self, words: str) -> None:
        self._out.write(words)
        self._out.flush()


def said(seconds: float) -> str:
    """Say a length as hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
