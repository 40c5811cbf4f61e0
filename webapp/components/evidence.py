"""Evidence of an activity: the button that sends files, and the list of what is there."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from nicegui import ui

from models.actions import evidence as actions
from models.actions import transcripts
from models.permissions import Actor, may_add_evidence
from models.queries import enrolments as enrolment_queries
from models.queries import media as queries
from models.queries.media import Evidence
from models.states import OPEN_ACTIVITY_STATES, TAKES_EVIDENCE, MediaState
from models.tables import Activity
from models.tables.jobs import PREPARE
from webapp.components.notices import card, muted
from webapp.components.wording import refusal_words
from webapp.errors import told
from webapp.i18n import _, current_language, plural
from webapp.runtime import pages_runtime
from webapp.session import current_actor

_SCRIPT = '<script type="module" src="/capture/evidence.js"></script>'
_QUICK_SECONDS, _CALM_SECONDS = 1.0, 3.0


async def evidence_part(activity: Activity, *, actor: Actor) -> None:
    """Show the evidence of an activity; its student adds to it while that is possible, and the list keeps up."""
    may_add = may_add_evidence(actor, activity) and activity.state in TAKES_EVIDENCE
    may_remove = may_add and activity.state in OPEN_ACTIVITY_STATES

    @ui.refreshable  # Inside the function: at module level it would redraw everybody's page.
    async def listed() -> None:
        items = await queries.evidence_of_activity(activity.id, actor=await current_actor())
        evidence_list(items, may_remove=may_remove, on_change=listed.refresh)

    with card(_("Evidence")):
        if may_add:
            muted(
                _(
                    "Photos or PDFs that show that you took part: a certificate, a signed list, a programme with your "
                    "name. Staff and assessors of your programme see them."
                )
            )
        await listed()
        if may_add:
            evidence_upload(activity)
    if may_add:
        await _follow(activity, actor, listed)


def evidence_upload(activity: Activity) -> None:
    """Put a button on the page that sends photos and PDFs in pieces; a script of the capture page does it.

    The script keeps what was chosen on the device until the server has it, whatever becomes of this page.
    """
    place = ui.element("div").classes("w-full").props("data-evidence data-test=evidence-upload")
    place.props(f'data-activity="{activity.id}" data-owner="{activity.enrolment.person_id}"')
    limit = pages_runtime().settings.photo_limit_bytes
    place.props(f'data-language="{current_language()}" data-limit="{limit}"')
    ui.add_body_html(_SCRIPT)


def evidence_list(
    items: Sequence[Evidence], *, may_remove: bool, on_change: Callable[[], Any] = ui.navigate.reload
) -> None:
    """List files of evidence: a small picture, the name, how far it is, the way to read it.

    `on_change` redraws the list after a click; without it the page is loaded again.
    """
    if not items:
        muted(_("There is no evidence yet."))
        return
    with ui.element("ul").classes("cim-list w-full"):
        for item in items:
            _row(item, may_remove=may_remove, on_change=on_change)


def name_of(item: Evidence) -> str:
    """Name a file of evidence as its student called it."""
    return item.name or (_("Document") if item.media.pages else _("Photo"))


def standing_of(item: Evidence) -> str:
    """Say in words how far a file of evidence is, or what it is."""
    media = item.media
    if (words := refusal_words(media)) is not None:
        return _("It cannot be used: {reason}").format(reason=words)
    if item.was_given_up:
        return _("It could not be prepared; the file is kept.")
    if media.state is MediaState.RECEIVING:
        return _("On its way from another device or page.")
    if media.state is MediaState.PROCESSING:
        return _("Being prepared …")
    return plural("{count} page", "{count} pages", media.pages) if media.pages else _("Photo")


def _row(item: Evidence, *, may_remove: bool, on_change: Callable[[], Any]) -> None:
    media = item.media
    row = ui.element("li").classes("cim-row between cim-evidence").props(f'data-evidence-file="{media.id}"')
    with row:
        if media.state is MediaState.READY:
            link = ui.element("a").classes("cim-evidence-link").props(f'href="/evidence/{media.id}"')
            with link.props("data-test=evidence-open"):
                ui.element("img").props(f'src="/media/{media.id}/small" alt="" loading=lazy')
                _words(item)
        else:
            _words(item)
        if may_remove and item.was_given_up:
            _again(media.id, on_change)
        if may_remove:
            _remove(item, on_change)


def _words(item: Evidence) -> None:
    is_bad = item.media.state is MediaState.REFUSED or item.was_given_up
    with ui.element("span").classes("cim-grow"):
        ui.label(name_of(item)).classes("cim-evidence-name")
        ui.label(standing_of(item)).classes("cim-small cim-bad" if is_bad else "cim-small cim-muted").props(
            "data-test=evidence-standing"
        )


def _again(media_id: UUID, on_change: Callable[[], Any]) -> None:
    @told
    async def again() -> None:
        actor = await current_actor()
        media = await queries.media(media_id, actor=actor)
        await transcripts.work_again(media, PREPARE, actor=actor, at=pages_runtime().now())
        on_change()

    ui.button(_("Try again"), on_click=again).props("outline")


def _remove(item: Evidence, on_change: Callable[[], Any]) -> None:
    @told
    async def remove() -> None:
        dialog.close()
        actor = await current_actor()
        media = await queries.media(item.media.id, actor=actor)
        await actions.remove(media, actor=actor, at=pages_runtime().now())
        on_change()

    with ui.dialog() as dialog, ui.card():
        ui.label(_("Remove {name} from the evidence?").format(name=name_of(item)))
        with ui.row():
            ui.button(_("Remove it"), on_click=remove).props("data-test=evidence-confirm-remove")
            ui.button(_("Keep it"), on_click=dialog.close).props("flat")
    button = ui.button(icon="delete_outline", on_click=dialog.open).props("flat round data-test=evidence-remove")
    button.props["aria-label"] = _("Remove {name}").format(name=name_of(item))


async def _follow(activity: Activity, actor: Actor, listed: Any) -> None:
    """Redraw the list when a file came or a machine is done with one."""
    seen = await queries.evidence_moving(activity.id, actor=actor)

    @told
    async def look() -> None:
        nonlocal seen
        viewer = await current_actor()
        before, seen = seen, await queries.evidence_moving(activity.id, actor=viewer)
        if seen != before:
            # What was decided meanwhile changes what can be done: the whole page shows something old then.
            fresh = await enrolment_queries.activity(activity.id, actor=viewer)
            if fresh.state is activity.state:
                await listed.refresh()
            else:
                ui.navigate.reload()
        at_work = any(state in {MediaState.RECEIVING, MediaState.PROCESSING} for _id, state, _job in seen)
        timer.interval = _QUICK_SECONDS if at_work else _CALM_SECONDS

    timer = ui.timer(_QUICK_SECONDS, look)
