"""From one piece to the next of the list that somebody goes through, without going back to it."""

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from nicegui import ui

from models.queries.queue import Neighbours, Wanted
from webapp.i18n import _, plural


def queue_address(wanted: Wanted) -> str:
    """Give the address of the list that somebody came from."""
    return _with("/queue", wanted)


def piece_address(piece: UUID, wanted: Wanted) -> str:
    """Give the address of a piece that remembers which list it is one of."""
    return _with(f"/assess/{piece}", replace(wanted, page=1))


def after_deciding(neighbours: Neighbours, wanted: Wanted) -> str:
    """Give the address of what is read next: the following piece, or the list where there is none."""
    return queue_address(wanted) if neighbours.after is None else piece_address(neighbours.after, wanted)


def queue_way(neighbours: Neighbours, wanted: Wanted) -> None:
    """Show which of how many this piece is, and the ways to those beside it; nothing where it is alone."""
    if neighbours.before is None and neighbours.after is None:
        return
    with ui.element("nav").classes("cim-row between cim-queue-way") as nav:
        nav.props["aria-label"] = _("Pieces of the list")
        _way(neighbours.before, wanted, _("Previous piece"), "previous-piece")
        if neighbours.number is not None:
            ui.label(_("{number} of {count}").format(number=neighbours.number, count=neighbours.count))
        else:
            ui.label(plural("{count} waits", "{count} wait", neighbours.count))
        _way(neighbours.after, wanted, _("Next piece"), "next-piece")


def _way(piece: UUID | None, wanted: Wanted, words: str, hook: str) -> None:
    if piece is None:
        ui.label("").classes("cim-way")
    else:
        ui.link(words, piece_address(piece, wanted)).classes("cim-way").props(f"data-test={hook}")


def _with(address: str, wanted: Wanted) -> str:
    said = urlencode(wanted.as_address())
    return f"{address}?{said}" if said else address
