"""Who assesses how much in a programme, and how long students wait there."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor, may_see_load
from models.portfolios import parsed, piece_rules, time_zone
from models.rules.answering import answer_due
from models.states import WAITING_REFLECTION_STATES, EnrolmentState, ReflectionState
from models.tables import Assessment, Conflict, Enrolment, Person, Programme, Reflection, Role, RoleKind

RECENTLY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Held:
    """A piece that somebody is assessing, handed in `submitted_at`."""

    id: UUID
    student: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssessorLoad:
    """One assessor of a programme: what they hold now, oldest first, and how many decisions they made lately."""

    person: Person
    held: Sequence[Held]
    decided: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class ProgrammeLoad:
    """A programme: how many pieces nobody reads yet, since when the oldest waits, and how many wait too long.

    Too long is longer than the rules promise.
    """

    programme: Programme
    free: int
    oldest_at: datetime | None
    late: int
    assessors: Sequence[AssessorLoad]


async def loads(actor: Actor, *, at: datetime) -> list[ProgrammeLoad]:
    """List the load of each programme of which this person is staff or convener; raises NotAllowed for others."""
    ids = {*actor.programmes_as(RoleKind.STAFF), *actor.programmes_as(RoleKind.CONVENER)}
    programmes = await Programme.filter(id__in=[id_ for id_ in ids if may_see_load(actor, id_)]).order_by("name_en")
    if not programmes:
        raise NotAllowed
    return [await _load(programme, actor, at) for programme in programmes]


async def colleagues(reflection: Reflection) -> list[Person]:
    """List who could be given a piece that the caller was given: the other assessors of its programme, by name."""
    roles = Role.filter(programme_id=reflection.enrolment.programme_id, kind=RoleKind.ASSESSOR)
    partial = Conflict.filter(enrolment_id=reflection.enrolment_id, withdrawn_at__isnull=True)
    left_out = {
        reflection.assessor_id,
        reflection.enrolment.person_id,
        *await partial.values_list("assessor_id", flat=True),
    }
    ids = set(await roles.values_list("person_id", flat=True)) - left_out
    return await Person.filter(id__in=list(ids)).order_by("name", "id")


async def conflicts_of(enrolment: Enrolment) -> list[Conflict]:
    """List who judges nothing of an enrolment that the caller was given, the newest first."""
    rows = Conflict.filter(enrolment_id=enrolment.id, withdrawn_at__isnull=True)
    return await rows.select_related("assessor", "declared_by", "enrolment").order_by("-declared_at")


async def assessors_of(programme_id: int) -> list[Person]:
    """List the assessors of a programme by name."""
    roles = Role.filter(programme_id=programme_id, kind=RoleKind.ASSESSOR)
    return await Person.filter(id__in=await roles.values_list("person_id", flat=True)).order_by("name", "id")


async def _load(programme: Programme, actor: Actor, at: datetime) -> ProgrammeLoad:
    waiting = (
        await Reflection.filter(
            enrolment__programme_id=programme.id,
            enrolment__state=EnrolmentState.ACTIVE,
            state__in=WAITING_REFLECTION_STATES,
        )
        # One's own work as a student is nobody's business here, least of all one's own.
        .exclude(enrolment__person_id=actor.person_id)
        .select_related("enrolment__person", "enrolment__rule_set")
        .order_by("submitted_at", "id")
    )
    zone = await time_zone()
    today = at.astimezone(zone).date()
    held: dict[UUID | None, list[Held]] = defaultdict(list)
    for one in waiting:
        if one.state is ReflectionState.IN_ASSESSMENT:
            held[one.assessor_id].append(Held(one.id, one.enrolment.person.name, one.submitted_at))
    free = [one for one in waiting if one.state is ReflectionState.SUBMITTED]
    decided = Assessment.filter(version__reflection__enrolment__programme_id=programme.id, decided_at__gt=at - RECENTLY)
    decisions = Counter([one.assessor_id for one in await decided.only("id", "assessor_id")])
    conflicts = Conflict.filter(enrolment__programme_id=programme.id, withdrawn_at__isnull=True)
    partial = Counter([one.assessor_id for one in await conflicts.only("id", "assessor_id")])
    return ProgrammeLoad(
        programme=programme,
        free=len(free),
        oldest_at=free[0].submitted_at if free else None,
        late=sum(
            _is_late(one, today, one.submitted_at and one.submitted_at.astimezone(zone).date()) for one in waiting
        ),
        assessors=[
            AssessorLoad(person, held[person.id], decisions[person.id], partial[person.id])
            for person in await assessors_of(programme.id)
        ],
    )


def _is_late(reflection: Reflection, today: date, handed_in: date | None) -> bool:
    rules = piece_rules(parsed(reflection.enrolment.rule_set.document), reflection.kind)
    due = answer_due(rules.answer_days, handed_in) if handed_in else None
    return due is not None and due < today
