"""The rules of the demonstration's pilot: the ready-made ones, and criteria by which its assessors judge."""

import tomllib

from models.actions.rule_sets import document_of
from models.rules.ruleset import RuleSet, preset
from webapp.demo.texts import FILES

VERSION = "2025-26.demo"


def pilot_rules() -> RuleSet:
    """Put the criteria of `files/criteria.toml` into the pilot's rules, as a version of its own."""
    document = document_of(preset("ki")) | {"version": VERSION}
    for part, more in tomllib.loads((FILES / "criteria.toml").read_text(encoding="utf-8")).items():
        document[part] |= more
    return RuleSet.model_validate(document)
