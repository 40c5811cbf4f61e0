"""/queue: what waits to be read, oldest first, searched and filtered by what stands in the address."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from nicegui import ui

from models import states
from models.actions import claims
from models.errors import NotAllowed
from models.permissions import open_reflection_moves
from models.portfolios import local_today
from models.queries import reflections as queries
from models.queries.queue import QueuePage, Standing, Wanted, page_of_queue
from models.tables import Assessment, RoleKind
from models.tables.assessments import Decision
from webapp.components.badges import format_words
from webapp.components.list_form import choice_field, list_form, pages_of_list, text_field
from webapp.components.notices import empty_list, muted
from webapp.components.queue_list import queue_list
from webapp.components.queue_way import piece_address, queue_address
from webapp.components.wording import title_of
from webapp.errors import screen, told
from webapp.i18n import LANGUAGES, _, pick, plural
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor

ADDRESS = "/queue"


@screen(ADDRESS)
async def page(
    words: str = "", programme: str = "", kind: str = "", language: str = "", standing: str = "", page: str = ""
) -> None:
    """List what waits, and what this assessor decided lately."""
    actor = await current_actor()
    if not actor.programmes_as(RoleKind.ASSESSOR):
        raise NotAllowed
    wanted = Wanted.read(words=words, programme=programme, kind=kind, language=language, standing=standing, page=page)
    today = await local_today(pages_runtime().now())
    found = await page_of_queue(actor, wanted, on=today)
    decided = await queries.decided_by(actor) if wanted == Wanted() else []

    def address_of(piece: UUID) -> str:
        return piece_address(piece, wanted)

    @told
    async def claim(piece: UUID) -> None:
        who, at = await current_actor(), pages_runtime().now()
        reflection = await queries.reflection(piece, actor=who)
        moves = open_reflection_moves(who, reflection, at=at)
        take = claims.take_over if states.TAKE_OVER in moves else claims.claim
        await take(reflection, actor=who, at=at)
        ui.navigate.to(address_of(piece))

    with frame(_("To assess"), wide=True):
        _form(wanted, found)
        muted(_how_many(wanted, found.count))
        if found.rows:
            now = pages_runtime().now()
            queue_list(found.rows, actor=actor, now=now, today=today, address_of=address_of, claim=claim)
            pages_of_list(found.page, found.pages, lambda number: queue_address(replace(wanted, page=number)))
        elif wanted == Wanted():
            empty_list(_("Nothing waits. New reflections of your programmes appear here."))
        else:
            empty_list(_("Nothing is found. Look for less, or for other words."))
        if decided:
            _decisions(decided)


def _how_many(wanted: Wanted, count: int) -> str:
    if wanted == replace(Wanted(), page=wanted.page):
        return plural("{count} reflection waits, oldest first.", "{count} reflections wait, oldest first.", count)
    return plural("{count} reflection found, oldest first.", "{count} reflections found, oldest first.", count)


def _form(wanted: Wanted, found: QueuePage) -> None:
    standings = {
        Standing.WAITING: _("All that wait"),
        Standing.LATE: _("Longer than promised"),
        Standing.FREE: _("Nobody reads them yet"),
        Standing.MINE: _("I am assessing them"),
        Standing.OTHERS: _("A colleague is assessing them"),
        Standing.RETURNED: _("Sent back"),
        Standing.ACCEPTED: _("Accepted"),
    }
    programmes = {str(id_): pick(name) for id_, name in found.programmes}
    formats = {format_: format_words(format_) for format_ in found.formats}
    languages = {code: LANGUAGES.get(code, code) for code in found.languages}
    with list_form(ADDRESS, hook="search-queue", is_filtered=wanted != Wanted()):
        text_field("words", _("Words in it, name or title"), wanted.words, hook="search-words")
        choice_field("standing", _("Which"), standings, wanted.standing)
        if len(programmes) > 1 or wanted.programme:
            choice_field("programme", _("Programme"), _any(programmes), wanted.programme)
        choice_field("kind", _("Format"), _any(formats), wanted.kind)
        choice_field("language", _("Language"), _any(languages), wanted.language)


def _any(options: dict[str, str]) -> dict[str, str]:
    return {"": _("All")} | options


def _decisions(decided: Sequence[Assessment]) -> None:
    heading(_("My decisions"))
    with ui.element("ul").classes("cim-list"):
        for assessment in decided:
            reflection = assessment.version.reflection
            with ui.element("li").classes("cim-row between"):
                ui.link(f"{reflection.enrolment.person.name}: {title_of(reflection)}", f"/assess/{reflection.id}")
                accepted = assessment.decision is Decision.ACCEPTED
                ui.label(_("Accepted") if accepted else _("Sent back")).classes(
                    "cim-badge good" if accepted else "cim-badge warn"
                )
