"""The criteria of a piece for whoever makes and reads it: before it is handed in, and with the levels afterwards."""

from nicegui import ui

from models.portfolios import parsed, piece_rules
from models.rules.criteria import given
from models.rules.pieces import PieceRules
from models.tables import Assessment
from webapp.components.notices import muted
from webapp.i18n import _, pick
from webapp.layout import heading


def criteria_fold(rules: PieceRules) -> None:
    """Say, folded, what assessors look at and between which levels they choose; nothing where there are no criteria."""
    if not rules.criteria:
        return
    with ui.element("details").classes("cim-fold").props("data-test=criteria"):
        with ui.element("summary"):
            heading(_("What assessors look at"), 3)
        with ui.element("div").classes("cim-criteria"):
            for criterion in rules.criteria:
                with ui.element("div"):
                    heading(pick(criterion.name), 4)
                    if criterion.description:
                        ui.label(pick(criterion.description))
                    with ui.element("ul").classes("cim-bullets"):
                        for level in criterion.levels:
                            with ui.element("li"):
                                ui.label(pick(level.name)).classes("text-bold")
                                if level.description:
                                    ui.label(pick(level.description))
                                if not level.passes:
                                    muted(_("not enough to accept it"))


def levels_given(assessment: Assessment) -> None:
    """Show on which level each criterion was judged, in the words of the rules by which it was; they come loaded."""
    if not assessment.levels or assessment.rule_set is None:
        return
    rules = piece_rules(parsed(assessment.rule_set.document), assessment.version.reflection.kind)
    with ui.element("dl").classes("cim-levels").props("data-test=levels"):
        for criterion, level in given(rules.criteria, assessment.levels):
            with ui.element("div").classes("" if level.passes else "fails"):
                with ui.element("dt"):
                    ui.label(pick(criterion.name))
                with ui.element("dd"):
                    ui.label(pick(level.name)).classes("text-bold")
                    if level.description:
                        ui.label(pick(level.description))
                    if not level.passes:
                        muted(_("not enough to accept it"))
