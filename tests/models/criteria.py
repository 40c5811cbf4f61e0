"""KI's rules with two criteria for reflections, for tests that judge by them."""

from typing import Any

from models.rules.ruleset import RuleSet
from tests.factories import KI


def criterion(id_: str, *levels: str) -> dict[str, Any]:
    """A criterion of which the first level is not enough."""
    return {
        "id": id_,
        "name": {"sv": f"{id_} (sv)", "en": id_.capitalize()},
        "level": [
            {
                "id": level,
                "name": {"sv": f"{level} (sv)", "en": level.capitalize()},
                "description": {"sv": f"{id_} är {level}", "en": f"{id_} is {level}"},
                "passes": number > 0,
            }
            for number, level in enumerate(levels)
        ],
    }


def with_criteria(version: str = "criteria", *, readers: int = 1, answer_days: int | None = None) -> RuleSet:
    """Judge reflections by depth (weak, clear, strong) and language (poor, good)."""
    document = KI.model_dump(mode="json", by_alias=True)
    document["version"] = version
    document["reflection"] |= {
        "criterion": [criterion("depth", "weak", "clear", "strong"), criterion("wording", "poor", "good")],
        "readers": readers,
        "answer_days": answer_days,
    }
    return RuleSet.model_validate(document)


ALL = {"depth": "clear", "wording": "good"}
"""A level that passes for each of them."""
