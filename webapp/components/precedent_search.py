"""Has this counted before? Past decisions that programme staff have shared, found while a title is typed."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from models.queries.precedents import search
from models.tables import Enrolment, Precedent
from webapp.components.badges import mode_words, place_words
from webapp.components.notices import muted
from webapp.errors import told
from webapp.i18n import _, pick_title, plural
from webapp.session import current_actor

MOST_SHOWN, LETTERS_FROM = 4, 3


def precedents_beside(enrolment: Enrolment) -> Callable[[str], Awaitable[None]]:
    """Put a place on the page for what is found; gives the function that looks for the words of a title."""
    with ui.element("div").classes("w-full").props("role=status data-test=precedents") as place:
        pass

    @told
    async def look(text: str) -> None:
        found = await _found(text, enrolment)
        place.clear()
        with place:
            if found:
                _show(found)

    return look


async def _found(text: str, enrolment: Enrolment) -> list[Precedent]:
    """Look for all words of the title; where those are not found together, for the longest of them."""
    words = [word for word in text.split() if len(word) >= LETTERS_FROM]
    if not words:
        return []
    actor = await current_actor()
    for wanted in (" ".join(words), max(words, key=len)):
        found = await search(wanted, actor=actor, programme_id=enrolment.programme_id, limit=MOST_SHOWN)
        if found:
            return found
    return []


def _show(found: list[Precedent]) -> None:
    ui.label(_("Has this counted before?")).classes("text-bold")
    with ui.element("ul").classes("cim-list"):
        for precedent in found:
            with ui.element("li").classes("cim-suggestion").props("data-test=precedent"):
                with ui.element("div").classes("cim-row"):
                    ui.label(pick_title(precedent)).classes("text-bold")
                    words = _("Counted") if precedent.counts else _("Did not count")
                    ui.label(words).classes("cim-badge good" if precedent.counts else "cim-badge bad")
                parts = [place_words(precedent.place), mode_words(precedent.mode)]
                if precedent.points is not None:
                    parts.append(plural("{count} point", "{count} points", precedent.points))
                muted(" · ".join(parts))
                if precedent.reason:
                    ui.label(precedent.reason).classes("cim-small")
    muted(_("Every proposal is decided on its own; these show how it was decided before."))
