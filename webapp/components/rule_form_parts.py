"""What a form of a rule set is made of: descriptions of fields, of rows that can be added, and of sections."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from models.rules.lines import Path
from webapp.components.rule_form import RuleForm

Kind = Literal["text", "number", "length", "flag", "choice", "many", "words", "long", "day", "codes"]
"""`words` and `long` are texts in both languages, `length` is minutes:seconds, `codes` are separated by commas."""
Options = Callable[[RuleForm, dict[str, Any]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field; its path begins at the row (or the document) that it is part of."""

    path: Path
    kind: Kind
    label: str
    hint: str = ""
    default: Any = None
    options: Options | None = None
    is_shown: Callable[[dict[str, Any]], bool] | None = None
    is_narrow: bool = False
    tidy: Callable[[dict[str, Any]], None] | None = None
    """Takes away from the row what has no meaning after this field changed; the section is drawn anew."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list whose rows are added, removed and moved."""

    path: Path
    name: str
    one: str
    add: str
    parts: "tuple[Field | Rows, ...]"
    blank: Callable[[RuleForm], Any]
    title: Callable[[RuleForm, Any], str] | None = None
    hint: str = ""
    suggests_id: bool = False
    is_shown: Callable[[dict[str, Any]], bool] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Fields and rows that belong together; `is_named` where another section has fields of the same names."""

    title: str
    hint: str
    parts: tuple[Field | Rows, ...]
    is_named: bool = False
