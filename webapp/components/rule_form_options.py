"""What can be chosen in the form of a rule set, with words for it."""

from typing import Any

from models.errors import N_
from models.rules.bilingual import LANGUAGE_NAMES
from models.rules.primitives import normal
from webapp.components.badges import format_words
from webapp.components.rule_form import RuleForm, names_of
from webapp.components.rule_form_parts import Options
from webapp.i18n import _, pick

_FIXED: dict[str, dict[str, str]] = {
    "place": {"sweden": N_("in Sweden"), "abroad": N_("abroad")},
    "mode": {"onsite": N_("on site"), "online": N_("online"), "hybrid": N_("hybrid")},
    "requirement": {
        "count": N_("So many activities"),
        "points": N_("So many points"),
        "event": N_("Having taken part in an event"),
    },
    "of": {"activities": N_("different activities"), "types": N_("activities of different types")},
    "approval": {
        "before": N_("before: staff approve a proposal first"),
        "after": N_("after: staff confirm what was done"),
    },
    "evidence": {"optional": N_("may be added"), "required": N_("is required")},
    "retroactive": {"yes": N_("count"), "with-proof": N_("count with evidence"), "no": N_("do not count")},
    "at": {"enrolment": N_("when enrolling"), "application": N_("when applying")},
    "substitution": {
        "trade": N_("Several together replace one"),
        "count-as": N_("One counts as something else"),
    },
}
_FACETS = {
    "place": N_("place"),
    "mode": N_("on site or online"),
    "type": N_("type"),
    "theme": N_("theme"),
    "class": N_("class"),
}


def fixed(name: str) -> Options:
    """Offer words that are the same in every rule set."""
    return lambda _form, _row: {value: _(words) for value, words in _FIXED[name].items()}


def listed(name: str) -> Options:
    """Offer the types, themes, classes or events of the document."""
    return lambda form, _row: known(form, name)


def facets(*names: str) -> Options:
    """Offer facts about an activity; types, themes and classes only where the document lists some."""
    return lambda form, _row: {
        name: _(_FACETS[name]) for name in names if name in {"place", "mode"} or form.rows((name,))
    }


def values_of_facet(form: RuleForm, row: dict[str, Any]) -> dict[str, str]:
    """Offer the values of the fact that the row is about."""
    facet = row.get("facet", "")
    if facet in {"place", "mode"}:
        return fixed(facet)(form, row)
    return known(form, facet)


def known(form: RuleForm, name: str) -> dict[str, str]:
    """Name what a list of the document holds."""
    return {normal(id_): words for id_, words in names_of(form, name).items()} if name else {}


def formats(form: RuleForm, _row: dict[str, Any]) -> dict[str, str]:
    """Offer the formats."""
    return {kind: format_words(kind) for kind in ("written", "podcast", "video", "posts")}


def languages(_form: RuleForm, _row: dict[str, Any]) -> dict[str, str]:
    """Offer the languages of the product."""
    return {code: pick(name) for code, name in LANGUAGE_NAMES.items()}


def readers(_form: RuleForm, _row: dict[str, Any]) -> dict[int, str]:
    """Offer one or two."""
    return {1: _("one assessor"), 2: _("two assessors, each without the other")}
