"""/meetings/{id}: one meeting of the assessor group: who is there, the agenda, and the minutes once it is closed."""

from collections.abc import Callable, Sequence

from nicegui import ui

from models.actions import meetings
from models.permissions import Actor, may_convene
from models.portfolios import time_zone
from models.queries import meetings as queries
from models.tables import Meeting, MeetingCase, Person, Reflection
from models.tables.assessments import Decision
from webapp.components.notices import card, empty_list, facts, muted
from webapp.components.reason import final_button
from webapp.components.wording import title_of
from webapp.errors import as_id, screen, tell, told
from webapp.i18n import _, pick_name, plural, say_time
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/meetings/{meeting_id}")
async def page(meeting_id: str) -> None:
    """Show the meeting; its convener prepares it, holds it and closes it."""
    actor = await current_actor()
    meeting = await queries.meeting(as_id(meeting_id), actor=actor)

    @ui.refreshable  # Inside the page: at module level it would redraw everybody's page.
    async def content() -> None:
        fresh = await queries.meeting(meeting.id, actor=await current_actor())
        is_led = may_convene(actor, fresh.programme_id) and fresh.closed_at is None
        await _facts(fresh)
        await _presence(fresh, is_led=is_led)
        agenda = await queries.cases(fresh, actor=actor)
        heading(_("Agenda"))
        if not agenda:
            empty_list(_("Nothing is on the agenda yet."))
        with ui.element("ol").classes("cim-list"):
            for number in range(len(agenda)):
                _case(agenda, number, content.refresh, is_led=is_led)
        if is_led:
            await _bring_up(fresh, actor, content.refresh)
            _end(fresh, has_decisions=any(case.decided_at is not None for case in agenda))

    zone = await time_zone()
    title = _("Meeting, {when}").format(when=say_time(meeting.starts_at, zone))
    with frame(title, back="/meetings"):
        await content()


async def _facts(meeting: Meeting) -> None:
    zone = await time_zone()
    with card():
        rows = [(_("Programme"), pick_name(meeting.programme)), (_("Called by"), meeting.called_by.name)]
        if meeting.where:
            rows.append((_("Where"), meeting.where))
        if meeting.closed_at is not None and meeting.closed_by is not None:
            rows.append((_("Closed"), f"{meeting.closed_by.name}, {say_time(meeting.closed_at, zone)}"))
        facts(rows)
        if meeting.closed_at is not None:
            link = ui.link(_("Minutes (PDF)"), f"/meetings/{meeting.id}/minutes.pdf").classes("cim-way")
            link.props("data-test=minutes")
            muted(_("Checksum (SHA-256): {checksum}").format(checksum=meeting.checksum))


async def _presence(meeting: Meeting, *, is_led: bool) -> None:
    present = {one.person_id: one.person for one in meeting.presences}
    with card(_("Present")):
        if not is_led:
            ui.label(", ".join(sorted(person.name for person in present.values())) or _("Nobody has been noted yet."))
            return
        for person in await queries.group_of(meeting.programme_id):
            _there(meeting, person, is_there=person.id in present)


def _there(meeting: Meeting, person: Person, *, is_there: bool) -> None:
    @told
    async def note() -> None:
        do = meetings.note_presence if box.value else meetings.take_back_presence
        await do(meeting, person, actor=await current_actor(), at=pages_runtime().now())

    box = ui.checkbox(person.name, value=is_there, on_change=note).props("data-test=present")


def _case(agenda: Sequence[MeetingCase], number: int, redraw: Callable[[], object], *, is_led: bool) -> None:
    case, reflection = agenda[number], agenda[number].version.reflection

    @told
    async def move(beside: MeetingCase) -> None:
        # The neighbour that is seen: between them may be a case that concerns whoever looks.
        await meetings.move_case(case, beside.position, actor=await current_actor(), at=pages_runtime().now())
        redraw()

    @told
    async def remove() -> None:
        await meetings.remove_case(case, actor=await current_actor(), at=pages_runtime().now())
        redraw()

    title = f"{case.position}. {reflection.enrolment.person.name}: {title_of(reflection)}"
    with ui.element("li").classes("cim-card").props("data-test=case"), ui.element("div").classes("cim-row between"):
        with ui.element("div").classes("cim-grow"):
            ui.link(title, f"/meetings/cases/{case.id}")
        if case.decision is not None:
            accepted = case.decision is Decision.ACCEPTED
            ui.label(_("Accepted") if accepted else _("Sent back")).classes(
                "cim-badge good" if accepted else "cim-badge warn"
            )
        if is_led and number > 0:
            _small(_("Move up"), _("Move {title} up").format(title=title), lambda: move(agenda[number - 1]))
        if is_led and number + 1 < len(agenda):
            _small(_("Move down"), _("Move {title} down").format(title=title), lambda: move(agenda[number + 1]))
        if is_led and case.decision is None:
            _small(_("Leave out"), _("Leave {title} out").format(title=title), remove)


def _small(words: str, label: str, do: Callable[[], object]) -> None:
    button = ui.button(words, on_click=do).props("flat dense no-caps")
    button.props["aria-label"] = label


async def _bring_up(meeting: Meeting, actor: Actor, redraw: Callable[[], object]) -> None:
    found: dict[str, Reflection] = {str(one.id): one for one in await queries.to_bring_up(meeting, actor=actor)}

    @told
    async def add() -> None:
        chosen = found.get(which.value or "")
        if chosen is None:
            tell(_("Choose a piece."))
            return
        await meetings.add_case(meeting, chosen, actor=await current_actor(), at=pages_runtime().now())
        redraw()

    with card(_("Put on the agenda"), look="calm"):
        if not found:
            muted(_("Nothing else waits or is disputed."))
            return
        muted(plural("{count} piece can be taken up.", "{count} pieces can be taken up.", len(found)))
        names = {id_: f"{one.enrolment.person.name}: {title_of(one)}" for id_, one in found.items()}
        which = ui.select(names, label=_("Piece"), with_input=True).props("outlined data-test=piece").classes("w-full")
        ui.button(_("Put on the agenda"), on_click=add).props("outline data-test=add-case")


def _end(meeting: Meeting, *, has_decisions: bool) -> None:
    @told
    async def close() -> None:
        await meetings.close(meeting, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def call_off() -> None:
        await meetings.call_off(meeting, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to("/meetings")

    with ui.element("div").classes("cim-row"):
        words = _("Close the meeting? Its minutes are written and never change.")
        final_button(_("Close the meeting"), words, close, hook="close-meeting")
        if not has_decisions:
            ui.button(_("Call it off"), on_click=call_off).props("flat data-test=call-off-meeting")
