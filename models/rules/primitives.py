"""The parts that a rule set is made of: what is counted, what replaces what, caps, windows, types and events."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from models.rules.bilingual import Bilingual
from models.rules.mistakes import wrong

Place = Literal["sweden", "abroad"]
Mode = Literal["onsite", "online", "hybrid"]
Facet = Literal["place", "mode", "type", "theme", "class"]
"""The separate facts of an activity by which it can be counted."""

PLACES: tuple[Place, ...] = ("sweden", "abroad")
MODES: tuple[Mode, ...] = ("onsite", "online", "hybrid")


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """Spell a type, theme or class in one way: `Buddy group`, `buddy_group` and `buddy-group` are the same."""
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _with_words(text: Bilingual) -> Bilingual:
    if not (text.sv.strip() and text.en.strip()):
        raise wrong("no_words")
    return text


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _no_number(value: object) -> object:
    """Pydantic would take a number as seconds since 1970."""
    if isinstance(value, int | float):
        raise wrong("not_a_date")
    return value


def _likely(day: date) -> date:
    """Refuse a day that no calculation should meet; who means "for ever" leaves it out."""
    if not _EARLIEST <= day <= _LATEST:
        raise wrong("unlikely_day", earliest=_EARLIEST.year, latest=_LATEST.year)
    return day


_EARLIEST, _LATEST = date(1990, 1, 1), date(2199, 12, 31)

Text = Annotated[Bilingual, AfterValidator(_with_words)]
Number = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
PositiveNumber = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Weeks = Annotated[int, Field(strict=True, ge=0, le=520)]
SmallNumber = Annotated[int, Field(strict=True, ge=1, le=5)]
Day = Annotated[date, BeforeValidator(_no_number), AfterValidator(_likely)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Flag = Annotated[bool, Field(strict=True)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, AfterValidator(normal), Field(min_length=1, max_length=60)]
"""A type, theme or class, in any spelling; it is kept in the one of `normal`."""


class Part(BaseModel):
    """Part of a rule set: never changed after loading, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Where(Part):
    """Which activities are meant: those that have one of the values in every facet that is named."""

    place: Annotated[tuple[Place, ...], BeforeValidator(_as_list)] = ()
    mode: Annotated[tuple[Mode, ...], BeforeValidator(_as_list)] = ()
    type: Annotated[tuple[Name, ...], BeforeValidator(_as_list)] = ()
    theme: Annotated[tuple[Name, ...], BeforeValidator(_as_list)] = ()
    class_: Annotated[tuple[Name, ...], BeforeValidator(_as_list)] = Field(alias="class", default=())

    def of(self, facet: Facet) -> tuple[str, ...]:
        """The values that are allowed in a facet; none: any."""
        return self.class_ if facet == "class" else getattr(self, facet)


class Named(Part):
    """A value of a facet (a type, a theme or a class) with its name for people."""

    id: Name
    name: Text


class ActivityType(Named):
    """A type of activity, and what holds for activities of it.

    `plural` is what several are called ("lectures"). `occasions` k: k of them, on k different dates, make one
    activity. `attendance`: the share of attendance must be stated. `evidence`: needed also where the rule set does not
    ask every activity for it. `class`, `theme` and `points` hold where the activity itself does not say otherwise.
    `prompts` come before those of every reflection.
    """

    plural: Text | None = None
    occasions: Annotated[int, Field(strict=True, ge=1, le=50)] = 1
    points: Number | None = None
    class_: Name | None = Field(alias="class", default=None)
    theme: Name | None = None
    attendance: Flag = False
    evidence: Flag = False
    prompts: tuple[Text, ...] = Field(alias="prompt", default=())


class EventKind(Named):
    """An event that the certificate knows, for example a workshop; its points count like those of activities.

    `forums`: where a presentation may be held; empty: anywhere.
    """

    points: Number = 0
    forums: tuple[Named, ...] = Field(alias="forum", default=())


