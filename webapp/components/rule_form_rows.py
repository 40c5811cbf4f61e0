"""Draws sections of the form and rows that can be added, removed and moved."""

from collections.abc import Callable
from itertools import groupby
from typing import Any, cast

from nicegui import ui

from models.rules.lines import Path
from models.rules.primitives import normal
from webapp.components.notices import muted
from webapp.components.rule_form import RuleForm
from webapp.components.rule_form_inputs import draw_field, wrong_line
from webapp.components.rule_form_parts import Field, Rows, Section
from webapp.i18n import _
from webapp.layout import heading

Redraw = Callable[[], None]


def draw_section(form: RuleForm, section: Section, redraw_all: Redraw, *, is_open: bool = False) -> None:
    """Draw a section that can be folded away; `redraw_all` draws the whole form anew after rows came or went."""
    with ui.expansion(_(section.title), caption=_(section.hint), value=is_open).classes("cim-card calm cim-section"):
        with ui.element("div").classes("cim-form"):
            _draw_parts(form, section.parts, (), _(section.title) if section.is_named else "", redraw_all)


def _draw_parts(form: RuleForm, parts: tuple[Field | Rows, ...], row: Path, place: str, redraw: Redraw) -> None:
    for is_grid, group in groupby(parts, key=_grid):
        if is_grid:
            with ui.element("div").classes(is_grid):
                for field in group:
                    draw_field(form, cast("Field", field), row, place, redraw)
            continue
        for part in group:
            if isinstance(part, Field):
                draw_field(form, part, row, place, redraw)
            elif part.is_shown is None or part.is_shown(form.get(row, {})):
                _draw_rows(form, part, row, place, redraw)


def _grid(part: Field | Rows) -> str:
    """The grid in which a part stands beside others; empty where it takes the whole width."""
    if isinstance(part, Rows) or part.kind in {"words", "long", "flag"}:
        return ""
    return "cim-form-grid narrow" if part.is_narrow else "cim-form-grid"


def _draw_rows(form: RuleForm, rows: Rows, holder: Path, place: str, redraw: Redraw) -> None:
    path = (*holder, *rows.path)
    level = 4 if holder else 3

    def add() -> None:
        listed = [*form.rows(path), rows.blank(form)]
        form.autofocus = (*path, len(listed) - 1)
        form.change_rows(path, listed)
        redraw()

    where = f"{place}: {_(rows.name)}" if place else _(rows.name)
    with ui.element("div").classes("cim-form-rows"):
        if rows.name:
            heading(_(rows.name), level)
        if rows.hint:
            muted(_(rows.hint))
        form.shows(path, where, wrong_line())
        for number in range(len(form.rows(path))):
            _draw_row(form, rows, (*path, number), f"{place}, " if place else "", redraw)
        ui.button(_(rows.add), icon="add", on_click=add).props("outline").props(f"data-test=add-{rows.path[-1]}")


def _draw_row(form: RuleForm, rows: Rows, path: Path, place: str, redraw: Redraw) -> None:
    number = int(path[-1])
    name = f"{_(rows.one)} {number + 1}"
    if rows.suggests_id:
        _suggest_id(form, path)
    with ui.element("div").classes("cim-form-row"):
        with ui.element("div").classes("cim-form-row-head"):
            title = ui.label(name).classes("cim-form-row-title")
            _row_buttons(form, path, name, redraw)
        _draw_parts(form, rows.parts, path, f"{place}{name}", redraw)
    if rows.title is not None:
        told = rows.title

        def say() -> None:
            words = told(form, form.get(path, {}))
            title.set_text(f"{name}: {words}" if words else name)

        say()
        form.follows(say)


def _row_buttons(form: RuleForm, path: Path, name: str, redraw: Redraw) -> None:
    holder, number = path[:-1], int(path[-1])

    def move_up() -> None:
        listed = list(form.rows(holder))
        listed[number - 1], listed[number] = listed[number], listed[number - 1]
        form.change_rows(holder, listed)
        redraw()

    def remove() -> None:
        listed = form.rows(holder)
        form.change_rows(holder, listed[:number] + listed[number + 1 :])
        redraw()

    if number:
        _icon("arrow_upward", _("Move {name} up").format(name=name), move_up)
    _icon("delete", _("Remove {name}").format(name=name), remove).props["data-test"] = "remove-" + ".".join(
        str(step) for step in path
    )


def _icon(icon: str, words: str, click: Callable[[], None]) -> ui.button:
    button = ui.button(icon=icon, on_click=click).props("flat round dense")
    button.props["aria-label"] = words
    return button


def _suggest_id(form: RuleForm, path: Path) -> None:
    """A new row takes its short name from its English name, as long as nobody writes another one."""
    suggested = ""

    def suggest() -> None:
        nonlocal suggested
        row: Any = form.get(path, {})
        name = row.get("name") if isinstance(row, dict) else None
        if isinstance(name, dict) and row.get("id", "") == suggested:
            row["id"] = suggested = normal(str(name.get("en", "")))[:60]

    if form.get((*path, "id"), "") == "":
        form.completes(suggest)
