"""The rule engine once more, slow and obvious: a second opinion that tries every possible choice.

It was written from the meaning of the rules alone; it shares the schema, the facts and `misfit` with the real one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from models.rules.bilingual import Bilingual
from models.rules.limits import misfit
from models.rules.pieces import PieceRules
from models.rules.portfolio import Portfolio, PortfolioActivity, ReflectionFact
from models.rules.primitives import (
    Cap,
    CountAs,
    CountRequirement,
    EventRequirement,
    Facet,
    PointsRequirement,
    Requirement,
    Trade,
    Where,
    normal,
)
from models.rules.ruleset import RuleSet

FACETS: tuple[Facet, ...] = ("place", "mode", "type", "theme", "class")


class Line(NamedTuple):
    """What is said about one requirement."""

    id: str
    needed: int
    have: int

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(0, self.needed - self.have)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the real engine must say, too."""

    lines: tuple[Line, ...]
    final_deadline: date | None
    application_deadline: date | None

    @property
    def complete(self) -> bool:
        """Nothing is missing."""
        return all(line.missing == 0 for line in self.lines)


class Unit(NamedTuple):
    """What counts as one activity; `facets` in the order of FACETS, `points` one number for each contribution."""

    facets: tuple[str | None, ...]
    dates: frozenset[date]
    points: tuple[int, ...]
    is_changed: bool = False

    def value(self, facet: Facet) -> str | None:
        """Its value in a facet; None where that is not known."""
        return self.facets[FACETS.index(facet)]

    def matches(self, where: Where) -> bool:
        """Every facet that is named has a known value among the named ones."""
        return all(self.value(facet) in where.of(facet) for facet in FACETS if where.of(facet))


class Choice(NamedTuple):
    """One way to use the substitutions: what there is to count, what there are points for, substitutions used."""

    units: tuple[Unit, ...]
    worth: tuple[Unit, ...]
    used: int


@dataclass(frozen=True, slots=True)
class Row:
    """An activity that may count, with its usable dates."""

    activity: PortfolioActivity
    dates: frozenset[date]
    facets: tuple[str | None, ...]
    k: int
    points: int
    is_reflected: bool

    @property
    def is_full(self) -> bool:
        """It is an activity by itself."""
        return self.k == 1 or len(self.dates) >= self.k


def reference(portfolio: Portfolio, rule_set: RuleSet, *, on: date) -> Answer:
    """Judge a portfolio as of a day."""
    application, deadline = _deadlines(portfolio, rule_set)
    final_counts = rule_set.final.required and _final_counts(portfolio, rule_set, deadline, on)
    rows = [row for row in (_row(a, portfolio, rule_set, on) for a in portfolio.activities) if row is not None]
    lines = _eligibility(portfolio, rule_set)
    lines += _lines_of_the_file(portfolio, rule_set, rows, on=on, final_counts=final_counts)
    lines += _reflections(rule_set, rows)
    if rule_set.final.required:
        lines.append(Line("final", 1, int(final_counts)))
    return Answer(tuple(lines), deadline if rule_set.final.required else None, application)


def _row(activity: PortfolioActivity, portfolio: Portfolio, rule_set: RuleSet, on: date) -> Row | None:
    rules = rule_set.activities
    kind = rule_set.type_of(activity.type)
    if activity.state != "done":
        return None
    dates = frozenset(day for day in activity.occasions if _is_usable(day, activity, portfolio, rule_set, on))
    if activity.occasions and not dates:
        return None
    if (rules.evidence == "required" or (kind is not None and kind.evidence)) and not activity.evidence:
        return None
    if rules.attendance_minimum is not None:
        if activity.attendance is None and kind is not None and kind.attendance:
            return None
        if activity.attendance is not None and activity.attendance < rules.attendance_minimum:
            return None
    is_reflected = _is_accepted(rule_set.reflection, activity.reflection)
    counts = [r for r in rule_set.requirements if isinstance(r, CountRequirement)]
    if rule_set.reflection.required and not counts and not is_reflected:
        return None
    return Row(
        activity=activity,
        dates=dates,
        facets=(
            activity.place,
            activity.mode,
            normal(activity.type),
            _name(activity.theme, None if kind is None else kind.theme),
            _name(activity.class_, None if kind is None else kind.class_),
        ),
        k=1 if kind is None else kind.occasions,
        points=activity.points if activity.points is not None else (kind.points or 0) if kind is not None else 0,
        is_reflected=is_reflected,
    )


def _name(own: str | None, of_type: str | None) -> str | None:
    name = of_type if own is None else own
    return None if name is None else normal(name)


