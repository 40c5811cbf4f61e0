"""Three invented students made for a rule set, so that people see what it asks for before anybody lives by it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle, islice, product

from models.rules.bilingual import Bilingual
from models.rules.pieces import Bounds, PieceRules
from models.rules.portfolio import FinalPiece, Portfolio, PortfolioActivity, PortfolioEvent, ReflectionFact
from models.rules.primitives import (
    MODES,
    PLACES,
    CountRequirement,
    EventRequirement,
    PointsRequirement,
    Where,
)
from models.rules.progress import Progress, progress
from models.rules.ruleset import RuleSet

MOST_ACTIVITIES = 40
_TRIES_PER_REQUIREMENT = 24
_TITLES = (
    Bilingual("Språkkafé", "Language café"),
    Bilingual("Utbytestermin", "Exchange semester"),
    Bilingual("Studentambassadör", "Student ambassador"),
    Bilingual("Föreläsningsserie", "Lecture series"),
    Bilingual("Konferens", "Conference"),
    Bilingual("Sommarkurs", "Summer course"),
    Bilingual("Studentrepresentant", "Student representative"),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One invented student: a name, a line about them and what they have gathered."""

    name: str
    about: Bilingual
    portfolio: Portfolio


def examples(rule_set: RuleSet, *, on: date) -> tuple[Example, Example, Example]:
    """Make a beginner, somebody whom little is missing, and somebody who has everything that can be had."""
    finished = _finished(rule_set, on)
    return (
        Example("Noor", Bilingual("har just börjat", "has just begun"), _beginner(finished)),
        Example("Milo", Bilingual("är på god väg", "is well on the way"), _on_the_way(finished, rule_set, on)),
        Example("Saga", Bilingual("har gjort allt", "has done everything"), finished),
    )


def _beginner(finished: Portfolio) -> Portfolio:
    """One activity whose reflection is not handed in yet."""
    first = [replace(one, reflection=None) for one in finished.activities[:1]]
    return replace(finished, activities=tuple(first), events=(), final=None)


def _on_the_way(finished: Portfolio, rule_set: RuleSet, on: date) -> Portfolio:
    """All but the one activity (or event) whose lack breaks the fewest requirements; no final piece yet."""
    waiting = replace(finished, final=None)
    unmet = _unmet(waiting, rule_set, on)
    candidates = [
        replace(waiting, activities=finished.activities[:n] + finished.activities[n + 1 :])
        for n in range(len(finished.activities))
    ]
    candidates += [
        replace(waiting, events=finished.events[:n] + finished.events[n + 1 :]) for n in range(len(finished.events))
    ]
    lacking = [len(_unmet(one, rule_set, on) - unmet) for one in candidates]
    shares = [-_progress(one, rule_set, on).share for one in candidates]
    nearest = min((key for key in zip(lacking, shares, range(len(candidates)), strict=True) if key[0]), default=None)
    return waiting if nearest is None else candidates[nearest[2]]


def _finished(rule_set: RuleSet, on: date) -> Portfolio:
    """Add activities and events, requirement by requirement, as long as each one brings it nearer."""
    admitted = on - timedelta(days=700)
    eligibility = rule_set.eligibility
    portfolio = Portfolio(
        admitted_date=admitted,
        registered_date=admitted,
        study_end_date=on + timedelta(days=200),
        programme=eligibility.only_programmes[0] if eligibility.only_programmes else "",
        final=_final(rule_set, on),
        events=tuple(_events(rule_set, on)),
    )
    for requirement in rule_set.requirements:
        if not isinstance(requirement, EventRequirement):
            portfolio = _towards(requirement, portfolio, rule_set, on)
    return portfolio


def _towards(
    requirement: CountRequirement | PointsRequirement, portfolio: Portfolio, rule_set: RuleSet, on: date
) -> Portfolio:
    have, needed = _standing(portfolio, requirement.id, rule_set, on)
    candidates = cycle(_candidates(requirement.where, rule_set))
    for candidate in islice(candidates, _TRIES_PER_REQUIREMENT):
        if have >= needed or len(portfolio.activities) >= MOST_ACTIVITIES:
            break
        number = len(portfolio.activities)
        tried = replace(portfolio, activities=(*portfolio.activities, _done(candidate, number, rule_set, on)))
        now_has, _needed = _standing(tried, requirement.id, rule_set, on)
        if now_has > have:
            portfolio, have = tried, now_has
    return portfolio


