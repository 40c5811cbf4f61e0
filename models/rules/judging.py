"""Judges how many activities, types of activities and points a portfolio has for what a rule set asks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from models.rules.bilingual import Bilingual
from models.rules.choices import Choice, Rate, best_choice
from models.rules.primitives import (
    Cap,
    CountAs,
    CountRequirement,
    EventRequirement,
    PointsRequirement,
    Where,
)
from models.rules.results import NotCounted, RequirementProgress, Share
from models.rules.rows import FACETS, Facts, Row, matches
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence, say
from models.rules.units import Counting, Pool, Unit
from models.rules.wording import name_of_requirement, values_words, where_words


class Gives(NamedTuple):
    """What something in the portfolio gives to a requirement; `over` was taken away by a cap."""

    rows: tuple[Row, ...]
    amount: int
    over: int = 0


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges one portfolio; `counting` says what may count, `extra` which points come from other things."""

    rule_set: RuleSet
    counting: Counting
    extra: tuple[Share, ...]

    def choose(self, study_end_date: date) -> Choice:
        """Find the choice of substitutions that brings the student furthest."""
        judged = [r for r in self.rule_set.requirements if not isinstance(r, EventRequirement)]
        plain = Choice(self.counting.units, self.counting.units)
        substitutions = [one for one in self.rule_set.substitutions if one.is_open(study_end_date)]
        if not substitutions or self._rate(judged, plain).met == len(judged):
            return plain
        return best_choice(plain, substitutions, self.rule_set, lambda choice: self._rate(judged, choice))

    def judge(self, requirement: CountRequirement | PointsRequirement, choice: Choice) -> RequirementProgress:
        """Say how far a requirement is met."""
        gives = self._gives(requirement, choice)
        extra = self.extra if isinstance(requirement, PointsRequirement) and requirement.where == Where() else ()
        have = sum(one.amount for one in gives) + sum(share.amount for share in extra)
        shares, counted = _shares(gives)
        return RequirementProgress(
            id=requirement.id,
            kind=requirement.kind,
            name=name_of_requirement(requirement, self.rule_set),
            needed=requirement.minimum,
            have=have,
            shares=(*shares, *extra),
            not_counted=tuple(self._not_counted(requirement, choice, gives, counted)),
            sentence=self._sentence(requirement, have),
        )

    def _rate(self, judged: Sequence[CountRequirement | PointsRequirement], choice: Choice) -> Rate:
        extra = sum(share.amount for share in self.extra)
        have = []
        for requirement in judged:
            amount = sum(one.amount for one in self._gives(requirement, choice))
            counts_extra = isinstance(requirement, PointsRequirement) and requirement.where == Where()
            have.append(amount + extra if counts_extra else amount)
        shares = [Fraction(min(h, r.minimum), r.minimum) for h, r in zip(have, judged, strict=True)]
        return Rate(
            in_all=sum(shares, Fraction(0)),
            met=sum(share == 1 for share in shares),
            shares=tuple(shares),
            spared=-len(choice.uses),
            have=tuple(have),
        )

    def _gives(self, requirement: CountRequirement | PointsRequirement, choice: Choice) -> list[Gives]:
        if isinstance(requirement, PointsRequirement):
            return self._points(requirement, choice.whole)
        units = [unit for unit in choice.units if matches(requirement.where, unit.facts)]
        caps = [cap for cap in self.rule_set.caps if cap.points is None]
        if requirement.of == "types":
            # A cap takes activities away, not types; only what counts not at all has no type.
            return _once_for_each_type([unit for unit in units if _limit(caps, unit.facts) != 0])
        kept = _within_caps([(unit.facts, 1, unit.rows) for unit in units], caps)
        return [
            Gives(one.rows if unit.is_pooled else one.rows[:1], one.amount, one.over)
            for unit, one in zip(units, kept, strict=True)
        ]

    def _points(self, requirement: PointsRequirement, units: Iterable[Unit]) -> list[Gives]:
        parts: list[tuple[Facts, int, tuple[Row, ...]]] = []
        for unit in units:
            if not matches(requirement.where, unit.facts):
                continue
            if unit.is_pooled:
                parts.append((unit.facts, unit.points[0], unit.rows))
            else:
                parts += [(unit.facts, row.points, (row,)) for row in unit.rows]
        return _within_caps(parts, [cap for cap in self.rule_set.caps if cap.points is not None])

    def _sentence(self, requirement: CountRequirement | PointsRequirement, have: int) -> Sentence:
        missing = requirement.minimum - have
        what = where_words(requirement.where, self.rule_set)
        if isinstance(requirement, PointsRequirement):
            line = "points_missing" if missing > 0 else "points_met"
            return say(line, missing=missing, have=have, needed=requirement.minimum, what=what)
        kind = "types" if requirement.of == "types" else "activities"
        return say(f"{kind}_missing", missing=missing, what=what) if missing > 0 else say(f"{kind}_met", what=what)

    def _not_counted(
        self,
        requirement: CountRequirement | PointsRequirement,
        choice: Choice,
        gives: Sequence[Gives],
        counted: set[int],
    ) -> Iterable[NotCounted]:
        capped = {row.number for one in gives if one.over for row in one.rows}
        short = {row.number: pool for pool in self.counting.pools for row in pool.rows}
        rows = {row.number: row for unit in self.counting.units for row in unit.rows}
        rows |= {row.number: row for pool in self.counting.pools for row in pool.rows}
        not_meant = say("not_meant", what=where_words(requirement.where, self.rule_set))
        for number, activity in enumerate(self.counting.activities):
            if number in counted:
                continue
            why = self.counting.reasons.get(number)
            if why is None:
                why = self._taken(requirement, rows[number], choice)
            if why is None and not matches(requirement.where, rows[number].facts):
                why = not_meant
            if why is None and number in short:
                why = _too_few(short[number], requirement.where)
            if why is None and number in capped:
                why = say("cap_reached")
            if why is None:
                why = say("no_points") if isinstance(requirement, PointsRequirement) else say("counts_once")
            yield NotCounted(Bilingual.of(activity.title), why)

    def _taken(self, requirement: CountRequirement | PointsRequirement, row: Row, choice: Choice) -> Sentence | None:
        """Say that a substitution took it."""
        for use in choice.uses:
            given = use.substitution
            if any(row.number == other.number for unit in use.units for other in unit.rows) and (
                isinstance(given, CountAs) or isinstance(requirement, CountRequirement)
            ):
                wanted = values_words(given.facet, (given.wanted,), self.rule_set)
                return say("counts_as" if isinstance(given, CountAs) else "traded_in", wanted=wanted)
        return None


