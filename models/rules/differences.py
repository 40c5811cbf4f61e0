"""Tells in words everything in which two rule sets differ; what has no words of its own is told by its key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from models.rules.bilingual import Bilingual
from models.rules.criteria import Criterion, Level
from models.rules.describing import cap_words, requirement_words, substitution_words
from models.rules.limits import FORMAT_NAMES
from models.rules.pieces import Format
from models.rules.plain_changes import question_changes, text_changes, unnamed_change, value_change
from models.rules.primitives import (
    ActivityType,
    Cap,
    Declaration,
    EventKind,
    Named,
    Requirement,
    Substitution,
)
from models.rules.ruleset import RuleSet
from models.rules.setting_names import PART_NAMES, SETTING_NAMES


def differences(old: RuleSet, new: RuleSet) -> list[Bilingual]:
    """List every difference, in the order of the file; an empty list means that nothing differs."""
    if old.canonical_json() == new.canonical_json():
        return []
    return list(_Comparison(old, new).of("", _dump(old), _dump(new)))


@dataclass(frozen=True, slots=True)
class _Rows:
    """A list in which each row keeps its identity: how to tell rows apart, read and describe them."""

    key: Callable[[dict[str, Any]], str]
    adapter: TypeAdapter[Any]
    is_said_whole: bool = False


def _by(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: str(row.get(name))


def _what_is_capped(row: dict[str, Any]) -> str:
    return f"{row['facet']} {row['value']} {'points' if row['points'] is not None else 'activities'}"


_LISTS: dict[str, _Rows] = {
    "requirement": _Rows(_by("id"), TypeAdapter(Requirement), is_said_whole=True),
    "type": _Rows(_by("id"), TypeAdapter(ActivityType)),
    "theme": _Rows(_by("id"), TypeAdapter(Named)),
    "class": _Rows(_by("id"), TypeAdapter(Named)),
    "event": _Rows(_by("id"), TypeAdapter(EventKind)),
    "event.*.forum": _Rows(_by("id"), TypeAdapter(Named)),
    "cap": _Rows(_what_is_capped, TypeAdapter(Cap), is_said_whole=True),
    "substitution": _Rows(_by("id"), TypeAdapter(Substitution)),
    "eligibility.declaration": _Rows(_by("id"), TypeAdapter(Declaration)),
    "reflection.format": _Rows(_by("kind"), TypeAdapter(Format)),
    "final.format": _Rows(_by("kind"), TypeAdapter(Format)),
    "reflection.criterion": _Rows(_by("id"), TypeAdapter(Criterion)),
    "reflection.criterion.*.level": _Rows(_by("id"), TypeAdapter(Level)),
    "final.criterion": _Rows(_by("id"), TypeAdapter(Criterion)),
    "final.criterion.*.level": _Rows(_by("id"), TypeAdapter(Level)),
}
_SAID_WITH_THE_ROW = {
    "substitution": {"kind", "facet", "wanted", "given", "number", "where"},
    "eligibility.declaration": {"text"},
}
"""Keys of a row that its description tells already."""


class _Comparison:
    """Walks through two documents side by side; `place` is where it is, in words, for rows of lists."""

    def __init__(self, old: RuleSet, new: RuleSet) -> None:
        self._old, self._new = old, new

    def of(self, pattern: str, old: Any, new: Any, place: Bilingual | None = None) -> Iterator[Bilingual]:
        """Tell how `new` differs from `old`; never silent where it does."""
        if old == new:
            return
        said = list(self._told(pattern, old, new, place))
        yield from said or [unnamed_change(pattern, old, new)]

    def _told(self, pattern: str, old: Any, new: Any, place: Bilingual | None) -> Iterator[Bilingual]:
        if pattern in _LISTS:
            yield from self._rows(pattern, old, new, place)
        elif _is_text(old) or _is_text(new):
            yield from text_changes(pattern, old, new, place)
        elif isinstance(old, dict) or isinstance(new, dict):
            old, new = old or {}, new or {}
            place = place or PART_NAMES.get(pattern)
            for key in old | new:
                yield from self.of(f"{pattern}.{key}".removeprefix("."), old.get(key), new.get(key), place)
        elif pattern.endswith(".prompt"):
            yield from question_changes(pattern, old or [], new or [], place)
        else:
            yield value_change(pattern, old, new, place)

    def _rows(self, pattern: str, old: list[Any], new: list[Any], place: Bilingual | None) -> Iterator[Bilingual]:
        rows = _LISTS[pattern]
        place = place if "*" in pattern else None  # Names of the other lists say where they are.
        before, after = (_by_identity(rows.key, listed or []) for listed in (old, new))
        for key in before | after:
            was, now = before.get(key), after.get(key)
            if was is None or now is None:
                yield from self._come_or_gone(pattern, was, now, place)
            elif was == now:
                continue
            elif rows.is_said_whole:
                yield from self._said_anew(pattern, was, now)
            elif was.get("kind") != now.get("kind"):
                yield from self._come_or_gone(pattern, was, None, place)
                yield from self._come_or_gone(pattern, None, now, place)
            else:
                yield from self._row_changes(pattern, was, now, place)
        kept = [key for key in before if key in after]
        if kept != [key for key in after if key in before]:
            name = SETTING_NAMES.get(pattern, Bilingual.of(pattern))
            yield Bilingual(f"Ny ordning: {name.sv}.", f"New order: {name.en}.")

    def _come_or_gone(
        self, pattern: str, was: dict[str, Any] | None, now: dict[str, Any] | None, place: Bilingual | None
    ) -> Iterator[Bilingual]:
        row = was or now or {}
        name = _within(place, PART_NAMES[f"{pattern}.*"])
        words = self._words(pattern, row, self._old if was else self._new)
        if was is not None:
            yield Bilingual(f"{name.sv} som utgår: {words.sv}.", f"{name.en} removed: {words.en}.")
            return
        yield Bilingual(f"{name.sv} som tillkommer: {words.sv}.", f"{name.en} added: {words.en}.")
        if not _LISTS[pattern].is_said_whole:
            blank = {key: _unsaid(pattern, row, key) for key in row}
            yield from self._row_changes(pattern, blank, row, place)

    def _said_anew(self, pattern: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[Bilingual]:
        name = PART_NAMES[f"{pattern}.*"]
        before, after = self._words(pattern, was, self._old), self._words(pattern, now, self._new)
        if before == after:
            yield unnamed_change(f"{pattern}.*", was, now)
        else:
            yield Bilingual(
                f"{name.sv} som ändras: nu {after.sv}; tidigare {before.sv}.",
                f"{name.en} changed: now {after.en}; before {before.en}.",
            )

    def _row_changes(
        self, pattern: str, was: dict[str, Any], now: dict[str, Any], place: Bilingual | None
    ) -> Iterator[Bilingual]:
        name, words = PART_NAMES[f"{pattern}.*"], self._words(pattern, now, self._new)
        here = _within(place, Bilingual(f"{name.sv} – {words.sv}", f"{name.en} – {words.en}"))
        told_whole = _SAID_WITH_THE_ROW.get(pattern, set())
        whole = [{key: row.get(key) for key in told_whole} for row in (was, now)]
        if whole[0] != whole[1]:
            yield from self._said_anew(pattern, was, now)
        for key in was | now:
            if key not in told_whole:
                yield from self.of(f"{pattern}.*.{key}", was.get(key), now.get(key), here)

    def _words(self, pattern: str, row: dict[str, Any], rule_set: RuleSet) -> Bilingual:
        part = _LISTS[pattern].adapter.validate_python(row)
        match pattern:
            case "requirement":
                return requirement_words(part, rule_set)
            case "cap":
                return cap_words(part, rule_set)
            case "substitution":
                return substitution_words(part, rule_set)
            case "eligibility.declaration":
                return Bilingual(f"”{part.text.sv}”", f"“{part.text.en}”")
            case "reflection.format" | "final.format":
                return FORMAT_NAMES[part.kind]
            case _:
                name: Bilingual = part.name
                return name


def _within(place: Bilingual | None, name: Bilingual) -> Bilingual:
    return name if place is None else Bilingual(f"{place.sv}: {_small(name.sv)}", f"{place.en}: {_small(name.en)}")


def _by_identity(key: Callable[[dict[str, Any]], str], listed: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Find rows by what they are; one that is there twice keeps both."""
    found: dict[str, dict[str, Any]] = {}
    for row in listed:
        name = key(row)
        found[f"{name} ({len(found)})" if name in found else name] = row
    return found


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"sv", "en"}


def _unsaid(pattern: str, row: dict[str, Any], key: str) -> Any:
    """What a row would say had nobody written this key; the row's own value where it must be written."""
    part = _LISTS[pattern].adapter.validate_python(row)
    name, field = next((n, f) for n, f in type(part).model_fields.items() if (f.alias or n) == key)
    if field.is_required():
        return row[key]
    return part.model_copy(update={name: field.default}).model_dump(mode="json", by_alias=True)[key]


def _dump(rule_set: RuleSet) -> dict[str, Any]:
    return rule_set.model_dump(mode="json", by_alias=True)
