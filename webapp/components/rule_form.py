"""The document of a rule set while somebody edits it: what it says, what is wrong, and which field shows what."""

from collections.abc import Callable
from typing import Any

from models.errors import N_
from models.rules.lines import Path
from models.rules.mistakes import Mistake
from models.rules.ruleset import RuleSet, mistakes
from webapp.i18n import _, pick

SEEDS: dict[Path, dict[str, Any]] = {("reflection",): {"required": False}, ("final",): {"required": False}}
"""What a part must say as soon as it is there."""

# The sentences of a file's author speak of keys and quotation marks; a form has none.
_IN_A_FORM = {
    "missing": N_("this must be filled in"),
    "no_words": N_("write it in both languages"),
    "not_two_languages": N_("write it in both languages"),
    "int_type": N_("write a whole number"),
    "string_too_short": N_("this must be filled in"),
    "not_a_date": N_("choose a day"),
    "too_short": N_("add at least one"),
    "cap_of_what": N_("fill in either points or activities, not both"),
    "dates_order": N_("the last day is before the first"),
    "half_target": N_("a target has both ends: fill in from and to"),
    "bounds_order": N_("the numbers must rise: at least, target from, target to, at most"),
}


class RuleForm:
    """Changes the document in place, so that what no field shows is kept; every change calls `on_change`."""

    def __init__(self, document: dict[str, Any], on_change: Callable[[], None]) -> None:
        self.document = document
        self.on_change = on_change
        self.autofocus: Path = ()
        self.rule_set: RuleSet | None = None
        self._places: dict[Path, tuple[str, Callable[[str], None]]] = {}
        self._completers: list[Callable[[], None]] = []
        self._refreshers: list[Callable[[], None]] = []

    def get(self, path: Path, default: Any = None) -> Any:
        """Read a value; the default where nothing is said."""
        here: Any = self.document
        for step in path:
            is_there = step in here if isinstance(here, dict) else isinstance(step, int) and step < len(here or ())
            if not is_there:
                return default
            here = here[step]
        return here

    def put(self, path: Path, value: Any, default: Any = None) -> None:
        """Write a value; what is said by default is not written, and a part that says nothing any more goes."""
        if self.get(path, default) == value:
            return
        if value == default:
            self._forget(path)
        else:
            here: Any = self.document
            for number, step in enumerate(path[:-1]):
                if isinstance(here, dict) and not isinstance(here.get(step), dict | list):
                    here[step] = dict(SEEDS.get(path[: number + 1], {}))
                here = here[step]
            here[path[-1]] = value
        self.on_change()

    def _forget(self, path: Path) -> None:
        holder = self.get(path[:-1])
        if not isinstance(holder, dict):
            return
        holder.pop(path[-1], None)
        if not holder and path[:-1] and isinstance(path[-2], str):
            self._forget(path[:-1])

    def rows(self, path: Path) -> list[Any]:
        """Read a list; an empty one where nothing is said."""
        found = self.get(path, [])
        return found if isinstance(found, list) else []

    def change_rows(self, path: Path, rows: list[Any]) -> None:
        """Write a list of other rows, or in another order."""
        self.put(path, rows, default=[])

    def unused_id(self, lead: str, path: Path) -> str:
        """Find an id that no row of a list has."""
        taken = {row.get("id") for row in self.rows(path) if isinstance(row, dict)}
        return next(name for number in range(1, len(taken) + 2) if (name := f"{lead}-{number}") not in taken)

    def shows(self, path: Path, place: str, tell: Callable[[str], None]) -> None:
        """Remember which field shows a value: `place` names it, `tell` puts words beside it (empty: none)."""
        self._places[path] = (place, tell)

    def completes(self, fill_in: Callable[[], None]) -> None:
        """Remember what writes something into the document by itself after each change."""
        self._completers.append(fill_in)

    def follows(self, refresh: Callable[[], None]) -> None:
        """Remember what has to look again at the document after each change."""
        self._refreshers.append(refresh)

    def forget_fields(self) -> None:
        """Forget the fields, because they are drawn anew."""
        self._places = {}
        self._completers = []
        self._refreshers = []

    def judge(self) -> list[tuple[str, str]]:
        """Put what is wrong beside its field, and list it as place and words; `rule_set` is what was right last."""
        for fill_in in self._completers:
            fill_in()
        found = mistakes(self.document)
        if not found:
            self.rule_set = RuleSet.model_validate(self.document)
        for refresh in self._refreshers:
            refresh()
        said: dict[Path, list[str]] = {}
        told = []
        for mistake in found:
            path = self._nearest(mistake.path)
            words = _words(mistake)
            said.setdefault(path, []).append(words)
            told.append((self._places[path][0] if path in self._places else mistake.key, words))
        for path, (_place, tell) in self._places.items():
            tell("; ".join(said.get(path, [])))
        return told

    def _nearest(self, wanted: Path) -> Path:
        """Find the field that shows a value, or its first part, or what it belongs to."""
        if wanted in self._places:
            return wanted
        below = [path for path in self._places if path[: len(wanted)] == wanted]
        above = [path for path in self._places if wanted[: len(path)] == path]
        return min(below, key=len) if below else max(above, key=len, default=wanted)


def _words(mistake: Mistake) -> str:
    return _(_IN_A_FORM[mistake.id]) if mistake.id in _IN_A_FORM else pick(mistake)


def names_of(form: RuleForm, name: str) -> dict[str, str]:
    """Offer what a list of the document holds (types, themes, classes, events): id → name."""
    rows = [row for row in form.rows((name,)) if isinstance(row, dict) and row.get("id")]
    return {str(row["id"]): name_of(row) or str(row["id"]) for row in rows}


def name_of(row: Any) -> str:
    """Name a row in the language of the screen; empty where it has no name yet."""
    name = row.get("name") if isinstance(row, dict) else None
    return pick(name) if isinstance(name, dict) and {"sv", "en"} <= set(name) else ""
