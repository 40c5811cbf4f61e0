"""Holds a claim while its reader works on the page that it is on."""

from collections.abc import Awaitable, Callable

from nicegui.element import Element

from models.tables import Reflection


class Lease(Element, component="lease.js"):
    """Calls `renew` when the page opens and at most once a minute while its reader does something."""

    def __init__(self, reflection: Reflection, renew: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self._props["reflection"] = str(reflection.id)
        self.on("work", renew, args=[])
