"""A rule set as its TOML file states it: which activities, reflections and final piece a certificate asks for."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from models.errors import N_, Refused
from models.rules.bilingual import Bilingual
from models.rules.checking import mistakes_in
from models.rules.mistakes import Mistake, with_guess, wrong
from models.rules.pieces import FinalRules, ReflectionRules
from models.rules.primitives import (
    MODES,
    PLACES,
    ActivityRules,
    ActivityType,
    ApplicationRules,
    Cap,
    Day,
    Eligibility,
    EventKind,
    EventRequirement,
    Facet,
    Flag,
    Identifier,
    Named,
    Part,
    Requirement,
    Substitution,
    Text,
    Trade,
    Where,
    checked_period,
    has_cycle,
    normal,
)

# Progress reports these beside the requirements of the file, so that no requirement may take their names.
RESERVED_REQUIREMENT_IDS = frozenset({"eligibility", "reflections", "final"})


class RuleSetInvalid(Refused):
    """The file is not a rule set; `file`, `line`, `key` and `problem` say where and why."""

    words = N_("The rule set in {file} is not valid, line {line} ({key}): {problem}")


class PresetNotFound(Refused):
    """No preset has this name."""

    words = N_("There is no ready-made rule set called {name}.")


class RuleSet(Part):
    """A whole rule set; a published version never changes."""

    id: Identifier
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]*$", max_length=60)]
    valid_from: Day
    valid_until: Day | None = None
    name: Text
    certificate_name: Text
    own_proposals: Flag
    take_back: Flag = True
    english_readers: Flag = False
    activities: ActivityRules = ActivityRules()
    types: tuple[ActivityType, ...] = Field(alias="type", default=())
    themes: tuple[Named, ...] = Field(alias="theme", default=())
    classes: tuple[Named, ...] = Field(alias="class", default=())
    events: tuple[EventKind, ...] = Field(alias="event", default=())
    requirements: tuple[Requirement, ...] = Field(alias="requirement", min_length=1)
    caps: tuple[Cap, ...] = Field(alias="cap", default=())
    substitutions: tuple[Substitution, ...] = Field(alias="substitution", default=())
    eligibility: Eligibility = Eligibility()
    application: ApplicationRules = ApplicationRules()
    reflection: ReflectionRules = ReflectionRules(required=False)
    final: FinalRules = FinalRules(required=False)

    def type_of(self, type_: str) -> ActivityType | None:
        """Find what holds for a type; None where the rule set says nothing about it."""
        wanted = normal(type_)
        return next((one for one in self.types if one.id == wanted), None)

    def event_of(self, kind: str) -> EventKind | None:
        """Find a kind of event."""
        wanted = normal(kind)
        return next((one for one in self.events if one.id == wanted), None)

    def name_of_event(self, kind: str) -> Bilingual:
        """Name a kind of event for people."""
        known = self.event_of(kind)
        return Bilingual.of(kind) if known is None else known.name

    def name_of(self, facet: Facet, value: str) -> Bilingual:
        """Name a type, theme or class for people; one that the rule set does not know is named by itself."""
        listed: dict[str, tuple[Named, ...]] = {"type": self.types, "theme": self.themes, "class": self.classes}
        names = {one.id: one.name for one in listed.get(facet, ())}
        return names.get(value, Bilingual(value, value))

    def canonical_json(self) -> str:
        """Write it in one spelling only; `RuleSet.model_validate_json` reads it back.

        Defaults are left out, so that an old rule set keeps its fingerprint when rule sets learn new settings.
        """
        content = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()

    @field_validator("valid_until")
    @classmethod
    def _ends_after_it_starts(cls, valid_until: date | None, info: ValidationInfo) -> date | None:
        return checked_period(info.data.get("valid_from"), valid_until, "valid_until")

    @field_validator("types", "themes", "classes", "events")
    @classmethod
    def _are_listed_once(cls, named: tuple[Named, ...]) -> tuple[Named, ...]:
        if (twice := _first_repeated([one.id for one in named])) is not None:
            raise wrong("listed_twice", twice, "id", id=named[twice].id)
        return named

    @field_validator("requirements")
    @classmethod
    def _have_their_own_ids(cls, requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        ids = [requirement.id for requirement in requirements]
        for number, id_ in enumerate(ids):
            if id_ in RESERVED_REQUIREMENT_IDS:
                raise wrong("id_reserved", number, "id", id=id_)
        if (twice := _first_repeated(ids)) is not None:
            raise wrong("id_taken", twice, "id", id=ids[twice])
        return requirements

    @field_validator("requirements")
    @classmethod
    def _know_their_names(cls, requirements: tuple[Requirement, ...], info: ValidationInfo) -> tuple[Requirement, ...]:
        for number, requirement in enumerate(requirements):
            if isinstance(requirement, EventRequirement):
                _check_known("event", (requirement.event,), info, number, "event")
            else:
                _check_where(requirement.where, info, number)
        return requirements

    @field_validator("caps")
    @classmethod
    def _do_not_overlap(cls, caps: tuple[Cap, ...], info: ValidationInfo) -> tuple[Cap, ...]:
        """What a cap takes away must be one number: so no activity may be under two caps of the same thing."""
        for number, cap in enumerate(caps):
            if cap.value is not None:
                _check_known(cap.facet, (cap.value,), info, number, "value")
            earlier = [one for one in caps[:number] if (one.points is None) == (cap.points is None)]
            if any(one.facet != cap.facet for one in earlier):
                raise wrong("caps_overlap", number, "facet")
            if any(one.value == cap.value for one in earlier):
                raise wrong("cap_twice", number)
        return caps

    @field_validator("substitutions")
    @classmethod
    def _lead_somewhere(cls, substitutions: tuple[Substitution, ...], info: ValidationInfo) -> tuple[Substitution, ...]:
        ids = [substitution.id for substitution in substitutions]
        if (twice := _first_repeated(ids)) is not None:
            raise wrong("id_taken", twice, "id", id=ids[twice])
        arrows: list[tuple[str, str]] = []
        for number, substitution in enumerate(substitutions):
            facet = substitution.facet
            _check_known(facet, (substitution.wanted,), info, number, "wanted")
            if isinstance(substitution, Trade):
                _check_known(facet, (substitution.given,), info, number, "given")
            else:
                _check_where(substitution.where, info, number)
            replaced = (
                [(facet, substitution.given)]
                if isinstance(substitution, Trade)
                else [(other, value) for other in _FACETS for value in substitution.where.of(other)]
            )
            arrows += [(f"{other}:{value}", f"{facet}:{substitution.wanted}") for other, value in replaced]
            if has_cycle(arrows):
                raise wrong("cycle", number)
        return substitutions

    @model_validator(mode="after")
    def _types_know_their_names(self) -> "RuleSet":
        for number, type_ in enumerate(self.types):
            for facet, value, listed in (("class", type_.class_, self.classes), ("theme", type_.theme, self.themes)):
                if value is not None and value not in {one.id for one in listed}:
                    raise _unknown(facet, value, [one.id for one in listed], "type", number, facet)
        return self


def load(text: str, source: str) -> RuleSet:
    """Read a rule set from TOML; `source` is the file's name, for the refusal.

    Raises RuleSetInvalid with the first mistake. Tables in a list are counted from 1: `reflection.format[2].words`.
    """
    found = mistakes(text)
    if found:
        raise RuleSetInvalid(file=source, line=found[0].line, key=found[0].key, problem=found[0].problem)
    return RuleSet.model_validate(tomllib.loads(text))


def mistakes(document: str | Mapping[str, Any]) -> list[Mistake]:
    """List everything that is wrong in a rule set, in the text of a file or the content of a form; none: it loads."""
    return mistakes_in(document, RuleSet)


def preset(name: str) -> RuleSet:
    """Load a rule set that comes with the product, for example `ki`."""
    if name not in preset_names():
        raise PresetNotFound(name=name)
    file = PRESETS_FOLDER / f"{name}.toml"
    return load(file.read_text(encoding="utf-8"), file.name)


def preset_names() -> tuple[str, ...]:
    """Name the rule sets that come with the product, in alphabetical order."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in PRESETS_FOLDER.iterdir() if f.name.endswith(".toml")))


