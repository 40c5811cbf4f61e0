"""Rule sets as programme staff see them: versions, drafts, and who is enrolled under what."""

from collections import Counter
from dataclasses import dataclass

from models.errors import NotAllowed
from models.permissions import Actor, may_edit_rules
from models.states import EnrolmentState
from models.tables import Enrolment, Programme, RoleKind, RuleSetDraft, RuleSetVersion
from models.tables.programmes import LONGEST_CODE


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version (with its publisher loaded) and what depends on it in the programmes of whoever asks."""

    row: RuleSetVersion
    programmes: list[Programme]
    enrolled: int


async def programme_to_edit(code: str, *, actor: Actor) -> Programme:
    """Get a programme with its version; raises NotAllowed unless this person may edit its rules."""
    programme = await Programme.get_or_none(code=code).select_related("rule_set") if len(code) <= LONGEST_CODE else None
    if programme is None or not may_edit_rules(actor, programme):
        raise NotAllowed
    return programme


async def draft_of(programme: Programme, *, actor: Actor) -> RuleSetDraft | None:
    """Get the draft of a programme with its programme, base and last author; None where nobody began one."""
    if not may_edit_rules(actor, programme):
        raise NotAllowed
    return await RuleSetDraft.get_or_none(programme_id=programme.id).select_related(
        "based_on", "programme", "changed_by"
    )


async def programmes_with(rule_set: str, *, actor: Actor) -> list[Programme]:
    """List the programmes under any version of a rule set that this person is staff of, by name."""
    return (
        await Programme.filter(id__in=actor.programmes_as(RoleKind.STAFF), rule_set__rule_set=rule_set)
        .select_related("rule_set")
        .order_by("name_en")
    )


async def versions_of(rule_set: str, *, actor: Actor) -> list[PublishedVersion]:
    """List the versions of a rule set, the newest first; counts are of the programmes that this person is staff of."""
    mine = actor.programmes_as(RoleKind.STAFF)
    if not await Programme.exists(id__in=mine, rule_set__rule_set=rule_set):
        raise NotAllowed
    rows = (
        await RuleSetVersion.filter(rule_set=rule_set).select_related("published_by").order_by("-published_at", "-id")
    )
    programmes = await programmes_with(rule_set, actor=actor)
    pinned = await Enrolment.filter(programme_id__in=mine, state=EnrolmentState.ACTIVE).only("id", "rule_set_id")
    enrolled = Counter(enrolment.rule_set_id for enrolment in pinned)
    return [PublishedVersion(row, [p for p in programmes if p.rule_set_id == row.id], enrolled[row.id]) for row in rows]
