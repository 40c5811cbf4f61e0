"""The section of the form about what may replace what, and how much of one kind counts at most."""

from typing import Any

from models.errors import N_
from models.rules.describing import cap_words, substitution_words
from webapp.components.rule_form_counting import has, keeps, said, where
from webapp.components.rule_form_options import facets, fixed, values_of_facet
from webapp.components.rule_form_parts import Field, Rows, Section


def _drop_value(row: dict[str, Any]) -> None:
    row.pop("value", None)
    row.pop("wanted", None)
    row.pop("given", None)


_PERIOD = (
    Field(("study_end_from",), "day", N_("If the studies end at the earliest on")),
    Field(("study_end_until",), "day", N_("If the studies end at the latest on")),
)
_COMMON = {"id", "kind", "facet", "wanted", "at_most", "study_end_from", "study_end_until", "reason"}
CAPS = Section(
    N_("Substitutions and caps"),
    N_("What may replace what, and how much of one kind counts at most."),
    (
        Rows(
            ("substitution",),
            N_("Substitutions"),
            N_("Substitution"),
            N_("Add a substitution"),
            (
                Field(
                    ("kind",),
                    "choice",
                    N_("How"),
                    options=fixed("substitution"),
                    tidy=keeps(
                        {
                            "trade": _COMMON | {"given", "number"},
                            "count-as": _COMMON | {"where", "activity_from", "activity_until"},
                        }
                    ),
                ),
                Field(
                    ("facet",),
                    "choice",
                    N_("It is about the"),
                    options=facets("place", "class", "type", "theme"),
                    tidy=_drop_value,
                ),
                Field(("wanted",), "choice", N_("Counts as"), options=values_of_facet),
                Field(("given",), "choice", N_("Given for it"), options=values_of_facet, is_shown=has("kind", "trade")),
                Field(("number",), "number", N_("So many are given"), is_shown=has("kind", "trade")),
                Field(("at_most",), "number", N_("At most so many times"), default=1),
                *where(has("kind", "count-as")),
                Field(("activity_from",), "day", N_("Activity at the earliest on"), is_shown=has("kind", "count-as")),
                Field(("activity_until",), "day", N_("Activity at the latest on"), is_shown=has("kind", "count-as")),
                *_PERIOD,
                Field(("reason",), "words", N_("Reason, shown to students")),
            ),
            blank=lambda form: {
                "id": form.unused_id("substitution", ("substitution",)),
                "kind": "count-as",
                "facet": "place",
            },
            title=said("substitution", substitution_words),
        ),
        Rows(
            ("cap",),
            N_("Caps"),
            N_("Cap"),
            N_("Add a cap"),
            (
                Field(
                    ("facet",),
                    "choice",
                    N_("It is about the"),
                    options=facets("place", "mode", "type", "theme", "class"),
                    tidy=_drop_value,
                ),
                Field(
                    ("value",),
                    "choice",
                    N_("Of"),
                    N_("Nothing chosen: each one has this cap."),
                    options=values_of_facet,
                ),
                Field(("points",), "number", N_("At most so many points")),
                Field(("activities",), "number", N_("At most so many activities")),
            ),
            blank=lambda _form: {"facet": "place"},
            title=said("cap", cap_words),
        ),
    ),
)
