"""The criteria of a piece, on each of which an assessor chooses a level; it lies inside an AssessmentText."""

from collections.abc import Sequence

from nicegui.element import Element

from models.rules.criteria import Criterion
from webapp.i18n import _, pick


class Rubric(Element, component="rubric.js"):
    """A group of levels for each criterion; what is chosen is held and kept by the AssessmentText around it."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        super().__init__()
        self._props["criteria"] = [
            {
                "id": criterion.id,
                "name": pick(criterion.name),
                "description": pick(criterion.description) if criterion.description else "",
                "levels": [
                    {
                        "id": level.id,
                        "name": pick(level.name),
                        "description": pick(level.description) if level.description else "",
                        "passes": level.passes,
                    }
                    for level in criterion.levels
                ],
            }
            for criterion in criteria
        ]
        self._props["labels"] = {"fails": _("not enough to accept it"), "clear": _("Choose none")}
