"""Which activities of a list would bring a student closer to the certificate, if they were done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from models.rules.pieces import Bounds, ReflectionRules
from models.rules.portfolio import Portfolio, PortfolioActivity, ReflectionFact
from models.rules.progress import progress
from models.rules.results import Progress
from models.rules.ruleset import RuleSet


class Gain(NamedTuple):
    """So much of what a requirement lacks."""

    requirement_id: str
    amount: int


class Fit(NamedTuple):
    """The candidate at this position would bring this; `share` of the whole certificate."""

    position: int
    gains: tuple[Gain, ...]
    share: float


def fitting(portfolio: Portfolio, rule_set: RuleSet, candidates: Sequence[PortfolioActivity], on: date) -> list[Fit]:
    """Find the candidates that would lower what is missing, the most helpful first.

    Each is tried as if it were begun today and done as the rule set asks: with evidence, full attendance, as many days
    as its type needs, and a reflection that is accepted.
    """
    now: dict[date, Progress] = {}
    tried: dict[PortfolioActivity, Fit | None] = {}
    found = []
    for position, candidate in enumerate(candidates):
        done = _done(candidate, rule_set, on)
        last_day = done.occasions[-1]
        if last_day not in now:
            now[last_day] = progress(portfolio, rule_set, on=last_day)
        # Only where it is done twice does the title matter; a list has many that differ in nothing else.
        alike = done if _is_known(candidate, portfolio) else replace(done, title="")
        if alike not in tried:
            larger = replace(portfolio, activities=(*portfolio.activities, done))
            tried[alike] = _compared(now[last_day], progress(larger, rule_set, on=last_day))
        if (fit := tried[alike]) is not None:
            found.append(fit._replace(position=position))
    return sorted(found, key=lambda fit: (-round(fit.share, 6), fit.position))


def _compared(before: Progress, after: Progress) -> Fit | None:
    if after.share <= before.share:
        return None
    gains = []
    for old, new in zip(before.requirements, after.requirements, strict=True):
        if new.missing < old.missing:
            gains.append(Gain(old.id, old.missing - new.missing))
    return Fit(0, tuple(gains), after.share - before.share)


def _done(candidate: PortfolioActivity, rule_set: RuleSet, on: date) -> PortfolioActivity:
    type_ = rule_set.type_of(candidate.type)
    days = type_.occasions if type_ else 1
    return replace(
        candidate,
        state="done",
        occasions=tuple(on + timedelta(days=number) for number in range(days)),
        reflection=_reflection(rule_set.reflection),
        evidence=True,
        attendance=100,
    )


def _reflection(rules: ReflectionRules) -> ReflectionFact | None:
    """Make one that the rule set takes."""
    if not rules.formats:
        return None
    format_ = rules.formats[0]
    return ReflectionFact(
        format=format_.kind,
        state="accepted",
        words=_within(format_.words),
        seconds=_within(format_.seconds),
        posts=_within(format_.posts),
        language=next(iter(rules.allowed_languages), None),
    )


def _within(bounds: Bounds | None) -> int | None:
    if bounds is None:
        return None
    steps = (bounds.target_min, bounds.minimum, bounds.target_max, bounds.maximum)
    return next((step for step in steps if step is not None), None)


def _is_known(candidate: PortfolioActivity, portfolio: Portfolio) -> bool:
    return any(one.type == candidate.type and one.place == candidate.place for one in portfolio.activities)
