"""Machine's own: work that outlives a crash. Compare-and-set statements, fenced by the attempt number.

Cancelling is asked for, and whoever holds the job closes it: at its next beat, or when its worker fell silent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.actions.notices import tell_of_file
from models.states import JobRank, JobState
from models.storable import storable
from models.tables import Job
from models.tables.jobs import PREPARE, TRANSCRIBE, overdue
from models.tables.notices import NoticeKind

# A worker that falls silent is found within a minute of its last beat: this and the time between two looks.
LEASE = timedelta(seconds=50)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_ERROR = 2000
TRIES = 5

OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)
CLOSED_WITHOUT_RESULT = (JobState.FAILED, JobState.CANCELLED)

_TOLD = {PREPARE: NoticeKind.FILE_REFUSED, TRANSCRIBE: NoticeKind.NO_TRANSCRIPT}
"""What the student hears when such work is given up."""

_TURNS = ("rank", "length_seconds", "created_at", "id")


async def enqueue(
    kind: str,
    subject: UUID,
    *,
    at: datetime,
    dedupe_key: str = "",
    rank: JobRank = JobRank.DRAFT,
    length_seconds: float = 0.0,
    **arguments: Any,
) -> Job:
    """Add work inside the caller's transaction; the same `dedupe_key` twice is the same job."""
    job, _ = await Job.get_or_create(
        {
            "id": uuid4(),
            "kind": kind,
            "subject": str(subject),
            "arguments": arguments,
            "status": JobState.QUEUED,
            "rank": rank,
            "length_seconds": length_seconds,
            "run_at": at,
            "created_at": at,
        },
        dedupe_key=dedupe_key or f"{kind}:{subject}",
    )
    return job


async def set_rank(subject: UUID | None, rank: JobRank) -> None:
    """Give the work on a file that is not finished another turn, inside the transaction that decides about it."""
    if subject is not None:
        await Job.filter(subject=str(subject)).exclude(status=JobState.DONE).update(rank=rank)


async def claim(kinds: Sequence[str], worker: str, *, at: datetime) -> Job | None:
    """Take the work whose turn it is, also what a silent worker left; None when there is none.

    Handed-in work comes first, then short before long, then the oldest; but whatever has waited for longer than
    LONGEST_WAITS comes before all of it, the oldest first.
    """
    to_take = Q(status=JobState.QUEUED, run_at__lte=at) | Q(status=JobState.RUNNING, lease_until__lt=at)
    if not await Job.exists(to_take, kind__in=kinds):
        return None  # Asked twice a second, and most often so: nobody who writes has to wait for it.
    async with in_transaction():
        await _take_from_silent_workers(at=at)
        while (job := await _due(kinds, at=at)) is not None and job.attempt >= job.max_attempts:
            await _give_up(job, "worker_lost", "no worker lived long enough to finish it", at=at)
        if job is None:
            return None
        taken = await Job.filter(id=job.id, attempt=job.attempt, status=JobState.QUEUED).update(
            status=JobState.RUNNING,
            attempt=job.attempt + 1,
            lease_until=at + LEASE,
            worker=worker,
            progress=0.0,
            started_at=at,
        )
        return await Job.get(id=job.id) if taken else None


async def is_due(kinds: Sequence[str], *, at: datetime) -> bool:
    """Tell whether work of these kinds waits for its turn or is being done."""
    return await Job.exists(kind__in=kinds, status__in=OPEN_STATES, run_at__lte=at)


async def beat(job: Job, progress: float, *, at: datetime) -> bool:
    """Say that the work goes on, 0 to 1 done; False: it is no longer ours, stop the child."""
    return bool(
        await _held(job)
        .filter(cancel_requested=False)
        .update(lease_until=at + LEASE, progress=min(max(progress, 0.0), 1.0))
    )


async def note_model(job: Job, model: str) -> None:
    """Say with which speech model this try is made: its speed counts for what is made with the same one."""
    await _held(job).update(model=model)


async def ask_to_stop(job: Job, *, at: datetime) -> bool:
    """Cancel what waits at once, and what runs at its next beat; False: it is over already."""
    waiting = Job.filter(id=job.id, status=JobState.QUEUED)
    if await waiting.update(status=JobState.CANCELLED, finished_at=at):
        return True
    return bool(await Job.filter(id=job.id, status=JobState.RUNNING).update(cancel_requested=True))


