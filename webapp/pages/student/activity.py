"""/activities/{id}: one activity: log when it took place, say that it is done, choose how to reflect."""

from datetime import date
from uuid import uuid4

from nicegui import ui

from models import states
from models.actions import activities, reflections
from models.permissions import Actor, may_change, open_activity_moves
from models.portfolios import local_today, rule_set_of
from models.queries import enrolments as queries
from models.states import ActivityState
from models.tables import Activity, Occasion, RoleKind
from webapp.addresses import capture_address
from webapp.components.badges import state_badge
from webapp.components.format_choice import format_choice
from webapp.components.notices import card, facts, muted
from webapp.errors import as_id, screen, tell, told
from webapp.i18n import _, current_language, pick_title, say_date
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/activities/{activity_id}")
async def page(activity_id: str) -> None:
    """Show the activity and the one thing that comes next."""
    actor = await current_actor()
    activity = await queries.activity(as_id(activity_id), actor=actor)
    mine = may_change(actor, activity.enrolment)

    with frame(
        pick_title(activity), back="/" if mine else ("/office" if actor.programmes_as(RoleKind.STAFF) else "/queue")
    ):
        with card():
            state_badge(activity.state)
            if activity.about:
                ui.label(activity.about).classes("cim-text")
            if activity.decision_note:
                muted(_("The programme says: {words}").format(words=activity.decision_note))
            if not mine:
                facts([(_("Student"), activity.enrolment.person.name)])
        if activity.state is ActivityState.APPROVED:
            await _occasions(activity, actor)
        elif activity.state is ActivityState.DONE:
            days = ", ".join(say_date(day) for day in sorted(o.took_place_on for o in activity.occasions))
            muted(_("Took place on {days}.").format(days=days))
            await _reflection(activity, mine=mine)
        elif activity.state is ActivityState.PROPOSED:
            muted(_("Programme staff look at the proposal. The answer is shown here."))
        if states.WITHDRAW_ACTIVITY in open_activity_moves(actor, activity):
            _withdraw(activity)


async def _occasions(activity: Activity, actor: Actor) -> None:
    mine = may_change(actor, activity.enrolment)
    today = await local_today(pages_runtime().now())

    @told
    async def log() -> None:
        try:
            day = date.fromisoformat(chosen.value or "")
        except ValueError:
            tell(_("Choose a day."))
            return
        await activities.log_occasion(activity, day, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def complete() -> None:
        await activities.complete(activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with card(_("When did it take place?")):
        with ui.element("ul").classes("cim-list"):
            for occasion in sorted(activity.occasions, key=lambda o: o.took_place_on):
                _occasion(occasion, mine=mine)
        if not mine:
            return
        with ui.element("div").classes("cim-row"):
            chosen = ui.input(_("Day"), value=today.isoformat())
            chosen.props(f"type=date outlined stack-label max={today.isoformat()} data-test=occasion-date")
            ui.button(_("Add the day"), on_click=log).props("outline data-test=log-occasion")
        if activity.occasions:
            ui.button(_("Mark as completed"), icon="check", on_click=complete).props("data-test=complete")
        else:
            muted(_("Add at least one day; then you can say that it is done."))


def _occasion(occasion: Occasion, *, mine: bool) -> None:
    @told
    async def remove() -> None:
        await activities.remove_occasion(occasion, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("li").classes("cim-row between"):
        ui.label(say_date(occasion.took_place_on))
        if mine:
            label = _("Remove {day}").format(day=say_date(occasion.took_place_on))
            button = ui.button(icon="close", on_click=remove).props("flat round")
            button.props["aria-label"] = label


async def _reflection(activity: Activity, *, mine: bool) -> None:
    begun = next(iter(activity.reflections), None)
    if begun is not None and (mine or begun.first_submitted_at is not None):
        ui.link(_("To the reflection"), f"/reflections/{begun.id}")
        return
    if not mine or begun is not None:
        return
    rule_set = await rule_set_of(activity.enrolment)
    reflection_id = uuid4()

    @told
    async def choose(format_: str, language: str) -> None:
        actor = await current_actor()
        reflection = await reflections.start(
            activity, format_, language, reflection_id=reflection_id, actor=actor, at=pages_runtime().now()
        )
        ui.navigate.to(capture_address(reflection.id, format_))

    with card(_("How do you want to reflect?")):
        muted(_("There are no right or wrong answers. You can change the format until you hand in."))
        format_choice(rule_set.reflection, choose, language=current_language())


def _withdraw(activity: Activity) -> None:
    @told
    async def withdraw() -> None:
        await activities.withdraw(activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to("/")

    with ui.dialog() as dialog, ui.card():
        ui.label(_("Take this activity off your list?"))
        with ui.row():
            ui.button(_("Remove it"), on_click=withdraw)
            ui.button(_("Keep it"), on_click=dialog.close).props("flat")
    ui.button(_("Remove this activity"), on_click=dialog.open).props("flat").style("align-self: flex-start")
