"""Says how one plain part of a rule set changed: a value, a text, a list of questions."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from babel.dates import format_date

from models.rules.bilingual import LANGUAGE_NAMES, Bilingual
from models.rules.setting_names import SETTING_NAMES, VALUE_NAMES

_LANGUAGES = {str(code): name for code, name in LANGUAGE_NAMES.items()}
_NOTHING = Bilingual("inte angivet", "not set")


def value_change(pattern: str, old: Any, new: Any, place: Bilingual | None) -> Bilingual:
    """Say that a setting has another value."""
    label = SETTING_NAMES.get(pattern)
    if label is None:
        return unnamed_change(pattern, old, new)
    before, after = _said(pattern, old), _said(pattern, new)
    return Bilingual(
        _sentence(place.sv if place else None, label.sv, f"nu {after.sv}, tidigare {before.sv}"),
        _sentence(place.en if place else None, label.en, f"now {after.en}, before {before.en}"),
    )


def text_changes(pattern: str, old: Any, new: Any, place: Bilingual | None) -> Iterator[Bilingual]:
    """Say how a text changed, each language by itself."""
    label = SETTING_NAMES.get(pattern, Bilingual.of(pattern))
    if old is None:
        yield Bilingual(
            _sentence(place.sv if place else None, label.sv, f"”{new['sv']}” / ”{new['en']}”"),
            _sentence(place.en if place else None, label.en, f"“{new['en']}” / “{new['sv']}”"),
        )
        return
    for language, sv, en in (("sv", "på svenska", "in Swedish"), ("en", "på engelska", "in English")):
        before, after = (_quoted((text or {}).get(language)) for text in (old, new))
        if before != after:
            yield Bilingual(
                _sentence(place.sv if place else None, f"{label.sv} {sv}", f"nu {after.sv}, tidigare {before.sv}"),
                _sentence(place.en if place else None, f"{label.en} {en}", f"now {after.en}, before {before.en}"),
            )


def question_changes(pattern: str, old: list[Any], new: list[Any], place: Bilingual | None) -> Iterator[Bilingual]:
    """Say which questions are new, gone or moved."""
    sv, en = (f"{place.sv}. ", f"{place.en}. ") if place else ("", "")
    for text in new:
        if text not in old:
            yield Bilingual(
                f"{sv}Ny fråga: ”{text['sv']}” / ”{text['en']}”.", f"{en}New question: “{text['en']}” / “{text['sv']}”."
            )
    for text in old:
        if text not in new:
            yield Bilingual(
                f"{sv}Borttagen fråga: ”{text['sv']}” / ”{text['en']}”.",
                f"{en}Question removed: “{text['en']}” / “{text['sv']}”.",
            )
    kept = [text for text in new if text in old]
    if kept != [text for text in old if text in new]:
        yield Bilingual(f"{sv}Frågorna har en ny ordning.", f"{en}The questions are in a new order.")


def _said(pattern: str, value: Any) -> Bilingual:
    """Say one plain value of a setting."""
    if isinstance(value, list):
        said = [_said(pattern, one) for one in value]
        return Bilingual(", ".join(s.sv for s in said), ", ".join(s.en for s in said)) if said else _NOTHING
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return Bilingual("ja", "yes") if value else Bilingual("nej", "no")
    if ".seconds." in pattern:
        return Bilingual.of(f"{value // 60}:{value % 60:02}")
    if isinstance(value, str):
        known = VALUE_NAMES.get((pattern, value))
        if pattern.endswith((".language", ".languages")):
            known = _LANGUAGES.get(value)
        return known or _day(value) or Bilingual(f"”{value}”", f"“{value}”")
    return Bilingual.of(str(value))


def _day(value: str) -> Bilingual | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return Bilingual(*(format_date(day, "d MMMM y", locale=language) for language in ("sv", "en")))


def unnamed_change(pattern: str, old: Any, new: Any) -> Bilingual:
    """Tell by its key what has no name for people."""
    return Bilingual(
        f"Inställningen {pattern} är ändrad: nu {new!r}, tidigare {old!r}.",
        f"The setting {pattern} has changed: now {new!r}, before {old!r}.",
    )


def _quoted(text: str | None) -> Bilingual:
    return _NOTHING if text is None else Bilingual(f"”{text}”", f"“{text}”")


def _sentence(place: str | None, label: str, change: str) -> str:
    whole = f"{place}, {label}: {change}." if place else f"{label}: {change}."
    return whole[0].upper() + whole[1:]
