"""Reflections and their versions, as one person may see them."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.expressions import Q
from tortoise.query_utils import Prefetch
from tortoise.queryset import QuerySet

from models.errors import NotAllowed
from models.permissions import Actor
from models.states import WAITING_REFLECTION_STATES, EnrolmentState, ReflectionState
from models.tables import (
    Assessment,
    AssessmentComment,
    AssessmentDraft,
    Enrolment,
    Extension,
    Reflection,
    ReflectionKind,
    RoleKind,
    TimedDecision,
    Version,
)
from models.tables.assessments import Decision
from models.visibility import may_see_every_version, visible_assessments, visible_reflections

_JUDGED = ("assessor", "rule_set", "version__reflection")
_LOADED = ("enrolment__person", "enrolment__programme", "enrolment__rule_set", "activity", "assessor")


async def reflection(reflection_id: UUID, *, actor: Actor) -> Reflection:
    """Get one reflection with its activity's days; raises NotAllowed when it is not this person's to see."""
    found = (
        await Reflection.filter(visible_reflections(actor), id=reflection_id)
        .select_related(*_LOADED)
        .prefetch_related("activity__occasions")
        .first()
    )
    if found is None:
        raise NotAllowed
    return found


async def all_reflections(actor: Actor) -> list[Reflection]:
    """List every reflection that this person may see, in the order they were begun."""
    return await Reflection.filter(visible_reflections(actor)).select_related(*_LOADED).order_by("created_at")


async def reflections_of(enrolment_id: UUID, *, actor: Actor) -> list[Reflection]:
    """List an enrolment's reflections, in the order they were begun."""
    return (
        await Reflection.filter(visible_reflections(actor), enrolment_id=enrolment_id)
        .select_related(*_LOADED)
        .order_by("created_at")
    )


async def final_of(enrolment: Enrolment) -> Reflection | None:
    """Find the final reflection of an enrolment the caller was given."""
    return await Reflection.get_or_none(enrolment_id=enrolment.id, kind=ReflectionKind.FINAL)


async def has_read(of: Reflection, *, actor: Actor) -> bool:
    """Tell whether this person has judged the version that waits or is being read: then somebody else reads it."""
    waits = Version.filter(
        reflection_id=of.id, reflection__state__in=WAITING_REFLECTION_STATES, frozen_at__isnull=False
    )
    newest = await waits.order_by("-number").first()
    return newest is not None and await Assessment.exists(version_id=newest.id, assessor_id=actor.person_id)


async def said_by(of: Reflection, *, actor: Actor) -> Decision | None:
    """Tell what this person decided as a reader of what two readers disagree on; None: they are neither of them."""
    if of.state is not ReflectionState.DISPUTED:
        return None
    newest = await Version.filter(reflection_id=of.id).order_by("-number").first()
    said = newest and await Assessment.get_or_none(version_id=newest.id, assessor_id=actor.person_id)
    return said.decision if said else None


async def disputed(actor: Actor) -> list[Reflection]:
    """List what two readers disagree on, the oldest hand-in first: for those two, and for their conveners."""
    convened = actor.programmes_as(RoleKind.CONVENER)
    rows = (
        await Reflection.filter(
            visible_reflections(actor),
            enrolment__programme_id__in=[*actor.programmes_as(RoleKind.ASSESSOR), *convened],
            enrolment__state=EnrolmentState.ACTIVE,
            state=ReflectionState.DISPUTED,
        )
        .exclude(enrolment__person_id=actor.person_id)
        .select_related(*_LOADED)
        .order_by("submitted_at")
    )
    read = await _read_already(rows, assessor_id=actor.person_id, states=(ReflectionState.DISPUTED,))
    return [row for row in rows if row.id in read or row.enrolment.programme_id in convened]


