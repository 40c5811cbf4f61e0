"""The reflection on an activity: begin it, or go on with it."""

from nicegui import ui

from models.actions import reflections
from models.permissions import Actor, is_own, may_change
from models.rules.ruleset import RuleSet
from models.tables import Activity
from webapp.addresses import capture_address
from webapp.components.criteria import criteria_fold
from webapp.components.format_choice import format_choice
from webapp.components.notices import card, muted
from webapp.errors import told
from webapp.i18n import _, current_language, pick
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def reflection_part(activity: Activity, rule_set: RuleSet, actor: Actor) -> None:
    """Lead to the reflection, which comes loaded, or offer its formats; nothing where none is asked for."""
    begun = next(iter(activity.reflections), None)
    if begun is not None:
        if is_own(actor, activity.enrolment) or begun.first_submitted_at is not None:
            ui.link(_("To the reflection"), f"/reflections/{begun.id}").props("data-test=to-reflection")
    elif rule_set.reflection.required and may_change(actor, activity.enrolment):
        _begin(activity, rule_set)


def _begin(activity: Activity, rule_set: RuleSet) -> None:
    @told
    async def choose(format_: str, language: str) -> None:
        actor = await current_actor()
        reflection = await reflections.start(activity, format_, language, actor=actor, at=pages_runtime().now())
        ui.navigate.to(capture_address(reflection.id, format_))

    type_ = rule_set.type_of(activity.kind)
    with card(_("How do you want to reflect?")):
        introduction = rule_set.reflection.introduction
        muted(pick(introduction) if introduction else _("There are no right or wrong answers."))
        muted(_("You can change the format until you hand in."))
        for prompt in type_.prompts if type_ else ():
            ui.label(f"• {pick(prompt)}")
        criteria_fold(rule_set.reflection)
        format_choice(rule_set.reflection, choose, language=current_language())
