"""How many recordings this machine writes down at a time: one for each two cores, as far as memory goes."""

import os
from dataclasses import dataclass
from pathlib import Path

GIB = 2**30
CHILD_BYTES = GIB
"""What a child with a small model takes; one with a larger model takes about four times its file."""

_MEMORY = Path("/proc/meminfo")
_OWN_LIMIT = Path("/sys/fs/cgroup/memory.max")
_OWN_USE = Path("/sys/fs/cgroup/memory.current")


@dataclass(frozen=True, slots=True)
class Room:
    """What a machine has. `memory_bytes`: half of what is free goes to speech; None where nobody can tell."""

    cores: int
    memory_bytes: int | None
    lanes: int

    def fits(self, taken_bytes: int, more_bytes: int) -> bool:
        """Tell whether a child of so many bytes goes beside those that are there; the first one always does."""
        return not taken_bytes or self.memory_bytes is None or taken_bytes + more_bytes <= self.memory_bytes


def room_here(wanted: int = 0) -> Room:
    """Look at this machine; `wanted` lanes (0: one for each two cores), but no more than memory has room for."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = _free_bytes()
    half = None if free is None else free // 2
    lanes = wanted or max(1, cores // 2)
    return Room(cores, half, lanes if half is None else min(lanes, max(1, half // CHILD_BYTES)))


def child_bytes(model: Path) -> int:
    """Estimate the memory of a child that holds this model: weights as numbers of four bytes, and the library."""
    return max(CHILD_BYTES, 4 * model.stat().st_size)


def _free_bytes() -> int | None:
    """What is free on the machine and within the limit of its container, whichever is less."""
    found = [free for free in (_free_on_machine(), _free_in_container()) if free is not None]
    return min(found, default=None)


def _free_on_machine() -> int | None:
    try:
        lines = dict(line.split(":", 1) for line in _MEMORY.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):  # Not on every system.
        return None


def _free_in_container() -> int | None:
    try:
        return max(0, int(_OWN_LIMIT.read_text()) - int(_OWN_USE.read_text()))
    except (OSError, ValueError):  # There is no limit.
        return None
