"""Kills and stops workers and their children while they do jobs, and counts what came of it."""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from models.actions import jobs
from models.actions.processing import TRANSCRIBE
from models.states import JobState
from models.tables import Job, Transcript
from tests.factories import make_media, make_reflection
from tests.transcription.delivery_worker import LEASE_SECONDS
from transcription.delivery import install

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 900
MOST_TRIES = 20
_KINDS = ("worker killed", "child killed", "worker stopped past its lease")


@dataclass
class Tally:
    """What was done to the workers, and what the jobs came to."""

    faults: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    transcripts: int = 0
    twice: int = 0
    again: int = 0
    orphans: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        did = ", ".join(f"{count} × {kind}" for kind, count in sorted(self.faults.items()))
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"{self.seconds:.0f} s; faults: {self.faults.total()} ({did}); jobs: {states}, {self.again} more than once "
            f"begun; transcripts: {self.transcripts}, {self.twice} double; orphans: {self.orphans}"
        )

    def check(self, *, jobs: int, faults: int) -> None:
        """Each job has one transcript, and nobody is left."""
        assert self.faults.total() >= faults, str(self)
        assert self.states == {JobState.DONE.value: jobs}, str(self)
        assert (self.transcripts, self.twice, self.orphans) == (jobs, 0, 0), str(self)


async def run(address: str, *, count: int, faults: int, seed: int) -> Tally:
    """Queue jobs in an open database, do them with two workers, and spoil it as often as said."""
    began, tally, chance = time.monotonic(), Tally(), random.Random(seed)
    media = await make_media(await make_reflection(format_="podcast"))
    await Job.all().delete()
    await install()
    now = datetime.now(UTC)
    for number in range(count):
        await jobs.enqueue(TRANSCRIBE, media.id, at=now, dedupe_key=f"fault:{number}")
    # So dense are the faults that the same few jobs, whose turn it is, may be hit again and again.
    await Job.all().update(max_attempts=MOST_TRIES)
    mark = uuid4().hex
    workers = [_Process(address, mark), _Process(address, mark)]
    try:
        async with asyncio.timeout(LONGEST_SECONDS), asyncio.TaskGroup() as group:
            for process in workers:
                await process.start()
            while tally.faults.total() < faults and await _is_work_left():
                # Each kind in its turn, each at a moment of its own.
                await asyncio.sleep(chance.uniform(0.1, 0.9))
                awake = [process for process in workers if process.children()]
                if awake:
                    await _spoil(_KINDS[tally.faults.total() % len(_KINDS)], chance.choice(awake), tally, group)
            while await _is_work_left():  # noqa: ASYNC110  The table is asked.
                await asyncio.sleep(0.3)
        for process in workers:
            await process.end()
        await asyncio.sleep(0.5)
        tally.orphans = _left_over(mark)
    finally:
        for process in workers:
            process.kill()
    tally.seconds = time.monotonic() - began
    tally.states = Counter(job.status.value for job in await Job.all())
    tally.again = await Job.filter(attempt__gt=1).count()
    made = Counter([row.job_id for row in await Transcript.all()])
    tally.transcripts, tally.twice = len(made), sum(number > 1 for number in made.values())
    return tally


async def _is_work_left() -> bool:
    return await Job.exists(status__in=(JobState.QUEUED, JobState.RUNNING))


async def _spoil(kind: str, process: "_Process", tally: Tally, group: asyncio.TaskGroup) -> None:
    """Do one of the faults to a worker that has a child at work."""
    if kind == "worker killed":
        process.kill()
        await process.start()
    elif kind == "child killed":
        for child in process.children():
            _signal(child, signal.SIGKILL)
    else:
        group.create_task(process.stop_for(LEASE_SECONDS + 2))
        await asyncio.sleep(0)
    tally.faults[kind] += 1


class _Process:
    """One worker, started again after a kill."""

    def __init__(self, address: str, mark: str) -> None:
        self._address = address
        self._environment = {**os.environ, "CIM_FAULTS": mark}
        self._process: asyncio.subprocess.Process | None = None
        self.is_stopped = False

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.transcription.delivery_worker", json.dumps(self._address)),
            cwd=ROOT,
            env=self._environment,
        )

    def children(self) -> list[int]:
        if self._process is None or self._process.returncode is not None or self.is_stopped:
            return []
        try:
            found = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        except FileNotFoundError:
            return []
        return [int(pid) for pid in found]

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            _signal(self._process.pid, signal.SIGKILL)

    async def stop_for(self, seconds: float) -> None:
        assert self._process is not None
        pid, self.is_stopped = self._process.pid, True
        _signal(pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        _signal(pid, signal.SIGCONT)
        self.is_stopped = False

    async def end(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(self._process.wait(), 20) == 0


def _left_over(mark: str) -> int:
    """Count the processes that inherited a run's mark and are still there."""
    left = 0
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            left += f"CIM_FAULTS={mark}".encode() in environment.read_bytes()
        except OSError:
            continue  # It ended meanwhile, or is another user's.
    return left


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
