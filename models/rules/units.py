"""What can be counted in a portfolio: each activity that may count at all, and several occasions that make one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from models.rules.bilingual import Bilingual
from models.rules.limits import misfit
from models.rules.pieces import ReflectionRules
from models.rules.portfolio import Portfolio, PortfolioActivity
from models.rules.primitives import ActivityType, CountRequirement, Facet, Where, normal
from models.rules.ruleset import RuleSet
from models.rules.sentences import Sentence, say

FACETS: tuple[Facet, ...] = ("place", "mode", "type", "theme", "class")


class Facts(NamedTuple):
    """A value for each facet, in the order of `FACETS`; None where it has none, or several."""

    place: str | None
    mode: str | None
    type: str | None
    theme: str | None
    class_: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One activity that may count; its dates are those that count."""

    number: int
    title: Bilingual
    facts: Facts
    dates: frozenset[date]
    points: int
    reflected: bool
    handed_in: bool


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
    activities = tuple(sorted(portfolio.activities, key=_in_time))
    types = {type_.id: type_ for type_ in rule_set.types}
    reflected_first = rule_set.reflection.required and not counts_activities(rule_set)
    reasons: dict[int, Sentence] = {}
    whole: dict[object, list[Row]] = {}
    short: dict[object, list[Row]] = {}
    for number, activity in enumerate(activities):
        type_ = types.get(normal(activity.type))
        dates, late = _usable_dates(activity, portfolio, rule_set, on)
        why = _why_not_at_all(activity, type_, rule_set, late)
        if why is None and reflected_first:
            why = why_reflection_does_not_count(rule_set.reflection, activity)
        if why is not None:
            reasons[number] = why
            continue
        row = _row(number, activity, type_, dates, rule_set.reflection)
        if type_ is None or len(dates) >= type_.occasions or type_.occasions == 1:
            whole.setdefault((row.title.sv.strip().casefold(), row.title.en.strip().casefold(), row.facts), []).append(
                row
            )
        else:
            short.setdefault((row.facts.type, row.facts.theme, row.facts.class_), []).append(row)
    for rows in whole.values():
        type_ = types.get(str(rows[0].facts.type))
        if type_ is not None and type_.occasions > 1:
            rows[:], more = _without_other_days(rows)
            for row in more:
                short.setdefault((row.facts.type, row.facts.theme, row.facts.class_), []).append(row)
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


def counts_activities(rule_set: RuleSet) -> bool:
    """Whether activities are counted at all; where only points are, each one needs its reflection to give any."""
    return any(isinstance(requirement, CountRequirement) for requirement in rule_set.requirements)


def matches(where: Where, facts: Facts) -> bool:
    """Tell whether the facts are those that are meant."""
    return all(value in allowed for value, allowed in zip(facts, _allowed(where), strict=True) if allowed)


def with_facet(facts: Facts, facet: Facet, value: str | None) -> Facts:
    """The same facts with another value in one facet."""
    position = FACETS.index(facet)
    return Facts._make((*facts[:position], value, *facts[position + 1 :]))


def _allowed(where: Where) -> tuple[tuple[str, ...], ...]:
    return (where.place, where.mode, where.type, where.theme, where.class_)


def _in_time(activity: PortfolioActivity) -> tuple[object, ...]:
    """Order by the first occasion, then by everything else that progress shows, so that the given order is nothing."""
    title = Bilingual.of(activity.title)
    return (
        min(activity.occasions, default=date.max),
        title.en,
        title.sv,
        activity.state,
        activity.type,
        activity.place,
        activity.mode,
        activity.class_ or "",
        activity.theme or "",
        -1 if activity.points is None else activity.points,
        activity.evidence,
        -1 if activity.attendance is None else activity.attendance,
        sorted(activity.occasions),
        repr(activity.reflection),
    )


def _row(
    number: int, activity: PortfolioActivity, type_: ActivityType | None, dates: frozenset[date], rules: ReflectionRules
) -> Row:
    theme = activity.theme or (type_.theme if type_ else None)
    class_ = activity.class_ or (type_.class_ if type_ else None)
    points = activity.points if activity.points is not None else (type_.points if type_ else None)
    reflection = activity.reflection
    return Row(
        number=number,
        title=Bilingual.of(activity.title),
        facts=Facts(
            activity.place,
            activity.mode,
            normal(activity.type),
            normal(theme) if theme else None,
            normal(class_) if class_ else None,
        ),
        dates=dates,
        points=points or 0,
        reflected=why_reflection_does_not_count(rules, activity) is None,
        handed_in=reflection is not None and reflection.is_handed_in,
    )


def _usable_dates(
    activity: PortfolioActivity, portfolio: Portfolio, rule_set: RuleSet, on: date
) -> tuple[frozenset[date], Sentence | None]:
    """The days that count; and why none does, where there are days but none of them counts."""
    dates, first = set(), None
    for day in sorted(set(activity.occasions)):
        why = _why_not_on(day, activity, portfolio, rule_set, on)
        if why is None:
            dates.add(day)
        first = first or why
    return frozenset(dates), None if dates else first


def _why_not_on(
    day: date, activity: PortfolioActivity, portfolio: Portfolio, rule_set: RuleSet, on: date
) -> Sentence | None:
    rules, registered = rule_set.activities, portfolio.registered_date
    if day > on:
        return say("occasion_to_come")
    if rules.after_admission and day < portfolio.admitted_date:
        return say("occasion_before_admission", admitted=portfolio.admitted_date)
    if rules.before_study_end and day > portfolio.study_end_date:
        return say("occasion_after_study_end", end=portfolio.study_end_date)
    if registered is None or day >= registered or rules.retroactive == "yes":
        return None
    if rules.retroactive == "no":
        return say("occasion_before_registration", registered=registered)
    return None if activity.evidence else say("earlier_needs_proof", registered=registered)


def _why_not_at_all(
    activity: PortfolioActivity, type_: ActivityType | None, rule_set: RuleSet, late: Sentence | None
) -> Sentence | None:
    rules = rule_set.activities
    if activity.state != "done":
        return say(f"activity_{activity.state}")
    if late is not None:
        return late
    if not activity.evidence and (rules.evidence == "required" or (type_ is not None and type_.evidence)):
        return say("evidence_missing")
    if rules.attendance_minimum is not None:
        if activity.attendance is None and type_ is not None and type_.attendance:
            return say("attendance_unknown", minimum=rules.attendance_minimum)
        if activity.attendance is not None and activity.attendance < rules.attendance_minimum:
            return say("attendance_too_low", attendance=activity.attendance, minimum=rules.attendance_minimum)
    return None


def why_reflection_does_not_count(rules: ReflectionRules, activity: PortfolioActivity) -> Sentence | None:
    """Say why an activity has no reflection that counts."""
    if activity.reflection is None:
        return say("reflection_missing")
    if activity.reflection.state != "accepted":
        return say(f"reflection_{activity.reflection.state}")
    return misfit(rules, activity.reflection)


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
