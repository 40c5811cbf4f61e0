"""One thing that is wrong in a rule set or a portfolio: its key, its line, and a sentence from one table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from pydantic_core import PydanticCustomError

from models.rules.bilingual import Bilingual, Language
from models.rules.lines import Path

Argument = int | str | Bilingual


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong. `line` is None where what was read is no text but a form.

    Tables in a list are counted from 1 in `key`: `reflection.format[2].words`; `path` counts them from 0.
    """

    path: Path
    line: int | None
    id: str
    arguments: Mapping[str, Argument] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """Where it is, as the file writes it."""
        return _key(self.path) if self.path else "TOML"

    @property
    def problem(self) -> str:
        """The sentence for the file's author."""
        return self.en

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self._in("en")

    @property
    def sv(self) -> str:
        """The sentence in Swedish."""
        return self._in("sv")

    def _in(self, language: Language) -> str:
        shown = {n: getattr(a, language) if isinstance(a, Bilingual) else a for n, a in self.arguments.items()}
        return str(getattr(TABLE[self.id], language)).format_map(shown)


TABLE: dict[str, Bilingual] = {
    # Any file.
    "missing": Bilingual("nyckeln saknas", "this key is missing"),
    "unknown_key": Bilingual(
        "nyckeln finns inte här; möjliga är {known}", "there is no such key here; possible are {known}"
    ),
    "unknown_key_like": Bilingual(
        "nyckeln finns inte här; menas ”{like}”?", "there is no such key here; is “{like}” meant?"
    ),
    "unknown_primitive": Bilingual(
        "sorten ”{tag}” finns inte; möjliga är {known}", "there is no kind “{tag}”; possible are {known}"
    ),
    "unknown_primitive_like": Bilingual(
        "sorten ”{tag}” finns inte; menas ”{like}”? Möjliga är {known}",
        "there is no kind “{tag}”; is “{like}” meant? Possible are {known}",
    ),
    "not_one_of": Bilingual("”{value}” går inte; möjliga är {known}", "“{value}” is not possible here, only {known}"),
    "not_one_of_like": Bilingual(
        "”{value}” går inte; menas ”{like}”? Möjliga är {known}",
        "“{value}” is not possible here; is “{like}” meant? Possible are {known}",
    ),
    "unreadable": Bilingual(
        "filen går inte att läsa: något i den är alldeles för långt eller för djupt nästlat",
        "the file cannot be read: something in it is far too long or too deeply nested",
    ),
    "unlikely_day": Bilingual(
        "dagen ska ligga mellan {earliest} och {latest}; utelämna den om ingen gräns finns",
        "the day must lie between {earliest} and {latest}; leave it out where there is no limit",
    ),
    "greater_than_equal": Bilingual("talet ska vara minst {ge}", "the number must be at least {ge}"),
    "less_than_equal": Bilingual("talet ska vara högst {le}", "the number must be at most {le}"),
    "int_type": Bilingual(
        "här ska stå ett heltal utan citattecken", "a whole number is needed here, without quotation marks"
    ),
    "bool_type": Bilingual(
        "här ska stå true eller false utan citattecken", "true or false is needed here, without quotation marks"
    ),
    "string_type": Bilingual("här ska stå en text inom citattecken", "a text in quotation marks is needed here"),
    "string_too_short": Bilingual("texten får inte vara tom", "the text must not be empty"),
    "string_too_long": Bilingual(
        "texten får ha högst {max_length} tecken", "the text may have at most {max_length} characters"
    ),
    "not_an_id": Bilingual(
        "bara små bokstäver a–z, siffror och bindestreck mellan dem går här, till exempel ki-dental",
        "only small letters a–z, digits and hyphens between them are possible here, for example ki-dental",
    ),
    "not_a_version": Bilingual(
        "en version börjar med en bokstav eller siffra och har bara sådana, punkter och bindestreck: 2025-26",
        "a version begins with a letter or digit and has only those, dots and hyphens: 2025-26",
    ),
    "not_a_date": Bilingual(
        "här ska stå ett datum som finns, till exempel 2026-05-04",
        "a date that exists is needed here, for example 2026-05-04",
    ),
    "not_a_table": Bilingual("här ska stå en tabell med egna nycklar", "a table with keys of its own is needed here"),
    "not_a_list": Bilingual(
        "här ska stå en lista; en tabell i en lista har dubbla hakparenteser: [[{name}]]",
        "a list is needed here; a table in a list has double brackets: [[{name}]]",
    ),
    "not_two_languages": Bilingual(
        'här ska stå en text på båda språken, till exempel {{ sv = "Ö", en = "Island" }}',
        'a text in both languages is needed here, for example {{ sv = "Ö", en = "Island" }}',
    ),
    "too_short": Bilingual("minst en behövs", "at least one is needed"),
    "too_long": Bilingual("högst {max_length} går här", "at most {max_length} are possible here"),
    "other": Bilingual("värdet går inte att använda ({message})", "the value cannot be used ({message})"),
    # Not TOML at all.
    "given_twice": Bilingual("”{name}” står två gånger", "“{name}” is given twice"),
    "no_value": Bilingual(
        "en nyckel följs av = och ett värde, en tabell står inom hakparenteser",
        "a key is followed by = and a value; a table stands in brackets",
    ),
    "cannot_read_value": Bilingual(
        "värdet går inte att läsa; en text står inom citattecken",
        "the value cannot be read; a text stands in quotation marks",
    ),
    "text_does_not_end": Bilingual(
        "texten har inget citattecken i slutet", "the text has no quotation mark at its end"
    ),
    "too_much_on_line": Bilingual(
        "efter värdet står något som inte hör dit; en nyckel och ett värde på varje rad",
        "something stands after the value that does not belong there; one key and one value on each line",
    ),
    "does_not_end": Bilingual("en hakparentes eller klammer stängs inte", "a bracket or brace is not closed"),
    "not_toml": Bilingual(
        "raden går inte att läsa som TOML ({message})", "the line cannot be read as TOML ({message})"
    ),
    # Rule sets.
    "no_words": Bilingual("texten behövs på båda språken", "a text is needed in both languages"),
    "cap_of_what": Bilingual(
        "ett tak har ett tal för antingen points eller activities", "a cap has a number of either points or activities"
    ),
    "dates_order": Bilingual(
        "{key} är före dagen då perioden börjar", "{key} is before the day on which the period starts"
    ),
    "half_target": Bilingual(
        "target_min och target_max anges tillsammans", "target_min and target_max are given together"
    ),
    "bounds_order": Bilingual(
        "ordningen är minimum ≤ target_min ≤ target_max ≤ maximum",
        "the order is minimum ≤ target_min ≤ target_max ≤ maximum",
    ),
    "foreign_measure": Bilingual(
        "formatet {kind} har inga gränser för {measure}", "the format {kind} has no limits in {measure}"
    ),
    "format_twice": Bilingual("varje sorts format står en gång", "each kind of format is listed once"),
    "cannot_be_made": Bilingual(
        "det som krävs behöver minst ett format och ett språk",
        "what is required needs at least one format and a language",
    ),
    "language_twice": Bilingual(
        "ange antingen language eller languages", "give either language or languages, not both"
    ),
    "listed_twice": Bilingual("”{id}” står redan i listan", "“{id}” is in the list already"),
    "id_taken": Bilingual("id ”{id}” används redan", "the id “{id}” is used already"),
    "id_reserved": Bilingual(
        "id ”{id}” används av produkten själv; välj ett annat", "the id “{id}” is the product's own; choose another"
    ),
    "unknown_name": Bilingual(
        "{facet} ”{value}” finns inte i filen", "the {facet} “{value}” is not listed in the file"
    ),
    "unknown_name_like": Bilingual(
        "{facet} ”{value}” finns inte i filen; menas ”{like}”?",
        "the {facet} “{value}” is not listed in the file; is “{like}” meant?",
    ),
    "levels_too_few": Bilingual(
        "ett kriterium har minst två nivåer att välja mellan", "a criterion has at least two levels to choose from"
    ),
    "no_level_passes": Bilingual(
        "minst en nivå räcker för ett godkännande: på den står inte passes = false",
        "at least one level is enough to be accepted: it does not say passes = false",
    ),
    "caps_overlap": Bilingual(
        "tak för samma sak ska alla gälla samma egenskap", "caps of the same thing must all be on the same facet"
    ),
    "cap_twice": Bilingual("samma värde har två tak", "the same value is capped twice"),
    "cycle": Bilingual(
        "ersättningarna går i cirkel: var och en ersätter det som den andra behöver",
        "the substitutions go round in a circle: each replaces what the other needs",
    ),
    # Portfolios.
    "ends_before_it_starts": Bilingual(
        "studierna slutar före antagningen, {admitted}", "the studies end before the admission, {admitted}"
    ),
}


def wrong(id_: str, *below: int | str, **arguments: Argument) -> PydanticCustomError:
    """Make the error that a validator raises: a line of the table; `below` leads to the part that is meant."""
    return PydanticCustomError(id_, TABLE[id_].en, {"below": below, "arguments": arguments})


def with_guess(id_: str, given: str, known: Iterable[str]) -> tuple[str, dict[str, Argument]]:
    """Choose the sentence that asks whether the nearest known word was meant, where one is near."""
    near = get_close_matches(given, list(known), 1)
    return (f"{id_}_like", {"like": near[0]}) if near else (id_, {})


def _key(path: Path) -> str:
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
