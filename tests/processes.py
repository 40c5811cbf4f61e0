"""What a process and those below it are and take, as Linux tells it."""

from collections import defaultdict
from pathlib import Path

_KIB = 1024


def family(pid: int) -> list[int]:
    """Find a process and everybody below it, itself first; empty when it has ended."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The program's name may hold blanks and parentheses; what follows the last one does not.
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # It has just ended.
        children[parent].append(int(entry.parent.name))
    found = [pid] if Path(f"/proc/{pid}").exists() else []
    for one in found:
        found += children[one]
    return found


def memory_bytes(pids: list[int]) -> int:
    """Add up what processes hold in memory; what they share counts for each of them."""
    return sum(_resident_bytes(pid) for pid in pids)


def command(pid: int) -> str:
    """Give a process's command line; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _resident_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * _KIB for line in lines if line.startswith("VmRSS:"))


def left_over(folder: Path) -> list[str]:
    """Find what still runs with the path of a folder in its environment or its command line."""
    word, found = str(folder).encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue  # It has just ended, or is another user's.
        if word in said:
            found.append(command(int(process.name)))
    return found
