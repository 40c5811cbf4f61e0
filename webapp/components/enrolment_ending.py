"""Staff end an enrolment, or take it up again, each with a reason."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from models import states
from models.actions import enrolments
from models.permissions import Actor, open_enrolment_moves
from models.portfolios import time_zone
from models.tables import Enrolment
from webapp.components.badges import enrolment_words
from webapp.components.notices import card, muted
from webapp.errors import told
from webapp.i18n import _, say_time
from webapp.layout import heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def ended_notice(enrolment: Enrolment) -> None:
    """Say that an enrolment is void or ended, why, by whom and when; nothing while it is in use."""
    if enrolment.state is states.EnrolmentState.ACTIVE:
        return
    words, _look = enrolment_words(enrolment.state)
    with card(words, look="warn"):
        if enrolment.state is states.EnrolmentState.VOID:
            muted(_("It was never valid and is left out of every count."))
        else:
            muted(_("It ended without a certificate."))
        ui.label(enrolment.ended_reason).classes("cim-text").props("data-test=ended-reason")
        if enrolment.ended_by is not None and enrolment.ended_at is not None:
            muted(f"{enrolment.ended_by.name}, {say_time(enrolment.ended_at, await time_zone())}")


def ending_card(enrolment: Enrolment, actor: Actor) -> None:
    """Offer the moves of an enrolment, each with a reason."""
    moves = open_enrolment_moves(actor, enrolment)
    if not moves:
        return
    with card(_("End the enrolment") if enrolment.state is states.EnrolmentState.ACTIVE else _("Take it up again")):
        if states.DEREGISTER in moves:
            muted(_("Deregister: it ends without a certificate, for example when the time to apply has passed."))
        if states.VOID_ENROLMENT in moves:
            muted(
                _("Void: it was never valid, for example made in the wrong programme. It is left out of every count.")
            )
        if states.REINSTATE in moves:
            muted(_("Everything goes on where it stood."))
        with ui.element("div").classes("cim-row"):
            if states.DEREGISTER in moves:
                _ask(_("Deregister"), "deregister", enrolment, enrolments.deregister)
            if states.VOID_ENROLMENT in moves:
                _ask(_("Make void"), "void", enrolment, enrolments.void)
            if states.REINSTATE in moves:
                _ask(_("Take it up again"), "reinstate", enrolment, enrolments.reinstate)


def _ask(words: str, hook: str, enrolment: Enrolment, act: Callable[..., Awaitable[None]]) -> None:
    """Ask for the reason, in a dialog that comes up at a click."""

    @told
    async def confirmed() -> None:
        await act(enrolment, reason.value or "", actor=await current_actor(), at=pages_runtime().now())
        dialog.close()
        ui.navigate.reload()

    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        heading(words)
        muted(_("The reason is kept with the enrolment, and the student reads it."))
        reason = ui.textarea(_("Reason")).props(f"outlined autogrow data-test={hook}-reason").classes("w-full")
        with ui.element("div").classes("cim-row"):
            ui.button(words, on_click=confirmed).props(f"data-test=confirm-{hook}")
            ui.button(_("Cancel"), on_click=dialog.close).props("flat")
    ui.button(words, on_click=dialog.open).props(f"outline data-test={hook}")
