"""The criteria by which assessors judge a piece: each one with levels to choose from, and which of them pass.

In a file, in the order in which they are shown (`final` in place of `reflection` for the final reflection):

    [[reflection.criterion]]
    id = "depth"
    name = { sv = "Djup", en = "Depth" }
    description = { sv = "…", en = "…" }        # Optional, as that of a level is.
    [[reflection.criterion.level]]
    id = "not-yet"
    name = { sv = "Inte än", en = "Not yet" }
    passes = false                              # Not enough to be accepted; without this line it is.
    [[reflection.criterion.level]]
    id = "clear"
    name = { sv = "Tydligt", en = "Clear" }
"""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from models.rules.mistakes import wrong
from models.rules.primitives import Flag, Named, Text

MOST_CRITERIA = 12
MOST_LEVELS = 7


class Level(Named):
    """One step of a criterion; a piece is accepted on a level that `passes` only."""

    description: Text | None = None
    passes: Flag = True


class Criterion(Named):
    """What assessors look at, and the levels between which they choose, in the order in which they are shown."""

    description: Text | None = None
    levels: Annotated[tuple[Level, ...], Field(max_length=MOST_LEVELS)] = Field(alias="level", default=())

    def level_of(self, id_: str | None) -> Level | None:
        """Find a level; None where the criterion has no such one."""
        return next((level for level in self.levels if level.id == id_), None)

    @field_validator("levels")
    @classmethod
    def _differ(cls, levels: tuple[Level, ...]) -> tuple[Level, ...]:
        check_listed_once(levels)
        return levels

    @model_validator(mode="after")
    def _can_be_judged(self) -> "Criterion":
        if len(self.levels) < 2:
            raise wrong("levels_too_few", "level")
        if not any(level.passes for level in self.levels):
            raise wrong("no_level_passes", "level")
        return self


def check_listed_once(named: Iterable[Named]) -> None:
    """Refuse an id that an earlier row of the list has."""
    seen: set[str] = set()
    for number, one in enumerate(named):
        if one.id in seen:
            raise wrong("listed_twice", number, "id", id=one.id)
        seen.add(one.id)


def given(criteria: Iterable[Criterion], levels: Mapping[str, str]) -> list[tuple[Criterion, Level]]:
    """List the criteria that were judged, each with its level; ids that these criteria do not know are left out."""
    return [
        (criterion, level)
        for criterion in criteria
        if (level := criterion.level_of(levels.get(criterion.id))) is not None
    ]
