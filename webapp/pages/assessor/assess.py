"""/assess/{id}: the piece beside the decision."""

from nicegui import ui

from models import states
from models.actions import assessments
from models.errors import NotAllowed
from models.permissions import Actor, is_active, is_assessor_of, open_reflection_moves
from models.portfolios import piece_rules, rule_set_of
from models.queries import reflections as queries
from models.rules.pieces import PieceRules
from models.rules.ruleset import RuleSet
from models.states import ReflectionState
from models.tables import Reflection, Version
from webapp.components.badges import format_words, state_badge
from webapp.components.conversation import answer_card, earlier_versions
from webapp.components.handed_in import when_handed_in
from webapp.components.notices import card, facts, muted
from webapp.components.piece import limits_view, piece_view
from webapp.components.reason import final_button
from webapp.components.wording import questions_of, title_of
from webapp.errors import as_id, screen, told
from webapp.i18n import LANGUAGES, _, pick_name, say_date
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/assess/{reflection_id}")
async def page(reflection_id: str) -> None:
    """Show what was handed in on the left, facts and the decision on the right."""
    actor = await current_actor()
    reflection = await queries.reflection(as_id(reflection_id), actor=actor)
    if not is_assessor_of(actor, reflection.enrolment):
        raise NotAllowed
    frozen = [v for v in await queries.versions(reflection, actor=actor) if v.frozen_at is not None]
    newest = frozen[0]
    rule_set = await rule_set_of(reflection.enrolment)
    rules = piece_rules(rule_set, reflection.kind)

    with frame(title_of(reflection), back="/queue", wide=True), ui.element("div").classes("cim-columns"):
        with ui.element("div").classes("cim-list"):
            with card(format_words(newest.format)):
                await piece_view(newest, actor=actor)
            await earlier_versions(frozen[1:], actor=actor)
        with ui.element("div").classes("cim-list"):
            await _facts(reflection, newest, rule_set)
            for assessment in newest.assessments:
                await answer_card(assessment)
            await _decision(reflection, rules, actor)


async def _facts(reflection: Reflection, newest: Version, rule_set: RuleSet) -> None:
    with card(reflection.enrolment.person.name):
        state_badge(reflection.state)
        rows = [
            (_("Programme"), pick_name(reflection.enrolment.programme)),
            (_("Language"), LANGUAGES.get(newest.language, newest.language)),
        ]
        if newest.frozen_at is not None:
            rows.append((_("Handed in"), await when_handed_in(newest)))
        if newest.number > 1:
            rows.append((_("Version"), str(newest.number)))
        if reflection.activity is not None:
            days = sorted(occasion.took_place_on for occasion in reflection.activity.occasions)
            rows.append((_("Took place"), ", ".join(say_date(day) for day in days)))
        facts(rows)
        await limits_view(newest, piece_rules(rule_set, reflection.kind))
        with ui.expansion(_("The questions")).classes("w-full"):
            for question in questions_of(reflection, rule_set):
                ui.label(f"• {question}")


async def _decision(reflection: Reflection, rules: PieceRules, actor: Actor) -> None:
    moves = open_reflection_moves(actor, reflection)

    @told
    async def claim() -> None:
        await assessments.claim(reflection, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def accept() -> None:
        fresh = await current_actor()
        await assessments.accept(reflection, comment.value or "", actor=fresh, at=pages_runtime().now())
        ui.navigate.to("/queue")

    @told
    async def return_it() -> None:
        fresh = await current_actor()
        await assessments.return_for_revision(reflection, comment.value or "", actor=fresh, at=pages_runtime().now())
        ui.navigate.to("/queue")

    @told
    async def release() -> None:
        await assessments.release(reflection, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to("/queue")

    if not is_active(reflection.enrolment):
        muted(_("The enrolment has been ended: nothing of it is assessed any more."))
    elif reflection.state is ReflectionState.TAKEN_BACK:
        muted(_("The student has taken it back. It waits for an assessor when it is handed in again."))
    elif await queries.has_read(reflection, actor=actor):
        with card(_("Decision")):
            muted(_("You have accepted it. Until two assessors have read it, nobody else sees what you wrote."))
    elif states.CLAIM in moves:
        with card(_("Decision")):
            _say_how_many_read(rules)
            muted(_("Once you start, nobody else can take it."))
            ui.button(_("Start assessing"), on_click=claim).props("data-test=claim")
    elif states.ACCEPT in moves:
        with card(_("Decision")):
            _say_how_many_read(rules)
            comment = ui.textarea(_("Comment to the student")).classes("w-full")
            comment.props("outlined autogrow data-test=comment")
            with ui.element("div").classes("cim-row"):
                question = (
                    _("Accept this reflection? It cannot be taken back. The student is told when both accepted it.")
                    if rules.readers > 1
                    else _("Accept this reflection? The student is told; it cannot be taken back.")
                )
                final_button(_("Accept"), question, accept, hook="accept")
                ui.button(_("Return for revision"), icon="undo", on_click=return_it).props(
                    "color=accent data-test=return"
                )
            ui.button(_("Give it back to the queue"), on_click=release).props("flat")
    elif reflection.assessor is not None and reflection.assessor_id != actor.person_id:
        muted(_("{name} is assessing it").format(name=reflection.assessor.name))


def _say_how_many_read(rules: PieceRules) -> None:
    """Say the same on both turns: that it is the second one's would tell what the first one decided."""
    if rules.readers > 1:
        muted(_("Two assessors read this, each without the other."))
