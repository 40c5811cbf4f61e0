"""/activities/{id}: one activity: when it took place, the proof of it, that it is done, how to reflect."""

from nicegui import ui

from models import states
from models.actions import activities
from models.actions.proof import must_prove_days
from models.permissions import Actor, is_own, open_activity_moves
from models.portfolios import rule_set_of
from models.queries import enrolments as queries
from models.queries.media import evidence_of_activity
from models.rules.ruleset import RuleSet
from models.states import TAKES_EVIDENCE, ActivityState
from models.tables import Activity, RoleKind
from webapp.components.activity_attendance import attendance_card
from webapp.components.activity_card import has_come_back
from webapp.components.activity_days import days_card
from webapp.components.activity_done import done_card, standing_words
from webapp.components.activity_facts import asks_for_evidence, facts_of
from webapp.components.activity_reflection import reflection_part
from webapp.components.badges import own_activity_badge
from webapp.components.evidence import evidence_part
from webapp.components.notices import card, facts, muted
from webapp.components.progress_ended import ended_card
from webapp.components.sign_off import sign_off_card
from webapp.errors import as_id, screen, told
from webapp.i18n import _, pick_title
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor

_LOOKS = {ActivityState.DONE: "good", ActivityState.DECLINED: "bad"}


@screen("/activities/{activity_id}")
async def page(activity_id: str) -> None:
    """Show the activity and the one thing that comes next."""
    actor = await current_actor()
    activity = await queries.activity(as_id(activity_id), actor=actor)
    rule_set = await rule_set_of(activity.enrolment)
    days = [occasion.took_place_on for occasion in activity.occasions]
    is_earlier = await must_prove_days(days, activity.enrolment, rule_set)
    must_be_proved = is_earlier or asks_for_evidence(activity.kind, rule_set)

    with frame(pick_title(activity), back=_way_back(activity, actor)):
        if is_own(actor, activity.enrolment):
            await ended_card(activity.enrolment)
        await _what_it_is(activity, rule_set, actor, must_be_proved=must_be_proved)
        if activity.state is ActivityState.DONE or list(activity.reflections):
            reflection_part(activity, rule_set, actor)
        await days_card(activity, rule_set, actor)
        attendance_card(activity, rule_set, actor)
        before = ui.element("div").classes("cim-stack")
        done_card(activity, rule_set, actor, is_earlier=is_earlier)
        after = ui.element("div").classes("cim-stack")
        if states.WITHDRAW_ACTIVITY in open_activity_moves(actor, activity) and not list(activity.reflections):
            _withdraw(activity)
        with before if must_be_proved else after:
            await _proof(activity, actor)


def _way_back(activity: Activity, actor: Actor) -> str:
    if is_own(actor, activity.enrolment):
        return "/"
    return "/office" if actor.programmes_as(RoleKind.STAFF) else "/queue"


async def _what_it_is(activity: Activity, rule_set: RuleSet, actor: Actor, *, must_be_proved: bool) -> None:
    mine = is_own(actor, activity.enrolment)
    with card():
        with ui.element("div").classes("cim-row"):
            own_activity_badge(activity, approval=rule_set.activities.approval, came_back=await has_come_back(activity))
            if must_be_proved:
                ui.label(_("Evidence is required")).classes("cim-badge").props("data-test=evidence-required")
        if activity.about:
            ui.label(activity.about).classes("cim-text")
        student = [] if mine else [(_("Student"), activity.enrolment.person.name)]
        facts([*student, *facts_of(activity, rule_set)])
        if mine and (words := standing_words(activity, rule_set)):
            muted(words)
    if activity.decision_note:
        again = await _again_words(activity, rule_set)
        with card(_("The programme says"), look="warn" if again else _LOOKS.get(activity.state, "calm")):
            ui.label(activity.decision_note).classes("cim-text").props("data-test=decision-note")
            if mine and again:
                muted(again)


async def _again_words(activity: Activity, rule_set: RuleSet) -> str:
    """Say what comes after a note that asks for something; nothing where the note only goes with a decision."""
    if not await has_come_back(activity):
        return ""
    if rule_set.activities.approval == "after":
        return _("When that is there, report it again.")
    return _("When that is there, mark it as completed again.")


async def _proof(activity: Activity, actor: Actor) -> None:
    place = ui.element("div").classes("cim-stack")
    await sign_off_card(activity, actor)
    # Evidence comes last: it follows what happens to the files, and with that the page goes out as it is then.
    with place:
        if activity.state in TAKES_EVIDENCE or await evidence_of_activity(activity.id, actor=actor):
            await evidence_part(activity, actor=actor)


def _withdraw(activity: Activity) -> None:
    @told
    async def withdraw() -> None:
        await activities.withdraw(activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to("/")

    with ui.dialog() as dialog, ui.card():
        ui.label(_("Take this activity off your list?"))
        with ui.row():
            ui.button(_("Remove it"), on_click=withdraw).props("data-test=confirm-withdraw")
            ui.button(_("Keep it"), on_click=dialog.close).props("flat")
    ui.button(_("Remove this activity"), on_click=dialog.open).props("flat data-test=withdraw").style(
        "align-self: flex-start"
    )
