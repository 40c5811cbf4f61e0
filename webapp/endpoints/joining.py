"""Joins ES modules into one file, so that a first visit needs one request for them instead of one after another.

It reads the few forms of import and export that our modules use and refuses every other one. A module that is joined is
still to be had under its own name, as a list of what the joined script holds: there is only one of it on a page.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_IMPORT = re.compile(r'^import\s+(?:(?P<what>\{[^}]*\}|\* as \w+)\s+from\s+)?"(?P<place>[^"]+)";[ \t]*$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*?|class|const) (\w+))", re.MULTILINE)
_LATER = re.compile(r'\bimport\("\./([\w.]+)"\)')
_OTHER = re.compile(r"^(?:import\b(?!\()|export\b).*$", re.MULTILINE)


class CannotBeJoined(Exception):
    """A module imports or exports in a form that is not known here; our own mistake, and a test finds it."""


_HELD = "cimModules"


@dataclass(frozen=True, slots=True)
class Joined:
    """One script with its modules, and what each of them exports."""

    text: str
    exports: Mapping[str, tuple[str, ...]]

    def as_module(self) -> str:
        """Write the script of a page, which keeps what its modules export for those that are loaded later."""
        return f"{self.text}globalThis.{_HELD} = {{ {', '.join(map(_space, self.exports))} }};\n"

    def stand_in(self, name: str) -> str:
        """Write the module that stands for one of them where it is imported by its own name."""
        return f"export const {{ {', '.join(self.exports[name])} }} = globalThis.{_HELD}.{_space(name)};\n"


def join(entry: str, read: Callable[[str], str], *, address: str, also: tuple[str, ...] = ()) -> Joined:
    """Join a module with everything that it imports; `also` are modules that it would load later.

    `read` gives a module's text by its name; at `address`, which ends with a slash, browsers find the modules.
    """
    exports: dict[str, tuple[str, ...]] = {}
    parts: list[str] = []
    begun: set[str] = set()

    def add(name: str) -> None:
        if name in exports:
            return
        if name in begun:
            raise CannotBeJoined(f"{name} imports itself in a circle")
        begun.add(name)
        text = read(name)
        for found in _IMPORT.finditer(text):
            add(_name(found["place"]))
        names = tuple(_EXPORT.findall(text))
        body = _EXPORT.sub("", _IMPORT.sub(_taken, text)).replace(
            "import.meta.url", f'(self.location.origin + "{address}{name}")'
        )
        if other := _OTHER.search(body):
            raise CannotBeJoined(f"{name}: {other[0]}")
        exports[name] = names
        parts.append(f"const {_space(name)} = (() => {{\n{body}\nreturn {{ {', '.join(names)} }};\n}})();\n")

    for module in (*also, entry):
        add(module)
    # A script in a page has the page's address: what it loads later must come from beside its modules, or a browser
    # would have everything twice.
    text = _LATER.sub(lambda found: _loaded(found[1], exports) or f'import("{address}{found[1]}")', "".join(parts))
    return Joined(text, exports)


def _name(place: str) -> str:
    return place.rpartition("/")[2]


def _space(name: str) -> str:
    return "$" + name.removesuffix(".js")


def _taken(found: re.Match[str]) -> str:
    what, space = found["what"], _space(_name(found["place"]))
    if what is None:
        return ""
    if what.startswith("*"):
        return f"const {what.removeprefix('* as ')} = {space};"
    return f"const {what.replace(' as ', ': ')} = {space};"


def _loaded(name: str, exports: Mapping[str, tuple[str, ...]]) -> str:
    return f"Promise.resolve({_space(name)})" if name in exports else ""