class ActivityRules(Part):
    """When an activity may count at all.

    `approval`: whether staff decide before an own activity is done, or confirm each one afterwards.
    `retroactive`: whether what took place before the enrolment for the certificate counts.
    """

    approval: Literal["before", "after"] = "before"
    evidence: Literal["optional", "required"] = "optional"
    retroactive: Literal["yes", "with-proof", "no"] = "yes"
    after_admission: Flag = False
    before_study_end: Flag = False
    attendance_minimum: Percent | None = None


class CountRequirement(Part):
    """So many different activities, or activities of so many different types."""

    id: Identifier
    kind: Literal["count"]
    minimum: PositiveNumber
    of: Literal["activities", "types"] = "activities"
    where: Where = Where()


class PointsRequirement(Part):
    """So many points in all; those of events and of the final piece count where no facet is named."""

    id: Identifier
    kind: Literal["points"]
    minimum: PositiveNumber
    where: Where = Where()


class EventRequirement(Part):
    """Having taken part in so many events of a kind."""

    id: Identifier
    kind: Literal["event"]
    event: Name
    minimum: SmallNumber = 1


Requirement = Annotated[CountRequirement | PointsRequirement | EventRequirement, Field(discriminator="kind")]


class Cap(Part):
    """At most so many points, or so many activities, of a facet's value (`value`), or of each without its own cap."""

    facet: Facet
    value: Name | None = None
    points: Number | None = None
    activities: Number | None = None

    @model_validator(mode="after")
    def _limits_one_thing(self) -> "Cap":
        if (self.points is None) == (self.activities is None):
            raise wrong("cap_of_what")
        return self


class _Replacement(Part):
    """What two kinds of substitution share: how often, and between which days."""

    id: Identifier
    at_most: SmallNumber = 1
    study_end_from: Day | None = None
    study_end_until: Day | None = None
    reason: Text | None = None

    @field_validator("study_end_until")
    @classmethod
    def _ends_after_it_starts(cls, until: date | None, info: object) -> date | None:
        return checked_period(getattr(info, "data", {}).get("study_end_from"), until, "study_end_until")

    def is_open(self, study_end_date: date) -> bool:
        """Whether a student whose studies end on this day may use it."""
        return (self.study_end_from or date.min) <= study_end_date <= (self.study_end_until or date.max)


class Trade(_Replacement):
    """So many activities of one class (type, theme) together count as one of another; they count as nothing else."""

    kind: Literal["trade"]
    facet: Literal["class", "type", "theme"]
    wanted: Name
    given: Name
    number: SmallNumber


class CountAs(_Replacement):
    """An activity counts in another place (class, type, theme) than its own, for example a digital one as abroad.

    `activity_from` and `activity_until` are about the days on which it took place: one of them must lie within.
    """

    kind: Literal["count-as"]
    facet: Literal["place", "class", "type", "theme"]
    wanted: Name
    where: Where
    activity_from: Day | None = None
    activity_until: Day | None = None

    @field_validator("activity_until")
    @classmethod
    def _activity_period(cls, until: date | None, info: object) -> date | None:
        return checked_period(getattr(info, "data", {}).get("activity_from"), until, "activity_until")


Substitution = Annotated[Trade | CountAs, Field(discriminator="kind")]


class Declaration(Part):
    """Something that the student confirms, on enrolling or on applying."""

    id: Identifier
    at: Literal["enrolment", "application"]
    text: Text


class Eligibility(Part):
    """For whom the certificate is; programme codes as the institution writes them."""

    without_international_syllabus: Flag = False
    only_programmes: tuple[str, ...] = ()
    excluded_programmes: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = Field(alias="declaration", default=())


class ApplicationRules(Part):
    """Until when one may apply after the studies; None: no limit."""

    weeks_after_study_end: Weeks | None = None


def checked_period(start: date | None, end: date | None, key: str) -> date | None:
    """Refuse a period that ends before it starts."""
    if start is not None and end is not None and end < start:
        raise wrong("dates_order", key=key)
    return end


def has_cycle(arrows: Iterable[tuple[str, str]]) -> bool:
    """Tell whether following the arrows can lead back to where one began."""
    left = set(arrows)
    while left:
        sources = {source for source, _target in left}
        ends = {arrow for arrow in left if arrow[1] not in sources}
        if not ends:
            return True
        left -= ends
    return False