def _candidates(where: Where, rule_set: RuleSet) -> list[PortfolioActivity]:
    """List activities that the requirement means, types worth most points first, then elsewhere."""
    types = where.type or tuple(one.id for one in rule_set.types) or ("activity",)
    facets = product(where.place or PLACES, where.mode or MODES[:1], where.class_ or (None,), where.theme or (None,))
    return [
        PortfolioActivity(title="", type=type_, place=place, mode=mode, state="done", class_=class_, theme=theme)
        for place, mode, class_, theme in facets
        for type_ in sorted(types, key=lambda name: -_worth(name, rule_set))
    ]


def _done(activity: PortfolioActivity, number: int, rule_set: RuleSet, on: date) -> PortfolioActivity:
    """Fill in what makes an activity count: days, evidence, attendance, points and an accepted reflection."""
    known = rule_set.type_of(activity.type)
    first = on - timedelta(days=30 + 12 * number)
    title = known.name if known else _TITLES[number % len(_TITLES)]
    again = number // (1 if known else len(_TITLES))
    return replace(
        activity,
        title=Bilingual(f"{title.sv} {again + 1}", f"{title.en} {again + 1}") if again else title,
        occasions=tuple(first - timedelta(days=day) for day in range(known.occasions if known else 1)),
        points=_worth(activity.type, rule_set) or None,
        evidence=True,
        attendance=100,
        reflection=_piece(rule_set.reflection) if rule_set.reflection.required else None,
    )


def _worth(type_: str, rule_set: RuleSet) -> int:
    """The points of a type; a fifth of what is asked for where the catalogue decides."""
    known = rule_set.type_of(type_)
    if known is not None and known.points is not None:
        return known.points
    asked = [one.minimum for one in rule_set.requirements if isinstance(one, PointsRequirement)]
    return -(-max(asked) // 5) if asked else 0


def _events(rule_set: RuleSet, on: date) -> Iterator[PortfolioEvent]:
    for requirement in rule_set.requirements:
        if isinstance(requirement, EventRequirement):
            kind = rule_set.event_of(requirement.event)
            forum = kind.forums[0].id if kind and kind.forums else None
            for number in range(requirement.minimum):
                yield PortfolioEvent(requirement.event, on - timedelta(days=20 + number), attended=True, forum=forum)


def _final(rule_set: RuleSet, on: date) -> FinalPiece | None:
    if not rule_set.final.required:
        return None
    piece = _piece(rule_set.final)
    return FinalPiece(
        format=piece.format,
        state="accepted",
        words=piece.words,
        seconds=piece.seconds,
        posts=piece.posts,
        language=piece.language,
        first_submitted_date=on - timedelta(days=10),
    )


def _piece(rules: PieceRules) -> ReflectionFact:
    """Make an accepted piece in the first format, within its limits."""
    chosen = rules.formats[0]
    return ReflectionFact(
        format=chosen.kind,
        state="accepted",
        words=_within(chosen.words),
        seconds=_within(chosen.seconds),
        posts=_within(chosen.posts),
        language=rules.allowed_languages[0],
    )


def _within(bounds: Bounds | None) -> int | None:
    if bounds is None:
        return None
    given = (bounds.target_min, bounds.minimum, bounds.maximum)
    return next((number for number in given if number), None)


def _standing(portfolio: Portfolio, requirement_id: str, rule_set: RuleSet, on: date) -> tuple[int, int]:
    found = next(one for one in _progress(portfolio, rule_set, on).requirements if one.id == requirement_id)
    return found.have, found.needed


def _unmet(portfolio: Portfolio, rule_set: RuleSet, on: date) -> set[str]:
    return {one.id for one in _progress(portfolio, rule_set, on).requirements if not one.met}


def _progress(portfolio: Portfolio, rule_set: RuleSet, on: date) -> Progress:
    return progress(portfolio, rule_set, on=on)
