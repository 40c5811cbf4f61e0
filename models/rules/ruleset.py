"""A rule set as its TOML file states it: which activities, reflections and final piece a certificate asks for."""

import hashlib
import json
import tomllib
from datetime import date
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from models.errors import N_, Refused
from models.rules.bilingual import Bilingual, Language

FormatKind = Literal["written", "podcast", "video", "posts"]

# What is measured in each format; a bound on anything else is a mistake in the file.
MEASURES: dict[FormatKind, frozenset[str]] = {
    "written": frozenset({"words"}),
    "podcast": frozenset({"seconds"}),
    "video": frozenset({"seconds"}),
    "posts": frozenset({"words", "posts"}),
}

# Progress reports these two beside the requirements of the file, so that no requirement may take their names.
RESERVED_REQUIREMENT_IDS = frozenset({"reflections", "final"})


class RuleSetInvalid(Refused):
    """The file is not a rule set; `file`, `key` and `problem` say where and why."""

    words = N_("The rule set in {file} is not valid ({key}): {problem}")


class PresetNotFound(Refused):
    """No preset has this name."""

    words = N_("There is no ready-made rule set called {name}.")


def _with_words(text: Bilingual) -> Bilingual:
    if not (text.sv.strip() and text.en.strip()):
        raise PydanticCustomError("no_words", "a text is needed in both languages")
    return text


Text = Annotated[Bilingual, AfterValidator(_with_words)]
Number = Annotated[int, Field(strict=True, ge=0)]
PositiveNumber = Annotated[int, Field(strict=True, ge=1)]
Flag = Annotated[bool, Field(strict=True)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class _Part(BaseModel):
    """Part of a rule set: never changed after loading, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bounds(_Part):
    """How much of something is wanted and allowed, ends included.

    The target is shown and never blocks; minimum and maximum refuse the hand-in.
    """

    target_min: Number | None = None
    target_max: Number | None = None
    minimum: Number | None = None
    maximum: Number | None = None

    @model_validator(mode="after")
    def _are_in_order(self) -> "Bounds":
        if (self.target_min is None) != (self.target_max is None):
            raise PydanticCustomError("half_target", "target_min and target_max are given together")
        steps = (self.minimum, self.target_min, self.target_max, self.maximum)
        given = [step for step in steps if step is not None]
        if given != sorted(given):
            raise PydanticCustomError("bounds_order", "the order is minimum ≤ target_min ≤ target_max ≤ maximum")
        return self


class Format(_Part):
    """One way to reflect, with its limits."""

    kind: FormatKind
    words: Bounds | None = None
    seconds: Bounds | None = None
    posts: Bounds | None = None

    @model_validator(mode="after")
    def _measures_what_it_has(self) -> "Format":
        for measure in ("words", "seconds", "posts"):
            if getattr(self, measure) is not None and measure not in MEASURES[self.kind]:
                raise PydanticCustomError(
                    "foreign_measure",
                    "the format {kind} has no limits in {measure}",
                    {"kind": self.kind, "measure": measure},
                )
        return self


class PieceRules(_Part):
    """What every piece of a student has: whether it is asked for, the formats to choose from and the questions."""

    required: Flag
    introduction: Text | None = None
    formats: tuple[Format, ...] = Field(alias="format", min_length=1)
    prompts: tuple[Text, ...] = Field(alias="prompt", default=())

    @property
    def allowed_languages(self) -> tuple[Language, ...]:
        """The languages that a piece may be in."""
        raise NotImplementedError

    def format_of(self, kind: str) -> Format | None:
        """Find the format, or None where this rule set does not offer it."""
        return next((format_ for format_ in self.formats if format_.kind == kind), None)

    @field_validator("formats")
    @classmethod
    def _differ(cls, formats: tuple[Format, ...]) -> tuple[Format, ...]:
        if len({format_.kind for format_ in formats}) < len(formats):
            raise PydanticCustomError("format_twice", "each kind of format is listed once")
        return formats


class ReflectionRules(PieceRules):
    """The reflection after each activity."""

    languages: tuple[Language, ...] = Field(min_length=1)

    @property
    def allowed_languages(self) -> tuple[Language, ...]:
        """The languages to choose from."""
        return self.languages


class FinalRules(PieceRules):
    """The final reflection, when it opens and until when it may be handed in."""

    language: Language
    after_activities: Number
    after_submitted_reflections: Number
    weeks_before_study_end: Number

    @property
    def allowed_languages(self) -> tuple[Language, ...]:
        """The one language of the final reflection."""
        return (self.language,)


class CountRequirement(_Part):
    """So many different completed activities."""

    id: Identifier
    kind: Literal["count"]
    minimum: PositiveNumber


# A second kind makes this a union with `kind` as its discriminator; pydantic takes a discriminator from two members on.
Requirement = CountRequirement


class RuleSet(_Part):
    """A whole rule set; a published version never changes."""

    id: Identifier
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]*$", max_length=60)]
    valid_from: date
    valid_until: date | None = None
    name: Text
    certificate_name: Text
    own_proposals: Flag
    requirements: tuple[Requirement, ...] = Field(alias="requirement", min_length=1)
    reflection: ReflectionRules
    final: FinalRules

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
        valid_from = info.data.get("valid_from")
        if valid_until is not None and valid_from is not None and valid_until < valid_from:
            raise PydanticCustomError("dates_order", "valid_until is before valid_from")
        return valid_until

    @field_validator("requirements")
    @classmethod
    def _have_their_own_ids(cls, requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        ids = [requirement.id for requirement in requirements]
        if len(set(ids)) < len(ids) or RESERVED_REQUIREMENT_IDS.intersection(ids):
            raise PydanticCustomError(
                "id_taken", "each id is used once; “reflections” and “final” are taken by the product"
            )
        return requirements


def load(text: str, source: str) -> RuleSet:
    """Read a rule set from TOML; `source` is the file's name, for the refusal.

    Raises RuleSetInvalid with the first mistake. Tables in a list are counted from 1: `reflection.format[2].words`.
    """
    try:
        return RuleSet.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as mistake:
        raise RuleSetInvalid(file=source, key="TOML", problem=str(mistake)) from mistake
    except ValidationError as mistakes:
        first = mistakes.errors(include_url=False)[0]
        raise RuleSetInvalid(file=source, key=_key(first["loc"]), problem=first["msg"]) from mistakes


def preset(name: str) -> RuleSet:
    """Load a rule set that comes with the product, for example `ki`."""
    if name not in preset_names():
        raise PresetNotFound(name=name)
    file = _PRESETS / f"{name}.toml"
    return load(file.read_text(encoding="utf-8"), file.name)


def preset_names() -> tuple[str, ...]:
    """Name the rule sets that come with the product, in alphabetical order."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in _PRESETS.iterdir() if f.name.endswith(".toml")))


_PRESETS = files("models.rules") / "presets"


def _key(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in location).removeprefix(".")
