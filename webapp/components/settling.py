"""The two ways to decide about a piece beside its readers: accepted or sent back, with words for the student."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from models.tables.assessments import Decision
from webapp.components.reason import final_button
from webapp.i18n import _

Decide = Callable[[Decision, str], Awaitable[None]]


def settling_form(label: str, question: str, decide: Decide) -> None:
    """Ask for the words and offer both decisions; `question` is asked once more before it is accepted."""
    words = ui.textarea(label).props("outlined autogrow data-test=settling-words").classes("w-full")

    async def accept() -> None:
        await decide(Decision.ACCEPTED, words.value or "")

    async def send_back() -> None:
        await decide(Decision.RETURNED, words.value or "")

    with ui.element("div").classes("cim-row"):
        final_button(_("Accept"), question, accept, hook="settle-accept")
        back = ui.button(_("Return for revision"), icon="undo", on_click=send_back)
        back.props("color=accent data-test=settle-return")
