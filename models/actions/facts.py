"""What staff say about an activity, in the catalogue and in decisions: its type, class, theme and points."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import N_, Refused
from models.rules.primitives import Named, PointsRequirement, normal
from models.rules.ruleset import RuleSet

OWN = "own"
"""The type of a student's own activity that nobody has given another one."""

_MOST_POINTS = 1000
_LONGEST_NAME = 60


class TypeNotListed(Refused):
    """A rule set that lists types counts by them."""

    words = N_("Choose one of the types of activities that the rules list.")


class ClassNotListed(Refused):
    """A rule set that lists classes counts by them."""

    words = N_("Choose one of the classes of activities that the rules list, or none.")


class ThemeNotListed(Refused):
    """A rule set that lists themes counts by them."""

    words = N_("Choose one of the themes that the rules list, or none.")


class PointsImpossible(Refused):
    """Nothing takes points away."""

    words = N_("Points are a whole number between 0 and {most}.")


class PointsMissing(Refused):
    """Where points are counted, a decision that says nothing about them decides nothing."""

    words = N_("Say how many points it gives: these rules count points, and its type has none of its own.")


@dataclass(frozen=True, slots=True)
class DecidedFacts:
    """What staff decide about an activity; empty or None: nothing is said, and what its type says holds."""

    kind: str
    class_code: str
    theme: str
    points: int | None


def checked(facts: DecidedFacts, rule_set: RuleSet, *, may_be_own: bool = False) -> DecidedFacts:
    """Spell the facts as the rule set does. Raises what is not listed there, where it lists any, or impossible."""
    if facts.points is not None and not 0 <= facts.points <= _MOST_POINTS:
        raise PointsImpossible(most=_MOST_POINTS)
    if not facts.kind.strip():
        raise TypeNotListed
    is_own = may_be_own and normal(facts.kind) == OWN
    return DecidedFacts(
        OWN if is_own else _listed(facts.kind, rule_set.types, TypeNotListed),
        _listed(facts.class_code, rule_set.classes, ClassNotListed),
        _listed(facts.theme, rule_set.themes, ThemeNotListed),
        facts.points,
    )


def checked_decision(facts: DecidedFacts, rule_set: RuleSet) -> DecidedFacts:
    """Check what is decided about a student's own activity: it may stay of no listed type, but its points are known.

    Raises PointsMissing, and what `checked` raises.
    """
    known = checked(facts, rule_set, may_be_own=True)
    counts_points = any(isinstance(requirement, PointsRequirement) for requirement in rule_set.requirements)
    if counts_points and points_of(known, rule_set) is None:
        raise PointsMissing
    return known


def points_of(facts: DecidedFacts, rule_set: RuleSet) -> int | None:
    """Its own points, else those of its type; None where neither says any."""
    type_ = rule_set.type_of(facts.kind)
    return facts.points if facts.points is not None or type_ is None else type_.points


def _listed(value: str, listed: Sequence[Named], refusal: type[Refused]) -> str:
    """Find a value in a list; where nothing is listed every short name will do. An empty one says nothing."""
    if not value.strip():
        return ""
    if not listed:
        if len(value.strip()) > _LONGEST_NAME:
            raise refusal
        return value.strip()
    if normal(value) not in {one.id for one in listed}:
        raise refusal
    return normal(value)
