"""/office/gatherings/{id}: who comes and who was there; and the code of the day, to be shown on a wall."""

from uuid import uuid4
from zoneinfo import ZoneInfo

from nicegui import ui

from models.actions import attendance, gatherings
from models.actions.attendance import CLOSES_AFTER, OPENS_BEFORE
from models.actions.gatherings import Plan
from models.permissions import Actor
from models.portfolios import time_zone
from models.queries import gatherings as queries
from models.tables import Gathering, Programme, SignUp
from models.tables.gatherings import AttendanceProof, Part
from webapp.components.gathering import about_words, clock_words, gathering_facts, part_words
from webapp.components.gathering_form import gathering_form
from webapp.components.notices import card, empty_list, muted
from webapp.components.reason import reason_button
from webapp.errors import as_id, screen, tell, told
from webapp.i18n import _, pick_name, pick_title, plural, say_time
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/gatherings/{gathering_id}")
async def page(gathering_id: str) -> None:
    """Show the facts, the list, the waiting list, and what staff can do."""
    actor = await current_actor()
    gathering = await queries.held_gathering(as_id(gathering_id), actor=actor)
    rows = await queries.sign_ups(gathering, actor=actor)
    zone = await time_zone()
    has_begun = pages_runtime().now() >= gathering.starts_at - OPENS_BEFORE and gathering.cancelled_at is None

    with frame(pick_title(gathering), back="/office/gatherings"):
        _facts(gathering, rows, zone)
        coming = [row for row in rows if not row.is_waiting]
        heading(plural("{count} signed up", "{count} signed up", len(coming)))
        _list(coming, actor, zone, has_begun=has_begun)
        if waiting := [row for row in rows if row.is_waiting]:
            heading(plural("{count} waits for a place", "{count} wait for a place", len(waiting)))
            _list(waiting, actor, zone, has_begun=has_begun)
        if has_begun:
            await _somebody_else(gathering, actor)
        if gathering.cancelled_at is None:
            await _change(gathering, actor)
            if not any(row.attended_at is not None for row in rows):
                _call_off(gathering)


@screen("/office/gatherings/{gathering_id}/code")
async def code_page(gathering_id: str) -> None:
    """Fill the wall with the code and what to do with it; no name of a student is shown here."""
    gathering = await queries.held_gathering(as_id(gathering_id), actor=await current_actor())
    zone = await time_zone()

    with frame(pick_title(gathering), back=f"/office/gatherings/{gathering.id}", wide=True):
        if gathering.cancelled_at is not None:
            empty_list(_("Called off: {reason}").format(reason=gathering.cancelled_reason))
            return
        with ui.element("section").classes("cim-card cim-projected"):
            ui.label(_("Are you here? Open this page on your phone:")).classes("cim-say")
            ui.label(f"{pages_runtime().settings.public_origin}/gatherings").classes("cim-say text-bold")
            ui.label(_("Enter this code:")).classes("cim-say")
            code = ui.label(gathering.code).classes("cim-code").props("data-test=code")
            code.props["aria-label"] = " ".join(gathering.code)
            opens, closes = gathering.starts_at - OPENS_BEFORE, gathering.ends_at + CLOSES_AFTER
            words = _("The code works from {start} to {end}. Capital or small letters make no difference.")
            muted(words.format(start=clock_words(opens, zone), end=clock_words(closes, zone)))


def _facts(gathering: Gathering, rows: list[SignUp], zone: ZoneInfo) -> None:
    programmes: list[Programme] = [invitation.programme for invitation in gathering.invitations]
    with card():
        if gathering.cancelled_at is not None:
            ui.label(_("Called off: {reason}").format(reason=gathering.cancelled_reason)).classes(
                "cim-badge bad"
            ).style("white-space: normal")
        gathering_facts(gathering, programmes, zone)
        muted(_("Invited: {names}").format(names=", ".join(pick_name(programme) for programme in programmes)))
        if about := about_words(gathering):
            ui.label(about).classes("cim-text")
        if gathering.capacity is not None:
            taken = sum(not row.is_waiting for row in rows)
            ui.label(_("{taken} of {places} places are taken.").format(taken=taken, places=gathering.capacity))
        muted(
            _("Announced by {name}, {when}").format(name=gathering.made_by.name, when=say_time(gathering.made_at, zone))
        )
        if gathering.cancelled_at is None:
            show = ui.button(_("Show the code of the day"), icon="present_to_all").props("data-test=show-code")
            show.on_click(lambda: ui.navigate.to(f"/office/gatherings/{gathering.id}/code"))
            show.style("align-self: flex-start")


