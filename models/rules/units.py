"""What is counted in a portfolio: each activity that may count, and several occasions that make one together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.rules.portfolio import Portfolio, PortfolioActivity
from models.rules.primitives import normal
from models.rules.rows import Facts, Row, in_time, row_of
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Unit:
    """What counts as one activity: an activity (perhaps done again), or so many occasions of a type.

    `points` has an entry for each row of a whole activity, and one for occasions that make an activity together.
    """

    facts: Facts
    rows: tuple[Row, ...]
    points: tuple[int, ...]
    dates: frozenset[date]
    is_pooled: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """Occasions of one type that are too few, each for itself, to be an activity."""

    rows: tuple[Row, ...]
    needed: int
    units: int

    @property
    def dates(self) -> frozenset[date]:
        """The different days in all of them."""
        return _dates(self.rows)


@dataclass(frozen=True, slots=True)
class Counting:
    """The activities of a portfolio in the order of time, and what each one is good for.

    `reasons` says by an activity's position why it cannot count at all.
    """

    activities: tuple[PortfolioActivity, ...]
    reasons: dict[int, Sentence]
    units: tuple[Unit, ...]
    pools: tuple[Pool, ...]

    def reflected(self, *, only_accepted: bool) -> set[int]:
        """Find the activities whose reflection counts: accepted ones, or all that were handed in; one for each unit."""

        def ones(rows: Iterable[Row]) -> list[int]:
            return [row.number for row in rows if (row.reflected if only_accepted else row.handed_in)]

        found = {number for unit in self.units if not unit.is_pooled for number in ones(unit.rows)[:1]}
        return found.union(*(ones(pool.rows)[: pool.units] for pool in self.pools))


def counting(portfolio: Portfolio, rule_set: RuleSet, on: date) -> Counting:
    """Sort out what may count as of a day, and put together what counts as one."""
    activities = tuple(sorted(portfolio.activities, key=in_time))
    types = {type_.id: type_ for type_ in rule_set.types}
    reasons: dict[int, Sentence] = {}
    whole: dict[object, list[Row]] = {}
    short: dict[object, list[Row]] = {}
    for number, activity in enumerate(activities):
        type_ = types.get(normal(activity.type))
        row = row_of(number, activity, type_, portfolio, rule_set, on)
        if isinstance(row, Sentence):
            reasons[number] = row
        elif type_ is None or len(row.dates) >= type_.occasions or type_.occasions == 1:
            whole.setdefault(row.is_same_as, []).append(row)
        else:
            short.setdefault(row.goes_with, []).append(row)
    for rows in whole.values():
        type_ = types.get(str(rows[0].facts.type))
        if type_ is not None and type_.occasions > 1:
            rows[:], more = _without_other_days(rows)
            for row in more:
                short.setdefault(row.goes_with, []).append(row)
    units = [
        Unit(rows[0].facts, tuple(rows), tuple(row.points for row in rows), _dates(rows)) for rows in whole.values()
    ]
    pools = []
    for rows in short.values():
        rows.sort(key=lambda row: row.number)
        k = types[str(rows[0].facts.type)].occasions
        made = list(_pooled(rows, k))
        units += made
        pools.append(Pool(tuple(rows), k, len(made)))
    return Counting(activities, reasons, tuple(units), tuple(pools))


def _without_other_days(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Keep the first of several that are the same activity; other days of the others are occasions of its type."""
    first, *others = sorted(rows, key=lambda row: sorted(row.dates))
    same = [row for row in others if row.dates <= first.dates]
    more = [replace(row, dates=row.dates - first.dates) for row in others if not row.dates <= first.dates]
    return [first, *same], more


def _pooled(rows: Sequence[Row], k: int) -> Iterable[Unit]:
    """Make k occasions on k different days one activity: first of one place and mode, then of one place, then of any.

    Counting days and not choosing them keeps it monotonous: another occasion never makes fewer activities.
    """
    places: dict[str | None, dict[str | None, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        places[row.facts.place][row.facts.mode].append(row)
    facts, points, made_of_pool = rows[0].facts, max(row.points for row in rows), 0
    for place, modes in places.items():
        made = 0
        in_place = [row for mode_rows in modes.values() for row in mode_rows]
        for mode, mode_rows in modes.items():
            number = len(_dates(mode_rows)) // k
            made += number
            unit = _unit(mode_rows, facts._replace(place=place, mode=mode), points)
            yield from [unit] * number
        more = len(_dates(in_place)) // k - made
        yield from [_unit(in_place, facts._replace(place=place, mode=None), points)] * more
        made_of_pool += made + max(more, 0)
    yield from [_unit(rows, facts._replace(place=None, mode=None), points)] * (len(_dates(rows)) // k - made_of_pool)


def _unit(rows: Sequence[Row], facts: Facts, points: int) -> Unit:
    return Unit(facts, tuple(row for row in rows if row.dates), (points,), _dates(rows), is_pooled=True)


def _dates(rows: Iterable[Row]) -> frozenset[date]:
    return frozenset[date]().union(*(row.dates for row in rows))
