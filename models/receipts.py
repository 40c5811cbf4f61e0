"""What was handed in last, as its receipt says it, and why its student may not take it back any more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models.errors import N_, Refused, WrongState
from models.judgements import judged_versions
from models.rules.ruleset import RuleSet
from models.states import ReflectionState
from models.tables import Reflection, ReflectionKind, Version


class BeingRead(WrongState):
    """Somebody has taken it, or has judged it already and another reader follows."""

    words = N_("An assessor has begun to read it, so it cannot be taken back any more.")


class TakingBackNotOffered(Refused):
    """The rule set says so."""

    words = N_("By the rules of your certificate, what is handed in cannot be taken back.")


class TooLateToTakeBack(Refused):
    """It would be lost: nobody could hand it in again."""

    words = N_("The deadline has passed. If you took it back now, you could not hand it in again.")


@dataclass(frozen=True, slots=True)
class LastHandIn:
    """The newest frozen version. `is_read`: judged already; `came_back_before`: an earlier version was."""

    version: Version
    is_read: bool
    came_back_before: bool


async def last_hand_ins(reflection_ids: Collection[UUID]) -> dict[UUID, LastHandIn]:
    """Find the newest frozen version of each reflection that has one, with a constant number of queries."""
    frozen = Version.filter(reflection_id__in=reflection_ids, frozen_at__isnull=False)
    newest = {version.reflection_id: version for version in await frozen.order_by("number")}
    judged = await judged_versions(reflection_ids)
    return {
        id_: LastHandIn(
            version,
            is_read=(id_, version.number) in judged,
            came_back_before=any(of == id_ and number < version.number for of, number in judged),
        )
        for id_, version in newest.items()
    }


def why_it_stays(
    reflection: Reflection, last: LastHandIn, rule_set: RuleSet, *, deadline: date | None, today: date
) -> Refused | None:
    """Say why what was handed in cannot be taken back; None: it can. `deadline` is that of a final reflection."""
    if not rule_set.take_back:
        return TakingBackNotOffered()
    if reflection.state is ReflectionState.IN_ASSESSMENT or last.is_read:
        return BeingRead()
    if reflection.state is not ReflectionState.SUBMITTED:
        return WrongState()
    is_over = reflection.kind is ReflectionKind.FINAL and deadline is not None and today > deadline
    # One that came back with comments was in time, and may be handed in again after the deadline.
    return TooLateToTakeBack() if is_over and not last.came_back_before else None
