"""The final reflection on the student's home: open it, begin it, or why not yet."""

from datetime import date

from nicegui import ui

from models.permissions import is_active
from models.queries.enrolments import Standing
from models.queries.reflections import final_of
from models.rules.portfolio import Portfolio
from models.rules.progress import may_start_final
from webapp.components.badges import state_badge
from webapp.components.notices import card
from webapp.i18n import _, pick
from webapp.layout import heading


async def final_part(standing: Standing, portfolio: Portfolio, on: date) -> None:
    """Show where the final reflection stands; nothing where none is asked for."""
    enrolment = standing.enrolment
    if not standing.rule_set.final.required:
        return
    final = await final_of(enrolment)
    if final is None and not is_active(enrolment):
        return
    heading(_("Final reflection"))
    if final is not None:
        with ui.element("a").classes("cim-card cim-link-card").props(f'href="/reflections/{final.id}"'):
            with ui.element("div").classes("cim-row between"):
                heading(_("Final reflection"), 3)
                state_badge(final.state)
        return
    reason = may_start_final(portfolio, standing.rule_set, on)
    with card():
        if reason is not None:
            ui.label(pick(reason))
            return
        ui.label(_("Look back on all you have done: you can begin now."))
        begin = ui.button(_("Begin the final reflection")).props("data-test=begin-final")
        begin.on_click(lambda: ui.navigate.to(f"/enrolments/{enrolment.id}/final"))
