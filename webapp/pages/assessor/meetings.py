"""/meetings: what two readers disagree on, and the meetings of the assessor group."""

from datetime import date, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

from nicegui import ui

from models.actions import meetings
from models.errors import N_, NotAllowed, Refused
from models.permissions import Actor
from models.portfolios import time_zone
from models.queries import meetings as queries
from models.queries.reflections import disputed
from models.tables import Meeting, Programme, Reflection, RoleKind
from webapp.components.notices import empty_list, muted
from webapp.components.wording import title_of
from webapp.errors import screen, told
from webapp.i18n import _, pick_name, plural, say_time
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


class TimeMissing(Refused):
    """The form has empty places."""

    words = N_("Choose the programme and the day, and write when the meeting starts.")


@screen("/meetings")
async def page() -> None:
    """List what is disputed, what is to come and what is over, and let a convener call a meeting."""
    actor = await current_actor()
    if not actor.programmes_as(RoleKind.ASSESSOR) and not actor.programmes_as(RoleKind.CONVENER):
        raise NotAllowed
    listed = await queries.meetings(actor)
    in_dispute = await disputed(actor)
    programmes = await queries.convened_programmes(actor)
    zone = await time_zone()

    with frame(_("Assessor group")):
        if programmes:
            ui.link(_("Who assesses how much"), "/office/load").classes("cim-way")
        heading(_("Two readers disagree"))
        if not in_dispute:
            empty_list(_("There is nothing on which two readers disagree and that waits for you."))
        with ui.element("ul").classes("cim-list"):
            for reflection in in_dispute:
                _disputed(reflection)
        heading(_("Meetings"))
        if programmes:
            _form(programmes, zone)
        await _list([one for one in listed if one.closed_at is None][::-1], zone, actor)
        if closed := [one for one in listed if one.closed_at is not None]:
            heading(_("Closed, with minutes"))
            await _list(closed, zone, actor)
        if not listed:
            empty_list(_("No meeting has been called yet. The convener of the assessor group does that here."))


def _disputed(reflection: Reflection) -> None:
    with ui.element("li"):
        link = ui.element("a").classes("cim-card cim-link-card").props(f'href="/assess/{reflection.id}"')
        with link.props("data-test=disputed"):
            heading(title_of(reflection), 3)
            muted(f"{reflection.enrolment.person.name} · {pick_name(reflection.enrolment.programme)}")


def _form(programmes: list[Programme], zone: ZoneInfo) -> None:
    by_id = {programme.id: programme for programme in programmes}
    meeting_id = uuid4()

    @told
    async def call() -> None:
        starts_at = _time(day.value, start.value, zone)
        programme = by_id.get(which.value or 0)
        if programme is None or starts_at is None:
            raise TimeMissing
        made = await meetings.call(
            programme,
            starts_at,
            where.value or "",
            meeting_id=meeting_id,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.to(f"/meetings/{made.id}")

    with ui.expansion(_("Call a meeting"), icon="add").classes("cim-card w-full").props("data-test=call-meeting"):
        with ui.element("div").classes("cim-list cim-inside"):
            names = {id_: pick_name(programme) for id_, programme in by_id.items()}
            which = ui.select(names, label=_("Programme"), value=programmes[0].id).props("outlined").classes("w-full")
            with ui.element("div").classes("cim-row"):
                day = ui.input(_("Day")).props("outlined type=date stack-label data-test=meeting-day")
                start = ui.input(_("From")).props("outlined type=time stack-label data-test=meeting-start")
            where = ui.input(_("Where (room, address or link)")).props("outlined data-test=meeting-where")
            where.classes("w-full")
            call_it = ui.button(_("Call the meeting"), icon="check", on_click=call).props("data-test=save-meeting")
            call_it.style("align-self: flex-start")


async def _list(listed: list[Meeting], zone: ZoneInfo, actor: Actor) -> None:
    with ui.element("ul").classes("cim-list"):
        for meeting in listed:
            agenda = await queries.cases(meeting, actor=actor)
            with ui.element("li"):
                link = ui.element("a").classes("cim-card cim-link-card").props(f'href="/meetings/{meeting.id}"')
                with link.props("data-test=meeting"), ui.element("div").classes("cim-row between"):
                    with ui.element("div").classes("cim-grow"):
                        heading(say_time(meeting.starts_at, zone), 3)
                        muted(" · ".join(part for part in (pick_name(meeting.programme), meeting.where) if part))
                    muted(plural("{count} case", "{count} cases", len(agenda)))


def _time(day: str | None, start: str | None, zone: ZoneInfo) -> datetime | None:
    """Read the two fields; they are a time of the institution's clock."""
    try:
        return datetime.combine(date.fromisoformat(day or ""), time.fromisoformat(start or ""), tzinfo=zone)
    except ValueError:
        return None
