"""Many transcripts made by two processes, while both, their children and the model are hurt.

On SQLite they are the application and a worker beside it, on PostgreSQL two workers to which jobs are delivered.
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from media.store import FolderStore
from models.database import Where, migrate, opened
from models.tables import Job
from models.tables.jobs import TRANSCRIBE
from tests.factories import NOW, make_media, make_reflection
from tests.media.making import make_phone_webm
from tests.transcription.job_process import LEASE_SECONDS, MODEL
from webapp.runtime import clock

ROOT = Path(__file__).resolve().parents[2]
ROLES = {True: ("application", "worker"), False: ("first worker", "second worker")}
"""Who does the work: on SQLite, and on PostgreSQL."""
LONGEST_WAIT_SECONDS = 60.0
MOST_TRIES = 20
SHORT_LIVED_SECONDS = 5.0
"""So long a child may outlive its killed parent: the kernel ends it at once, the rest is for a busy machine."""


@dataclass(slots=True)
class Tally:
    """What a run has done and found."""

    jobs: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    lost_workers: int = 0
    most_tries: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        faults = ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        return (
            f"{self.jobs} transcripts once each, {self.faults.total()} faults ({faults}), workers lost on jobs "
            f"{self.lost_workers} times, at most {self.most_tries} tries, 0 lost, 0 orphans, {self.seconds:.0f} s"
        )


async def prepare(folder: Path, where: Where, jobs: int) -> None:
    """Make recordings whose playable copies really are in the store, each with a job that waits."""
    recording = make_phone_webm(folder.with_name("playable.webm"), video=None)
    (folder / "models").mkdir(parents=True)
    (folder / "models" / f"{MODEL}.pt").write_bytes(b"weights")
    await migrate(where, at=NOW)
    async with opened(where):
        store, reflection = FolderStore(folder / "media"), await make_reflection()
        for number in range(jobs):
            item = await make_media(reflection, seconds=2.0 + number / 1000, at=clock())
            copy = shutil.copyfile(recording, folder / "copy.webm")
            await store.put(item.playable_key, copy)
        # So dense are the faults that the same few jobs, whose turn it is, may be hit again and again.
        await Job.filter(kind=TRANSCRIBE).update(max_attempts=MOST_TRIES)


class Run:
    """Two processes over one store and one database, and what a seed does to them."""

    def __init__(self, folder: Path, where: Where, *, seed: int) -> None:
        self.folder = folder
        self._where = where
        self._roles = ROLES[isinstance(where, Path)]
        self.tally = Tally()
        self._chance = random.Random(seed)
        self._log = folder.with_name("processes.log")
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._is_hurt: set[str] = set()
        self._healing: set[asyncio.Task[None]] = set()

    async def go(self, faults: int, *, say: Callable[[str], None] = lambda _words: None) -> Tally:
        """Do all jobs with so many faults spread over them; AssertionError says what was lost, doubled or left."""
        began, self.tally.jobs = time.monotonic(), self._count("SELECT count(*) FROM job WHERE kind = 'transcribe'")
        for role in self._roles:
            self._launch(role)
        try:
            for number in range(faults):
                # Evenly over the work, so that the last fault still finds some.
                await self._until_done(int(self.tally.jobs * 0.95 * number / faults))
                await self._fault()
                if number % 10 == 9:
                    say(f"  {time.monotonic() - began:5.0f} s  {self._done()} done, {self.tally.faults.total()} faults")
            await self._until_done(self.tally.jobs)
            await asyncio.gather(*self._healing)
        finally:
            for process in self._processes.values():
                process.kill()
                process.wait()
        self.tally.seconds = time.monotonic() - began
        await self._check()
        return self.tally

    async def _fault(self) -> None:
        one, other = self._roles
        faults: list[tuple[str, Callable[[], Awaitable[bool]]]] = [
            (f"{one} killed", lambda: self._kill(one)),
            (f"{other} killed", lambda: self._kill(other)),
            ("child killed", lambda: self._hurt_child(signal.SIGKILL)),
            ("child frozen", lambda: self._hurt_child(signal.SIGSTOP)),
            ("child out of memory", self._exhaust),
            (f"{one} frozen past its lease", lambda: self._freeze(one)),
            (f"{other} frozen past its lease", lambda: self._freeze(other)),
            ("model missing", self._miss_model),
        ]
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while time.monotonic() < deadline:
            await asyncio.sleep(self._chance.uniform(0.05, 0.4))
            # Each kind in its turn: a run of a dozen faults has met all of them.
            name, strike = faults[self.tally.faults.total() % len(faults)]
            if await strike():
                self.tally.faults[name] += 1
                return
        raise AssertionError(f"there was no chance for a fault: {name}")

    async def _kill(self, role: str) -> bool:
        if role in self._is_hurt:
            return False
        self._processes[role].kill()
        self._processes[role].wait()
        await self._check_no_orphans()
        self._launch(role)
        return True

    async def _freeze(self, role: str) -> bool:
        if role in self._is_hurt:
            return False
        self._processes[role].send_signal(signal.SIGSTOP)
        self._is_hurt.add(role)

        async def thaw() -> None:
            await asyncio.sleep(LEASE_SECONDS + 1.0)
            self._processes[role].send_signal(signal.SIGCONT)
            self._is_hurt.discard(role)

        self._heal(thaw())
        return True

    async def _hurt_child(self, how: signal.Signals) -> bool:
        children = self._pids("scripted_child.py")
        if not children:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._chance.choice(children), how)
            return True
        return False

    async def _exhaust(self) -> bool:
        trap = self.folder / "models" / "oom"
        trap.touch()
        for _ in range(100):
            await asyncio.sleep(0.05)
            if not trap.exists():
                return True
        trap.unlink(missing_ok=True)
        return False

    async def _miss_model(self) -> bool:
        if "model" in self._is_hurt:
            return False
        model = self.folder / "models" / f"{MODEL}.pt"
        hidden = model.rename(model.with_suffix(".hidden"))
        self._is_hurt.add("model")

        async def bring_back() -> None:
            await asyncio.sleep(1.5)
            hidden.rename(model)
            self._is_hurt.discard("model")

        self._heal(bring_back())
        return True

    def _heal(self, work: Awaitable[None]) -> None:
        self._healing.add(asyncio.ensure_future(work))

    def _launch(self, role: str) -> None:
        command = [sys.executable, "-m", "tests.transcription.job_process", str(self.folder), role, str(self._where)]
        with self._log.open("ab") as log:
            self._processes[role] = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    async def _until_done(self, wanted: int) -> None:
        deadline, last = time.monotonic() + LONGEST_WAIT_SECONDS, -1
        while (done := self._done()) < wanted:
            if done > last:
                last, deadline = done, time.monotonic() + LONGEST_WAIT_SECONDS
            assert time.monotonic() < deadline, f"no job was done for long: {self._open()}\n{self._log_end()}"
            await asyncio.sleep(0.05)

    async def _check(self) -> None:
        await self._check_no_orphans()
        wrong = self._rows("SELECT id, status, attempt, error_code, error_detail FROM job WHERE status <> 'done'")
        assert wrong == [], f"{wrong}\n{self._log_end()}"
        twice = [
            *self._rows("SELECT media_id FROM transcript GROUP BY media_id HAVING count(*) <> 1"),
            *self._rows(
                "SELECT subject_id FROM event WHERE move = 'transcribe' GROUP BY subject_id HAVING count(*) <> 1"
            ),
        ]
        assert twice == []
        assert self._count("SELECT count(DISTINCT media_id) FROM transcript") == self.tally.jobs
        assert self._count("SELECT count(*) FROM event WHERE move = 'transcribe'") == self.tally.jobs
        self.tally.lost_workers = self._count("SELECT sum(workers_lost) FROM job")
        self.tally.most_tries = self._count(
            # Waiting for a missing model costs no try.
            f"SELECT max(attempt - max_attempts + {MOST_TRIES}) FROM job WHERE kind = 'transcribe'"  # noqa: S608
        )

    async def _check_no_orphans(self) -> None:
        """Every process of ours has one of ours above it, a moment after its parent was killed."""
        parents = {process.pid for process in self._processes.values() if process.poll() is None}
        deadline = time.monotonic() + SHORT_LIVED_SECONDS
        while orphans := [pid for pid in self._pids(str(self.folder)) if not _descends(pid, parents)]:
            assert time.monotonic() < deadline, f"left behind: {[_command(pid) for pid in orphans]}"
            await asyncio.sleep(0.05)

    def _pids(self, word: str) -> list[int]:
        """Find processes on our folder with this word in their command, and none of another run."""
        found = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        return [pid for pid in found if word in (command := _command(pid)) and str(self.folder) in command]

    def _done(self) -> int:
        return self._count("SELECT count(*) FROM job WHERE kind = 'transcribe' AND status = 'done'")

    def _open(self) -> list[tuple[object, ...]]:
        return self._rows("SELECT status, attempt, worker, error_code FROM job WHERE status <> 'done' LIMIT 10")

    def _count(self, query: str) -> int:
        return int(str(self._rows(query)[0][0] or 0))

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        if isinstance(self._where, Path):
            with closing(sqlite3.connect(self._where, timeout=10)) as file:
                return file.execute(query).fetchall()
        import psycopg  # noqa: PLC0415  Without a server, its driver need not be there.

        with psycopg.connect(self._where) as server:
            return server.execute(query.encode()).fetchall()

    def _log_end(self) -> str:
        return self._log.read_text(errors="replace")[-4000:]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _descends(pid: int, parents: set[int]) -> bool:
    while pid > 1:
        if pid in parents:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return True  # It has just ended.
    return False


async def hurt(
    folder: Path,
    where: Where | None = None,
    *,
    jobs: int,
    faults: int,
    seed: int,
    say: Callable[[str], None] = lambda _w: None,
) -> Tally:
    """Prepare and go; without an empty database on a server it is the one of the folder."""
    where = where or folder / "cim.sqlite3"
    await prepare(folder, where, jobs)
    run = Run(folder, where, seed=seed)
    return await run.go(faults, say=say)
