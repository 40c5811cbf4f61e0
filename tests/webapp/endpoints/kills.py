"""Uploads over a line while the server is killed (`kill -9`) again and again, and what must hold when all is over."""

import hashlib
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.journeys.proxy import Proxy
from tests.webapp.endpoints.sending import LONGEST_WAIT_SECONDS, Sending, Take, through
from tests.webapp.endpoints.stage import Stage
from tests.webapp.server import until

AT_A_TIME = 3
PIECES = (64 * 1024, 256 * 1024, 1 << 30)
"""What a phone sends in one request: small, as large as ours does, all that is left."""

SIZES = (600_000, 2_400_000)


@dataclass(slots=True)
class Tally:
    """What a run has done and found."""

    uploads: int = 0
    takes: int = 0
    kills: int = 0
    breaks: int = 0
    moments: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        moments = ", ".join(f"{name} {count}" for name, count in self.moments.most_common())
        return (
            f"{self.kills} kills ({moments}), {self.uploads} uploads, {self.takes} takes, {self.breaks} broken attempts"
        )


class Killing:
    """A server behind a line, a phone in front of it, and kills at moments that a seed decides."""

    def __init__(self, stage: Stage, proxy: Proxy, *, seed: int) -> None:
        self.tally = Tally()
        self.sent: list[Sending] = []
        self.takes: list[Take] = []
        self._stage, self._proxy = stage, proxy
        self._chance = random.Random(seed)
        self._student = stage.student()
        self._reflection = self._student.reflection()

    def round(self, kills: int) -> None:
        """Send a few uploads at once and kill the server so often meanwhile; the last time as one becomes whole."""
        take = self._take() if self._chance.random() < 0.4 else None
        sendings = take.segments if take else [self._sending() for _ in range(self._chance.randint(1, AT_A_TIME))]
        with ThreadPoolExecutor(AT_A_TIME + 1) as pool:
            # Each trap is laid while nothing moves: before the first byte, then while the server is down.
            killed = self._trap_in_the_middle(sendings, kills)
            going = [pool.submit(self._send, sending) for sending in sendings]
            if take and take.is_decided_early:
                going.append(pool.submit(self._decide, take))
            for left in range(kills - 1, -1, -1):
                assert killed.wait(LONGEST_WAIT_SECONDS), self._stage.server.log[-3000:]
                # What is still on its way goes nowhere: it must not spring the next trap.
                self._proxy.reset()
                self.tally.kills += 1
                self.tally.moments[self._left_behind(sendings)] += 1
                if left:
                    killed = self._trap_in_the_middle(sendings, left) if left > 1 else self._trap_at_the_end(sendings)
                self._stage.server.launch()
            for future in going:
                future.result()
        if take:
            receipt = self._decide(take)
            assert (receipt["complete"], receipt["manifest"]) == (True, take.manifest)
            self.takes.append(take)
            self.tally.takes += 1
        self.sent += sendings
        self.tally.uploads += len(sendings)
        self.tally.breaks += sum(sending.breaks for sending in sendings)

    def _sending(self) -> Sending:
        return Sending(
            self._reflection,
            self._chance.randbytes(self._chance.randint(*SIZES)),
            self._chance.choice(PIECES),
            is_open_ended=self._chance.random() < 0.4,
        )

    def _take(self) -> Take:
        return Take(self._reflection, [self._sending() for _ in range(3)], self._chance.random() < 0.5)

    def _decide(self, take: Take) -> dict[str, Any]:
        with through(self._proxy, self._student) as phone:
            return take.decide(phone)

    def _send(self, sending: Sending) -> None:
        with through(self._proxy, self._student) as phone:
            sending.send(phone)

    def _trap_in_the_middle(self, sendings: list[Sending], kills_left: int) -> threading.Event:
        """Kill when a part of what is missing has come through, so that no upload is whole before its last kill."""
        missing = min(len(one.content) - self._row_of(one)[1] for one in sendings)
        killed = threading.Event()
        self._proxy.after_up(self._chance.randint(8_000, max(10_000, missing // kills_left)), self._killer(killed))
        return killed

    def _trap_at_the_end(self, sendings: list[Sending]) -> threading.Event:
        """Kill as soon as a file lies in its place, which is before its row says so; or when its last byte is there."""
        killed = threading.Event()
        waits_for_place = self._chance.random() < 0.6
        kill = self._killer(killed)

        def is_reached(sending: Sending) -> bool:
            return self._is_in_its_place(sending) or (not waits_for_place and self._is_full(sending))

        def watch() -> None:
            deadline = time.monotonic() + LONGEST_WAIT_SECONDS
            while time.monotonic() < deadline:
                if any(map(is_reached, sendings)):
                    kill()
                    return

        threading.Thread(target=watch, daemon=True).start()
        return killed

    def _killer(self, killed: threading.Event) -> Callable[[], None]:
        def kill() -> None:
            self._stage.server.kill()
            killed.set()

        return kill

    def _left_behind(self, sendings: list[Sending]) -> str:
        """Say what moment the kill has struck, by the disk and the rows; only while the server is down."""
        states = [(self._is_in_its_place(one), self._is_full(one), self._row_of(one)) for one in sendings]
        if any(is_moved and state == "receiving" for is_moved, _, (state, _) in states):
            return "between the move and the row"
        if any(is_full for _, is_full, _ in states):
            return "between the last byte and the move"
        if any(state == "received" for _, _, (state, _) in states):
            return "after the row"
        return "in the middle"

    def _is_in_its_place(self, sending: Sending) -> bool:
        return (self._stage.settings.media_folder / "originals" / sending.id.hex).exists()

    def _is_full(self, sending: Sending) -> bool:
        try:
            part = self._stage.settings.data_folder / "uploads" / f"{sending.id.hex}.part"
            return part.stat().st_size == len(sending.content)
        except OSError:
            return False

    def _row_of(self, sending: Sending) -> tuple[str, int]:
        found = rows(self._stage, "SELECT state, offset_bytes FROM upload WHERE id = ?", sending.id)
        return found[0] if found else ("", 0)

    def check(self) -> None:
        """Compare everything: each sum, one item and one job for each upload or take, and no file too many."""
        stage, folder = self._stage, self._stage.settings.data_folder
        originals = stage.settings.media_folder / "originals"
        asked = {one.id: self._student.head(one.path).headers.get("CIM-Sha256") for one in self.sent}
        kept = {UUID(path.name): hashlib.sha256(path.read_bytes()).hexdigest() for path in originals.iterdir()}
        wanted = {one.id: one.sha256 for one in self.sent}
        assert asked == wanted
        assert kept == wanted  # As many as were sent, too: no stray original.
        assert list((folder / "uploads").iterdir()) == []
        items = [one.id for one in self.sent if not one.take] + [take.id for take in self.takes]
        for query, expected in (
            ("SELECT id FROM media_item", items),
            ("SELECT subject FROM job WHERE kind = 'prepare'", items),
            ("SELECT subject_id FROM event WHERE move = 'begin_upload'", list(wanted)),
            ("SELECT subject_id FROM event WHERE move = 'use_take'", [take.id for take in self.takes]),
            (
                "SELECT subject_id FROM event WHERE move = 'receive'",
                [*wanted, *(take.id for take in self.takes)],
            ),
        ):
            assert sorted(UUID(one) for (one,) in rows(stage, query)) == sorted(expected), query
        self._check_the_work()

    def _check_the_work(self) -> None:
        """Wait until every file was looked at: a job ends once, or is given up after the server died over it often."""
        open_jobs = "SELECT 1 FROM job WHERE status IN ('queued', 'running')"
        until(lambda: not rows(self._stage, open_jobs), seconds=20 + 2 * len(self.sent))
        endings = rows(self._stage, "SELECT DISTINCT status, error_code FROM job")
        assert set(endings) <= {("done", ""), ("failed", "worker_lost")}
        looked_at = rows(self._stage, "SELECT subject_id FROM event WHERE move = 'refuse'")
        assert len(looked_at) == len(set(looked_at))
        until(lambda: list((self._stage.settings.data_folder / "work").iterdir()) == [])


def rows(stage: Stage, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask the database, whether the server is there or not."""
    with closing(sqlite3.connect(stage.settings.database_file)) as database:
        return database.execute(query, [str(value) for value in values]).fetchall()


def killings(stage: Stage, *, uploads: int, kills_each: int, seed: int) -> Iterator[Tally]:
    """Run so many rounds against a server that runs already; gives the tally after each, and checks after the last."""
    with Proxy(stage.server.port) as proxy:
        killing = Killing(stage, proxy, seed=seed)
        for _ in range(uploads):
            killing.round(kills_each)
            yield killing.tally
        killing.check()
