"""A list's form and its pages: plain addresses, so that what somebody looks for can be kept, sent and gone back to."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from webapp.i18n import _


@contextmanager
def list_form(address: str, *, hook: str, is_filtered: bool) -> Iterator[None]:
    """Lay out the fields that the caller makes, the button, and the way back to the whole list."""
    with ui.element("form").classes("cim-card cim-filter").props(f"method=get action={address} role=search"):
        yield
        with ui.element("button").classes("button").props(f"type=submit data-test={hook}"):
            ui.label(_("Search"))
        if is_filtered:
            ui.link(_("Show all"), address).classes("cim-way")


def text_field(name: str, words: str, value: str, *, hook: str) -> None:
    """Ask for words."""
    with ui.element("label"):
        TextElement(tag="span", text=words)
        field = ui.element("input").props(f"type=search name={name} data-test={hook}")
        field.props["value"] = value


def choice_field(name: str, words: str, options: Mapping[Any, str], chosen: str) -> None:
    """Ask for one of several."""
    with ui.element("label"):
        TextElement(tag="span", text=words)
        with ui.element("select").props(f"name={name} data-test=filter-{name}"):
            for value, said in options.items():
                option = TextElement(tag="option", text=said)
                option.props["value"] = str(value)
                if value == chosen:
                    option.props("selected")


def pages_of_list(page: int, pages: int, address_of: Callable[[int], str]) -> None:
    """Show the way to the page before and after; nothing where there is one page."""
    if pages == 1:
        return
    with ui.element("nav").classes("cim-row between") as nav:
        nav.props["aria-label"] = _("Pages of the list")
        _way(address_of(page - 1) if page > 1 else "", _("Previous"), "previous-page")
        ui.label(_("Page {number} of {count}").format(number=page, count=pages))
        _way(address_of(page + 1) if page < pages else "", _("Next"), "next-page")


def _way(address: str, words: str, hook: str) -> None:
    if address:
        ui.link(words, address).classes("cim-way").props(f"data-test={hook}")
    else:
        ui.label("").classes("cim-way")
