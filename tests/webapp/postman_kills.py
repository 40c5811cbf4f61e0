"""Kills the postman (`kill -9`) at steps of its conversation with a real mail server, and starts it again."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tortoise.transactions import in_transaction

from models import database
from models.actions.notices import tell
from models.states import LetterState
from models.tables import Letter
from models.tables.notices import NoticeKind
from tests.factories import make_enrolment
from tests.webapp.mail_box import GREETING, RECIPIENT, TAKEN, MailBox
from tests.webapp.server import until
from webapp.runtime import clock

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 120.0
NOTED = "noted"
"""Not a step that the server sees: some milliseconds after it has answered, when that is written down or is not yet."""
STEPS = (GREETING, RECIPIENT, TAKEN, NOTED)
NOTING_SECONDS = 0.03


@dataclass
class Tally:
    """What became of the letters."""

    letters: int
    kills: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)

    @property
    def duplicates(self) -> int:
        """Count the copies beyond the first of each letter."""
        return sum(count - 1 for count in self.copies.values())

    def check(self, message_ids: set[str]) -> None:
        """Each was delivered under the Message-ID that was fixed before, and a kill doubles one letter at most.

        Killed before the server has taken it, a letter is sent for the first time afterwards: that doubles none.
        """
        assert len(message_ids) == self.letters
        assert set(self.copies) == message_ids
        assert self.kills[TAKEN] <= self.duplicates <= self.kills[TAKEN] + self.kills[NOTED]

    def __str__(self) -> str:
        kills = ", ".join(f"{step} {self.kills[step]}" for step in STEPS)
        return (
            f"{self.letters} letters, {self.kills.total()} kills ({kills}): "
            f"{len(self.copies)} delivered, {self.duplicates} duplicates"
        )


def postman_killed(folder: Path, *, kills: int, seed: int, say: Callable[[str], None] = lambda _words: None) -> Tally:
    """Queue letters in a new database of a folder, and have them all sent in spite of kills."""
    choose = random.Random(seed)
    file = folder / "cim.sqlite3"
    tally = Tally(letters=3 * kills + 10)
    asyncio.run(_queue(file, tally.letters))
    with MailBox() as box, Postmen(folder, box) as postmen:
        for number in range(kills):
            step = STEPS[number % len(STEPS)]
            nth = 1 if step == GREETING else choose.randint(1, 2)
            _run_until_killed(postmen, box, step, nth, choose.uniform(0, NOTING_SECONDS))
            tally.kills[step] += 1
            say(f"  killed at {step}: {box.copies.total()} copies of {len(box.copies)} letters")
        postmen.begin()
        until(lambda: not asyncio.run(_still_open(file)), seconds=LONGEST_SECONDS)
        postmen.kill()
        tally.copies = box.copies
    tally.check(asyncio.run(_message_ids(file)))
    return tally


class Postmen:
    """One postman after the other, each a process of its own."""

    def __init__(self, folder: Path, box: MailBox) -> None:
        self._command = [sys.executable, "-m", "tests.webapp.postman_process", str(folder), box.url]
        self._at_work = 0

    def __enter__(self) -> Self:
        self._maker = subprocess.Popen(
            self._command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._at_work:
            os.kill(self._at_work, signal.SIGKILL)
        self._maker.communicate()

    def begin(self) -> None:
        """Let the next one work."""
        assert self._maker.stdin is not None
        self._maker.stdin.write("\n")
        self._maker.stdin.flush()
        self._at_work = int(self._said())

    def kill(self) -> None:
        """End it as a power failure would, and wait until it has ended."""
        os.kill(self._at_work, signal.SIGKILL)
        assert self._said() == "gone"
        self._at_work = 0

    def _said(self) -> str:
        assert self._maker.stdout is not None
        return self._maker.stdout.readline().strip()


def _run_until_killed(postmen: Postmen, box: MailBox, wanted: str, nth: int, delay: float) -> None:
    """Let one work until it comes to a step for the nth time, and kill it there."""
    is_there, is_killed = threading.Event(), threading.Event()
    left = nth

    def kill() -> None:
        assert is_there.wait(LONGEST_SECONDS)
        postmen.kill()
        is_killed.set()

    def at_step(step: str) -> None:
        nonlocal left
        left -= step == (TAKEN if wanted == NOTED else wanted)
        if left:
            return
        left = -1
        if wanted == NOTED:
            threading.Timer(delay, kill).start()
        else:
            kill()

    box.at_step = at_step
    postmen.begin()
    is_there.set()
    assert is_killed.wait(LONGEST_SECONDS), f"it never came to {wanted}"
    box.at_step = lambda _step: None


async def _queue(file: Path, count: int) -> None:
    await database.migrate(file, at=clock())
    async with database.opened(file):
        enrolment = await make_enrolment()
        async with in_transaction():
            for number in range(count):
                await tell(NoticeKind.FINAL_DUE, enrolment, of=number, at=clock(), day="2027-05-03")


async def _still_open(file: Path) -> bool:
    async with database.opened(file):
        return await Letter.filter(state__in=(LetterState.QUEUED, LetterState.SENDING)).exists()


async def _message_ids(file: Path) -> set[str]:
    async with database.opened(file):
        return {letter.message_id for letter in await Letter.filter(state=LetterState.SENT)}
