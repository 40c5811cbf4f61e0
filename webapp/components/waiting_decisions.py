"""The activities that wait for a decision: each as a card that decides at once or leads to all about it."""

from collections.abc import Sequence
from datetime import datetime

from nicegui import ui

from models.actions import decisions
from models.permissions import Actor
from models.portfolios import parsed
from models.queries import enrolments as queries
from models.states import ActivityState
from models.tables import Activity
from webapp.components.badges import mode_words, place_words, state_badge
from webapp.components.decision import decline_button
from webapp.components.notices import empty_list, muted
from webapp.components.proof import proof_words
from webapp.errors import told
from webapp.i18n import _, pick_name, pick_title, say_ago
from webapp.layout import heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor

MOST_CARDS = 12
"""So many decisions are shown at once; the others come up when these are made."""


async def waiting_decisions(actor: Actor, mine: set[int], now: datetime) -> None:
    """List proposals and reports, oldest first; those of the programmes in `mine`, by id, come before the others."""
    waiting = await queries.proposals(actor)
    heading(_("Activities to decide on"))
    if not waiting:
        empty_list(_("No activity waits for a decision."))
    waiting.sort(key=lambda activity: activity.enrolment.programme_id not in mine)
    shown = waiting[:MOST_CARDS]
    for words, part in _parted(shown, mine):
        if words:
            heading(words, 3)
        for activity in part:
            _decision_card(activity, now)
    if len(waiting) > len(shown):
        muted(_("{count} more wait. They are shown as you decide on these.").format(count=len(waiting) - len(shown)))


def _parted(shown: Sequence[Activity], mine: set[int]) -> list[tuple[str, list[Activity]]]:
    """Part what waits for this person from the rest; without a contact there is one part without a name."""
    yours = [activity for activity in shown if activity.enrolment.programme_id in mine]
    others = [activity for activity in shown if activity.enrolment.programme_id not in mine]
    if not yours:
        return [("", others)]
    parts = [(_("They wait for you"), yours)]
    return [*parts, (_("Others answer for these programmes today"), others)] if others else parts


def _decision_card(activity: Activity, now: datetime) -> None:
    is_reported = activity.state is ActivityState.REPORTED
    rule_set = parsed(activity.enrolment.rule_set.document)

    @told
    async def let_count() -> None:
        decide = decisions.confirm if is_reported else decisions.approve
        await decide(activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("section").classes("cim-card").props("data-test=waiting-activity"):
        with ui.element("div").classes("cim-row between"):
            with ui.element("h3").classes("cim-grow"):
                ui.link(pick_title(activity), f"/office/activities/{activity.id}").props("data-test=open-activity")
            state_badge(activity.state)
        if activity.about:
            ui.label(activity.about).classes("cim-text cim-clamp")
        muted(
            f"{activity.enrolment.person.name} · {pick_name(activity.enrolment.programme)} · "
            f"{place_words(activity.place)} · {mode_words(activity.mode)}"
        )
        muted(" · ".join(filter(None, (say_ago(activity.changed_at, now), proof_words(activity, rule_set)))))
        with ui.element("div").classes("cim-row"):
            words, hook = (_("Confirm"), "confirm-activity") if is_reported else (_("Approve"), "approve-activity")
            ui.button(words, icon="check", on_click=let_count).props(f"color=positive data-test={hook}")
            decline_button(activity)
            ui.link(_("Look closer"), f"/office/activities/{activity.id}").classes("cim-way")
