"""Sections of the form about what counts: requirements, types, events."""

from collections.abc import Callable
from typing import Any

from models.errors import N_
from models.rules.describing import requirement_words
from models.rules.ruleset import RuleSet
from webapp.components.rule_form import RuleForm, name_of
from webapp.components.rule_form_options import fixed, listed
from webapp.components.rule_form_parts import Field, Rows, Section
from webapp.i18n import pick


def blank_named(_form: RuleForm) -> dict[str, Any]:
    """A type, theme, class, event or forum that has no name yet."""
    return {"id": "", "name": {"sv": "", "en": ""}}


def blank_text(_form: RuleForm) -> dict[str, Any]:
    """A text that nobody has written yet."""
    return {"sv": "", "en": ""}


def _named(_form: RuleForm, row: Any) -> str:
    return name_of(row)


def has(key: str, *values: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a row says one of these."""
    return lambda row: row.get(key) in values


def keeps(by_kind: dict[str, set[str]]) -> Callable[[dict[str, Any]], None]:
    """Drop the keys that the chosen kind does not know."""

    def tidy(row: dict[str, Any]) -> None:
        for key in set(row) - by_kind.get(row.get("kind", ""), set(row)):
            del row[key]

    return tidy


def said(list_: str, say: Callable[[Any, RuleSet], Any]) -> Callable[[RuleForm, Any], str]:
    """Say a row in words, once it is right."""

    def title(form: RuleForm, row: Any) -> str:
        if form.rule_set is None:
            return ""
        rows = form.rows((list_,))
        parts = getattr(form.rule_set, f"{list_}s")
        number = next((n for n, one in enumerate(rows) if one is row), len(parts))
        return pick(say(parts[number], form.rule_set)) if number < len(parts) == len(rows) else ""

    return title


NAME = Field(("name",), "words", N_("Name"))
ID = Field(("id",), "text", N_("Short name"), N_("Activities of the catalogue carry it. Keep it once students use it."))


def where(is_shown: Callable[[dict[str, Any]], bool] | None = None) -> tuple[Field, ...]:
    """Fields that say which activities are meant."""
    kinds = {
        "place": N_("Only activities that are …"),
        "mode": N_("Only activities held …"),
        "type": N_("Only of the types"),
        "theme": N_("Only with the themes"),
        "class": N_("Only in the classes"),
    }
    return tuple(
        Field(
            ("where", facet),
            "many",
            label,
            N_("Nothing chosen: any."),
            default=[],
            options=fixed(facet) if facet in {"place", "mode"} else listed(facet),
            is_shown=is_shown,
        )
        for facet, label in kinds.items()
    )


REQUIREMENTS = Section(
    N_("Requirements"),
    N_("What a student must have done for the certificate."),
    (
        Rows(
            ("requirement",),
            "",
            N_("Requirement"),
            N_("Add a requirement"),
            (
                Field(
                    ("kind",),
                    "choice",
                    N_("What is asked for"),
                    options=fixed("requirement"),
                    tidy=keeps(
                        {
                            "count": {"id", "kind", "minimum", "of", "where"},
                            "points": {"id", "kind", "minimum", "where"},
                            "event": {"id", "kind", "minimum", "event"},
                        }
                    ),
                ),
                Field(("minimum",), "number", N_("At least how many")),
                Field(
                    ("of",),
                    "choice",
                    N_("Counted as"),
                    default="activities",
                    options=fixed("of"),
                    is_shown=has("kind", "count"),
                ),
                Field(("event",), "choice", N_("Event"), options=listed("event"), is_shown=has("kind", "event")),
                *where(has("kind", "count", "points")),
            ),
            blank=lambda form: {"id": form.unused_id("requirement", ("requirement",)), "kind": "count", "minimum": 1},
            title=said("requirement", requirement_words),
        ),
    ),
)

TYPES = Section(
    N_("Types, themes and classes"),
    N_("Kinds of activities that the rules tell apart."),
    (
        Rows(
            ("type",),
            N_("Types"),
            N_("Type"),
            N_("Add a type"),
            (
                NAME,
                Field(("plural",), "words", N_("Several are called")),
                ID,
                Field(
                    ("occasions",),
                    "number",
                    N_("Occasions that make one activity"),
                    N_("On so many different days."),
                    default=1,
                ),
                Field(("points",), "number", N_("Points"), N_("Where the activity itself has none.")),
                Field(("class",), "choice", N_("Class"), options=listed("class")),
                Field(("theme",), "choice", N_("Theme"), options=listed("theme")),
                Field(("evidence",), "flag", N_("Evidence is required"), default=False),
                Field(("attendance",), "flag", N_("The share of attendance must be stated"), default=False),
                Rows(
                    ("prompt",),
                    N_("Questions for reflections on this type"),
                    N_("Question"),
                    N_("Add a question"),
                    (Field((), "long", N_("Question")),),
                    blank=blank_text,
                ),
            ),
            blank=blank_named,
            title=_named,
            suggests_id=True,
        ),
        Rows(
            ("theme",), N_("Themes"), N_("Theme"), N_("Add a theme"), (NAME, ID), blank_named, _named, suggests_id=True
        ),
        Rows(
            ("class",),
            N_("Classes"),
            N_("Class"),
            N_("Add a class"),
            (NAME, ID),
            blank_named,
            _named,
            N_("For example large and small activities."),
            suggests_id=True,
        ),
    ),
)

EVENTS = Section(
    N_("Events"),
    N_("Workshops, lectures, presentations and ceremonies that the rules know."),
    (
        Rows(
            ("event",),
            "",
            N_("Event"),
            N_("Add an event"),
            (
                NAME,
                ID,
                Field(("points",), "number", N_("Points"), default=0),
                Rows(
                    ("forum",),
                    N_("Where it may be held"),
                    N_("Forum"),
                    N_("Add a forum"),
                    (NAME, ID),
                    blank=blank_named,
                    title=_named,
                    hint=N_("No forum: anywhere."),
                    suggests_id=True,
                ),
            ),
            blank=blank_named,
            title=_named,
            suggests_id=True,
        ),
    ),
)
