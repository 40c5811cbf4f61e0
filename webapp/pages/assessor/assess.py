"""/assess/{id}: the piece beside the decision."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from nicegui import ui

from models import states
from models.actions import assessments, claims
from models.errors import NotAllowed, WrongState
from models.permissions import Actor, is_active, is_assessor_of, is_convener_of, open_reflection_moves
from models.portfolios import local_today, piece_rules, rule_set_of, time_zone
from models.queries import reflections as queries
from models.queries.queue import Neighbours, Wanted, neighbours_of
from models.rules.pieces import PieceRules
from models.rules.ruleset import RuleSet
from models.states import ReflectionMove, ReflectionState
from models.tables import Reflection, Version
from webapp.components.answer_promise import promised_answer
from webapp.components.assessing_form import assessing_form
from webapp.components.assessment_text import AssessmentText
from webapp.components.badges import format_words, state_badge
from webapp.components.comments import CommentList
from webapp.components.conversation import answers, earlier_versions
from webapp.components.disagreement import disagreement
from webapp.components.handed_in import when_handed_in
from webapp.components.handing_over import handing_over, partiality
from webapp.components.lease import Lease
from webapp.components.notices import card, facts, muted
from webapp.components.piece import limits_view, piece_view, player_of
from webapp.components.queue_way import after_deciding, queue_address, queue_way
from webapp.components.reason import final_button
from webapp.components.telling_later import telling_later, timed_card
from webapp.components.wording import questions_of, title_of
from webapp.errors import as_id, screen, told
from webapp.i18n import LANGUAGES, _, pick_name, say_date
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/assess/{reflection_id}")
async def page(
    reflection_id: str, words: str = "", programme: str = "", kind: str = "", language: str = "", standing: str = ""
) -> None:
    """Show what was handed in on the left, facts and the decision on the right.

    The address remembers what somebody looked for in the list, so that they go on in it from piece to piece.
    """
    wanted = Wanted.read(words=words, programme=programme, kind=kind, language=language, standing=standing)
    seen = await _seen(as_id(reflection_id), wanted)
    neighbours = await _neighbours(seen)
    reflection, newest, actor = seen.reflection, seen.newest, seen.actor

    @ui.refreshable  # Inside the page: at module level it would redraw everybody's page.
    async def decision() -> None:
        await _decision(await _seen(reflection.id, wanted), comments, redraw)

    def redraw() -> None:
        decision.refresh()

    with frame(title_of(reflection), back=queue_address(wanted), wide=True):
        queue_way(neighbours, wanted)
        with ui.element("div").classes("cim-columns"):
            with ui.element("div").classes("cim-list"):
                with card(format_words(newest.format)):
                    before = seen.earlier[0] if seen.earlier else None
                    await piece_view(newest, actor=actor, before=before, commenting=await _may_add(seen))
                await earlier_versions(seen.earlier, actor=actor)
            with ui.element("div").classes("cim-list"):
                await _facts(reflection, newest, seen.rule_set)
                await answers(newest, player=player_of(newest))
                comments = await _comments(seen)
                await decision()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an assessor sees of a reflection now: its versions that were handed in, and the rules for it."""

    reflection: Reflection
    newest: Version
    earlier: Sequence[Version]
    rule_set: RuleSet
    actor: Actor
    wanted: Wanted

    @property
    def rules(self) -> PieceRules:
        """The rules for this piece."""
        return piece_rules(self.rule_set, self.reflection.kind)


async def _seen(reflection_id: UUID, wanted: Wanted) -> _Seen:
    actor = await current_actor()
    reflection = await queries.reflection(reflection_id, actor=actor)
    if not is_assessor_of(actor, reflection.enrolment) and not is_convener_of(actor, reflection.enrolment):
        raise NotAllowed
    frozen = [v for v in await queries.versions(reflection, actor=actor) if v.frozen_at is not None]
    return _Seen(reflection, frozen[0], frozen[1:], await rule_set_of(reflection.enrolment), actor, wanted)


async def _facts(reflection: Reflection, newest: Version, rule_set: RuleSet) -> None:
    with card(reflection.enrolment.person.name):
        state_badge(reflection.state)
        rows = [
            (_("Programme"), pick_name(reflection.enrolment.programme)),
            (_("Language"), LANGUAGES.get(newest.language, newest.language)),
        ]
        if newest.frozen_at is not None:
            rows.append((_("Handed in"), await when_handed_in(newest)))
        if (day := await promised_answer(reflection, newest)) is not None:
            rows.append((_("Answer promised by"), say_date(day)))
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


async def _comments(seen: _Seen) -> CommentList | None:
    """Show what this person says at places of the piece and has not decided with, where they may add to it."""
    if not await _may_add(seen):
        return None
    kept = await queries.comments_in_hand(seen.newest, actor=seen.actor)
    with card(_("Comments at their places")):
        muted(_("The student reads them with your decision; only you see them until then."))
        return CommentList(seen.newest, kept, name="in hand", player=player_of(seen.newest), writer=seen.actor)


async def _may_add(seen: _Seen) -> bool:
    """Whoever reads it; and what somebody wrote who does not read it any more stays in their hands."""
    if states.ACCEPT in open_reflection_moves(seen.actor, seen.reflection):
        return True
    return bool(await queries.comments_in_hand(seen.newest, actor=seen.actor))


