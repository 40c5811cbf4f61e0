"""What a certificate asks for, in words, made from its rule set."""

from nicegui import ui

from models.rules.describing import requirement_words
from models.rules.ruleset import RuleSet
from webapp.components.notices import muted
from webapp.i18n import _, pick, plural


def asks_view(rule_set: RuleSet) -> None:
    """List what one does for this certificate."""
    ui.label(_("For {certificate} you need:").format(certificate=pick(rule_set.certificate_name))).classes("text-bold")
    with ui.element("ul").classes("cim-bullets").props("data-test=asks"):
        for words in asks_words(rule_set):
            with ui.element("li"):
                ui.label(words)
    muted(_("Then you apply for the certificate here."))


def asks_words(rule_set: RuleSet) -> list[str]:
    """Say each requirement, and the pieces of the student."""
    asked = [pick(requirement_words(requirement, rule_set)) for requirement in rule_set.requirements]
    if rule_set.reflection.required:
        asked.append(_("a reflection after each activity"))
    if rule_set.activities.evidence == "required":
        asked.append(_("evidence of each activity"))
    final = rule_set.final
    if final.required and final.weeks_before_study_end is not None:
        asked.append(
            plural(
                "a final reflection, {count} week before your studies end at the latest",
                "a final reflection, {count} weeks before your studies end at the latest",
                final.weeks_before_study_end,
            )
        )
    elif final.required:
        asked.append(_("a final reflection"))
    return asked
