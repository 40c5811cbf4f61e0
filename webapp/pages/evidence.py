"""/evidence/{id}: one file of evidence as it is read: its pages as pictures, one under the other."""

from nicegui import ui

from models.permissions import is_own
from models.portfolios import time_zone
from models.queries import media as queries
from models.queries.media import Evidence
from models.states import MediaState
from models.tables import Activity
from webapp.components.evidence import name_of, standing_of
from webapp.components.notices import card, facts, muted
from webapp.errors import as_id, screen, told
from webapp.i18n import _, pick_title, say_time
from webapp.layout import frame
from webapp.session import current_actor


@screen("/evidence/{media_id}")
async def page(media_id: str) -> None:
    """Show what it belongs to, then the pictures; while it is being prepared, say so and look again."""
    actor = await current_actor()
    item = await queries.evidence(as_id(media_id), actor=actor)
    media = item.media
    activity = media.activity
    assert activity is not None  # noqa: S101  The query asks for it.

    with frame(name_of(item), back=f"/activities/{activity.id}"):
        rows = await _about(item, activity)
        with card():
            facts(rows if is_own(actor, activity.enrolment) else [(_("Student"), media.owner.name), *rows])
        if media.state is MediaState.READY:
            _pictures(item)
        else:
            with card(look="bad" if media.state is MediaState.REFUSED or item.was_given_up else "calm"):
                ui.label(standing_of(item)).props("role=status data-test=evidence-standing")
            _follow(item)


async def _about(item: Evidence, activity: Activity) -> list[tuple[str, str]]:
    rows = [(_("Evidence of"), pick_title(activity))]
    if item.media.received_at is not None:
        rows.append((_("Received"), say_time(item.media.received_at, await time_zone())))
    return rows


def _pictures(item: Evidence) -> None:
    media, count = item.media, item.media.pages
    if count is None:
        _picture(f"/media/{media.id}", "", _("Photo: {name}").format(name=name_of(item)))
    else:
        for number in range(1, count + 1):
            words = _("Page {number} of {count}").format(number=number, count=count)
            alt = _("{page} of {name}, as a picture").format(page=words, name=name_of(item))
            _picture(f"/media/{media.id}/pages/{number}", words, alt)
    muted(
        _("Select a picture to open it alone and enlarge it. The original file is kept, and only pictures are shown.")
    )


def _picture(address: str, caption: str, alt: str) -> None:
    with ui.element("figure").classes("cim-page").props("data-test=evidence-page"):
        link = ui.element("a").props(f'href="{address}" target=_blank rel=noopener')
        link.props["aria-label"] = _("{picture} – opens alone, to enlarge").format(picture=alt)
        with link:
            picture = ui.element("img").props(f'src="{address}" loading=lazy')
            picture.props["alt"] = alt
        if caption:
            with ui.element("figcaption").classes("cim-muted cim-small"):
                ui.label(caption)


def _follow(item: Evidence) -> None:
    """Load the page again when the file has come further."""

    @told
    async def look() -> None:
        now = await queries.evidence(item.media.id, actor=await current_actor())
        if (now.media.state, now.was_given_up) != (item.media.state, item.was_given_up):
            ui.navigate.reload()

    ui.timer(2.0, look)
