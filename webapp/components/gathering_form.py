"""The form in which staff announce a gathering or change it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from nicegui import ui

from models.actions.gatherings import Plan
from models.errors import N_, Refused
from models.queries.gatherings import event_kinds
from models.tables import Gathering, Programme
from webapp.components.notices import muted
from webapp.errors import told
from webapp.i18n import _, pick, pick_name


class TimesMissing(Refused):
    """The form has empty places."""

    words = N_("Choose the day, and write when it starts and when it ends.")


class NotANumber(Refused):
    """The number of places is no number."""

    words = N_("Write the number of places in digits, or leave it empty if there is room for everybody.")


class KindMissing(Refused):
    """What it counts as is not chosen."""

    words = N_("Choose what it counts as.")


def gathering_form(
    programmes: Sequence[Programme],
    save: Callable[[Plan, list[Programme]], Awaitable[None]],
    *,
    zone: ZoneInfo,
    words: str,
    gathering: Gathering | None = None,
) -> None:
    """Ask for everything that a gathering has; `programmes` are the person's own, with their rules loaded."""
    by_id = {programme.id: programme for programme in programmes}
    invited = [i.programme for i in gathering.invitations] if gathering is not None else list(programmes)
    others = [programme for programme in invited if programme.id not in by_id]

    def said(column: str) -> str:
        return str(getattr(gathering, column, ""))

    def chosen() -> list[Programme]:
        return [by_id[id_] for id_ in who.value or []] + others

    def offer_kinds() -> None:
        names = {one.id: pick(one.name) for one in event_kinds(chosen())}
        if gathering is not None:
            names.setdefault(gathering.kind, gathering.kind)
        kind.set_options(names, value=kind.value if kind.value in names else next(iter(names), None))
        offer_forums()

    def offer_forums() -> None:
        event = next((one for one in event_kinds(chosen()) if one.id == kind.value), None)
        names = {one.id: pick(one.name) for one in event.forums} if event else {}
        forum.set_options(names, value=forum.value if forum.value in names else None)
        forum.set_visibility(bool(names))

    @told
    async def send() -> None:
        if not kind.value:
            raise KindMissing
        starts_at, ends_at = _times(day.value, start.value, end.value, zone)
        plan = Plan(
            kind=kind.value,
            forum=forum.value or "",
            title_sv=title_sv.value or "",
            title_en=title_en.value or "",
            about_sv=about_sv.value or "",
            about_en=about_en.value or "",
            where=where.value or "",
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=_number(capacity.value),
        )
        await save(plan, chosen())

    who = ui.select(
        {programme.id: pick_name(programme) for programme in programmes},
        label=_("Whose students are invited?"),
        multiple=True,
        value=[programme.id for programme in invited if programme.id in by_id],
        on_change=offer_kinds,
    )
    who.props("outlined use-chips data-test=gathering-programmes").classes("w-full")
    if others:
        muted(_("Also invited: {names}").format(names=", ".join(pick_name(one) for one in others)))
    kind = ui.select({}, label=_("Counts as"), on_change=offer_forums)
    kind.props("outlined data-test=gathering-kind").classes("w-full")
    forum = ui.select({}, label=_("Forum")).props("outlined data-test=gathering-forum").classes("w-full")
    with ui.element("div").classes("cim-pair"):
        title_sv = _input(_("Title in Swedish"), said("title_sv"), "title-sv")
        title_en = _input(_("Title in English"), said("title_en"), "title-en")
    begins, ends = (_local(gathering.starts_at, zone), _local(gathering.ends_at, zone)) if gathering else (None, None)
    with ui.element("div").classes("cim-row"):
        day = _input(_("Day"), begins and begins.date().isoformat(), "day", "type=date stack-label", wide=False)
        start = _input(_("From"), begins and f"{begins:%H:%M}", "start", "type=time stack-label", wide=False)
        end = _input(_("Until"), ends and f"{ends:%H:%M}", "end", "type=time stack-label", wide=False)
    with ui.element("div").classes("cim-pair"):
        where = _input(_("Where (room, address or link)"), said("where"), "where")
        capacity = _input(
            _("Number of places (empty: no limit)"),
            str(gathering.capacity) if gathering and gathering.capacity else "",
            "capacity",
            "inputmode=numeric",
        )
    with ui.element("div").classes("cim-pair"):
        about_sv = _text(_("About it, in Swedish"), said("about_sv"))
        about_en = _text(_("About it, in English"), said("about_en"))
    muted(_("Presenters and listeners share the places. When all are taken, students wait in order."))
    ui.button(words, icon="check", on_click=send).props("data-test=save-gathering").style("align-self: flex-start")
    offer_kinds()
    if gathering is not None:
        kind.set_value(gathering.kind)
        offer_forums()
        if gathering.forum in forum.options:
            forum.set_value(gathering.forum)


def _input(words: str, value: Any, hook: str, more: str = "", *, wide: bool = True) -> ui.input:
    element = ui.input(words, value=value or "").props(f"outlined data-test=gathering-{hook} {more}")
    return element.classes("w-full" if wide else "")


def _text(words: str, value: str) -> ui.textarea:
    return ui.textarea(words, value=value).props("outlined autogrow").classes("w-full")


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone)


def _times(day: str | None, start: str | None, end: str | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Read the three fields; they are times of the institution's clock."""
    try:
        on = date.fromisoformat(day or "")
        hours = [time.fromisoformat(text or "") for text in (start, end)]
    except ValueError:
        raise TimesMissing from None
    starts_at, ends_at = (datetime.combine(on, hour, tzinfo=zone) for hour in hours)
    return starts_at, ends_at


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text and text.strip() else None
    except ValueError:
        raise NotANumber from None