def _is_usable(day: date, activity: PortfolioActivity, portfolio: Portfolio, rule_set: RuleSet, on: date) -> bool:
    rules = rule_set.activities
    if day > on:
        return False
    if rules.after_admission and day < portfolio.admitted_date:
        return False
    if rules.before_study_end and day > portfolio.study_end_date:
        return False
    if portfolio.registered_date is not None and day < portfolio.registered_date:
        return rules.retroactive == "yes" or (rules.retroactive == "with-proof" and activity.evidence)
    return True


def _is_accepted(rules: PieceRules, piece: ReflectionFact | None) -> bool:
    return piece is not None and piece.state == "accepted" and misfit(rules, piece) is None


# Units.


def _full_and_short(rows: Sequence[Row]) -> tuple[dict[object, list[Row]], list[Row]]:
    """Gather the rows that are the same activity, and the occasions that are too few alone.

    Of a type that groups, other days of the same activity are occasions of the type, too.
    """
    groups: dict[object, list[Row]] = {}
    for row in rows:
        if row.is_full:
            title = Bilingual.of(row.activity.title)
            key = (title.sv.casefold().strip(), title.en.casefold().strip(), row.facets)
            groups.setdefault(key, []).append(row)
    short = [row for row in rows if not row.is_full]
    for same in groups.values():
        same.sort(key=lambda row: sorted(row.dates))
        for row in same[1:]:
            if row.k > 1 and row.dates - same[0].dates:
                same.remove(row)
                short.append(replace(row, dates=row.dates - same[0].dates))
    return groups, short


def _full_units(rows: Sequence[Row]) -> list[tuple[Unit, list[Row]]]:
    """Make a unit of each; the order is that of their keys."""
    groups, _short = _full_and_short(rows)
    return [
        (Unit(same[0].facets, _dates(same), tuple(sorted(row.points for row in same))), same)
        for same in groups.values()
    ]


def _pools(rows: Sequence[Row]) -> list[tuple[list[Unit], list[Row]]]:
    pools: dict[object, list[Row]] = {}
    for row in _full_and_short(rows)[1]:
        pools.setdefault(row.facets[2:], []).append(row)
    return [(_pooled_units(pool), pool) for pool in pools.values()]


