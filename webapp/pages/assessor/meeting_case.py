"""/meetings/cases/{id}: a case of a meeting: the piece, what its readers said, drafts that are shown, the decision."""

from nicegui import ui

from models.actions import meetings
from models.permissions import Actor, is_active, may_bring_up, may_show_draft
from models.portfolios import time_zone
from models.queries import meetings as queries
from models.queries.meetings import CaseFile
from models.states import ReflectionState
from models.tables import MeetingCase
from models.tables.assessments import Decision
from webapp.components.badges import format_words
from webapp.components.conversation import answer_card
from webapp.components.handed_in import when_handed_in
from webapp.components.notices import card, facts, muted
from webapp.components.piece import piece_view, player_of
from webapp.components.settling import settling_form
from webapp.components.wording import title_of
from webapp.errors import as_id, screen, told
from webapp.i18n import _, say_time
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/meetings/cases/{case_id}")
async def page(case_id: str) -> None:
    """Show the piece on the left, and on the right what the group has to go on."""
    actor = await current_actor()
    file = await queries.case_file(as_id(case_id), actor=actor)
    version, reflection = file.case.version, file.case.version.reflection

    with (
        frame(title_of(reflection), back=f"/meetings/{file.case.meeting_id}", wide=True),
        ui.element("div").classes("cim-columns"),
    ):
        with ui.element("div").classes("cim-list"):
            with card(format_words(version.format)):
                await piece_view(version, actor=actor)
        with ui.element("div").classes("cim-list"):
            with card(reflection.enrolment.person.name):
                facts([(_("Handed in"), await when_handed_in(version)), (_("Version"), str(version.number))])
            for assessment in file.said:
                await answer_card(assessment, version, player=player_of(version))
            await _drafts(file, actor)
            _decision(file.case, actor)


async def _drafts(file: CaseFile, actor: Actor) -> None:
    zone = await time_zone()
    for draft in file.shown:
        with card(_("Draft of {name}").format(name=draft.assessor.name), look="calm"):
            ui.label(draft.comment).classes("cim-text")
            muted(_("Shown to the meeting, {when}").format(when=say_time(draft.shown_at, zone)))
    case = file.case
    is_open = case.meeting.closed_at is None and case.decided_at is None
    if not is_open or not file.own_draft or not may_show_draft(actor, case.meeting, case.version.reflection):
        return

    @told
    async def show() -> None:
        await meetings.show_draft(case, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def hide() -> None:
        await meetings.hide_draft(case, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with card(_("Your draft")):
        ui.label(file.own_draft).classes("cim-text")
        if any(draft.assessor_id == actor.person_id for draft in file.shown):
            muted(_("The assessor group reads it as it was when you showed it."))
            ui.button(_("Hide it again"), on_click=hide).props("flat data-test=hide-draft")
        else:
            muted(_("Only you see it. Your notes for yourself are never shown."))
        ui.button(_("Show it to the meeting"), on_click=show).props("outline data-test=show-draft")


def _decision(case: MeetingCase, actor: Actor) -> None:
    @told
    async def decide(decision: Decision, reason: str) -> None:
        await meetings.decide(case, decision, reason, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to(f"/meetings/{case.meeting_id}")

    reflection = case.version.reflection
    if case.decision is not None:
        accepted = case.decision is Decision.ACCEPTED
        words = _("The assessor group accepted it") if accepted else _("The assessor group sent it back for revision")
        with card(words, look="good" if accepted else "warn"):
            ui.label(case.reason).classes("cim-text")
        return
    if not is_active(reflection.enrolment):
        muted(_("The enrolment has been ended: nothing of it is assessed any more."))
    elif case.meeting.closed_at is not None:
        muted(_("It was not decided in this meeting."))
    elif reflection.state is ReflectionState.IN_ASSESSMENT and reflection.assessor is not None:
        words = _("{name} is assessing it and gives it back to the queue before the group decides.")
        muted(words.format(name=reflection.assessor.name))
    elif reflection.state not in {ReflectionState.SUBMITTED, ReflectionState.DISPUTED}:
        muted(_("It has been decided or taken back since it was put on the agenda."))
    elif may_bring_up(actor, case.meeting, reflection):
        with card(_("What the group decides")):
            settling_form(
                _("The reason; the student reads it"),
                _("Accept this reflection by decision of the group? The student is told; it cannot be taken back."),
                decide,
            )
