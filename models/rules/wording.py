"""Says in words which activities a rule is about: "abroad", "in the class B"."""

from collections.abc import Sequence

from models.rules.bilingual import Bilingual
from models.rules.primitives import CountRequirement, EventRequirement, Facet, Requirement, Where
from models.rules.rows import FACETS
from models.rules.ruleset import RuleSet

_FIXED = {
    "sweden": Bilingual("i Sverige", "in Sweden"),
    "abroad": Bilingual("utomlands", "abroad"),
    "onsite": Bilingual("på plats", "on site"),
    "online": Bilingual("på nätet", "online"),
    "hybrid": Bilingual("i hybridform", "in hybrid form"),
}
_LISTED = {
    "type": Bilingual("av typen {}", "of the type {}"),
    "theme": Bilingual("på temat {}", "on the theme {}"),
    "class": Bilingual("i klassen {}", "in the class {}"),
}
_NUMBERS = (
    Bilingual("noll", "zero"),
    Bilingual("en", "one"),
    Bilingual("två", "two"),
    Bilingual("tre", "three"),
    Bilingual("fyra", "four"),
    Bilingual("fem", "five"),
    Bilingual("sex", "six"),
    Bilingual("sju", "seven"),
    Bilingual("åtta", "eight"),
    Bilingual("nio", "nine"),
    Bilingual("tio", "ten"),
    Bilingual("elva", "eleven"),
    Bilingual("tolv", "twelve"),
)


def name_of_requirement(requirement: Requirement, rule_set: RuleSet) -> Bilingual:
    """Name a requirement as a heading of a list."""
    if isinstance(requirement, EventRequirement):
        return rule_set.name_of_event(requirement.event)
    what = where_words(requirement.where, rule_set)
    if not isinstance(requirement, CountRequirement):
        return joined(Bilingual("Poäng", "Points"), what)
    if requirement.of == "types":
        return joined(Bilingual("Olika typer av aktiviteter", "Different types of activities"), what)
    return joined(Bilingual("Aktiviteter", "Activities"), what)


def where_words(where: Where, rule_set: RuleSet) -> Bilingual:
    """Say which activities are meant, beginning with a space; nothing where all are."""
    words = Bilingual("", "")
    for facet in FACETS:
        values = where.of(facet)
        if values:
            words = joined(words, values_words(facet, values, rule_set))
    return Bilingual(f" {words.sv}" if words.sv else "", f" {words.en}" if words.en else "")


def values_words(facet: Facet, values: Sequence[str], rule_set: RuleSet) -> Bilingual:
    """Say one or several values of a facet: "abroad", "of the type Lecture or Workshop"."""
    if facet in ("place", "mode"):
        return any_of([_FIXED[value] for value in values])
    names = any_of([rule_set.name_of(facet, value) for value in values])
    return Bilingual(_LISTED[facet].sv.format(names.sv), _LISTED[facet].en.format(names.en))


def any_of(words: Sequence[Bilingual]) -> Bilingual:
    """Put alternatives together."""
    return Bilingual(_listed([w.sv for w in words], "eller"), _listed([w.en for w in words], "or"))


def all_of(words: Sequence[Bilingual]) -> Bilingual:
    """Put several things together."""
    return Bilingual(_listed([w.sv for w in words], "och"), _listed([w.en for w in words], "and"))


def number_words(number: int) -> Bilingual:
    """Say a number in letters up to twelve."""
    return _NUMBERS[number] if number < len(_NUMBERS) else Bilingual(str(number), str(number))


def joined(first: Bilingual, second: Bilingual) -> Bilingual:
    """Put words one after the other, with one space between them."""
    return Bilingual(f"{first.sv} {second.sv.strip()}".strip(), f"{first.en} {second.en.strip()}".strip())


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
