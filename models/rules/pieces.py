"""What a rule set says about the pieces that a student makes: formats with their limits, questions, assessing."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from models.rules.bilingual import Language
from models.rules.criteria import MOST_CRITERIA, Criterion, check_listed_once
from models.rules.mistakes import wrong
from models.rules.primitives import Flag, Number, Part, Text, Weeks

FormatKind = Literal["written", "podcast", "video", "posts"]

# What is measured in each format; a bound on anything else is a mistake in the file.
MEASURES: dict[FormatKind, frozenset[str]] = {
    "written": frozenset({"words"}),
    "podcast": frozenset({"seconds"}),
    "video": frozenset({"seconds"}),
    "posts": frozenset({"words", "posts"}),
}


class Bounds(Part):
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
            raise wrong("half_target")
        steps = (self.minimum, self.target_min, self.target_max, self.maximum)
        given = [step for step in steps if step is not None]
        if given != sorted(given):
            raise wrong("bounds_order")
        return self


class Format(Part):
    """One way to reflect, with its limits."""

    kind: FormatKind
    words: Bounds | None = None
    seconds: Bounds | None = None
    posts: Bounds | None = None

    @model_validator(mode="after")
    def _measures_what_it_has(self) -> "Format":
        for measure in ("words", "seconds", "posts"):
            if getattr(self, measure) is not None and measure not in MEASURES[self.kind]:
                raise wrong("foreign_measure", measure, kind=self.kind, measure=measure)
        return self


class PieceRules(Part):
    """What every piece of a student has: whether it is asked for, the formats to choose from and the questions.

    `readers`: so many assessors read and decide, each without the other. `criteria`: by which they judge it; none: in
    words only. `answer_days`: within so many days after a hand-in an assessor answers; None: that is not promised.
    """

    required: Flag
    introduction: Text | None = None
    formats: tuple[Format, ...] = Field(alias="format", default=())
    prompts: tuple[Text, ...] = Field(alias="prompt", default=())
    readers: Annotated[int, Field(strict=True, ge=1, le=2)] = 1
    criteria: Annotated[tuple[Criterion, ...], Field(max_length=MOST_CRITERIA)] = Field(alias="criterion", default=())
    answer_days: Annotated[int, Field(strict=True, ge=1, le=365)] | None = None

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
            raise wrong("format_twice")
        return formats

    @field_validator("criteria")
    @classmethod
    def _are_listed_once(cls, criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        check_listed_once(criteria)
        return criteria

    @model_validator(mode="after")
    def _can_be_made(self) -> "PieceRules":
        if self.required and not (self.formats and self.allowed_languages):
            raise wrong("cannot_be_made")
        return self


class ReflectionRules(PieceRules):
    """The reflection after each activity."""

    languages: tuple[Language, ...] = ()

    @property
    def allowed_languages(self) -> tuple[Language, ...]:
        """The languages to choose from."""
        return self.languages


class FinalRules(PieceRules):
    """The final reflection: when it opens, until when it may be handed in, and what it is worth in points.

    `weeks_before_study_end` None: as long as one may apply. Its `language` is fixed, or there are `languages` to
    choose from.
    """

    language: Language | None = None
    languages: tuple[Language, ...] = ()
    after_activities: Number = 0
    after_submitted_reflections: Number = 0
    weeks_before_study_end: Weeks | None = None
    points: Number = 0

    @property
    def allowed_languages(self) -> tuple[Language, ...]:
        """The one language of the final reflection, or those to choose from."""
        return self.languages if self.language is None else (self.language,)

    @model_validator(mode="after")
    def _has_one_rule_for_its_language(self) -> "FinalRules":
        if self.language is not None and self.languages:
            raise wrong("language_twice", "languages")
        return self
