"""What a student confirms, on enrolling or on applying, as boxes to tick."""

from collections.abc import Callable
from typing import Literal

from nicegui import ui

from models.rules.bilingual import Bilingual
from models.rules.primitives import Declaration
from models.rules.ruleset import RuleSet
from webapp.i18n import _, pick


def declaration_boxes(
    rule_set: RuleSet, at: Literal["enrolment", "application"], ticked: set[Bilingual] | None = None
) -> Callable[[], list[str]]:
    """Show a box for each declaration of this step; gives a function that lists the ids of those that are ticked.

    `ticked` holds the words that are confirmed already and is kept up to date: the same words stay confirmed when
    the boxes are built again for other rules, and other words do not.
    """
    confirmed = set[Bilingual]() if ticked is None else ticked
    asked = [one for one in rule_set.eligibility.declarations if one.at == at]
    if asked:
        ui.label(_("Confirm:")).classes("text-bold")
    for one in asked:
        _box(one, confirmed)
    return lambda: [one.id for one in asked if one.text in confirmed]


def _box(declaration: Declaration, confirmed: set[Bilingual]) -> None:
    def changed() -> None:
        if box.value:
            confirmed.add(declaration.text)
        else:
            confirmed.discard(declaration.text)

    box = ui.checkbox(pick(declaration.text), value=declaration.text in confirmed, on_change=changed)
    box.props("data-test=declaration")
