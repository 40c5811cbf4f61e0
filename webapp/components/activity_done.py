"""Saying that an activity is done: what is needed for it, and the button."""

from nicegui import ui

from models import states
from models.actions import activities
from models.permissions import Actor, open_activity_moves
from models.rules.ruleset import RuleSet
from models.states import ActivityState
from models.tables import Activity
from webapp.components.activity_facts import asks_for_evidence
from webapp.components.notices import card, muted
from webapp.errors import told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def done_card(activity: Activity, rule_set: RuleSet, actor: Actor, *, is_earlier: bool) -> None:
    """Offer to complete or to report it, by the rule set; its days come loaded. Nothing where neither is possible.

    `is_earlier`: a day of it is before the enrolment, and that asks for evidence.
    """
    moves = open_activity_moves(actor, activity, approval=rule_set.activities.approval)
    is_reported = states.REPORT_ACTIVITY in moves
    if not is_reported and states.COMPLETE_ACTIVITY not in moves:
        return

    @told
    async def complete() -> None:
        await activities.complete(activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def report() -> None:
        await activities.report(activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with card(_("Have you done it?")):
        muted(needed_words(activity, rule_set, is_earlier=is_earlier))
        if is_reported:
            muted(_("Programme staff look at what you report and confirm it, or tell you what is missing."))
        if not list(activity.occasions):
            muted(_("Add at least one day; then you can say that it is done."))
        elif is_reported:
            ui.button(_("Report that it is done"), icon="send", on_click=report).props("data-test=report")
        else:
            ui.button(_("Mark as completed"), icon="check", on_click=complete).props("data-test=complete")


def needed_words(activity: Activity, rule_set: RuleSet, *, is_earlier: bool) -> str:
    """List what must be there before it is done."""
    type_ = rule_set.type_of(activity.kind)
    needed = [_("the day or days on which it took place")]
    if asks_for_evidence(activity.kind, rule_set):
        needed.append(_("evidence that you took part (required)"))
    elif is_earlier:
        needed.append(_("evidence, because it took place before you enrolled (required)"))
    elif rule_set.activities.retroactive == "with-proof" and not list(activity.occasions):
        needed.append(_("evidence, if it took place before you enrolled"))
    if rule_set.activities.attendance_minimum is not None and type_ is not None and type_.attendance:
        needed.append(_("how much of it you attended"))
    return _("Needed: {things}.").format(things="; ".join(needed))


def standing_words(activity: Activity, rule_set: RuleSet) -> str:
    """Say who has to do something now, where it is not the student."""
    if activity.state is ActivityState.PROPOSED:
        if rule_set.activities.approval == "after":
            return _("Staff decide when you report that you have done it. You can note days and evidence now.")
        return _("Programme staff look at the proposal. The answer is shown here. You can note days and evidence now.")
    if activity.state is ActivityState.REPORTED:
        return _("You have reported it. Programme staff look at it; the answer is shown here.")
    return ""
