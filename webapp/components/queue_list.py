"""The pieces that an assessor's list holds, written as HTML so that a page of them is there at once."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from html import escape
from uuid import UUID

from nicegui import events, ui

from models.permissions import Actor
from models.queries.queue import Piece, is_late
from models.states import WAITING_REFLECTION_STATES, ReflectionState
from webapp.components.badges import format_icon, format_words, reflection_words
from webapp.i18n import LANGUAGES, _, pick, say_ago, say_date

NEAR_DAYS = 28
"""When studies end within so many days, a piece cannot wait long."""

NEAR_ANSWER_DAYS = 3

_TELL_WHICH = "(event) => { const hit = event.target.closest('[data-claim]'); if (hit) emit(hit.dataset.claim); }"


def queue_list(
    rows: Sequence[Piece],
    *,
    actor: Actor,
    now: datetime,
    today: date,
    address_of: Callable[[UUID], str],
    claim: Callable[[UUID], Awaitable[None]],
) -> None:
    """Show the pieces; `claim` is called with the one that somebody wants to begin with."""

    async def begin(event: events.GenericEventArguments) -> None:
        await claim(UUID(event.args))

    body = "".join(f"<li>{_card(row, actor, now, today, address_of(row.id))}</li>" for row in rows)
    # Everything that people wrote is escaped where it goes into the list.
    listed = ui.html(f'<ul class="cim-list">{body}</ul>', sanitize=False).classes("w-full")
    listed.on("click", begin, js_handler=_TELL_WHICH)


def title_of_piece(piece: Piece) -> str:
    """Name a piece after its activity."""
    return _("Final reflection") if piece.title is None else pick(piece.title)


def _card(row: Piece, actor: Actor, now: datetime, today: date, address: str) -> str:
    title = escape(title_of_piece(row))
    kind = f"{format_words(row.format)} · {LANGUAGES.get(row.language, row.language)} · {pick(row.programme)}"
    lines = [f'<h2><a href="{escape(address)}">{title}</a></h2>', f"<div>{escape(row.student)}</div>", _muted(kind)]
    if row.found:
        found = "".join(f"<mark>{escape(p.text)}</mark>" if p.is_found else escape(p.text) for p in row.found)
        lines.append(f'<p class="cim-found" data-test="found-words">{found}</p>')
    return (
        '<div class="cim-card" data-test="piece"><div class="cim-row between">'
        f'<i class="q-icon notranslate material-icons cim-format" aria-hidden="true">{format_icon(row.format)}</i>'
        f'<div class="cim-grow">{"".join(lines)}</div><div class="cim-when">{_when(row, now, today)}</div>'
        f"<div>{_what_next(row, actor, now, address)}</div></div></div>"
    )


def _when(row: Piece, now: datetime, today: date) -> str:
    lines = [escape(_("Handed in {ago}").format(ago=say_ago(row.submitted_at, now)))]
    if row.number > 1:
        lines.append(_muted(_("version {number}").format(number=row.number)))
    if row.answer_due_date is not None and row.state in WAITING_REFLECTION_STATES:
        promised = _("Answer promised by {date}").format(date=say_date(row.answer_due_date))
        is_near = (row.answer_due_date - today).days <= NEAR_ANSWER_DAYS
        look = "bad" if is_late(row, on=today) else "warn" if is_near else ""
        lines.append(f'<span class="cim-badge {look}">{escape(promised)}</span>' if look else _muted(promised))
    ends = _("Studies end {date}").format(date=say_date(row.study_end_date))
    if (row.study_end_date - today).days <= NEAR_DAYS:
        lines.append(f'<span class="cim-badge warn">{escape(ends)}</span>')
    else:
        lines.append(_muted(ends))
    # The same on both turns: that it is the second one's would tell what the first one decided.
    if row.readers > 1:
        lines.append(_muted(_("Two assessors read this, each without the other.")))
    return "".join(f"<div>{line}</div>" for line in lines)


def _what_next(row: Piece, actor: Actor, now: datetime, address: str) -> str:
    is_mine = row.assessor_id == actor.person_id
    if row.state is ReflectionState.IN_ASSESSMENT and is_mine:
        words = _("Continue assessing")
        return f'<a class="button outline" href="{escape(address)}">{escape(words)}</a>'
    has_lapsed = row.claimed_until is not None and row.claimed_until <= now
    if row.state is ReflectionState.SUBMITTED or (row.state is ReflectionState.IN_ASSESSMENT and has_lapsed):
        words, label = _("Assess"), escape(_("Assess {title}").format(title=title_of_piece(row)))
        return (
            f'<button class="button" type="button" data-claim="{row.id}" data-test="claim" aria-label="{label}">'
            f"{escape(words)}</button>"
        )
    words, look = reflection_words(row.state)
    badge = f'<span class="cim-badge {look}">{escape(words)}</span>'
    if row.state is ReflectionState.IN_ASSESSMENT:
        badge += _muted(_("{name} is assessing it").format(name=row.assessor))
    return badge


def _muted(words: str) -> str:
    return f'<div class="cim-muted cim-small">{escape(words)}</div>'
