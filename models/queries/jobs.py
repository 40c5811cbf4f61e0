"""What the machine does: for the student who waits for it, and for staff who look after it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.permissions import Actor, may_see_machine, require
from models.states import LONGEST_WAITS, JobRank, JobState
from models.tables import Job, MediaItem, Person, RoleKind, SpeechModel
from models.tables.jobs import TRANSCRIBE, overdue

LAST_JOBS = 20
"""The speed is measured over so many of the last transcripts."""

LONG_WAIT = timedelta(hours=1)
"""Work that waits longer than this may be stuck; staff look."""

MOST_LISTED = 200

_STATES_IN_ORDER = (JobState.RUNNING, JobState.FAILED, JobState.QUEUED, JobState.CANCELLED, JobState.DONE)


async def pace_of(model: str, kind: str = TRANSCRIBE) -> float | None:
    """Seconds of sound that a worker writes down in one second with this model; None before the first transcript.

    With another kind of job, what it does to the sound.
    """
    done = (
        await Job.filter(kind=kind, status=JobState.DONE, model=model, length_seconds__gt=0)
        .exclude(started_at=None)
        .order_by("-run_at")  # It is in the index, and near enough to when they were finished.
        .limit(LAST_JOBS)
    )
    spans = [job.finished_at - job.started_at for job in done if job.finished_at and job.started_at]
    spent = sum(spans, timedelta()).total_seconds()
    return sum(job.length_seconds for job in done) / spent if spent > 0 else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one job stands: sound written down, and what is left; None where nobody knows yet.

    `before_it` counts those whose turn is before its own; 0 in lists.
    """

    done_seconds: float
    length_seconds: float
    left_seconds: float | None
    before_it: int


async def standing_of(job: Job, *, at: datetime) -> Standing:
    """Tell how far a job is, and how many of its kind have their turn before it."""
    pace = await pace_of(job.model, job.kind) if job.status is JobState.RUNNING and job.model else None
    before = await _before(job, at=at).count() if job.status is JobState.QUEUED else 0
    return _standing(job, pace, before_it=before)


async def handed_in_waits(*, at: datetime) -> bool:
    """Machine's own: tell whether a recording that was handed in waits for its transcript."""
    return await Job.exists(kind=TRANSCRIBE, status=JobState.QUEUED, rank=JobRank.HANDED_IN, run_at__lte=at)


async def speech_model_for(language: str | None) -> str:
    """Machine's own: the model that staff chose for a language, else for all others; empty: the installation's."""
    chosen = await speech_models()
    return chosen.get(language or "") or chosen.get("") or ""


async def speech_models() -> dict[str, str]:
    """Tell which model is chosen for which language; the empty one stands for all others."""
    return {row.language: row.model for row in await SpeechModel.all().order_by("language")}


@dataclass(frozen=True, slots=True)
class Listed:
    """A job of a student, who is named where this person may know it, and what may be wrong with it."""

    job: Job
    media: MediaItem | None
    standing: Standing
    is_stuck: bool

    @property
    def student(self) -> Person | None:
        """Whose file it is."""
        return self.media.owner if self.media else None


@dataclass(frozen=True, slots=True)
class Machine:
    """All work there is: how much of each kind in each state, seconds of sound that wait, who works, and how fast."""

    counts: Mapping[tuple[str, JobState], int]
    waiting_seconds: float
    workers: Sequence[str]
    paces: Mapping[str, float]
    workers_lost: int


async def machine(*, actor: Actor, at: datetime) -> Machine:
    """Sum up all work that is not over, and what failed or lost its worker within a week; names nobody."""
    require(may_see_machine(actor))
    recent = Q(finished_at__isnull=True) | Q(finished_at__gt=at - timedelta(days=7))
    going_on = await Job.filter(status__in=(JobState.QUEUED, JobState.RUNNING))
    given_up = await Job.filter(recent, status=JobState.FAILED)
    speech = [job for job in going_on if job.kind == TRANSCRIBE]
    paces = {model: await pace_of(model) for model in sorted(await _models_used())}
    return Machine(
        Counter((job.kind, job.status) for job in (*going_on, *given_up)),
        sum(job.length_seconds * (1 - job.progress) for job in speech),
        sorted({job.worker for job in going_on if job.status is JobState.RUNNING}),
        {model: pace for model, pace in paces.items() if pace is not None},
        sum(job.workers_lost for job in await Job.filter(recent, workers_lost__gt=0)),
    )


