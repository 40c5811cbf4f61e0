"""Draws one field of a rule set: the right kind of input, its label and hint, and what is wrong beside it."""

import re
from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from models.rules.bilingual import LANGUAGE_NAMES
from models.rules.lines import Path
from webapp.components.notices import muted
from webapp.components.rule_form import RuleForm
from webapp.components.rule_form_parts import Field
from webapp.i18n import _, pick

_LENGTH = re.compile(r"(\d+)(?::([0-5]\d))?")


def draw_field(form: RuleForm, field: Field, row: Path, place: str, redraw: Callable[[], None]) -> None:
    """Draw a field of the row at a path; `place` says where that is, `redraw` draws its section anew."""
    holder = form.get(row, {})
    path = (*row, *field.path)
    if field.is_shown is not None and not field.is_shown(holder) and form.get(path) is None:
        return
    draw = _DRAWN[field.kind]
    where = f"{place}: {_(field.label)}" if place else _(field.label)
    draw(form, field, path, holder, where, _then(form, field, row, redraw))


Then = Callable[[Any], None]


def _then(form: RuleForm, field: Field, row: Path, redraw: Callable[[], None]) -> Then:
    def write(value: Any) -> None:
        form.put((*row, *field.path), value, field.default)
        if field.tidy is not None:
            field.tidy(form.get(row, {}))
            redraw()

    return write


def _cursor(form: RuleForm, path: Path) -> str:
    """The property that puts the cursor here, for the first field of a row that was just added."""
    if form.autofocus and path[: len(form.autofocus)] == form.autofocus:
        form.autofocus = ()
        return " autofocus"
    return ""


def _dress(element: ValidationElement[Any], form: RuleForm, field: Field, path: Path, where: str) -> None:
    def tell(words: str) -> None:
        if (element.error or "") != words:
            element.error = words or None

    element.props("outlined stack-label hide-bottom-space" + _cursor(form, path))
    if field.hint:
        element.props["hint"] = _(field.hint)
    element.props["data-test"] = ".".join(str(step) for step in path)
    form.shows(path, where, tell)


def _text(form: RuleForm, field: Field, path: Path, _row: Any, where: str, write: Then) -> None:
    element = ui.input(_(field.label), value=str(form.get(path, "")), on_change=lambda e: write(e.value or ""))
    element.props("debounce=300")
    _dress(element, form, field, path, where)

    def follow() -> None:
        element.set_value(str(form.get(path, "")))

    form.follows(follow)


def _number(form: RuleForm, field: Field, path: Path, _row: Any, where: str, write: Then) -> None:
    now = form.get(path, field.default)
    element = ui.number(
        _(field.label),
        value=now if isinstance(now, int | float) else None,
        on_change=lambda e: write(_whole(e.value)),
        format="%d",
    )
    element.props("debounce=300 inputmode=numeric")
    _dress(element, form, field, path, where)


def _length(form: RuleForm, field: Field, path: Path, _row: Any, where: str, write: Then) -> None:
    now = form.get(path)
    shown = f"{now // 60}:{now % 60:02}" if isinstance(now, int) else str(now or "")
    element = ui.input(_(field.label), value=shown, on_change=lambda e: write(_seconds(e.value or "")))
    element.props('debounce=300 placeholder="0:00"')
    _dress(element, form, field, path, where)


def _flag(form: RuleForm, field: Field, path: Path, _row: Any, where: str, write: Then) -> None:
    with ui.element("div").classes("cim-form-flag"):
        element = ui.switch(
            _(field.label), value=bool(form.get(path, field.default)), on_change=lambda e: write(e.value)
        )
        element.props["data-test"] = ".".join(str(step) for step in path)
        if field.hint:
            muted(_(field.hint))
        tell = wrong_line()
    form.shows(path, where, tell)


def _choice(form: RuleForm, field: Field, path: Path, row: Any, where: str, write: Then) -> None:
    now = form.get(path, field.default)
    options = _options(form, field, row, [now] if now is not None else [])
    if not options and _lists_nothing(form, field):
        return
    element = ui.select(options, label=_(field.label), value=now, on_change=lambda e: write(e.value))
    element.props("options-dense" + (" clearable" if field.default is None and field.tidy is None else ""))
    _dress(element, form, field, path, where)
    _keep_options(form, field, path, row, element)


