"""Says as a phrase what is lacking, or what something would bring: "one activity abroad", "20 points"."""

from models.rules.bilingual import Bilingual
from models.rules.primitives import CountRequirement, EventRequirement, PointsRequirement
from models.rules.ruleset import RuleSet
from models.rules.wording import number_words, where_words

FINAL_PIECE = Bilingual("slutreflektionen", "the final reflection")


def lacking_words(requirement_id: str, amount: int, rule_set: RuleSet) -> Bilingual:
    """Say so much of a requirement, with a small letter first; a requirement of the product by its own name."""
    requirement = next((one for one in rule_set.requirements if one.id == requirement_id), None)
    match requirement:
        case CountRequirement(of="types"):
            return _types(amount, where_words(requirement.where, rule_set))
        case CountRequirement():
            return activities_words(amount, where_words(requirement.where, rule_set))
        case PointsRequirement():
            where = where_words(requirement.where, rule_set)
            noun = Bilingual("poäng", "point" if amount == 1 else "points")
            return Bilingual(f"{amount} {noun.sv}{where.sv}", f"{amount} {noun.en}{where.en}")
        case EventRequirement():
            return _event(amount, rule_set.name_of_event(requirement.event))
    if requirement_id == "reflections":
        return reflections_words(amount)
    return FINAL_PIECE if requirement_id == "final" else Bilingual("behörighet", "eligibility")


def activities_words(amount: int, where: Bilingual) -> Bilingual:
    """Say so many activities; `where` begins with a space or is empty."""
    number = number_words(amount)
    if amount == 1:
        return Bilingual(f"{number.sv} aktivitet{where.sv}", f"{number.en} activity{where.en}")
    return Bilingual(f"{number.sv} aktiviteter{where.sv}", f"{number.en} activities{where.en}")


def reflections_words(amount: int) -> Bilingual:
    """Say so many reflections."""
    number = number_words(amount)
    if amount == 1:
        return Bilingual(f"{number.sv} reflektion", f"{number.en} reflection")
    return Bilingual(f"{number.sv} reflektioner", f"{number.en} reflections")


def _types(amount: int, where: Bilingual) -> Bilingual:
    if amount == 1:
        return Bilingual(f"en aktivitet{where.sv} av en ny typ", f"an activity{where.en} of a new type")
    number = number_words(amount)
    return Bilingual(
        f"aktiviteter{where.sv} av {number.sv} nya typer", f"activities{where.en} of {number.en} new types"
    )


def _event(amount: int, name: Bilingual) -> Bilingual:
    if amount == 1:
        return Bilingual(f"”{name.sv}”", f"“{name.en}”")
    number = number_words(amount)
    return Bilingual(f"”{name.sv}” {number.sv} gånger", f"“{name.en}” {number.en} times")