def _pooled_units(pool: Sequence[Row]) -> list[Unit]:
    """Make as many units as the dates allow: first of one place and mode, then of one place, then of what is left."""
    k, rest = pool[0].k, pool[0].facets[2:]
    points = (max(row.points for row in pool),)
    units: list[Unit] = []
    for place in sorted({row.facets[0] or "" for row in pool}):
        there = [row for row in pool if row.facets[0] == place]
        of_place: list[Unit] = []
        for mode in sorted({row.facets[1] or "" for row in there}):
            same = [row for row in there if row.facets[1] == mode]
            of_place += [Unit((place, mode, *rest), _dates(same), points)] * (len(_dates(same)) // k)
        surplus = max(0, len(_dates(there)) // k - len(of_place))
        units += of_place + [Unit((place, None, *rest), _dates(there), points)] * surplus
    surplus = max(0, len(_dates(pool)) // k - len(units))
    return units + [Unit((None, None, *rest), _dates(pool), points)] * surplus


def _dates(rows: Iterable[Row]) -> frozenset[date]:
    return frozenset(day for row in rows for day in row.dates)


# Choices.


def _choices(portfolio: Portfolio, rule_set: RuleSet, units: Sequence[Unit]) -> set[Choice]:
    start = tuple(sorted(units, key=_place_in_line))
    choices = {Choice(start, start, 0)}
    is_open = [s for s in rule_set.substitutions if s.is_open(portfolio.study_end_date)]
    for count_as in [s for s in is_open if isinstance(s, CountAs)]:
        choices = {after for before in choices for after in _counted_as(before, count_as)}
    for trade in _in_order([s for s in is_open if isinstance(s, Trade)]):
        choices = {after for before in choices for after in _traded(before, trade)}
    return choices


def _counted_as(choice: Choice, rule: CountAs) -> Iterator[Choice]:
    places = [index for index, unit in enumerate(choice.units) if _may_count_as(unit, rule)]
    for size in range(min(rule.at_most, len(places)) + 1):
        for chosen in combinations(places, size):
            changed = [
                _with(unit, rule.facet, rule.wanted)._replace(is_changed=True) if index in chosen else unit
                for index, unit in enumerate(choice.units)
            ]
            units = tuple(sorted(changed, key=_place_in_line))
            yield Choice(units, units, choice.used + size)


def _may_count_as(unit: Unit, rule: CountAs) -> bool:
    if unit.is_changed or unit.value(rule.facet) == rule.wanted or not unit.matches(rule.where):
        return False
    if rule.activity_from is None and rule.activity_until is None:
        return True
    start, end = rule.activity_from or date.min, rule.activity_until or date.max
    return any(start <= day <= end for day in unit.dates)


def _in_order(trades: Sequence[Trade]) -> list[Trade]:
    """Put a trade after those that make what it takes; otherwise keep the order of the file."""
    left, ordered = list(trades), list[Trade]()
    while left:
        for trade in left:
            if not any(other.facet == trade.facet and other.wanted == trade.given for other in left):
                break
        left.remove(trade)
        ordered.append(trade)
    return ordered


def _traded(choice: Choice, trade: Trade) -> Iterator[Choice]:
    """Leave it, or trade one group in every possible way and go on: what a trade makes is never its own `given`."""
    reached = {choice}
    yield choice
    for _time in range(trade.at_most):
        reached = {after for before in reached for after in _traded_once(before, trade)}
        yield from reached


def _traded_once(choice: Choice, trade: Trade) -> Iterator[Choice]:
    given = [index for index, unit in enumerate(choice.units) if unit.value(trade.facet) == trade.given]
    for chosen in combinations(given, trade.number):
        members = [choice.units[index] for index in chosen]
        kept = [unit for index, unit in enumerate(choice.units) if index not in chosen]
        facets = tuple(_common(unit.facets[position] for unit in members) for position in range(len(FACETS)))
        made = _with(Unit(facets, frozenset(), ()), trade.facet, trade.wanted)
        yield Choice(tuple(sorted([*kept, made], key=_place_in_line)), choice.worth, choice.used + 1)


def _place_in_line(unit: Unit) -> tuple[object, ...]:
    """Order units only so that choices that come to the same are looked at once."""
    return (*(value or "" for value in unit.facets), sorted(unit.dates), unit.points, unit.is_changed)


def _common(values: Iterable[str | None]) -> str | None:
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _with(unit: Unit, facet: Facet, value: str) -> Unit:
    position = FACETS.index(facet)
    return unit._replace(facets=(*unit.facets[:position], value, *unit.facets[position + 1 :]))


# Requirements.


def _lines_of_the_file(
    portfolio: Portfolio, rule_set: RuleSet, rows: Sequence[Row], *, on: date, final_counts: bool
) -> list[Line]:
    units = [unit for unit, _rows in _full_units(rows)] + [unit for pooled, _rows in _pools(rows) for unit in pooled]
    events = _counting_events(portfolio, rule_set, on)
    beside = sum(kind.points for kind in rule_set.events if events[kind.id])
    beside += rule_set.final.points if final_counts else 0

    def line(requirement: Requirement, choice: Choice) -> Line:
        match requirement:
            case CountRequirement():
                have = _count(requirement, choice, rule_set.caps)
            case PointsRequirement():
                have = _points(requirement, choice, rule_set.caps)
                have += beside if not any(requirement.where.of(facet) for facet in FACETS) else 0
            case EventRequirement():
                have = events[requirement.event]
        return Line(requirement.id, requirement.minimum, have)

    best, best_lines = None, list[Line]()
    for choice in _choices(portfolio, rule_set, units):
        lines = [line(requirement, choice) for requirement in rule_set.requirements]
        shares = [
            Fraction(min(one.have, one.needed), one.needed)
            for one, requirement in zip(lines, rule_set.requirements, strict=True)
            if not isinstance(requirement, EventRequirement)
        ]
        rank = (
            sum(shares),
            sum(one.missing == 0 for one in lines),
            shares,
            -choice.used,
            [one.have for one in lines],
        )
        if best is None or rank > best:
            best, best_lines = rank, lines
    return best_lines


def _count(requirement: CountRequirement, choice: Choice, caps: Sequence[Cap]) -> int:
    units = [unit for unit in choice.units if unit.matches(requirement.where)]
    caps = [cap for cap in caps if cap.activities is not None]
    if requirement.of == "types":
        allowed = [unit for unit in units if _most(unit, caps, lambda cap: cap.activities) != 0]
        return len({unit.value("type") for unit in allowed} - {None})
    return _capped([(unit, 1) for unit in units], caps, lambda cap: cap.activities)


def _points(requirement: PointsRequirement, choice: Choice, caps: Sequence[Cap]) -> int:
    caps = [cap for cap in caps if cap.points is not None]
    worth = [(unit, sum(unit.points)) for unit in choice.worth if unit.matches(requirement.where)]
    return _capped(worth, caps, lambda cap: cap.points)


def _capped(amounts: Sequence[tuple[Unit, int]], caps: Sequence[Cap], limit: Callable[[Cap], int | None]) -> int:
    """Add up, but no more of one capped value than its cap."""
    free = 0
    of_value: Counter[str | None] = Counter()
    limits: dict[str | None, int] = {}
    for unit, amount in amounts:
        most = _most(unit, caps, limit)
        if most is None:
            free += amount
        else:
            value = unit.value(caps[0].facet)
            of_value[value] += amount
            limits[value] = most
    return free + sum(min(amount, limits[value]) for value, amount in of_value.items())


def _most(unit: Unit, caps: Sequence[Cap], limit: Callable[[Cap], int | None]) -> int | None:
    """Find the cap of the unit's own value, else that of each value; None where nothing caps it."""
    values = [(cap, unit.value(cap.facet)) for cap in caps]
    own = [limit(cap) or 0 for cap, value in values if value is not None and cap.value == value]
    each = [limit(cap) or 0 for cap, value in values if value is not None and cap.value is None]
    return next(iter(own + each), None)


def _counting_events(portfolio: Portfolio, rule_set: RuleSet, on: date) -> Counter[str]:
    counting: Counter[str] = Counter()
    for event in portfolio.events:
        kind = rule_set.event_of(event.kind)
        if kind is None or not event.attended or event.date > on:
            continue
        if rule_set.activities.after_admission and event.date < portfolio.admitted_date:
            continue
        forums = {forum.id for forum in kind.forums}
        if event.forum is None or not forums or normal(event.forum) in forums:
            counting[kind.id] += 1
    return counting


# The product's own requirements.


def _eligibility(portfolio: Portfolio, rule_set: RuleSet) -> list[Line]:
    rules = rule_set.eligibility
    if not (rules.without_international_syllabus or rules.only_programmes or rules.excluded_programmes):
        return []
    programme = portfolio.programme.casefold()
    only = {code.casefold() for code in rules.only_programmes}
    excluded = {code.casefold() for code in rules.excluded_programmes}
    is_eligible = not (
        (rules.without_international_syllabus and portfolio.has_international_syllabus)
        or (only and programme and programme not in only)
        or programme in excluded
    )
    return [Line("eligibility", 1, int(is_eligible))]


def _reflections(rule_set: RuleSet, rows: Sequence[Row]) -> list[Line]:
    counts = [r for r in rule_set.requirements if isinstance(r, CountRequirement)]
    if not (rule_set.reflection.required and counts):
        return []
    needed = max([r.minimum for r in counts] + [_needed_of_facet(counts, facet) for facet in FACETS])
    have = sum(any(row.is_reflected for row in same) for _unit, same in _full_units(rows))
    have += sum(min(len(units), sum(row.is_reflected for row in pool)) for units, pool in _pools(rows))
    return [Line("reflections", needed, have)]


def _needed_of_facet(counts: Sequence[CountRequirement], facet: Facet) -> int:
    """Activities of different values are different ones, so that their minimums add up."""
    only = [r for r in counts if r.of == "activities" and [named for named in FACETS if r.where.of(named)] == [facet]]
    values = [value for r in only for value in set(r.where.of(facet))]
    return sum(r.minimum for r in only) if len(values) == len(set(values)) else 0


def _deadlines(portfolio: Portfolio, rule_set: RuleSet) -> tuple[date | None, date | None]:
    weeks_after, weeks_before = rule_set.application.weeks_after_study_end, rule_set.final.weeks_before_study_end
    application = None if weeks_after is None else portfolio.study_end_date + timedelta(weeks=weeks_after)
    final = application if weeks_before is None else portfolio.study_end_date - timedelta(weeks=weeks_before)
    return _extended(application, portfolio), _extended(final, portfolio)


def _extended(deadline: date | None, portfolio: Portfolio) -> date | None:
    if deadline is None or portfolio.extension_until is None:
        return deadline
    return max(deadline, portfolio.extension_until)


def _final_counts(portfolio: Portfolio, rule_set: RuleSet, deadline: date | None, on: date) -> bool:
    piece = portfolio.final
    if piece is None or not _is_accepted(rule_set.final, piece):
        return False
    if piece.first_submitted_date is None:
        return True
    return piece.first_submitted_date <= on and (deadline is None or piece.first_submitted_date <= deadline)
