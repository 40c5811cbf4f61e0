"""Reflections and their versions, as one person may see them."""

from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor, may_see_every_version, visible_reflections
from models.states import ReflectionState
from models.tables import Assessment, Enrolment, Extension, Reflection, ReflectionKind, RoleKind, Version

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


async def queue(actor: Actor) -> list[Reflection]:
    """List what waits in this assessor's programmes, oldest hand-in first, with what they hold themselves."""
    return (
        await Reflection.filter(
            enrolment__programme_id__in=actor.programmes_as(RoleKind.ASSESSOR),
            state__in=(ReflectionState.SUBMITTED, ReflectionState.IN_ASSESSMENT),
        )
        .exclude(enrolment__person_id=actor.person_id)
        .select_related(*_LOADED)
        .prefetch_related("versions")
        .order_by("submitted_at")
    )


async def decided_by(actor: Actor) -> list[Assessment]:
    """List what this assessor decided in the programmes they are still an assessor of, newest first."""
    return (
        await Assessment.filter(
            assessor_id=actor.person_id,
            version__reflection__enrolment__programme_id__in=actor.programmes_as(RoleKind.ASSESSOR),
        )
        .select_related("version__reflection__enrolment__person", "version__reflection__activity")
        .order_by("-decided_at")
        .limit(50)
    )


async def versions(of: Reflection, *, actor: Actor) -> list[Version]:
    """List the versions this person may see, newest first: the open draft is the student's alone."""
    rows = Version.filter(reflection_id=of.id)
    if not may_see_every_version(actor, of):
        rows = rows.filter(frozen_at__isnull=False)
    return (
        await rows.select_related("recording")
        .prefetch_related("posts__photo", "assessments__assessor")
        .order_by("-number")
    )


async def extensions_of(enrolment_id: UUID) -> list[Extension]:
    """List the extensions that were granted for an enrolment the caller was given, newest first."""
    return await Extension.filter(enrolment_id=enrolment_id).select_related("granted_by").order_by("-granted_at")