async def listed(*, actor: Actor, at: datetime) -> list[Listed]:
    """List what runs, failed, was cancelled or waits in the programmes of which this person is staff, in this order."""
    require(may_see_machine(actor))
    order = {state: place for place, state in enumerate(_STATES_IN_ORDER)}
    recent = Q(finished_at__isnull=True) | Q(finished_at__gt=at - timedelta(days=30))
    jobs = await Job.filter(recent).exclude(status=JobState.DONE).order_by("rank", "length_seconds", "created_at")
    files = await _files_of(jobs, actor)
    shown = sorted((job for job in jobs if job.subject in files), key=lambda job: order[job.status])
    paces = await _paces(shown)
    return [
        Listed(job, files[job.subject], _standing(job, paces.get((job.model, job.kind))), is_stuck(job, at=at))
        for job in shown[:MOST_LISTED]
    ]


async def _paces(shown: Sequence[Job]) -> dict[tuple[str, str], float | None]:
    wanted = {(job.model, job.kind) for job in shown if job.model}
    return {(model, kind): await pace_of(model, kind) for model, kind in wanted}


async def every_job(
    *, states: Sequence[JobState], kinds: Sequence[str], subject: str, most: int | None, at: datetime
) -> list[Listed]:
    """Machine's own: list the work in these states for whoever looks after the machine itself; names nobody.

    What runs comes first, what is done last, and what waits in the order of its turn. No kinds are all of them, and an
    empty subject is every file.
    """
    order = {state: place for place, state in enumerate(_STATES_IN_ORDER)}
    found: list[Job] = []
    for state in sorted(states, key=order.__getitem__):
        rows = Job.filter(status=state)
        if kinds:
            rows = rows.filter(kind__in=kinds)
        if subject:
            rows = rows.filter(subject=subject)
        turns = ("-finished_at", "id") if state is JobState.DONE else ("rank", "length_seconds", "created_at", "id")
        rows = rows.order_by(*turns)
        found += await (rows if most is None else rows.limit(most - len(found)))
        if most is not None and len(found) >= most:
            break
    paces = await _paces([job for job in found if job.status is JobState.RUNNING])
    return [Listed(job, None, _standing(job, paces.get((job.model, job.kind))), is_stuck(job, at=at)) for job in found]


def is_stuck(job: Job, *, at: datetime) -> bool:
    """Tell whether staff should look: its worker was lost, a try failed, something is missing, or it waits for long."""
    if job.status not in {JobState.QUEUED, JobState.RUNNING}:
        return False
    is_silent = job.lease_until is not None and job.lease_until < at
    has_waited = job.status is JobState.QUEUED and at - job.created_at > LONG_WAIT
    return is_silent or has_waited or job.workers_lost > 0 or bool(job.error_code)


async def _files_of(jobs: Sequence[Job], actor: Actor) -> dict[str, MediaItem]:
    """Load the files of jobs with their students, where this person is staff and it is not their own."""
    programmes = actor.programmes_as(RoleKind.STAFF)
    ours = Q(reflection__enrolment__programme_id__in=programmes) | Q(activity__enrolment__programme_id__in=programmes)
    found = (
        await MediaItem.filter(ours, id__in=[UUID(job.subject) for job in jobs])
        .exclude(owner_id=actor.person_id)
        .select_related("owner", "reflection", "activity")
    )
    return {str(item.id): item for item in found}


async def _models_used() -> set[str]:
    last = Job.filter(kind=TRANSCRIBE, status=JobState.DONE).order_by("-run_at").limit(LAST_JOBS)
    return {job.model for job in await last if job.model}


def _standing(job: Job, pace: float | None, *, before_it: int = 0) -> Standing:
    done = job.progress * job.length_seconds
    left = (job.length_seconds - done) / pace if pace and job.status is JobState.RUNNING else None
    return Standing(done, job.length_seconds, left, before_it)


def _before(job: Job, *, at: datetime) -> QuerySet[Job]:
    """Those whose turn is before its own, by the same rule as `actions.jobs.claim`."""
    if job.created_at < at - LONGEST_WAITS[job.rank]:
        earlier = overdue(at) & Q(created_at__lt=job.created_at)
    else:
        same_rank = Q(rank=job.rank)
        same_length = Q(length_seconds=job.length_seconds)
        earlier = (
            overdue(at)
            | Q(rank__lt=job.rank)
            | (same_rank & Q(length_seconds__lt=job.length_seconds))
            | (same_rank & same_length & Q(created_at__lt=job.created_at))
        )
    return Job.filter(earlier, kind=job.kind, status=JobState.QUEUED)
