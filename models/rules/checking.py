"""Finds everything that is wrong in a file or a form, by what tomllib and pydantic say about it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.rules.lines import Path, last_line, line_of
from models.rules.mistakes import TABLE, Argument, Mistake, with_guess


def mistakes_in(document: str | Mapping[str, Any], model: type[BaseModel]) -> list[Mistake]:
    """List the mistakes in the text of a file, or in the content of a form, in its order; none: the model takes it.

    What names something in a part that is wrong itself is looked at when that part is right.
    """
    unreadable = [Mistake((), 1, "unreadable")]
    try:
        content = tomllib.loads(document) if isinstance(document, str) else document
    except tomllib.TOMLDecodeError as mistake:
        return [_in_text(mistake, str(document))]
    except (RecursionError, ValueError):  # Nested too deeply, or a number of thousands of digits.
        return unreadable
    try:
        return _in_content(content, model, document if isinstance(document, str) else None)
    except RecursionError:
        return unreadable


def _in_content(content: Mapping[str, Any], model: type[BaseModel], text: str | None) -> list[Mistake]:
    try:
        model.model_validate(content)
    except ValidationError as errors:
        return _in_document(errors, model, content, text)
    return []


def _in_text(mistake: tomllib.TOMLDecodeError, text: str) -> Mistake:
    """Tell where a text stops being TOML."""
    message = str(mistake)
    place = _PLACE.search(message)
    line = int(place[1]) if place else last_line(text)
    message = message.split(" (at ")[0]
    if message.startswith(("Cannot overwrite", "Duplicate inline table key", "Cannot declare")):
        written = text.replace("\r\n", "\n").split("\n")[line - 1]
        return Mistake((), line, "given_twice", {"name": written.split("=")[0].split("#")[0].strip(" \t[]")})
    for beginning, id_ in _NOT_TOML.items():
        if message.startswith(beginning):
            return Mistake((), line, id_)
    return Mistake((), line, "not_toml", {"message": message})


def _in_document(
    errors: ValidationError, model: type[BaseModel], document: Mapping[str, Any], text: str | None
) -> list[Mistake]:
    """List the mistakes that a model found, in the order of the text; without a text there are no lines."""
    all_errors = errors.errors(include_url=False)
    places = [error["loc"] for error in all_errors]
    # A list whose only part is wrong is not also too short.
    real = [e for e in all_errors if e["type"] != "too_short" or not any(_is_below(p, e["loc"]) for p in places)]
    found = [_mistake(error, model, document, text) for error in real]
    # A key with a typo is one mistake: what it is meant for is not missing too.
    meant = [(*one.path[:-1], one.arguments["like"]) for one in found if one.id == "unknown_key_like"]
    found = [one for one in found if one.id != "missing" or one.path not in meant]
    return sorted(found, key=lambda mistake: mistake.line or 0)


def _is_below(place: Path, other: Path) -> bool:
    return len(place) > len(other) and place[: len(other)] == other


_PLACE = re.compile(r"\(at line (\d+)")
_NOT_TOML = {
    "Expected '=' after a key": "no_value",
    "Invalid statement": "no_value",
    "Invalid value": "cannot_read_value",
    "Unterminated string": "text_does_not_end",
    "Illegal character '\\n'": "text_does_not_end",
    "Found invalid character '\\n'": "text_does_not_end",
    'Expected "\'"': "text_does_not_end",
    "Expected newline": "too_much_on_line",
    "Unclosed": "does_not_end",
    "Expected ']": "does_not_end",
}
# Pydantic's name of an error → a line of the table, where they are not the same.
_SAME = {
    "dataclass_type": "not_two_languages",
    "model_type": "not_a_table",
    "model_attributes_type": "not_a_table",
    "dict_type": "not_a_table",
    "date_type": "not_a_date",
    "date_parsing": "not_a_date",
    "date_from_datetime_parsing": "not_a_date",
    "date_from_datetime_inexact": "not_a_date",
}
_WORDS_IN_QUOTES = re.compile(r"'([^']*)'")


def _mistake(error: ErrorDetails, model: type[BaseModel], document: Mapping[str, Any], text: str | None) -> Mistake:
    context: dict[str, Any] = error.get("ctx", {})
    path, parts = _walk(error["loc"], context.get("below", ()), model, document)
    id_, arguments = _sentence(error, context, path, parts)
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        path = (*path, "kind")
    return Mistake(path, None if text is None else line_of(text, path), id_, arguments)


def _sentence(
    error: ErrorDetails, context: Mapping[str, Any], path: Path, parts: tuple[type, ...]
) -> tuple[str, dict[str, Argument]]:
    kind, value = error["type"], str(error.get("input", ""))
    if "arguments" in context:
        return kind, dict(context["arguments"])
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        known = _keys_of(parts)
        id_, guess = with_guess("unknown_key", str(path[-1]), known)
        return id_, {"known": ", ".join(sorted(known)), **guess}
    if kind == "union_tag_invalid":
        tags = _WORDS_IN_QUOTES.findall(context["expected_tags"])
        id_, guess = with_guess("unknown_primitive", str(context["tag"]), tags)
        return id_, {"tag": str(context["tag"]), "known": ", ".join(tags), **guess}
    if kind == "literal_error":
        words = _WORDS_IN_QUOTES.findall(context["expected"])
        id_, guess = with_guess("not_one_of", value, words)
        return id_, {"value": value, "known": ", ".join(words), **guess}
    if kind == "string_pattern_mismatch":
        return ("not_an_id" if context["pattern"].startswith("^[a-z") else "not_a_version"), {}
    if kind in {"tuple_type", "list_type"}:
        return "not_a_list", {"name": ".".join(str(step) for step in path if isinstance(step, str))}
    if kind == "union_tag_not_found":
        return "missing", {}
    id_ = _SAME.get(kind, kind)
    if id_ not in TABLE:
        return "other", {"message": error["msg"]}
    return id_, {name: argument for name, argument in context.items() if isinstance(argument, int | str)}


def _walk(
    location: Path, below: Path, model: type[BaseModel], document: Mapping[str, Any]
) -> tuple[Path, tuple[type, ...]]:
    """Follow pydantic's location in the file: it also names the chosen kind, and counts a text as a list of one.

    `below` goes on from there, without the chosen kind. Gives the path in the file and the parts (models) that the
    last table may be.
    """
    path: Path = ()
    here: object = document
    parts: tuple[type, ...] = (model,)
    holders = parts
    for number, step in enumerate((*location, *below)):
        if isinstance(step, int):
            if isinstance(here, list):
                path, here = (*path, step), here[step] if step < len(here) else None
        elif len(parts) > 1 and number < len(location):
            parts = tuple(part for part in parts if step in get_args(part.__annotations__["kind"]))
        else:
            holders = parts
            path, here = (*path, step), here.get(step) if isinstance(here, dict) else None
            parts = _parts_below(parts, step)
    return path, holders


def _parts_below(parts: tuple[type, ...], key: str) -> tuple[type, ...]:
    for part in parts:
        if issubclass(part, BaseModel):
            for name, one in part.model_fields.items():
                if key == (one.alias or name):
                    return tuple(_models_in(one.annotation))
    return ()


def _models_in(annotation: object) -> list[type]:
    if isinstance(annotation, type) and (issubclass(annotation, BaseModel) or is_dataclass(annotation)):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_in(inner)]


def _keys_of(parts: tuple[type, ...]) -> list[str]:
    keys: list[str] = []
    for part in parts:
        if issubclass(part, BaseModel):
            keys += [one.alias or name for name, one in part.model_fields.items()]
        elif is_dataclass(part):
            keys += [one.name for one in fields_of(part)]
    return keys
