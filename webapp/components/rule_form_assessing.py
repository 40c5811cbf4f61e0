"""The part of the form about how a piece is judged: criteria with their levels, and until when one hears of it."""

from typing import Any

from models.errors import N_
from webapp.components.rule_form import RuleForm, name_of
from webapp.components.rule_form_counting import NAME
from webapp.components.rule_form_parts import Field, Rows


def assessing(piece: str) -> tuple[Field | Rows, ...]:
    """Fields for what a piece is judged by."""
    path = (piece, "criterion")
    return (
        Field(
            (piece, "answer_days"),
            "number",
            N_("An assessor answers within so many days"),
            N_("Students read the day. Empty: nothing is promised."),
        ),
        Rows(
            path,
            N_("Criteria"),
            N_("Criterion"),
            N_("Add a criterion"),
            (
                NAME,
                Field(("description",), "long", N_("Description")),
                Rows(
                    ("level",),
                    N_("Levels"),
                    N_("Level"),
                    N_("Add a level"),
                    (
                        NAME,
                        Field(("description",), "long", N_("Description")),
                        Field(("passes",), "flag", N_("Enough to be accepted"), default=True),
                    ),
                    blank=lambda form: _blank_level(_unused(form, path)),
                    title=_named,
                ),
            ),
            blank=lambda form: {
                "id": form.unused_id("criterion", path),
                "name": {"sv": "", "en": ""},
                "level": [_blank_level("level-1"), _blank_level("level-2")],
            },
            title=_named,
            hint=N_(
                "Assessors choose a level in each one, and students read them before they hand in. "
                "Without criteria assessors judge in words only."
            ),
        ),
    )


def _named(_form: RuleForm, row: Any) -> str:
    return name_of(row)


def _blank_level(id_: str) -> dict[str, Any]:
    return {"id": id_, "name": {"sv": "", "en": ""}}


def _unused(form: RuleForm, path: tuple[str, ...]) -> str:
    """Find an id that no level of any criterion has: which criterion the new one is for is not known here."""
    taken = {
        level.get("id")
        for number in range(len(form.rows(path)))
        for level in form.rows((*path, number, "level"))
        if isinstance(level, dict)
    }
    return next(name for number in range(1, len(taken) + 2) if (name := f"level-{number}") not in taken)