def _too_few(pool: Pool, where: Where) -> Sentence:
    """Say that occasions of the kind that is meant are missing; those in several places may look like enough."""
    days = {day for row in pool.rows if matches(where, row.facts) for day in row.dates}
    return say("occasions_missing", needed=pool.needed, have=min(len(days), pool.needed - 1))


def _within_caps(parts: Sequence[tuple[Facts, int, tuple[Row, ...]]], caps: Sequence[Cap]) -> list[Gives]:
    """Take away what is over a cap, from the last ones; all caps are on the same facet."""
    left: dict[str | None, int] = {}
    gives = []
    for facts, amount, rows in parts:
        limit = _limit(caps, facts)
        if limit is None:
            gives.append(Gives(rows, amount))
            continue
        value = facts[FACETS.index(caps[0].facet)]
        given = min(amount, left.setdefault(value, limit))
        left[value] -= given
        gives.append(Gives(rows, given, amount - given))
    return gives


def _limit(caps: Sequence[Cap], facts: Facts) -> int | None:
    """Find how much of an activity's value counts at most: its own cap, else that of each value."""
    value = facts[FACETS.index(caps[0].facet)] if caps else None
    if value is None:
        return None
    limits = {cap.value: cap.activities if cap.points is None else cap.points for cap in caps}
    return limits.get(value, limits.get(None))


def _once_for_each_type(units: Iterable[Unit]) -> list[Gives]:
    by_type: dict[str, list[Row]] = defaultdict(list)
    for unit in units:
        if unit.facts.type is not None:
            by_type[unit.facts.type] += unit.rows if unit.is_pooled else unit.rows[:1]
    return [Gives(tuple(rows), 1) for rows in by_type.values()]


def _shares(gives: Iterable[Gives]) -> tuple[list[Share], set[int]]:
    """Put what gives something into words, each activity once; and say which activities those are."""
    seen: set[int] = set()
    shares = []
    for one in gives:
        if one.amount:
            fresh = {row.number: row.title for row in one.rows if row.number not in seen}
            seen |= fresh.keys()
            shares.append(Share(tuple(fresh.values()), one.amount))
    return shares, seen
