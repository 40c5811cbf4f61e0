"""Random rule sets, and random portfolios that suit a rule set; everything comes from the `Random` that is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal, TypeVar

from models.rules.bilingual import Bilingual
from models.rules.pieces import Bounds, PieceRules
from models.rules.portfolio import (
    ActivityStanding,
    FinalPiece,
    PieceStanding,
    Portfolio,
    PortfolioActivity,
    PortfolioEvent,
    ReflectionFact,
)
from models.rules.primitives import MODES, PLACES, CountAs, Mode, Place
from models.rules.ruleset import RuleSet, mistakes

Thing = TypeVar("Thing")

TITLES: tuple[Bilingual | str, ...] = (
    "Language café",
    " language CAFÉ",
    Bilingual("Språkcafé", "Language café"),
    "Exchange in Trieste",
    "TedX",
    Bilingual("Faddergrupp", "Buddy group"),
    "Summer school",
)
STATES: tuple[ActivityStanding, ...] = ("proposed", "approved", "reported", "declined", "withdrawn")
PIECE_STATES: tuple[PieceStanding, ...] = ("draft", "submitted", "in_assessment", "returned")


@dataclass(frozen=True, slots=True)
class Case:
    """A portfolio and the day on which it is judged."""

    portfolio: Portfolio
    on: date


@dataclass(frozen=True, slots=True)
class Student:
    """What the activities of one portfolio have in common: its types and days, and how often each thing is right.

    `caution` is how often a day is one of the good days.
    """

    care: float
    types: Sequence[str]
    good_days: Sequence[date]
    risky_days: Sequence[date]
    caution: float = 1.0
    places: Sequence[Place] = PLACES
    modes: Sequence[Mode] = MODES


def random_case(rule_set: RuleSet, random: Random, *, most: int = 9) -> Case:
    """Make a portfolio of no more than `most` activities, with days on both sides of every limit of the rule set."""
    study_end = _study_end(rule_set, random)
    admitted = study_end - timedelta(days=random.choice((200, 730, 1095)))
    registered = random.choice((None, admitted, admitted + timedelta(days=random.randint(1, 150))))
    on = study_end + timedelta(days=random.choice((-100, -29, -28, -27, -1, 0, 1, 100, 400)))
    care = random.choice((0.7, 0.9, 1.0))
    middle = (registered or admitted) + (min(on, study_end) - (registered or admitted)) / 2
    limits = [limit + timedelta(days=days) for limit in _limits_of(rule_set) for days in (-1, 0, 0, 1)]
    inside = [middle + timedelta(days=days) for days in range(-5, 6)]
    student = Student(
        care=care,
        types=_random_types(rule_set, random),
        good_days=random.choice((inside, limits or inside)),
        risky_days=[on, admitted, study_end, *[registered or admitted] * 2, *limits],
        caution=random.choice((0.5, care)),
        places=random.choice((PLACES, PLACES[:1])),
        modes=random.choice((MODES, MODES[1:2])),
    )
    number = max(random.randint(0, most), random.randint(0, most))
    portfolio = Portfolio(
        admitted_date=admitted,
        study_end_date=study_end,
        extension_until=_often(random, 0.15, study_end + timedelta(days=random.choice((-40, 30, 300)))),
        activities=tuple(random_activity(rule_set, random, student) for _ in range(number)),
        final=_often(random, care, _random_final(rule_set, random, study_end, care)),
        registered_date=registered,
        programme=_random_programme(rule_set, random),
        has_international_syllabus=random.random() < 0.2,
        events=tuple(_random_event(rule_set, random, student) for _ in range(random.choice((0, 1, 2, 3)))),
    )
    return Case(portfolio, on)


def random_activity(
    rule_set: RuleSet, random: Random, student: Student, state: ActivityStanding | None = None
) -> PortfolioActivity:
    """Make an activity of the student, in `state` where that is given."""
    type_ = random.choice(student.types)
    kind = rule_set.type_of(type_)
    occasions = 1 if kind is None else kind.occasions
    number = random.choice((0, 1, 1, 1, 2)) if occasions == 1 else random.randint(0, occasions + 1)
    themes, classes = [one.id for one in rule_set.themes], [one.id for one in rule_set.classes]
    return PortfolioActivity(
        title=random.choice(TITLES),
        type=random.choice((type_, type_.upper(), type_.replace("-", "_"))),
        place=random.choice(student.places),
        mode=random.choice(student.modes),
        state=state or _random_state(random, student),
        occasions=tuple(_random_day(random, student) for _ in range(number)),
        reflection=_often(random, student.care, random_piece(rule_set.reflection, random, student.care)),
        class_=random.choice([None, None, *classes]),
        theme=random.choice([None, None, *themes]),
        points=random.choice((None, None, 0, 5, 10, 20, 30, 45)),
        evidence=random.random() < student.care,
        attendance=random.choice((80, 100, None)) if random.random() < student.care else 79,
    )


def random_piece(rules: PieceRules, random: Random, care: float) -> ReflectionFact:
    """Make a piece; how often it is accepted and fits depends on the care."""
    if not rules.formats or random.random() < 0.02:
        return ReflectionFact(format=random.choice(("written", "video")), state="accepted", words=1000)
    fmt = random.choice(rules.formats)
    return ReflectionFact(
        format=fmt.kind,
        state="accepted" if random.random() < care else random.choice(PIECE_STATES),
        words=_measure(fmt.words, random),
        seconds=_measure(fmt.seconds, random),
        posts=_measure(fmt.posts, random),
        language=random.choice((None, *rules.allowed_languages * 9, "sv", "en")),
    )


def random_rule_set(random: Random) -> RuleSet:
    """Make a small valid rule set in which every part of the schema takes its turn.

    In some there is little but requirements and substitutions, so that much counts and there is much to choose.
    """
    is_about_choices = random.random() < 0.4
    types = [_random_type(number, random) for number in range(random.randint(1, 3))]
    with_reflections = random.random() < 0.4
    content: dict[str, object] = {
        "id": "random",
        "version": "1",
        "valid_from": date(2020, 1, 1),
        "name": _words("Random"),
        "certificate_name": _words("Certificate"),
        "own_proposals": True,
        "activities": {} if is_about_choices else _random_activity_rules(random),
        "type": types,
        "theme": [_named("theme-a"), _named("theme-b")],
        "class": [_named("class-a"), _named("class-b"), _named("class-c")],
        "event": [_random_event_kind(number, random) for number in range(2)],
        "requirement": [_random_requirement(number, len(types), random) for number in range(random.randint(1, 4))],
        "cap": [] if is_about_choices else _random_caps(len(types), random),
        "substitution": _random_substitutions(len(types), random, least=2 if is_about_choices else 0),
        "eligibility": _random_eligibility(random),
        "application": random.choice(({}, {"weeks_after_study_end": random.choice((0, 20))})),
        "reflection": {"required": with_reflections, **(_PIECES | {"languages": ["sv"]} if with_reflections else {})},
        "final": _random_final_rules(random),
    }
    while any(mistake.id == "cycle" for mistake in mistakes(content)):
        content["substitution"] = _random_substitutions(len(types), random, least=1)
    return RuleSet.model_validate(content)


# Parts of a portfolio.


def _study_end(rule_set: RuleSet, random: Random) -> date:
    limits = [
        limit for rule in rule_set.substitutions for limit in (rule.study_end_from, rule.study_end_until) if limit
    ]
    return random.choice([date(2026, 6, 5), *limits]) + timedelta(days=random.choice((-1, 0, 0, 0, 1)))


def _limits_of(rule_set: RuleSet) -> list[date]:
    rules = [rule for rule in rule_set.substitutions if isinstance(rule, CountAs)]
    return [limit for rule in rules for limit in (rule.activity_from, rule.activity_until) if limit is not None]


def _random_types(rule_set: RuleSet, random: Random) -> list[str]:
    """Choose few types as often as all of them, so that several activities of one type are common."""
    known = [kind.id for kind in rule_set.types]
    few = random.sample(known, min(len(known), random.randint(1, 3)))
    return random.choice((known, few)) * 5 + ["something-else"]


def _random_state(random: Random, student: Student) -> ActivityStanding:
    return "done" if random.random() < student.care else random.choice(STATES)


def _random_day(random: Random, student: Student) -> date:
    if random.random() < student.caution:
        return random.choice(student.good_days)
    return random.choice(student.risky_days) + timedelta(days=random.choice((-300, -1, -1, 0, 0, 0, 1, 1, 9)))


def _random_final(rule_set: RuleSet, random: Random, study_end: date, care: float) -> FinalPiece:
    piece = random_piece(rule_set.final, random, care)
    weeks = rule_set.final.weeks_before_study_end
    if weeks is None:
        weeks = -(rule_set.application.weeks_after_study_end or 0)
    deadline = study_end - timedelta(weeks=weeks)
    return FinalPiece(
        format=piece.format,
        state=piece.state,
        words=piece.words,
        seconds=piece.seconds,
        posts=piece.posts,
        language=piece.language,
        first_submitted_date=random.choice((None, *(deadline + timedelta(days=n) for n in (-9, -1, 0, 1, 20)))),
    )


def _measure(bounds: Bounds | None, random: Random) -> int | None:
    if bounds is None:
        return None
    least, most = bounds.minimum or 1, bounds.maximum or 5000
    middle = (least + most) // 2
    return random.choice((None, *[middle] * 25, least, least - 1, most, most + 1))


def _random_event(rule_set: RuleSet, random: Random, student: Student) -> PortfolioEvent:
    kind = random.choice([*(kind.id for kind in rule_set.events), "another-event"])
    known = rule_set.event_of(kind)
    forums = () if known is None else tuple(forum.id for forum in known.forums)
    return PortfolioEvent(
        kind=random.choice((kind, kind.upper(), kind.replace("-", " "))),
        date=_random_day(random, student),
        attended=random.random() < 0.8,
        forum=random.choice((None, *forums, *forums, "another-forum")),
    )


def _random_programme(rule_set: RuleSet, random: Random) -> str:
    codes = [*rule_set.eligibility.only_programmes, *rule_set.eligibility.excluded_programmes]
    return random.choice(["", "XYZ", *codes, *(code.lower() for code in codes)])


# Parts of a rule set.


_PIECES: dict[str, object] = {
    "format": [
        {"kind": "written", "words": {"minimum": 100, "maximum": 3000}},
        {"kind": "podcast", "seconds": {"minimum": 5}},
        {"kind": "posts", "posts": {"minimum": 3}, "words": {"maximum": 500}},
    ]
}


def _words(text: str) -> dict[str, str]:
    return {"sv": f"{text} (sv)", "en": text}


def _named(id_: str) -> dict[str, object]:
    return {"id": id_, "name": _words(id_.capitalize())}


def _type_ids(types: int) -> list[str]:
    return [f"type-{number}" for number in range(types)]


def _random_type(number: int, random: Random) -> dict[str, object]:
    content = _named(f"type-{number}") | {"occasions": random.choice((1, 1, 2, 3))}
    settings: dict[str, object] = {
        "points": random.choice((0, 5, 10, 30)),
        "class": random.choice(("class-a", "class-b", "class-c")),
        "theme": random.choice(("theme-a", "theme-b")),
        "attendance": True,
        "evidence": True,
    }
    return content | {key: value for key, value in settings.items() if random.random() < 0.4}


def _random_event_kind(number: int, random: Random) -> dict[str, object]:
    content = _named(f"event-{number}") | {"points": random.choice((0, 5, 20))}
    return content | ({"forum": [_named("forum-a"), _named("forum-b")]} if random.random() < 0.4 else {})


def _random_activity_rules(random: Random) -> dict[str, object]:
    rules: dict[str, object] = {
        "evidence": random.choice(("optional", "optional", "required")),
        "retroactive": random.choice(("yes", "with-proof", "no")),
        "after_admission": random.random() < 0.3,
        "before_study_end": random.random() < 0.3,
    }
    return rules | random.choice(({}, {"attendance_minimum": 80}))


def _random_where(types: int, random: Random, most: int = 2) -> dict[str, object]:
    values: dict[str, Sequence[str]] = {
        "place": PLACES,
        "mode": MODES,
        "type": _type_ids(types),
        "theme": ("theme-a", "theme-b"),
        "class": ("class-a", "class-b", "class-c"),
    }
    facets = random.sample(sorted(values), random.randint(0, most))
    return {facet: random.sample(values[facet], random.randint(1, len(values[facet]) - 1 or 1)) for facet in facets}


def _random_requirement(number: int, types: int, random: Random) -> dict[str, object]:
    id_ = f"requirement-{number}"
    kind: Literal["count", "points", "event"] = random.choice(("count", "count", "count", "points", "event"))
    if kind == "event":
        return {"id": id_, "kind": kind, "event": f"event-{random.randint(0, 1)}", "minimum": random.choice((1, 1, 2))}
    where = _random_where(types, random, most=random.choice((0, 1, 1, 2)))
    if kind == "points":
        return {"id": id_, "kind": kind, "minimum": random.choice((10, 30, 75, 100)), "where": where}
    of = random.choice(("activities", "activities", "types"))
    return {"id": id_, "kind": kind, "minimum": random.randint(1, 4), "of": of, "where": where}


def _random_caps(types: int, random: Random) -> list[dict[str, object]]:
    values: dict[str, Sequence[str]] = {
        "type": _type_ids(types),
        "theme": ("theme-a", "theme-b"),
        "class": ("class-a", "class-b", "class-c"),
        "place": PLACES,
        "mode": MODES,
    }
    caps: list[dict[str, object]] = []
    for thing, limits in (("points", (0, 10, 20)), ("activities", (0, 1, 2))):
        facet = random.choice(sorted(values))
        if random.random() < 0.3:
            caps.append({"facet": facet, thing: random.choice(limits)})
        if random.random() < 0.3:
            caps.append({"facet": facet, "value": random.choice(values[facet]), thing: random.choice(limits)})
    return caps


def _random_substitutions(types: int, random: Random, least: int) -> list[dict[str, object]]:
    """Arrows lead from a later value to an earlier one only, so that they never go round in a circle."""
    substitutions = []
    for number in range(max(least, random.choice((0, 1, 1, 2, 3)))):
        values: dict[str, Sequence[str]] = {
            "class": ("class-a", "class-b", "class-c"),
            "theme": ("theme-a", "theme-b"),
            "type": _type_ids(types),
        }
        content: dict[str, object] = {"id": f"substitution-{number}", "at_most": random.choice((1, 1, 2))}
        content |= random.choice(({}, {}, {"study_end_until": date(2026, 6, 5)}, {"study_end_from": date(2026, 6, 5)}))
        facet = random.choice(("class", "class", "class", "theme", "type"))
        if random.random() < 0.5 and len(values[facet]) > 1:
            wanted, given = sorted(random.sample(range(len(values[facet])), 2))
            content |= {"kind": "trade", "facet": facet, "number": random.choice((1, 2, 2, 3))}
            content |= {"wanted": values[facet][wanted], "given": values[facet][given]}
        else:
            content |= _random_count_as(types, random, facet, values[facet])
        substitutions.append(content)
    random.shuffle(substitutions)
    return substitutions


def _random_count_as(types: int, random: Random, facet: str, values: Sequence[str]) -> dict[str, object]:
    where = _random_where(types, random)
    if random.random() < 0.5:
        where.pop("place", None)
        content: dict[str, object] = {"kind": "count-as", "facet": "place", "wanted": "abroad", "where": where}
    else:
        wanted = random.randrange(len(values))
        where.pop(facet, None)
        if wanted + 1 < len(values) and random.random() < 0.5:
            where[facet] = list(values[wanted + 1 :])
        content = {"kind": "count-as", "facet": facet, "wanted": values[wanted], "where": where}
    start, end = date(2026, 1, 30), date(2026, 2, 2)
    dates = random.choice(
        ({}, {}, {"activity_from": start}, {"activity_until": end}, {"activity_from": start} | {"activity_until": end})
    )
    return content | dates


def _random_eligibility(random: Random) -> dict[str, object]:
    rules: tuple[dict[str, object], ...] = (
        {},
        {"without_international_syllabus": True},
        {"only_programmes": ["ABC"]},
        {"excluded_programmes": ["Def"]},
    )
    return random.choice(rules)


def _random_final_rules(random: Random) -> dict[str, object]:
    if random.random() < 0.5:
        return {"required": False}
    rules = {"required": True, "language": "en", "points": random.choice((0, 20)), **_PIECES}
    return rules | random.choice(({}, {"weeks_before_study_end": 4}))


def _often(random: Random, chance: float, thing: Thing) -> Thing | None:
    return thing if random.random() < chance else None