def _list(rows: list[SignUp], actor: Actor, zone: ZoneInfo, *, has_begun: bool) -> None:
    if not rows:
        empty_list(_("Nobody yet."))
    with ui.element("ul").classes("cim-list"):
        for row in rows:
            with ui.element("li").classes("cim-card").props("data-test=sign-up"):
                _row(row, zone, may_note=has_begun and row.enrolment.person_id != actor.person_id)


def _row(row: SignUp, zone: ZoneInfo, *, may_note: bool) -> None:
    @told
    async def note() -> None:
        await attendance.note_attendance(row, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def take_back(reason: str) -> None:
        await attendance.take_back_attendance(row, reason, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("div").classes("cim-row between"):
        with ui.element("div").classes("cim-grow"):
            heading(row.enrolment.person.name, 3)
            muted(f"{part_words(row.part)} · {pick_name(row.enrolment.programme)}")
            if row.topic:
                ui.label(row.topic)
            if row.attended_at is not None:
                muted(_proof_words(row, zone))
        if row.attended_at is not None:
            words = _("Presented") if row.part is Part.PRESENTER else _("Was here")
            ui.label(words).classes("cim-badge good").style("align-self: center")
            if may_note:
                reason_button(_("Take back"), _("Why was the attendance wrong? The reason is kept."), take_back)
        elif may_note:
            words = _("Has presented") if row.part is Part.PRESENTER else _("Was here")
            ui.button(words, icon="how_to_reg", on_click=note).props("outline data-test=note-attendance")


def _proof_words(row: SignUp, zone: ZoneInfo) -> str:
    when = say_time(row.attended_at, zone) if row.attended_at else ""
    if row.proof is AttendanceProof.CODE:
        return _("With the code of the day, {when}").format(when=when)
    name = row.noted_by.name if row.noted_by else ""
    return _("Noted by {name}, {when}").format(name=name, when=when)


async def _somebody_else(gathering: Gathering, actor: Actor) -> None:
    students = {str(one.id): one for one in await queries.students_not_signed_up(gathering, actor=actor)}
    sign_up_id = uuid4()

    @told
    async def record() -> None:
        enrolment = students.get(who.value or "")
        if enrolment is None:
            tell(_("Choose a student."))
            return
        await attendance.record_attendance(
            gathering,
            enrolment,
            Part(part.value),
            topic.value or "",
            sign_up_id=sign_up_id,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    if not students:
        return
    with ui.expansion(_("Somebody was here who had not signed up")).classes("cim-card calm w-full"):
        with ui.element("div").classes("cim-list cim-inside"):
            names = {id_: f"{one.person.name} ({one.programme.code})" for id_, one in students.items()}
            who = ui.select(names, label=_("Student"), with_input=True).props("outlined").classes("w-full")
            parts = {part.value: part_words(part) for part in Part}
            part = ui.radio(parts, value=Part.LISTENER.value).props("inline")
            topic = ui.input(_("Topic")).props("outlined maxlength=200").classes("w-full")
            topic.bind_visibility_from(part, "value", lambda value: value == Part.PRESENTER.value)
            ui.button(_("Note that they were here"), on_click=record).props("outline")


async def _change(gathering: Gathering, actor: Actor) -> None:
    async def save(plan: Plan, invited: list[Programme]) -> None:
        at = pages_runtime().now()
        await gatherings.change(gathering, plan, invited, actor=await current_actor(), at=at)
        ui.navigate.reload()

    with ui.expansion(_("Change it")).classes("cim-card calm w-full").props("data-test=change"):
        with ui.element("div").classes("cim-list cim-inside"):
            muted(_("Nobody loses a place that they have. With more places, those who wait move up."))
            programmes = await queries.own_programmes(actor)
            gathering_form(programmes, save, zone=await time_zone(), words=_("Save"), gathering=gathering)


def _call_off(gathering: Gathering) -> None:
    @told
    async def call_off(reason: str) -> None:
        await gatherings.cancel(gathering, reason, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("div").classes("cim-row"):
        reason_button(_("Call it off"), _("Why? Everybody who signed up reads this."), call_off)
