"""Hours of clips from fifty students queued at once: how soon they are written down, and what pages take meanwhile.

`python -m tests.benchmarks queue [HOURS]`: the real site and the real engine; ten hours of sound without an argument.
"""

import asyncio
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from models.states import JobState
from models.tables import Job, Transcript
from models.tables.jobs import TRANSCRIBE
from tests import chance
from tests.benchmarks import queue_stage as stage
from tests.journeys.browser import PASSWORD
from tests.journeys.site import Site, copy_prepared
from tests.processes import family, memory_bytes
from tests.webapp.server import Server, Visitor, until

HOURS = 10.0
BOUND = 1.3
IDLE_SECONDS = 150.0
WARM_UP_SECONDS = 20.0
# As many as fifty people make who each open a page in every quarter of a minute.
PAUSE_SECONDS = 0.3
LONGEST_WAIT_SECONDS = 600.0
MIB = 2**20

Times = dict[str, list[float]]


async def measure() -> None:
    """Print whether all was written down once and in order, how fast, and what pages took without it and with it."""
    await asyncio.to_thread(_measure)


def _measure() -> None:
    hours = float(sys.argv[2]) if sys.argv[2:] else HOURS
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        data.mkdir()
        copy_prepared(data)
        clips = asyncio.run(stage.prepare(data, Site("", data), seconds=hours * 3600, seed=chance.seed()))
        print(f"{len(clips.lengths)} clips of {sum(clips.lengths):.0f} s in all from {stage.STUDENTS} students")
        with Server(data, CIM_SPEECH_MODEL="base") as server, _Memory(server.pid) as memory:
            _run(server, Site(server.origin, data), clips, memory)


def _run(server: Server, site: Site, clips: stage.Clips, memory: "_Memory") -> None:
    pages = _Pages(server, site, f"/reflections/{clips.reflection}")
    pages.look(lambda: False, seconds=WARM_UP_SECONDS)
    idle = pages.look(lambda: False, seconds=IDLE_SECONDS)
    memory_idle, memory.peak = memory.peak, 0
    queued = asyncio.run(site.beside(stage.queue_all))
    begun = time.monotonic()
    # The first time ever a model is unpacked and measured: that is not what pages are measured beside.
    until(lambda: asyncio.run(site.beside(_is_first_done)), seconds=LONGEST_WAIT_SECONDS)
    busy = pages.look(_Emptied(site), seconds=float("inf"))
    seconds = time.monotonic() - begun
    _print_work(asyncio.run(site.beside(_outcome)), queued, sum(clips.lengths) / seconds)
    _print_pages(idle, busy)
    print(f"memory of the server and its children: idle {memory_idle / MIB:.0f} MiB, busy {memory.peak / MIB:.0f} MiB")


async def _is_first_done() -> bool:
    return await Transcript.exists()


class _Emptied:
    """Tells whether nothing is left to do; the database is asked every few seconds, beside the application."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._next_look = 0.0
        self._last = (0.0, -1)

    def __call__(self) -> bool:
        now = time.monotonic()
        if now < self._next_look:
            return False
        self._next_look = now + 5.0
        left = asyncio.run(self._site.beside(stage.left))
        if left != self._last[1]:
            self._last = (now, left)
        elif now - self._last[0] > LONGEST_WAIT_SECONDS:
            raise AssertionError(f"nothing was done for {LONGEST_WAIT_SECONDS:.0f} s, {left} left")
        return left == 0


class _Pages:
    """A student and an assessor who open their pages again and again."""

    def __init__(self, server: Server, site: Site, reflection: str) -> None:
        student, assessor = Visitor(server), Visitor(server)
        student.sign_in(site.student, PASSWORD).raise_for_status()
        assessor.sign_in(site.assessor, PASSWORD).raise_for_status()
        self._looks = (
            ("student home", student, "/"),
            ("reflection", student, reflection),
            ("assessor queue", assessor, "/queue"),
        )

    def look(self, is_over: Callable[[], bool], *, seconds: float) -> Times:
        """Open one page after the other, for so long or until it is over; gives the seconds that each took."""
        times: Times = defaultdict(list)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not is_over():
            for name, visitor, path in self._looks:
                begun = time.perf_counter()
                answer = visitor.get(path)
                times[name].append(time.perf_counter() - begun)
                assert answer.status_code == 200, f"{path}: {answer.status_code}"
                time.sleep(PAUSE_SECONDS)
        return times


class _Memory:
    """Looks every half second at what the server and everybody below it hold; `peak` is in bytes."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Memory":
        self._thread.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.5):
            self.peak = max(self.peak, memory_bytes(family(self._pid)))


async def _outcome() -> tuple[list[Job], Counter[JobState], Counter[str]]:
    """Give the jobs in the order they began, how all ended, and how many transcripts each file has."""
    states = Counter([job.status for job in await Job.filter(kind=TRANSCRIBE)])
    return await stage.done_in_order(), states, Counter([str(row.media_id) for row in await Transcript.all()])


def _print_work(outcome: tuple[list[Job], Counter[JobState], Counter[str]], queued: int, speed: float) -> None:
    begun, states, transcripts = outcome
    once = sum(count == 1 for count in transcripts.values())
    ended = ", ".join(f"{count} {state.value}" for state, count in states.items())
    print(f"{queued} jobs: {ended}; {once} files with one transcript, {len(transcripts) - once} with several")
    print(f"begun out of their order: {stage.out_of_order(begun)}; begun more than once: {_again(begun)}")
    print(f"{speed:.1f} s of sound a second")


def _again(begun: list[Job]) -> int:
    return sum(job.attempt > 1 for job in begun)


def _print_pages(idle: Times, busy: Times) -> None:
    print(f"{'page':16}{'idle median':>12}{'p95':>8}{'busy median':>14}{'p95':>8}{'p95 ratio':>11}")
    for name in (*idle, "all"):
        before, during = (_all(times) if name == "all" else times[name] for times in (idle, busy))
        ratio = _p95(during) / _p95(before)
        verdict = f"  (bound {BOUND}; {len(before)} and {len(during)} looks)" if name == "all" else ""
        print(
            f"{name:16}{statistics.median(before) * 1000:9.1f} ms{_p95(before) * 1000:8.1f}"
            f"{statistics.median(during) * 1000:11.1f} ms{_p95(during) * 1000:8.1f}{ratio:11.2f}{verdict}"
        )


def _all(times: Times) -> list[float]:
    return [seconds for one in times.values() for seconds in one]


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
