"""Deciding now and telling the student later, all on Friday at noon for example."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from nicegui import ui

from models.actions import timed_decisions
from models.actions.timed_decisions import UnlikelyTellingTime
from models.tables import Reflection, TimedDecision
from models.tables.assessments import Decision
from webapp.components.assessment_text import AssessmentText
from webapp.components.notices import card, muted
from webapp.errors import told
from webapp.i18n import _, say_time
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def telling_later(reflection: Reflection, text: AssessmentText, zone: ZoneInfo, redraw: Callable[[], None]) -> None:
    """Offer both decisions with a day and a time."""

    async def decide(decision: Decision) -> None:
        actor, at = await current_actor(), pages_runtime().now()
        tell_at = _moment(day.value, hour.value, zone)
        await timed_decisions.decide_later(reflection, decision, text.comment, tell_at, text.levels, actor=actor, at=at)
        redraw()

    @told
    async def accept() -> None:
        await decide(Decision.ACCEPTED)

    @told
    async def send_back() -> None:
        await decide(Decision.RETURNED)

    with ui.expansion(_("Decide now, tell the student later")).classes("w-full").props("data-test=later"):
        with ui.element("div").classes("cim-list cim-inside"):
            muted(_("Until then the student hears nothing of it, and you can withdraw the decision."))
            with ui.element("div").classes("cim-row"):
                day = ui.input(_("Day")).props("outlined type=date stack-label data-test=later-day")
                hour = ui.input(_("Time"), value="12:00").props("outlined type=time stack-label data-test=later-time")
            with ui.element("div").classes("cim-row"):
                ui.button(_("Accept then"), on_click=accept).props("outline data-test=accept-later")
                ui.button(_("Return then"), on_click=send_back).props("outline data-test=return-later")


def timed_card(reflection: Reflection, timed: TimedDecision, zone: ZoneInfo, redraw: Callable[[], None]) -> None:
    """Show what is decided and not told yet, and the way back."""

    @told
    async def withdraw() -> None:
        await timed_decisions.withdraw(reflection, actor=await current_actor(), at=pages_runtime().now())
        redraw()

    accepted = timed.decision is Decision.ACCEPTED
    with card(_("Decided, not told yet"), look="calm"):
        when = say_time(timed.tell_at, zone)
        words = _("It is accepted on {when}.") if accepted else _("It is sent back for revision on {when}.")
        ui.label(words.format(when=when)).props("data-test=timed")
        if timed.comment:
            ui.label(timed.comment).classes("cim-text")
        muted(_("Until then the student hears nothing of it, and you can withdraw the decision."))
        ui.button(_("Withdraw the decision"), on_click=withdraw).props("outline data-test=withdraw-decision")


def _moment(day: str | None, hour: str | None, zone: ZoneInfo) -> datetime:
    """Read the two fields; they are a time of the institution's clock."""
    try:
        return datetime.combine(date.fromisoformat(day or ""), time.fromisoformat(hour or ""), tzinfo=zone)
    except ValueError:
        raise UnlikelyTellingTime from None
