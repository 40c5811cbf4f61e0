"""Says the parts of a rule set in words, for whoever writes it: what is asked for, capped or replaced."""

from collections.abc import Iterator

from models.rules.bilingual import Bilingual
from models.rules.criteria import Criterion
from models.rules.pieces import PieceRules
from models.rules.primitives import (
    Cap,
    CountAs,
    CountRequirement,
    EventRequirement,
    Facet,
    PointsRequirement,
    Requirement,
    Substitution,
    Trade,
)
from models.rules.ruleset import RuleSet
from models.rules.wording import values_words, where_words

FACET_WORDS: dict[Facet, Bilingual] = {
    "place": Bilingual("plats", "place"),
    "mode": Bilingual("form", "mode"),
    "type": Bilingual("typ", "type"),
    "theme": Bilingual("tema", "theme"),
    "class": Bilingual("klass", "class"),
}


def requirement_words(requirement: Requirement, rule_set: RuleSet) -> Bilingual:
    """Say what a requirement asks for, without a full stop."""
    number = requirement.minimum
    if isinstance(requirement, EventRequirement):
        name = rule_set.name_of_event(requirement.event)
        times = Bilingual(f" ({number} gånger)", f" ({number} times)") if number > 1 else Bilingual("", "")
        return Bilingual(f"att ha deltagit: {name.sv}{times.sv}", f"having taken part: {name.en}{times.en}")
    where = where_words(requirement.where, rule_set)
    match requirement:
        case CountRequirement(of="types"):
            return Bilingual(
                f"aktiviteter{where.sv} av minst {number} olika typer",
                f"activities{where.en} of at least {number} different types",
            )
        case CountRequirement():
            nouns = Bilingual("aktivitet", "activity") if number == 1 else Bilingual("aktiviteter", "activities")
            return Bilingual(f"minst {number} {nouns.sv}{where.sv}", f"at least {number} {nouns.en}{where.en}")
        case PointsRequirement():
            if not where.en:
                return Bilingual(f"minst {number} poäng", f"at least {number} points")
            return Bilingual(
                f"minst {number} poäng för aktiviteter{where.sv}", f"at least {number} points for activities{where.en}"
            )


def cap_words(cap: Cap, rule_set: RuleSet) -> Bilingual:
    """Say what a cap lets through, without a full stop."""
    if cap.points is not None:
        what = Bilingual(f"{cap.points} poäng för aktiviteter", f"{cap.points} points for activities")
    else:
        what = Bilingual(f"{cap.activities} aktiviteter", f"{cap.activities} activities")
    if cap.value is None:
        facet = FACET_WORDS[cap.facet]
        return Bilingual(f"högst {what.sv} per {facet.sv}", f"at most {what.en} for each {facet.en}")
    value = values_words(cap.facet, (cap.value,), rule_set)
    return Bilingual(f"högst {what.sv} {value.sv}", f"at most {what.en} {value.en}")


def substitution_words(substitution: Substitution, rule_set: RuleSet) -> Bilingual:
    """Say what may replace what, without its dates and without a full stop."""
    wanted = values_words(substitution.facet, (substitution.wanted,), rule_set)
    match substitution:
        case Trade():
            given, number = values_words(substitution.facet, (substitution.given,), rule_set), substitution.number
            return Bilingual(
                f"{number} aktiviteter {given.sv} ersätter en {wanted.sv}",
                f"{number} activities {given.en} replace one {wanted.en}",
            )
        case CountAs():
            where = where_words(substitution.where, rule_set)
            return Bilingual(
                f"en aktivitet{where.sv} räknas som en aktivitet {wanted.sv}",
                f"an activity{where.en} counts as one {wanted.en}",
            )


def assessing_words(rules: PieceRules) -> Iterator[Bilingual]:
    """Say how a piece is judged: each criterion with its levels, and when its student hears of it."""
    for criterion in rules.criteria:
        yield _criterion_words(criterion)
    if rules.answer_days is not None:
        days = rules.answer_days
        yield Bilingual(
            f"En bedömare svarar inom {days} {'dag' if days == 1 else 'dagar'} efter inlämningen.",
            f"An assessor answers within {days} {'day' if days == 1 else 'days'} after the hand-in.",
        )


def _criterion_words(criterion: Criterion) -> Bilingual:
    sv = (f"{one.name.sv}{'' if one.passes else ' (räcker inte)'}" for one in criterion.levels)
    en = (f"{one.name.en}{'' if one.passes else ' (not enough)'}" for one in criterion.levels)
    return Bilingual(f"{criterion.name.sv}: {', '.join(sv)}.", f"{criterion.name.en}: {', '.join(en)}.")
