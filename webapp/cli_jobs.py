"""`cim jobs`: what the machine has to do, as plain lines."""

import argparse
import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from textwrap import shorten

from models import database
from models.errors import N_, Refused
from models.queries import jobs as queries
from models.queries.jobs import Listed
from models.settings import Settings
from models.states import JobRank, JobState
from models.tables.jobs import CONVERT, PREPARE, TRANSCRIBE, TRANSLATE
from webapp.cli_worker import OtherVersion
from webapp.runtime import clock

_HEADS = ("state", "kind", "subject", "rank", "progress", "left", "attempts", "model", "asked for", "last error")
_OPEN = (JobState.RUNNING, JobState.FAILED, JobState.QUEUED, JobState.CANCELLED)
_LONGEST_ERROR = 100


class NoDatabase(Refused):
    """The data folder holds no installation; opening it would make an empty one."""

    words = N_("There is no database {file}.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Filters; without any, everything is listed that is not done."""
    parser.add_argument("--state", action="append", choices=[state.value for state in JobState], default=[])
    kinds = (PREPARE, CONVERT, TRANSCRIBE, TRANSLATE)
    parser.add_argument("--kind", action="append", choices=kinds, default=[])
    parser.add_argument("--subject", default="", metavar="ID", help="the file that the work is about")
    parser.add_argument("--stuck", action="store_true", help="only what staff should look at")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="at most so many lines (default: 200)")


def jobs(wanted: argparse.Namespace, settings: Settings) -> None:
    """List them: what runs, failed, waits in the order of its turn, was cancelled; and with `--state done` the rest."""
    for line in asyncio.run(_lines(wanted, settings.database)):
        print(line)


async def _lines(wanted: argparse.Namespace, where: database.Where) -> list[str]:
    if isinstance(where, Path) and not where.is_file():
        raise NoDatabase(file=where)
    if not await database.is_current(where):
        raise OtherVersion
    states = [JobState(state) for state in wanted.state] or _OPEN
    now = clock()
    async with database.opened(where):
        found = await queries.every_job(
            states=states,
            kinds=wanted.kind,
            subject=wanted.subject,
            most=None if wanted.stuck else wanted.limit,
            at=now,
        )
    shown = [one for one in found if one.is_stuck or not wanted.stuck][: wanted.limit]
    return _table([_HEADS, *(_row(one, now) for one in shown)])


def _row(listed: Listed, now: datetime) -> tuple[str, ...]:
    job, left = listed.job, listed.standing.left_seconds
    state = f"{job.status.value} (stuck)" if listed.is_stuck else job.status.value
    error = shorten(f"{job.error_code}: {job.error_detail}", _LONGEST_ERROR, placeholder=" …") if job.error_code else ""
    return (
        state,
        job.kind,
        job.subject,
        "handed in" if job.rank is JobRank.HANDED_IN else "draft",
        f"{job.progress:.0%}",
        "" if left is None else _time(left),
        f"{job.attempt}/{job.max_attempts}",
        job.model,
        f"{_time((now - job.created_at).total_seconds())} ago",
        error,
    )


def _time(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_line(row, widths) for row in rows]


def _line(row: Sequence[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