async def close_cancelled(job: Job, *, at: datetime) -> bool:
    """Close work that was asked to stop, after its child was stopped; False: nobody asked, or it is not ours."""
    return bool(await _close_asked(_held(job), at=at))


async def finish(job: Job, *, at: datetime) -> bool:
    """Close the work, inside the transaction that stores its result; False: somebody else did, store nothing."""
    return bool(
        await _held(job).update(
            status=JobState.DONE, progress=1.0, finished_at=at, lease_until=None, error_code="", error_detail=""
        )
    )


async def fail(job: Job, code: str, detail: str, *, at: datetime) -> None:
    """Put the work back for a later try (after 10 s, 20 s, 40 s, at most 160 s), or give it up after the last one."""
    async with in_transaction():
        if await close_cancelled(job, at=at):
            return
        if job.attempt >= job.max_attempts:
            await _give_up(job, code, detail, at=at)
            return
        await _held(job).update(
            status=JobState.QUEUED,
            run_at=at + FIRST_WAIT * 2 ** min(job.attempt - 1, 4),
            lease_until=None,
            error_code=code,
            error_detail=_kept(detail),
        )


async def hand_back(
    job: Job, *, at: datetime, wait: timedelta = timedelta(0), code: str = "", detail: str = ""
) -> None:
    """Put work back that is stopped in an orderly way, with as many tries as before; `code` says what it waits for."""
    async with in_transaction():
        if not await close_cancelled(job, at=at):
            await _held(job).update(
                status=JobState.QUEUED,
                max_attempts=job.max_attempts + 1,
                run_at=at + wait,
                lease_until=None,
                error_code=code,
                error_detail=_kept(detail),
            )


async def requeue_running(*, at: datetime) -> int:
    """At the start of the only application on this data folder: nobody works on these any more."""
    async with in_transaction():
        return await _requeue(Job.filter(status=JobState.RUNNING), at=at)


async def requeue_silent(*, at: datetime) -> int:
    """Queue the work of every worker that fell silent, whatever its kind; tells how much it was."""
    async with in_transaction():
        return await _take_from_silent_workers(at=at)


async def try_again(job: Job, *, at: datetime) -> bool:
    """Queue work once more that was given up or cancelled, with all its tries; attempts go on counting as a fence."""
    return bool(
        await Job.filter(id=job.id, attempt=job.attempt, status__in=CLOSED_WITHOUT_RESULT).update(
            status=JobState.QUEUED,
            max_attempts=job.attempt + TRIES,
            run_at=at,
            finished_at=None,
            progress=0.0,
            cancel_requested=False,
            error_code="",
            error_detail="",
        )
    )


def _kept(detail: str) -> str:
    """What a machine said at its end may hold anything; words that cannot be kept must not keep a job open."""
    return str(storable(detail[-LONGEST_ERROR:]))


def _held(job: Job) -> QuerySet[Job]:
    """The row as long as this attempt holds it: later ones have another number."""
    return Job.filter(id=job.id, attempt=job.attempt, status=JobState.RUNNING)


async def _due(kinds: Sequence[str], *, at: datetime) -> Job | None:
    waiting = Job.filter(kind__in=kinds, status=JobState.QUEUED, run_at__lte=at)
    first = await waiting.order_by(*_TURNS).first()
    if first is None:
        return None
    return await waiting.filter(overdue(at)).order_by("created_at", "id").first() or first


async def _take_from_silent_workers(*, at: datetime) -> int:
    return await _requeue(Job.filter(status=JobState.RUNNING, lease_until__lt=at), at=at)


async def _requeue(left: QuerySet[Job], *, at: datetime) -> int:
    await _close_asked(left, at=at)
    return await left.update(status=JobState.QUEUED, run_at=at, lease_until=None, workers_lost=F("workers_lost") + 1)


async def _close_asked(rows: QuerySet[Job], *, at: datetime) -> int:
    return await rows.filter(cancel_requested=True).update(
        status=JobState.CANCELLED, finished_at=at, lease_until=None, error_code="", error_detail=""
    )


async def _give_up(job: Job, code: str, detail: str, *, at: datetime) -> None:
    given_up = await Job.filter(id=job.id, attempt=job.attempt, status__in=OPEN_STATES).update(
        status=JobState.FAILED,
        finished_at=at,
        lease_until=None,
        error_code=code,
        error_detail=_kept(detail),
    )
    if given_up and job.kind in _TOLD:
        await tell_of_file(_TOLD[job.kind], UUID(job.subject), at=at)
