"""Deciding on one activity: what it counts as, and the answers that staff can give."""

from nicegui import ui

from models import states
from models.actions import decisions
from models.actions.facts import DecidedFacts
from models.permissions import Actor, open_activity_moves
from models.rules.ruleset import RuleSet
from models.tables import Activity
from webapp.components.fact_form import FactForm
from webapp.components.notices import card, muted
from webapp.components.reason import reason_button
from webapp.errors import told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def decision_card(activity: Activity, rule_set: RuleSet, actor: Actor) -> None:
    """Offer the decisions that can be made now; nothing where there is none."""
    moves = open_activity_moves(actor, activity, approval=rule_set.activities.approval)
    if states.REOPEN_ACTIVITY in moves:
        reopen_card(activity)
    may_approve, may_confirm = states.APPROVE_ACTIVITY in moves, states.CONFIRM_ACTIVITY in moves
    if not may_approve and not may_confirm:
        return
    is_own = activity.catalogue_item_id is None
    facts = DecidedFacts(activity.kind, activity.class_code, activity.theme, activity.points)

    @told
    async def let_count() -> None:
        decide = decisions.approve if may_approve else decisions.confirm
        await decide(
            activity,
            note.value or "",
            facts=form.changed_facts(),
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    with card(_("Decision")):
        if may_approve:
            muted(_("The student plans this. Approve it, and it counts when it is done."))
        else:
            muted(_("The student says that this is done. Confirm it, and it counts."))
        form = FactForm(facts, rule_set, may_be_own=is_own)
        note = ui.textarea(_("Note to the student (may be empty)"))
        note.props("outlined autogrow data-test=decision-note").classes("w-full")
        with ui.element("div").classes("cim-row"):
            words = _("Approve") if may_approve else _("Confirm")
            hook = "approve-activity" if may_approve else "confirm-activity"
            ui.button(words, icon="check", on_click=let_count).props(f"color=positive data-test={hook}")
            if states.SEND_BACK_ACTIVITY in moves:
                send_back_button(activity)
            decline_button(activity)


def reopen_card(activity: Activity) -> None:
    """Open a done activity again, so that something can be put right."""

    @told
    async def reopen(reason: str) -> None:
        await decisions.reopen(activity, reason, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with card(_("Open again")):
        muted(
            _(
                "It is done. If something has to be put right (a day, the attendance, evidence), open it again: it "
                "counts once more when the student has said again that it is done. The reflection stays as it is."
            )
        )
        with ui.element("div").props("data-test=reopen"):
            reason_button(_("Open again"), _("What has to be put right? The student reads this."), reopen)


def send_back_button(activity: Activity) -> None:
    """Ask for what a report lacks."""

    @told
    async def send_back(reason: str) -> None:
        await decisions.send_back(activity, reason, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("div").props("data-test=send-back"):
        reason_button(_("Send back"), _("What is missing? The student reads this, and can report it again."), send_back)


def decline_button(activity: Activity) -> None:
    """Say that it does not count, and why."""

    @told
    async def decline(reason: str) -> None:
        await decisions.decline(activity, reason, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("div").props("data-test=decline"):
        reason_button(_("Decline"), _("Why does it not count? The student reads this."), decline)
