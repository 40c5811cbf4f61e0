"""Every setting that the schema of a rule set knows, as patterns: `type.*.occasions`."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from models.rules.ruleset import RuleSet


def patterns(part: type[BaseModel] = RuleSet, lead: str = "") -> set[str]:
    """List the settings of a part and of the parts in it."""
    found = set()
    for name, field in part.model_fields.items():
        pattern = f"{lead}{field.alias or name}"
        inner = list(_parts_in(field.annotation))
        if not inner:
            found.add(pattern)
        for one in inner:
            found |= patterns(one, f"{pattern}.*." if "tuple" in str(field.annotation) else f"{pattern}.")
    return found


def _parts_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts_in(argument)
