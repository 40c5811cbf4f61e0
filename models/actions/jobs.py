"""Machine's own: work that outlives a crash. Three compare-and-set statements, fenced by the attempt number."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models.states import JobState
from models.tables import Job

LEASE = timedelta(seconds=60)
LONGEST_ERROR = 2000
TRIES = 5


async def enqueue(kind: str, subject: UUID, *, at: datetime, dedupe_key: str = "", **arguments: Any) -> Job:
    """Add work inside the caller's transaction; the same `dedupe_key` twice is the same job."""
    job, _ = await Job.get_or_create(
        {
            "id": uuid4(),
            "kind": kind,
            "subject": str(subject),
            "arguments": arguments,
            "status": JobState.QUEUED,
            "run_at": at,
            "created_at": at,
        },
        dedupe_key=dedupe_key or f"{kind}:{subject}",
    )
    return job


async def claim(kinds: Sequence[str], worker: str, *, at: datetime) -> Job | None:
    """Take the oldest work that is due, or whose worker fell silent; None when there is none."""
    async with in_transaction():
        while (job := await _due(kinds, at=at)) is not None and job.attempt >= job.max_attempts:
            await _give_up(job, "worker_lost", "no worker lived long enough to finish it", at=at)
        if job is None:
            return None
        taken = await Job.filter(id=job.id, attempt=job.attempt, status=job.status).update(
            status=JobState.RUNNING,
            attempt=job.attempt + 1,
            lease_until=at + LEASE,
            worker=worker,
            progress=0.0,
        )
        return await Job.get(id=job.id) if taken else None


async def is_due(kinds: Sequence[str], *, at: datetime) -> bool:
    """Tell whether work of these kinds waits for its turn or is being done."""
    return await Job.exists(kind__in=kinds, status__in=(JobState.QUEUED, JobState.RUNNING), run_at__lte=at)


async def beat(job: Job, progress: float, *, at: datetime) -> bool:
    """Say that the work goes on, 0 to 1 done; False: it is no longer ours, stop the child."""
    return bool(
        await Job.filter(id=job.id, attempt=job.attempt, status=JobState.RUNNING, cancel_requested=False).update(
            lease_until=at + LEASE, progress=min(max(progress, 0.0), 1.0)
        )
    )


async def close_cancelled(job: Job, *, at: datetime) -> None:
    """Close work that was asked to stop, after its child was stopped."""
    await Job.filter(id=job.id, attempt=job.attempt, status=JobState.RUNNING, cancel_requested=True).update(
        status=JobState.CANCELLED, finished_at=at, lease_until=None
    )


async def finish(job: Job, *, at: datetime) -> bool:
    """Close the work, inside the transaction that stores its result; False: somebody else did, store nothing."""
    return bool(
        await Job.filter(id=job.id, attempt=job.attempt, status=JobState.RUNNING).update(
            status=JobState.DONE, progress=1.0, finished_at=at, lease_until=None, error_code="", error_detail=""
        )
    )


async def fail(job: Job, code: str, detail: str, *, at: datetime) -> None:
    """Put the work back for a later try (after 10 s, 20 s, 40 s, at most 160 s), or give it up after the last one."""
    async with in_transaction():
        if job.attempt >= job.max_attempts:
            await _give_up(job, code, detail, at=at)
            return
        await Job.filter(id=job.id, attempt=job.attempt, status=JobState.RUNNING).update(
            status=JobState.QUEUED,
            run_at=at + timedelta(seconds=10 * 2 ** min(job.attempt - 1, 4)),
            lease_until=None,
            error_code=code,
            error_detail=detail[-LONGEST_ERROR:],
        )


async def hand_back(job: Job, *, at: datetime) -> None:
    """Put work back that is stopped in an orderly way, with as many tries as before."""
    await Job.filter(id=job.id, attempt=job.attempt, status=JobState.RUNNING).update(
        status=JobState.QUEUED, max_attempts=job.max_attempts + 1, run_at=at, lease_until=None
    )


async def requeue_running(*, at: datetime) -> int:
    """At the start of the only application on this data folder: nobody works on these any more."""
    return await Job.filter(status=JobState.RUNNING).update(status=JobState.QUEUED, run_at=at, lease_until=None)


async def try_again(job: Job, *, at: datetime) -> bool:
    """Queue work that was given up once more, with all its tries; attempts go on counting, so that they still fence."""
    return bool(
        await Job.filter(id=job.id, attempt=job.attempt, status=JobState.FAILED).update(
            status=JobState.QUEUED,
            max_attempts=job.attempt + TRIES,
            run_at=at,
            finished_at=None,
            error_code="",
            error_detail="",
        )
    )


async def _due(kinds: Sequence[str], *, at: datetime) -> Job | None:
    waiting = Job.filter(kind__in=kinds, status=JobState.QUEUED, run_at__lte=at)
    silent = Job.filter(kind__in=kinds, status=JobState.RUNNING, lease_until__lt=at)
    return await waiting.order_by("run_at", "created_at").first() or await silent.order_by("lease_until").first()


async def _give_up(job: Job, code: str, detail: str, *, at: datetime) -> None:
    open_states = (JobState.QUEUED, JobState.RUNNING)
    await Job.filter(id=job.id, attempt=job.attempt, status__in=open_states).update(
        status=JobState.FAILED,
        finished_at=at,
        lease_until=None,
        error_code=code,
        error_detail=detail[-LONGEST_ERROR:],
    )
