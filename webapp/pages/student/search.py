"""/search: everything that one wrote and said, by its words."""

from html import escape
from urllib.parse import urlencode

from nicegui import ui

from transcription.finding import Found, Place, find
from webapp.components.badges import state_badge
from webapp.components.notices import empty_list, muted
from webapp.components.wording import title_of
from webapp.errors import screen
from webapp.i18n import _, plural, say_length
from webapp.layout import frame, heading
from webapp.session import current_actor

LONGEST = 100


@screen("/search")
async def page(q: str = "") -> None:
    """Look through one's own reflections; each place leads to where it stands."""
    actor = await current_actor()
    wanted = q.strip()[:LONGEST]
    found = await find(wanted, actor=actor)
    with frame(_("Search in what I wrote and said")):
        _field(wanted)
        if wanted:
            ui.label(_counted(found)).props("role=status data-test=search-count")
        if wanted and not found:
            empty_list(
                _(
                    "None of your texts and recordings has these words. "
                    "Recordings are searched once they are written down."
                )
            )
        with ui.element("ul").classes("cim-list"):
            for one in found:
                _result(one, wanted)


def _field(wanted: str) -> None:
    label = escape(_("Words to look for"))
    # A form of its own: it works before the page's socket is there, and the address can be kept.
    ui.html(
        '<form class="cim-search cim-words-search" role="search" action="/search">'
        f'<input type="search" name="q" value="{escape(wanted)}" maxlength="{LONGEST}" '
        f'aria-label="{label}" placeholder="{label}" data-test="search">'
        f'<button class="button" type="submit">{escape(_("Search"))}</button></form>',
        sanitize=False,
    )


def _counted(found: list[Found]) -> str:
    places = sum(one.count for one in found)
    return plural("{count} place found", "{count} places found", places)


def _result(one: Found, wanted: str) -> None:
    with ui.element("li").classes("cim-card").props("data-test=search-result"):
        with ui.element("div").classes("cim-row between"):
            heading(title_of(one.reflection))
            state_badge(one.reflection.state)
        for place in one.places:
            _excerpt(place)
        if one.count > len(one.places):
            rest = one.count - len(one.places)
            muted(plural("and {count} more place", "and {count} more places", rest))
        link = ui.link(_("Open"), _address(one, wanted)).classes("cim-way")
        link.props["aria-label"] = _("Open {title}").format(title=title_of(one.reflection))


def _excerpt(place: Place) -> None:
    when = "" if place.start_seconds is None else f'<span class="cim-muted">{say_length(place.start_seconds)}</span> '
    words = f"{escape(place.before)}<mark>{escape(place.match)}</mark>{escape(place.after)}"
    ui.html(f"<p>{when}{words}</p>", sanitize=False)


def _address(one: Found, wanted: str) -> str:
    address = f"/reflections/{one.reflection.id}"
    return f"{address}?{urlencode({'find': wanted})}" if one.is_said else address
