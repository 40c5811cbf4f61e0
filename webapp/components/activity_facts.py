"""What an activity is, in the words of its student's rule set: type, place, mode, points, theme, class."""

from models.actions.facts import OWN
from models.rules.primitives import PointsRequirement, normal
from models.rules.ruleset import RuleSet
from models.tables import Activity, CatalogueItem
from webapp.components.badges import mode_words, place_words
from webapp.i18n import _, pick, plural

DOT = "\u00a0· "
"""Stands between facts in one line, and never begins the next one."""


def facts_of(row: Activity | CatalogueItem, rule_set: RuleSet) -> list[tuple[str, str]]:
    """List name and value of all that is known about it; what it does not say itself, its type says."""
    type_, points = rule_set.type_of(row.kind), points_of(row, rule_set)
    facts = [(_("Type"), name)] if (name := type_words(row.kind, rule_set)) else []
    facts += [(_("Where"), place_words(row.place)), (_("How"), mode_words(row.mode))]
    if points is not None:
        facts.append((_("Points"), str(points)))
    if theme := row.theme or (type_.theme if type_ else None):
        facts.append((_("Theme"), pick(rule_set.name_of("theme", normal(theme)))))
    if class_ := row.class_code or (type_.class_ if type_ else None):
        facts.append((_("Class"), pick(rule_set.name_of("class", normal(class_)))))
    return facts


def short_words(row: CatalogueItem, rule_set: RuleSet) -> str:
    """Say the same in one line."""
    parts = [value for name, value in facts_of(row, rule_set) if name != _("Points")]
    points = points_of(row, rule_set)
    return DOT.join([*parts, *([plural("{count} point", "{count} points", points)] if points is not None else [])])


def counts_points(rule_set: RuleSet) -> bool:
    """Whether the certificate asks for points at all."""
    return any(isinstance(requirement, PointsRequirement) for requirement in rule_set.requirements)


def points_of(row: Activity | CatalogueItem, rule_set: RuleSet) -> int | None:
    """Its own points, else those of its type."""
    type_ = rule_set.type_of(row.kind)
    return row.points if row.points is not None or type_ is None else type_.points


def type_words(kind: str, rule_set: RuleSet) -> str:
    """Name a type; nothing where the rule set does not know it, because types mean nothing there."""
    type_ = rule_set.type_of(kind)
    if type_ is not None:
        return pick(type_.name)
    return _("Own activity") if normal(kind) == OWN and rule_set.types else ""


def asks_for_evidence(kind: str, rule_set: RuleSet) -> bool:
    """Whether every activity of this type must be proved."""
    type_ = rule_set.type_of(kind)
    return rule_set.activities.evidence == "required" or (type_ is not None and type_.evidence)
