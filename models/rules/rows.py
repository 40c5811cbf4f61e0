"""Which activities of a portfolio may count at all, on which of their days, and with which facts."""

from dataclasses import dataclass
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

    @property
    def is_same_as(self) -> object:
        """What rows of the same activity have in common."""
        return self.title.sv.strip().casefold(), self.title.en.strip().casefold(), self.facts

    @property
    def goes_with(self) -> object:
        """What occasions have in common that can make an activity together."""
        return self.facts.type, self.facts.theme, self.facts.class_


def row_of(
    number: int,
    activity: PortfolioActivity,
    type_: ActivityType | None,
    portfolio: Portfolio,
    rule_set: RuleSet,
    on: date,
) -> Row | Sentence:
    """Read an activity as it counts as of a day, or say why it cannot count at all."""
    dates, late = _usable_dates(activity, portfolio, rule_set, on)
    why = _why_not_at_all(activity, type_, rule_set, late)
    if why is None and rule_set.reflection.required and not counts_activities(rule_set):
        why = why_reflection_does_not_count(rule_set.reflection, activity)
    return why or _counted_row(number, activity, type_, dates, rule_set.reflection)


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


def in_time(activity: PortfolioActivity) -> tuple[object, ...]:
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


def _counted_row(
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
