"""Meetings of an assessor group, as one of the group may see them."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor, may_convene
from models.portfolios import parsed, piece_rules
from models.queries.reflections import disputed, with_what_was_said
from models.states import WAITING_REFLECTION_STATES, EnrolmentState
from models.tables import (
    Assessment,
    AssessmentDraft,
    Meeting,
    MeetingCase,
    Person,
    Programme,
    Reflection,
    Role,
    RoleKind,
    ShownDraft,
)
from models.visibility import visible_assessments, visible_cases, visible_meetings, visible_reflections

_OF_A_CASE = (
    "meeting__programme",
    "version__reflection__enrolment__person",
    "version__reflection__enrolment__programme",
    "version__reflection__enrolment__rule_set",
    "version__reflection__activity",
    "version__reflection__assessor",
    "version__recording",
    "decided_by",
)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What the group has before it: a case, what its readers said, and the drafts that assessors chose to show.

    `own_draft` is what this person has written and may show.
    """

    case: MeetingCase
    said: list[Assessment]
    shown: list[ShownDraft]
    own_draft: str


async def meetings(actor: Actor) -> list[Meeting]:
    """List the meetings of this person's groups, the latest first."""
    rows = Meeting.filter(visible_meetings(actor)).select_related("programme", "called_by")
    return await rows.prefetch_related("cases").order_by("-starts_at", "id")


async def meeting(meeting_id: UUID, *, actor: Actor) -> Meeting:
    """Get one meeting with who was there; raises NotAllowed when it is not this person's to see."""
    found = (
        await Meeting.filter(visible_meetings(actor), id=meeting_id)
        .select_related("programme", "called_by", "closed_by")
        .prefetch_related("presences__person")
        .first()
    )
    if found is None:
        raise NotAllowed
    return found


async def cases(of: Meeting, *, actor: Actor) -> list[MeetingCase]:
    """List the agenda in its order; one's own work as a student is left out."""
    rows = MeetingCase.filter(visible_cases(actor), meeting_id=of.id).select_related(*_OF_A_CASE)
    return await rows.order_by("position", "id")


async def case_file(case_id: UUID, *, actor: Actor) -> CaseFile:
    """Get one case with what the group may read of it; raises NotAllowed."""
    case = await MeetingCase.filter(visible_cases(actor), id=case_id).select_related(*_OF_A_CASE).first()
    if case is None:
        raise NotAllowed
    await case.version.fetch_related("posts__photo")
    said = with_what_was_said(Assessment.filter(visible_assessments(actor), version_id=case.version_id))
    kept = await AssessmentDraft.get_or_none(version_id=case.version_id, assessor_id=actor.person_id)
    # Its rules may ask for a second reader since a draft was shown: then nobody reads it any more.
    shown = [] if _is_read_apart(case.version.reflection) else await _shown(case)
    return CaseFile(case, await said, shown, kept.comment if kept else "")


async def to_bring_up(of: Meeting, *, actor: Actor) -> list[Reflection]:
    """List what a convener can put on the agenda: what is disputed first, then what waits, the oldest first."""
    if not may_convene(actor, of.programme_id):
        raise NotAllowed
    there = await MeetingCase.filter(meeting_id=of.id).values_list("version__reflection_id", flat=True)
    in_dispute = [one for one in await disputed(actor) if one.enrolment.programme_id == of.programme_id]
    waiting = (
        await Reflection.filter(
            visible_reflections(actor),
            enrolment__programme_id=of.programme_id,
            enrolment__state=EnrolmentState.ACTIVE,
            state__in=WAITING_REFLECTION_STATES,
        )
        .exclude(enrolment__person_id=actor.person_id)
        .select_related("enrolment__person", "enrolment__rule_set", "activity", "assessor")
        .order_by("submitted_at")
    )
    found = [*in_dispute, *(one for one in waiting if not _is_read_apart(one))]
    return [one for one in found if one.id not in there]


async def group_of(programme_id: int) -> list[Person]:
    """List the assessors and conveners of a programme by name."""
    group = Role.filter(programme_id=programme_id, kind__in=(RoleKind.ASSESSOR, RoleKind.CONVENER))
    ids = set(await group.values_list("person_id", flat=True))
    return await Person.filter(id__in=list(ids)).order_by("name", "id")


async def convened_programmes(actor: Actor) -> list[Programme]:
    """List the programmes whose group this person convenes."""
    return await Programme.filter(id__in=actor.programmes_as(RoleKind.CONVENER)).order_by("name_en")


async def minutes(meeting_id: UUID, *, actor: Actor) -> tuple[Meeting, dict[str, Any]]:
    """Get a closed meeting and its minutes; what concerns this person's own work as a student is left out."""
    found = await meeting(meeting_id, actor=actor)
    if found.closed_at is None:
        raise NotAllowed
    document: dict[str, Any] = json.loads(found.minutes)
    seen = {str(case.id) for case in await cases(found, actor=actor)}
    document["cases"] = [one for one in document["cases"] if one["id"] in seen]
    return found, document


async def _shown(case: MeetingCase) -> list[ShownDraft]:
    return await ShownDraft.filter(case_id=case.id).select_related("assessor").order_by("shown_at")


def _is_read_apart(reflection: Reflection) -> bool:
    """Tell whether two read it, each without the other, and have not both decided; its rule set comes loaded."""
    return (
        reflection.state in WAITING_REFLECTION_STATES
        and piece_rules(parsed(reflection.enrolment.rule_set.document), reflection.kind).readers > 1
    )
