"""The form of a rule set shows every setting, and what it does not show is never lost."""

from datetime import date
from typing import Any

import pytest

from models.actions.rule_sets import document_of
from models.rules.ruleset import RuleSet, preset, preset_names
from tests.models.rules.schema import patterns
from webapp.components.rule_form import RuleForm
from webapp.components.rule_form_parts import Field, Rows
from webapp.components.rule_form_publish import proposed_version
from webapp.components.rule_form_sections import SECTIONS

# Ids of these rows are made by the form, and the version is named on publishing.
MADE = {"id", "version", "requirement.*.id", "substitution.*.id", "eligibility.declaration.*.id"} | {
    f"{piece}.criterion.*.{part}" for piece in ("reflection", "final") for part in ("id", "level.*.id")
}


def shown(parts: tuple[Field | Rows, ...], lead: str = "") -> set[str]:
    """List the settings for which there is a field."""
    found = set()
    for part in parts:
        pattern = ".".join([*([lead] if lead else []), *map(str, part.path)])
        if isinstance(part, Rows):
            found |= shown(part.parts, f"{pattern}.*")
        else:
            found.add(pattern)
    return found


def form_of(document: dict[str, Any]) -> RuleForm:
    """Edit a document that nobody draws."""
    return RuleForm(document, lambda: None)


def test_there_is_a_field_for_every_setting_of_the_schema() -> None:
    fields = {pattern.removesuffix(".*") for section in SECTIONS for pattern in shown(section.parts)}

    assert fields == patterns() - MADE


@pytest.mark.parametrize("name", preset_names())
def test_every_field_that_is_written_with_what_it_shows_changes_nothing(name: str) -> None:
    document = document_of(preset(name))
    form = form_of(document)

    for path, value in list(_leaves(document)):
        form.put(path, value)

    assert RuleSet.model_validate(form.document) == preset(name)


def test_what_no_field_shows_is_kept() -> None:
    form = form_of(document_of(preset("ki")) | {"unheard_of": {"deep": [1]}})

    form.put(("own_proposals",), False)

    assert form.document["unheard_of"] == {"deep": [1]}


def test_a_value_that_holds_by_default_is_not_written() -> None:
    form = form_of(document_of(preset("ki")))

    form.put(("activities", "approval"), "after", "before")
    form.put(("activities", "approval"), "before", "before")

    assert form.document == document_of(preset("ki"))


def test_a_limit_that_is_taken_away_leaves_nothing_behind() -> None:
    form = form_of({"final": {"required": True, "format": [{"kind": "podcast", "seconds": {"minimum": 300}}]}})

    form.put(("final", "format", 0, "seconds", "minimum"), None)

    assert form.document["final"]["format"] == [{"kind": "podcast"}]


def test_a_mistake_stands_beside_its_field_and_goes_when_it_is_put_right() -> None:
    form = form_of(document_of(preset("ki")))
    beside: list[str] = []
    form.shows(("requirement", 0, "minimum"), "Requirement 1: At least how many", beside.append)

    form.put(("requirement", 0, "minimum"), None)
    found = form.judge()
    form.put(("requirement", 0, "minimum"), 5)

    assert found == [("Requirement 1: At least how many", "this must be filled in")]
    assert (form.judge(), beside) == ([], ["this must be filled in", ""])


def test_a_mistake_about_a_whole_part_stands_beside_its_first_field() -> None:
    form = form_of(document_of(preset("ki")) | {"certificate_name": {"sv": "", "en": "Certificate"}})
    beside: list[str] = []
    form.shows(("certificate_name", "sv"), "Name of the certificate", beside.append)

    form.judge()

    assert beside == ["write it in both languages"]


@pytest.mark.parametrize(
    ("taken", "newest", "proposal"),
    [
        ({"2025-26"}, "2025-26", "2026-27"),
        ({"2025-26", "2026-27"}, "2025-26", "2026-27.2"),
        ({"2099-00"}, "2099-00", "2100-01"),
        ({"pilot"}, "pilot", "2026-27"),
    ],
)
def test_the_next_academic_year_is_proposed_as_a_version(taken: set[str], newest: str, proposal: str) -> None:
    assert proposed_version(taken, newest, date(2026, 3, 2)) == proposal


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    if isinstance(value, dict) and not {"sv", "en"} <= set(value):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, part in enumerate(value):
            yield from _leaves(part, (*path, number))
    else:
        yield path, value
