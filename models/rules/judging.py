"""Judges the requirements of a rule set's file: activities, types, points and events."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from models.rules.bilingual import Bilingual
from models.rules.choices import Choice, Rate, best_choice
from models.rules.portfolio import Portfolio, PortfolioEvent
from models.rules.primitives import (
    Cap,
    CountAs,
    CountRequirement,
    EventRequirement,
    PointsRequirement,
    Requirement,
    Where,
    normal,
)
from models.rules.results import NotCounted, RequirementProgress, Share
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence, say
from models.rules.units import FACETS, Counting, Facts, Pool, Row, Unit, matches
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
    portfolio: Portfolio
    counting: Counting
    on: date
    extra: tuple[Share, ...]

    def choose(self) -> Choice:
        """Find the choice of substitutions that brings the student furthest."""
        judged = [r for r in self.rule_set.requirements if not isinstance(r, EventRequirement)]
        everything = (Fraction(len(judged)), len(judged))
        return best_choice(
            self.counting.units,
            self.rule_set,
            self.portfolio.study_end_date,
            lambda choice: self._rate(judged, choice),
            perfect=everything,
        )

    def judge(self, requirement: Requirement, choice: Choice) -> RequirementProgress:
        """Say how far a requirement is met."""
        if isinstance(requirement, EventRequirement):
            return self._event(requirement)
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
        return (
            sum(shares, Fraction(0)),
            sum(share == 1 for share in shares),
            tuple(shares),
            -len(choice.uses),
            tuple(have),
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

    def _event(self, requirement: EventRequirement) -> RequirementProgress:
        events = [event for event in self.portfolio.events if normal(event.kind) == requirement.event]
        events.sort(key=lambda event: (event.date, event.attended, event.forum or ""))
        name = self.rule_set.name_of_event(requirement.event)
        reasons = [self.why_event_does_not_count(event) for event in events]
        have = sum(why is None for why in reasons)
        missing = requirement.minimum - have
        return RequirementProgress(
            id=requirement.id,
            kind="event",
            name=name,
            needed=requirement.minimum,
            have=have,
            shares=tuple(Share((name,), 1) for why in reasons if why is None),
            not_counted=tuple(NotCounted(name, why) for why in reasons if why is not None),
            sentence=say("event_missing", event=name, missing=missing) if missing > 0 else say("event_met", event=name),
        )

    def why_event_does_not_count(self, event: PortfolioEvent) -> Sentence | None:
        """Say why an event does not count; None: it does."""
        kind = self.rule_set.event_of(event.kind)
        if event.date > self.on:
            return say("event_to_come", day=event.date)
        if not event.attended:
            return say("event_not_attended", day=event.date)
        admitted = self.portfolio.admitted_date
        if self.rule_set.activities.after_admission and event.date < admitted:
            return say("occasion_before_admission", admitted=admitted)
        if kind is None:
            return say("event_unknown")
        if event.forum and kind.forums and normal(event.forum) not in {forum.id for forum in kind.forums}:
            return say("event_forum", day=event.date)
        return None

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
        known = {row.number: (row, unit) for unit in self.counting.units for row in unit.rows}
        short = {row.number: pool for pool in self.counting.pools for row in pool.rows}
        rows = {row.number: row for pool in self.counting.pools for row in pool.rows}
        not_meant = say("not_meant", what=where_words(requirement.where, self.rule_set))
        for number, activity in enumerate(self.counting.activities):
            if number in counted:
                continue
            why = self.counting.reasons.get(number)
            if why is None:
                row = rows.get(number) or known[number][0]
                why = self._taken(requirement, row, choice)
                if why is None and not matches(requirement.where, row.facts):
                    why = not_meant
                if why is None and number in short:
                    pool = short[number]
                    why = _too_few(pool, requirement.where)
                elif why is None and number in capped:
                    why = say("cap_reached")
                elif why is None:
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