async def _read_already(of: Sequence[Reflection], *, assessor_id: UUID, states: Sequence[ReflectionState]) -> set[UUID]:
    """Find those in one of these states whose newest version this assessor has judged."""
    ids = [reflection.id for reflection in of]
    numbers = await Version.filter(
        reflection_id__in=ids, reflection__state__in=states, frozen_at__isnull=False
    ).values_list("reflection_id", "number")
    newest: dict[UUID, int] = {}
    for reflection_id, number in numbers:
        newest[reflection_id] = max(number, newest.get(reflection_id, 0))
    judged = Assessment.filter(version__reflection_id__in=list(newest), assessor_id=assessor_id)
    pairs = set(await judged.values_list("version__reflection_id", "version__number"))
    return {id_ for id_, number in newest.items() if (id_, number) in pairs}


async def decided_by(actor: Actor) -> list[Assessment]:
    """List what this assessor decided in the programmes they are still an assessor of, newest first."""
    return (
        await Assessment.filter(
            assessor_id=actor.person_id,
            version__reflection__enrolment__programme_id__in=actor.programmes_as(RoleKind.ASSESSOR),
        )
        .exclude(version__reflection__enrolment_id__in=list(actor.conflicts))
        .select_related("version__reflection__enrolment__person", "version__reflection__activity")
        .order_by("-decided_at")
        .limit(50)
    )


async def versions(of: Reflection, *, actor: Actor) -> list[Version]:
    """List the versions this person may see, newest first: the open draft is the student's alone.

    Assessments come with their comments and the rules of their time, but not the first reader's while the second one
    has not decided.
    """
    frozen = await Version.filter(reflection_id=of.id, frozen_at__isnull=False).order_by("-number").first()
    earlier = Q(version__number__lt=frozen.number if frozen else 1)
    shown = with_what_was_said(Assessment.filter(visible_assessments(actor) | earlier))
    rows = Version.filter(reflection_id=of.id)
    if not may_see_every_version(actor, of):
        rows = rows.filter(frozen_at__isnull=False)
    return (
        await rows.select_related("recording")
        .prefetch_related("posts__photo", "settlement__decided_by", Prefetch("assessments", queryset=shown))
        .order_by("-number")
    )


def with_what_was_said(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Load them in order with who decided, the rules of their time and the comments at their places."""
    comments = Prefetch("comments", queryset=_in_order(AssessmentComment.all()))
    return assessments.select_related(*_JUDGED).prefetch_related(comments).order_by("decided_at")


async def frozen_version(version_id: UUID, *, actor: Actor) -> Version:
    """Get a version that was handed in, with its reflection; raises NotAllowed when it is not this person's to see."""
    loaded = Version.filter(id=version_id, frozen_at__isnull=False).select_related("reflection__enrolment")
    found = await loaded.first()
    if found is None or not await Reflection.exists(visible_reflections(actor), id=found.reflection_id):
        raise NotAllowed
    return found


async def assessment_draft(version: Version, *, actor: Actor) -> AssessmentDraft | None:
    """Find what this person has written about a version and not decided yet: nobody sees that of others."""
    return await AssessmentDraft.get_or_none(version_id=version.id, assessor_id=actor.person_id)


async def comments_in_hand(version: Version, *, actor: Actor) -> list[AssessmentComment]:
    """List what this person says at places of a version and has not decided with yet: nobody sees that of others."""
    mine = AssessmentComment.filter(version_id=version.id, assessor_id=actor.person_id, assessment_id=None)
    return await _in_order(mine)


def _in_order(comments: QuerySet[AssessmentComment]) -> QuerySet[AssessmentComment]:
    """In the order of their places: those of one version have one kind of recording and text."""
    return comments.order_by("start_seconds", "start_letter", "changed_at")


async def timed_decision(of: Reflection, *, actor: Actor) -> TimedDecision | None:
    """Find what this person has decided about a piece and is told later: until then nobody else knows."""
    return await TimedDecision.get_or_none(reflection_id=of.id, assessor_id=actor.person_id)


async def extensions_of(enrolment_id: UUID) -> list[Extension]:
    """List the extensions that were granted for an enrolment the caller was given, newest first."""
    return await Extension.filter(enrolment_id=enrolment_id).select_related("granted_by").order_by("-granted_at")
