"""How the work for machines goes, for whoever watches them: no names, no content."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from models.states import JobState
from models.tables import Job


class QueueHealth(NamedTuple):
    """`silent` work is held by a worker that did not beat for a whole lease: somebody else takes it soon."""

    by_state: dict[str, int]
    silent: int
    longest_wait_seconds: float


async def queue_health(*, at: datetime) -> QueueHealth:
    """Count jobs that are not done, and measure how long the oldest one has been due."""
    counted = Counter([JobState(row[0]) for row in await Job.exclude(status=JobState.DONE).values_list("status")])
    oldest = await Job.filter(status=JobState.QUEUED, run_at__lte=at).order_by("run_at").first()
    return QueueHealth(
        by_state={state.value: counted[state] for state in JobState if state is not JobState.DONE},
        silent=await Job.filter(status=JobState.RUNNING, lease_until__lt=at).count(),
        longest_wait_seconds=(at - oldest.run_at).total_seconds() if oldest else 0.0,
    )