def _many(form: RuleForm, field: Field, path: Path, row: Any, where: str, write: Then) -> None:
    now = [str(value) for value in form.get(path, [])]
    options = _options(form, field, row, now)
    if not options and _lists_nothing(form, field):
        return
    element = ui.select(
        options, label=_(field.label), value=now, multiple=True, on_change=lambda e: write(list(e.value or []))
    )
    element.props("use-chips options-dense")
    _dress(element, form, field, path, where)
    _keep_options(form, field, path, row, element)


def _day(form: RuleForm, field: Field, path: Path, _row: Any, where: str, write: Then) -> None:
    element = ui.input(_(field.label), value=str(form.get(path, "")), on_change=lambda e: write(e.value or None))
    element.props("type=date")
    _dress(element, form, field, path, where)


def _codes(form: RuleForm, field: Field, path: Path, _row: Any, where: str, write: Then) -> None:
    def split(text: str) -> list[str]:
        return [code for part in text.split(",") if (code := part.strip())]

    now = ", ".join(str(code) for code in form.get(path, []))
    element = ui.input(_(field.label), value=now, on_change=lambda e: write(split(e.value or "")))
    element.props("debounce=300")
    _dress(element, form, field, path, where)


def _words(form: RuleForm, field: Field, path: Path, _row: Any, where: str, _write: Then) -> None:
    """Two fields side by side; an optional text that is empty in both languages is not there at all."""
    with ui.element("div").classes("cim-form-pair"):
        for code, name in LANGUAGE_NAMES.items():
            _one_language(form, field, path, code, f"{_(field.label)} ({pick(name)})", where)


def _one_language(form: RuleForm, field: Field, path: Path, code: str, label: str, where: str) -> None:
    def write(text: str) -> None:
        now = form.get(path)
        words = {**(now if isinstance(now, dict) else {"sv": "", "en": ""}), code: text}
        form.put(path, None if path[-1] in _OPTIONAL_TEXTS and not any(words.values()) else words)

    value = str(form.get((*path, code), ""))
    if field.kind == "long":
        element: Any = ui.textarea(label, value=value, on_change=lambda e: write(e.value or "")).props("rows=2")
    else:
        element = ui.input(label, value=value, on_change=lambda e: write(e.value or ""))
    element.props(f"debounce=300 lang={code}")
    _dress(element, form, field, (*path, code), where)


_OPTIONAL_TEXTS = frozenset({"description", "introduction", "plural", "reason"})


def wrong_line() -> Callable[[str], None]:
    """Make a place for words about what is wrong; gives what fills it."""
    wrong = ui.label("").classes("cim-form-wrong")

    def tell(words: str) -> None:
        wrong.set_text(words)

    return tell


def _lists_nothing(form: RuleForm, field: Field) -> bool:
    """Whether a field chooses among types, themes or classes of which there are none."""
    return field.path[-1] in {"type", "theme", "class"} and not form.rows((field.path[-1],))


def _options(form: RuleForm, field: Field, row: Any, present: list[str]) -> dict[str, str]:
    """What can be chosen, and what is chosen already although it cannot be."""
    offered = field.options(form, row) if field.options else {}
    return offered | {value: _("{value} (not listed)").format(value=value) for value in present if value not in offered}


def _keep_options(form: RuleForm, field: Field, path: Path, row: Any, element: ui.select) -> None:
    def refresh() -> None:
        present = element.value if isinstance(element.value, list) else [element.value] if element.value else []
        options = _options(form, field, row, present)
        if options != element.options:
            element.set_options(options, value=element.value)

    form.follows(refresh)


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value


def _seconds(text: str) -> int | str | None:
    """Read minutes:seconds; what is no length stays as it was written, as a mistake."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        return text.strip() or None
    return int(found[1]) * 60 + int(found[2] or 0)


_DRAWN: dict[str, Callable[[RuleForm, Field, Path, Any, str, Then], None]] = {
    "text": _text,
    "number": _number,
    "length": _length,
    "flag": _flag,
    "choice": _choice,
    "many": _many,
    "words": _words,
    "long": _words,
    "day": _day,
    "codes": _codes,
}
