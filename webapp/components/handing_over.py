"""Giving a piece to a colleague, and saying that one must not assess somebody."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from models import states
from models.actions import claims, conflicts
from models.permissions import WHO_MOVES_REFLECTIONS, Actor, may_declare_conflict
from models.queries.load import colleagues
from models.tables import Person, Reflection
from webapp.components.reason import reason_button
from webapp.errors import tell, told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def handing_over(reflection: Reflection, actor: Actor, done: Callable[[], Awaitable[None]]) -> None:
    """Offer the colleagues who could read it, where somebody holds it; `done` says what happens on the page then."""
    may = WHO_MOVES_REFLECTIONS[states.HAND_OVER](actor, reflection)
    if reflection.state not in states.HAND_OVER.sources or not may:
        return
    people = {str(person.id): person.name for person in await colleagues(reflection)}
    if not people:
        return

    @told
    async def give() -> None:
        if not choice.value:
            tell(_("Choose a colleague."))
            return
        to = await Person.get(id=choice.value)
        await claims.hand_over(reflection, to, actor=await current_actor(), at=pages_runtime().now())
        await done()

    with ui.element("div").classes("cim-row"):
        choice = ui.select(people, label=_("Hand over to")).props("outlined dense data-test=colleague")
        choice.classes("cim-grow")
        ui.button(_("Hand over"), on_click=give).props("outline data-test=hand-over")


def partiality(reflection: Reflection, actor: Actor) -> None:
    """Let an assessor say that they must not judge this student."""
    if not may_declare_conflict(actor, reflection.enrolment, actor.person_id):
        return

    @told
    async def declare(reason: str) -> None:
        who = await current_actor()
        me = await Person.get(id=who.person_id)
        await conflicts.declare(reflection.enrolment, me, reason, actor=who, at=pages_runtime().now())
        ui.navigate.to("/queue")

    with ui.expansion(_("I must not assess this student")).classes("w-full").props("data-test=partial"):
        ui.label(_("You supervise the student's thesis, are related or close, or there is another reason."))
        ui.label(_("It is kept with your name. You see nothing of this student any more; staff can undo it."))
        reason_button(_("Declare a conflict of interest"), _("Why?"), declare)