async def _decision(seen: _Seen, comments: CommentList | None, redraw: Callable[[], None]) -> None:
    """Show who reads it, and what this person can do now."""
    reflection, actor = seen.reflection, seen.actor
    moves = open_reflection_moves(actor, reflection, at=pages_runtime().now())
    kept = await queries.assessment_draft(seen.newest, actor=actor)

    if states.ACCEPT in moves:
        timed, zone = await queries.timed_decision(reflection, actor=actor), await time_zone()
        if timed is not None:
            timed_card(reflection, timed, zone, redraw)
            return
        with card(_("Decision")):
            _say_how_many_read(seen.rules)
            text = await assessing_form(seen.newest, kept, seen.rules, actor=actor)
            _judging(seen, text, comments, redraw)
            if seen.rules.readers == 1:
                telling_later(reflection, text, zone, redraw)
            await handing_over(reflection, actor, partial(_go_on, seen))
            partiality(reflection, actor)
        return
    if not is_active(reflection.enrolment):
        muted(_("The enrolment has been ended: nothing of it is assessed any more."))
    elif reflection.state is ReflectionState.TAKEN_BACK:
        muted(_("The student has taken it back. It waits for an assessor when it is handed in again."))
    elif reflection.state is ReflectionState.DISPUTED:
        await disagreement(reflection, actor=actor)
    elif await queries.has_read(reflection, actor=actor):
        with card(_("Decision")):
            muted(_("You have decided. Until two assessors have read it, nobody else sees what you wrote."))
    elif states.CLAIM in moves or states.TAKE_OVER in moves:
        with card(_("Decision")):
            _say_how_many_read(seen.rules)
            _taking(reflection, moves, redraw)
            partiality(reflection, actor)
    elif reflection.assessor is not None and reflection.assessor_id != actor.person_id:
        muted(_("{name} is assessing it").format(name=reflection.assessor.name))
    if kept is not None and (kept.comment or kept.note or kept.levels):
        with card(_("What you have written")):
            await assessing_form(seen.newest, kept, seen.rules, actor=actor)


def _taking(reflection: Reflection, moves: Collection[ReflectionMove], redraw: Callable[[], None]) -> None:
    @told
    async def take() -> None:
        claim = claims.claim if states.CLAIM in moves else claims.take_over
        await _or_redraw(claim(reflection, actor=await current_actor(), at=pages_runtime().now()), redraw)
        ui.navigate.reload()

    if states.TAKE_OVER in moves and reflection.assessor is not None:
        muted(_("{name} had begun to read it and left.").format(name=reflection.assessor.name))
    muted(_("Once you start, nobody else can take it, until you have done nothing here for half an hour."))
    ui.button(_("Start assessing"), on_click=take).props("data-test=claim")


def _judging(seen: _Seen, text: AssessmentText, comments: CommentList | None, redraw: Callable[[], None]) -> None:
    reflection = seen.reflection

    async def settle() -> None:
        if comments is not None:
            await comments.check_saved()

    def forget() -> None:
        text.forget()
        if comments is not None:
            comments.forget()

    @told
    async def renew() -> None:
        await _or_redraw(claims.renew(reflection, actor=await current_actor(), at=pages_runtime().now()), redraw)

    @told
    async def accept() -> None:
        await settle()
        actor, at = await current_actor(), pages_runtime().now()
        await _or_redraw(assessments.accept(reflection, text.comment, text.levels, actor=actor, at=at), redraw)
        forget()
        await _go_on(seen)

    @told
    async def return_it() -> None:
        await settle()
        actor, at = await current_actor(), pages_runtime().now()
        made = assessments.return_for_revision(reflection, text.comment, text.levels, actor=actor, at=at)
        await _or_redraw(made, redraw)
        forget()
        await _go_on(seen)

    @told
    async def release() -> None:
        await _or_redraw(claims.release(reflection, actor=await current_actor(), at=pages_runtime().now()), redraw)
        ui.navigate.to(queue_address(seen.wanted))

    Lease(reflection, renew)
    with ui.element("div").classes("cim-row"):
        question = (
            _("Accept this reflection? It cannot be taken back. The student is told when both have decided.")
            if seen.rules.readers > 1
            else _("Accept this reflection? The student is told; it cannot be taken back.")
        )
        final_button(_("Accept"), question, accept, hook="accept")
        ui.button(_("Return for revision"), icon="undo", on_click=return_it).props("color=accent data-test=return")
    ui.button(_("Give it back to the queue"), on_click=release).props("flat")


async def _neighbours(seen: _Seen) -> Neighbours:
    today = await local_today(pages_runtime().now())
    return await neighbours_of(seen.reflection, await current_actor(), seen.wanted, on=today)


async def _go_on(seen: _Seen) -> None:
    """Open what comes next in the list that this person goes through."""
    neighbours = await _neighbours(seen)
    ui.navigate.to(after_deciding(neighbours, seen.wanted))


async def _or_redraw(work: Awaitable[object], redraw: Callable[[], None]) -> None:
    """Do it; where a colleague has taken it or it has moved on, draw anew what can be done now, and pass that on."""
    try:
        await work
    except WrongState:
        redraw()
        raise


def _say_how_many_read(rules: PieceRules) -> None:
    """Say the same on both turns: that it is the second one's would tell what the first one decided."""
    if rules.readers > 1:
        muted(_("Two assessors read this, each without the other."))