PRESETS_FOLDER = files("models.rules") / "presets"


def _first_repeated(ids: list[str]) -> int | None:
    return next((number for number, id_ in enumerate(ids) if id_ in ids[:number]), None)


def _check_where(where: Where, info: ValidationInfo, number: int) -> None:
    for facet in _FACETS:
        if facet not in {"place", "mode"}:
            _check_known(facet, where.of(facet), info, number, "where", facet)


def _check_known(
    facet: Facet | Literal["event"], values: tuple[str, ...], info: ValidationInfo, *below: int | str
) -> None:
    """Refuse a name that the rule set does not list; a part that is wrong itself is told first."""
    fixed = {"place": PLACES, "mode": MODES}
    lists = {"type": "types", "theme": "themes", "class": "classes", "event": "events"}
    if facet in lists and lists[facet] not in info.data:
        return
    known = fixed[facet] if facet in fixed else [one.id for one in info.data[lists[facet]]]
    for position, value in enumerate(values):
        if value not in known:
            raise _unknown(facet, value, known, *below, position)


def _unknown(facet: str, value: str, known: Iterable[str], *below: int | str) -> PydanticCustomError:
    id_, guess = with_guess("unknown_name", value, known)
    return wrong(id_, *below, facet=_FACET_NAMES[facet], value=value, **guess)


_FACETS: tuple[Facet, ...] = ("place", "mode", "type", "theme", "class")
_FACET_NAMES = {
    "place": Bilingual("platsen", "place"),
    "mode": Bilingual("formen", "mode"),
    "type": Bilingual("typen", "type"),
    "theme": Bilingual("temat", "theme"),
    "class": Bilingual("klassen", "class"),
    "event": Bilingual("evenemanget", "event"),
}
