"""/office/gatherings: what staff hold: announce, and see how many come."""

from uuid import uuid4

from nicegui import ui

from models.actions import gatherings
from models.actions.gatherings import Plan
from models.errors import NotAllowed
from models.permissions import Actor
from models.portfolios import time_zone
from models.queries import gatherings as queries
from models.queries.gatherings import Attendance
from models.tables import Programme, RoleKind
from webapp.components.gathering import when_words
from webapp.components.gathering_form import gathering_form
from webapp.components.notices import card, empty_list, muted
from webapp.errors import screen
from webapp.i18n import _, pick, pick_name, pick_title, plural
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/gatherings")
async def page() -> None:
    """List what is to come, then what is over, and offer the form."""
    actor = await current_actor()
    if not actor.programmes_as(RoleKind.STAFF):
        raise NotAllowed
    now = pages_runtime().now()
    held = await queries.attendances(actor)
    coming = [one for one in held if one.gathering.ends_at >= now]
    over = [one for one in held if one.gathering.ends_at < now]

    with frame(_("Events"), back="/office"):
        await _form(actor)
        heading(_("To come"))
        if not coming:
            empty_list(_("Nothing is planned. Announce a presentation, a workshop or a ceremony above."))
        await _list(coming)
        if over:
            with ui.expansion(_("Over")).classes("cim-card calm w-full"):
                await _list(over[::-1])


async def _form(actor: Actor) -> None:
    programmes = await queries.own_programmes(actor)
    known = [programme for programme in programmes if queries.event_kinds([programme])]
    gathering_id = uuid4()

    async def announce(plan: Plan, invited: list[Programme]) -> None:
        made = await gatherings.make(
            plan, invited, gathering_id=gathering_id, actor=await current_actor(), at=pages_runtime().now()
        )
        ui.navigate.to(f"/office/gatherings/{made.id}")

    if not known:
        with card(look="calm"):
            muted(
                _(
                    "The rules of your programmes ask for no event such as a presentation, a workshop or a ceremony. "
                    "When they do, you announce it here."
                )
            )
        return
    with ui.expansion(_("Announce an event"), icon="add").classes("cim-card w-full").props("data-test=announce"):
        with ui.element("div").classes("cim-list cim-inside"):
            names = {pick(kind.name) for programme in known for kind in queries.event_kinds([programme])}
            muted(_("Your rules know: {kinds}").format(kinds=", ".join(sorted(names))))
            gathering_form(known, announce, zone=await time_zone(), words=_("Announce it"))


async def _list(held: list[Attendance]) -> None:
    zone = await time_zone()
    with ui.element("ul").classes("cim-list"):
        for one in held:
            gathering = one.gathering
            with ui.element("li"):
                link = (
                    ui.element("a").classes("cim-card cim-link-card").props(f'href="/office/gatherings/{gathering.id}"')
                )
                with link, ui.element("div").classes("cim-row between"):
                    with ui.element("div").classes("cim-grow"):
                        heading(pick_title(gathering), 3)
                        muted(when_words(gathering, zone))
                        muted(", ".join(pick_name(programme) for programme in one.programmes))
                    _numbers(one)


def _numbers(one: Attendance) -> None:
    if one.gathering.cancelled_at is not None:
        ui.label(_("Called off")).classes("cim-badge bad")
        return
    with ui.element("div").classes("cim-row"):
        places = f"{one.coming} / {one.gathering.capacity}" if one.gathering.capacity else str(one.coming)
        ui.label(_("Signed up: {number}").format(number=places)).classes("cim-badge go")
        if one.waiting:
            ui.label(plural("{count} waits", "{count} wait", one.waiting)).classes("cim-badge warn")
        if one.came:
            ui.label(plural("{count} came", "{count} came", one.came)).classes("cim-badge good")
