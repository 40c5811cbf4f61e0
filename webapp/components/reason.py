"""Decisions that are asked about once: because they need a reason, or because they cannot be taken back."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from webapp.i18n import _


def reason_button(words: str, question: str, decide: Callable[[str], Awaitable[None]]) -> None:
    """Offer a decision that needs a reason: a button, and a dialog that asks."""
    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        reason = ui.textarea(question).props("outlined autogrow data-test=reason").classes("w-full")

        async def confirmed() -> None:
            await decide(reason.value or "")

        with ui.row():
            ui.button(words, on_click=confirmed).props("color=negative data-test=confirm-reason")
            ui.button(_("Cancel"), on_click=dialog.close).props("flat")
    ui.button(words, on_click=dialog.open).props("outline color=negative data-test=ask-reason")


def final_button(words: str, question: str, decide: Callable[[], Awaitable[None]], *, hook: str) -> None:
    """Offer a decision that cannot be taken back: a button, and a dialog that asks once more."""
    with ui.dialog() as dialog, ui.card().classes("cim-card"):
        ui.label(question)

        async def confirmed() -> None:
            dialog.close()
            await decide()

        with ui.row():
            ui.button(words, icon="check", on_click=confirmed).props(f"color=positive data-test=confirm-{hook}")
            ui.button(_("Cancel"), on_click=dialog.close).props("flat")
    ui.button(words, icon="check", on_click=dialog.open).props(f"color=positive data-test={hook}")
