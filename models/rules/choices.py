"""Where a rule set lets something replace something else: finds the choice that brings the student furthest."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import NamedTuple

from models.rules.primitives import CountAs, CountRequirement, EventRequirement, Facet, PointsRequirement, Trade, Where
from models.rules.rows import FACETS, Facts, matches, with_facet
from models.rules.ruleset import RuleSet
from models.rules.units import Unit

MOST_WAYS = 400
"""So many ways are looked at after each use of a substitution; real rule sets have a few dozen at most."""

BEST_WAYS = 40
"""Where there are more, only the best of them are followed further."""

FEW_LOOKS = 6
"""With so few different looks every way is looked at."""


class Rate(NamedTuple):
    """How far a choice brings the student; what comes first weighs more. `spared`: fewer substitutions are better."""

    in_all: Fraction
    met: int
    shares: tuple[Fraction, ...]
    spared: int
    have: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a substitution: the units that were given for it, with their own facts."""

    substitution: CountAs | Trade
    units: tuple[Unit, ...]


class Choice(NamedTuple):
    """The units as they count; `whole` are those before any were traded in, by which points are counted.

    `moved` are the positions of units that count as something else than they are.
    """

    units: tuple[Unit, ...]
    whole: tuple[Unit, ...]
    uses: tuple[Use, ...] = ()
    moved: frozenset[int] = frozenset()


def best_choice(
    plain: Choice, substitutions: Sequence[CountAs | Trade], rule_set: RuleSet, rate: Callable[[Choice], Rate]
) -> Choice:
    """Find the choice with the highest rate among those that the substitutions make of the plain one."""
    look = _Look(rule_set)
    ways = [plain]
    for one in [one for one in substitutions if isinstance(one, CountAs)]:
        ways = _after(ways, one.at_most, partial(_moved_ways, one=one, look=look), look, rate)
    for trade in _in_turn([one for one in substitutions if isinstance(one, Trade)]):
        ways = _after(ways, trade.at_most, partial(_traded_ways, trade=trade, look=look, rate=rate), look, rate)
    return max(ways, key=rate)


def _after(
    ways: list[Choice],
    at_most: int,
    following: Callable[[Choice], Iterator[Choice]],
    look: "_Look",
    rate: Callable[[Choice], Rate],
) -> list[Choice]:
    """Give the ways, and those that follow from them when a substitution is used once, twice and so on."""
    reached = {look.at(way): way for way in ways}
    layer = ways
    for _time in range(at_most):
        fresh: dict[object, Choice] = {}
        for way in islice((new for old in layer for new in following(old)), MOST_WAYS):
            seen = look.at(way)
            if seen not in reached:
                fresh.setdefault(seen, way)
        layer = list(fresh.values())
        if len(layer) > BEST_WAYS:
            layer = sorted(layer, key=rate, reverse=True)[:BEST_WAYS]
        reached.update((look.at(way), way) for way in layer)
    return list(reached.values())


class _Look:
    """What makes a difference to a requirement, a cap or a substitution: units that look the same are one choice."""

    def __init__(self, rule_set: RuleSet) -> None:
        facets: set[Facet] = {substitution.facet for substitution in rule_set.substitutions}
        facets |= {cap.facet for cap in rule_set.caps}
        wheres: list[Where] = [s.where for s in rule_set.substitutions if isinstance(s, CountAs)]
        for requirement in rule_set.requirements:
            if not isinstance(requirement, EventRequirement):
                wheres.append(requirement.where)
            if isinstance(requirement, CountRequirement) and requirement.of == "types":
                facets.add("type")
        facets |= {facet for where in wheres for facet in FACETS if where.of(facet)}
        self._positions = [position for position, facet in enumerate(FACETS) if facet in facets]
        moved = {s.facet for s in rule_set.substitutions if isinstance(s, CountAs)}
        pointed = [r.where for r in rule_set.requirements if isinstance(r, PointsRequirement)]
        # Points follow what counts as something else, and matter where something is asked of just that.
        self._with_points = any(where.of(facet) for where in pointed for facet in moved) or any(
            cap.points is not None and cap.facet in moved for cap in rule_set.caps
        )
        self._with_dates = any(
            isinstance(s, CountAs) and (s.activity_from or s.activity_until) for s in rule_set.substitutions
        )

    def __call__(self, unit: Unit) -> tuple[object, ...]:
        """What another one must equal to be as good as this one."""
        return (
            *(unit.facts[position] for position in self._positions),
            unit.points if self._with_points else (),
            tuple(sorted(unit.dates)) if self._with_dates else (),
        )

    def at(self, way: Choice) -> object:
        """What another way must equal to be as good as this one."""
        units = Counter((self(unit), number in way.moved) for number, unit in enumerate(way.units))
        whole = Counter(map(self, way.whole)) if self._with_points else {}
        return frozenset(units.items()), frozenset(whole.items())


