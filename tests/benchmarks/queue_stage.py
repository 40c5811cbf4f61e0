"""Fifty students with clips that wait to be written down, in the data folder of a site that is not running yet."""

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from media.store import FolderStore
from models import database
from models.actions import handing_in, jobs, reflections
from models.permissions import Actor
from models.queries.people import actor_of
from models.states import JobRank, JobState
from models.tables import Enrolment, Job, MediaItem, Person, Programme, Reflection
from models.tables.jobs import TRANSCRIBE
from tests.benchmarks.tape import cut, write_tape
from tests.factories import NOW, make_activity, make_actor, make_enrolment, make_media
from tests.journeys.site import Site
from webapp.runtime import clock

STUDENTS = 50
SHORTEST_SECONDS, LONGEST_SECONDS = 30.0, 600.0
TAPES = 3


@dataclass(frozen=True, slots=True)
class Clips:
    """What waits, and a page of one of those reflections that the site's own student may read."""

    lengths: list[float]
    reflection: UUID


def lengths(seconds: float, choose: random.Random) -> list[float]:
    """Draw lengths, as many short as long ones by their logarithm, until they fill so many seconds."""
    drawn: list[float] = []
    while sum(drawn) < seconds:
        drawn.append(SHORTEST_SECONDS * (LONGEST_SECONDS / SHORTEST_SECONDS) ** choose.random())
    return drawn


async def prepare(data: Path, site: Site, *, seconds: float, seed: int) -> Clips:
    """Store clips of so many seconds in all; half of them are handed in. None of them is to be written down yet."""
    choose = random.Random(seed)
    tapes = [write_tape(data.with_name(f"tape{n}.webm"), LONGEST_SECONDS, seed=seed + n) for n in range(TAPES)]
    drawn = lengths(seconds, choose)
    store = FolderStore(data / "media")
    async with database.opened(data / "cim.sqlite3"):
        reflections_begun = []
        enrolments = [await _enrolled(actor) for actor in await _students(site)]
        for number, length in enumerate(drawn):
            reflection = await _reflection(enrolments[number % STUDENTS])
            item = await make_media(reflection, at=NOW)
            clip = cut(choose.choice(tapes), data.with_name("clip.webm"), length)
            await store.put(item.playable_key, clip)
            if choose.random() < 0.5:
                draft = await reflections.open_draft(reflection)
                owner = await actor_of(await Person.get(id=reflection.enrolment.person_id))
                await handing_in.submit(reflection, revision=draft.revision, actor=owner, at=NOW)
            # Only now: the rules limit what may be handed in, and this is about the machine.
            await MediaItem.filter(id=item.id).update(duration_seconds=length)
            later = clock() + timedelta(days=1)
            await Job.filter(kind=TRANSCRIBE, subject=str(item.id)).update(length_seconds=length, run_at=later)
            reflections_begun.append(reflection.id)
        return Clips(drawn, reflections_begun[0])


async def queue_all() -> int:
    """Let all of them be asked for at this moment."""
    now = clock()
    return await Job.filter(kind=TRANSCRIBE).update(run_at=now, created_at=now)


async def left() -> int:
    """Count what is not over."""
    return await Job.filter(kind=TRANSCRIBE, status__in=jobs.OPEN_STATES).count()


async def done_in_order() -> list[Job]:
    """Give all work in the order in which it was begun."""
    return await Job.filter(kind=TRANSCRIBE, status=JobState.DONE).order_by("started_at")


def out_of_order(begun: list[Job]) -> int:
    """Count jobs that began after one whose turn was later: handed-in before drafts, then short before long."""
    turns: list[tuple[JobRank, float]] = [(job.rank, job.length_seconds) for job in begun]
    return sum(turn < max(turns[:number]) for number, turn in enumerate(turns) if number)


async def _students(site: Site) -> list[Actor]:
    """The first one can sign in."""
    known = await actor_of(await Person.get(email=site.student))
    return [known, *[await make_actor(f"Student {number}") for number in range(1, STUDENTS)]]


async def _enrolled(student: Actor) -> Enrolment:
    programme = await Programme.all().order_by("code").first()
    assert programme is not None
    return await make_enrolment(programme, student, clock().date() + timedelta(days=200))


async def _reflection(enrolment: Enrolment) -> Reflection:
    activity = await make_activity(enrolment)
    student = await actor_of(await Person.get(id=enrolment.person_id))
    begun = await reflections.start(activity, "podcast", "en", actor=student, at=NOW)
    return await Reflection.get(id=begun.id).select_related("enrolment")
