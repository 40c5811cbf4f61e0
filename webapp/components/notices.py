"""Small pieces of pages: cards, facts, empty lists."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from webapp.layout import heading


@contextmanager
def card(title: str = "", *, look: str = "", level: int = 2) -> Iterator[None]:
    """Group what belongs together; `look` is warn, good, bad or calm."""
    with ui.element("section").classes(f"cim-card {look}"):
        if title:
            heading(title, level)
        yield


def muted(text: str) -> None:
    """Say something less important."""
    ui.label(text).classes("cim-muted cim-small")


def facts(rows: Sequence[tuple[str, str]]) -> None:
    """List facts: name and value."""
    with ui.element("dl").classes("cim-facts"):
        for name, value in rows:
            TextElement(tag="dt", text=name)
            TextElement(tag="dd", text=value)


def empty_list(words: str) -> None:
    """Say that there is nothing, and what that means."""
    ui.label(words).classes("cim-card calm cim-empty")


def check_line(words: str, *, met: bool) -> None:
    """Show one requirement: a tick or an open circle, and its sentence."""
    with ui.element("div").classes("cim-row").style("flex-wrap: nowrap"):
        icon = ui.icon("check_circle" if met else "radio_button_unchecked", size="24px")
        icon.props("aria-hidden=true").style("color: var(--positive)" if met else "color: var(--muted)")
        ui.label(words)