def _moved_ways(way: Choice, *, one: CountAs, look: _Look) -> Iterator[Choice]:
    """Let one more activity count as something else, the one with the most points first."""
    able = [n for n, unit in enumerate(way.units) if n not in way.moved and _can_move(unit, one)]
    firsts = {look(way.units[number]): number for number in reversed(able)}.values()
    for number in sorted(firsts, key=lambda number: (-sum(way.units[number].points), number)):
        unit = way.units[number]
        moved = replace(unit, facts=with_facet(unit.facts, one.facet, one.wanted))
        units = (*way.units[:number], moved, *way.units[number + 1 :])
        yield Choice(units, units, (*way.uses, Use(one, (unit,))), way.moved | {number})


def _can_move(unit: Unit, one: CountAs) -> bool:
    if unit.facts[FACETS.index(one.facet)] == one.wanted or not matches(one.where, unit.facts):
        return False
    if one.activity_from is None and one.activity_until is None:
        return True
    first, last = one.activity_from or date.min, one.activity_until or date.max
    return any(first <= day <= last for day in unit.dates)


def _traded_ways(way: Choice, *, trade: Trade, look: _Look, rate: Callable[[Choice], Rate]) -> Iterator[Choice]:
    """Trade once more, of units that look the same always the first ones."""
    position = FACETS.index(trade.facet)
    alike: dict[object, list[int]] = {}
    for number, unit in enumerate(way.units):
        if unit.facts[position] == trade.given:
            alike.setdefault(look(unit), []).append(number)
    groups = list(alike.values())
    if len(groups) > FEW_LOOKS:
        # Not every way can be looked at: what can be spared best is given first.
        groups.sort(key=lambda group: rate(_without(way, group[0])), reverse=True)
    for amounts in islice(_amounts([len(group) for group in groups], trade.number), MOST_WAYS):
        given = [number for group, many in zip(groups, amounts, strict=True) for number in group[:many]]
        yield _traded(way, trade, given)


def _without(way: Choice, number: int) -> Choice:
    return way._replace(units=(*way.units[:number], *way.units[number + 1 :]))


def _amounts(sizes: Sequence[int], number: int) -> Iterator[tuple[int, ...]]:
    """List every way to take so many from groups of these sizes, most from the first ones first."""
    if not sizes:
        if number == 0:
            yield ()
        return
    if number > sum(sizes):
        return
    for many in range(min(sizes[0], number), -1, -1):
        for rest in _amounts(sizes[1:], number - many):
            yield (many, *rest)


def _traded(way: Choice, trade: Trade, chosen: Sequence[int]) -> Choice:
    given = tuple(way.units[number] for number in chosen)
    by_facet = zip(*(unit.facts for unit in given), strict=True)
    common = Facts(*(values[0] if len(set(values)) == 1 else None for values in by_facet))
    rows = {row.number: row for unit in given for row in unit.rows}
    made = Unit(
        with_facet(common, trade.facet, trade.wanted),
        tuple(rows[number] for number in sorted(rows)),
        (),
        frozenset[date]().union(*(unit.dates for unit in given)),
        is_pooled=True,
    )
    left = tuple(unit for number, unit in enumerate(way.units) if number not in chosen)
    return Choice((*left, made), way.whole, (*way.uses, Use(trade, given)), way.moved)


def _in_turn(trades: Sequence[Trade]) -> list[Trade]:
    """Order trades so that what one makes can be given in a later one; the schema refuses circles."""
    left, ordered = list(trades), []
    while left:
        made = {(trade.facet, trade.wanted) for trade in left}
        ready = [trade for trade in left if (trade.facet, trade.given) not in made]
        ordered += ready
        left = [trade for trade in left if trade not in ready]
    return ordered
