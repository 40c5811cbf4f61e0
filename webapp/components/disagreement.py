"""What two readers who disagree can do, and their convener."""

from nicegui import ui

from models import states
from models.actions import settling
from models.permissions import Actor, open_reflection_moves
from models.queries import reflections as queries
from models.tables import Reflection
from models.tables.assessments import Decision
from webapp.components.notices import card, muted
from webapp.components.reason import final_button
from webapp.components.settling import settling_form
from webapp.errors import told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def disagreement(reflection: Reflection, *, actor: Actor) -> None:
    """Say that it is disputed to those who may know, and offer each of them their way to end it."""
    said = await queries.said_by(reflection, actor=actor)
    moves = open_reflection_moves(actor, reflection, said=said)
    may_settle = states.SETTLE_BY_ACCEPTING in moves
    if said is None and not may_settle:
        muted(_("Two assessors have read it. It is decided soon."))
        return
    with card(_("The two readers disagree"), look="warn"):
        muted(_("The student is told nothing before it is decided, and reads then what both readers wrote."))
        if said is not None:
            _agreeing(reflection, Decision.RETURNED if said is Decision.ACCEPTED else Decision.ACCEPTED)
        if may_settle:
            _settling(reflection)


def _agreeing(reflection: Reflection, decision: Decision) -> None:
    @told
    async def agree() -> None:
        actor, at = await current_actor(), pages_runtime().now()
        await settling.agree(reflection, decision, words.value or "", actor=actor, at=at)
        ui.navigate.reload()

    muted(
        _("Talk to each other. What you decided stays on record; if you agree with your colleague after all, say so.")
    )
    words = ui.textarea(_("Comment to the student (may be empty)"))
    words.props("outlined autogrow data-test=agree-words").classes("w-full")
    button, question = (
        (_("Agree to accept it"), _("Agree with your colleague and accept it? It cannot be taken back."))
        if decision is Decision.ACCEPTED
        else (_("Agree to send it back"), _("Agree with your colleague and send it back? It cannot be taken back."))
    )
    final_button(button, question, agree, hook="agree")
    muted(_("If you do not agree, the convener of the assessor group decides, or a meeting does."))


def _settling(reflection: Reflection) -> None:
    @told
    async def settle(decision: Decision, reason: str) -> None:
        actor, at = await current_actor(), pages_runtime().now()
        await settling.settle(reflection, decision, reason, actor=actor, at=at)
        ui.navigate.reload()

    muted(_("You decide as convener, or you bring it to a meeting of the assessor group."))
    settling_form(
        _("Your reason; the student reads it"),
        _("Accept this reflection as convener? The student is told; it cannot be taken back."),
        settle,
    )
