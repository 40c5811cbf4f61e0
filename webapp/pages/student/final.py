"""/enrolments/{id}/final: choose how to make the final reflection."""

from nicegui import ui

from models.actions import reflections
from models.errors import NotAllowed
from models.permissions import may_change
from models.portfolios import deadline_of, local_today, portfolio_of, rule_set_of
from models.queries import enrolments as queries
from models.rules.progress import may_start_final
from webapp.addresses import capture_address
from webapp.components.criteria import criteria_fold
from webapp.components.format_choice import format_choice
from webapp.components.notices import card, muted
from webapp.errors import as_id, screen, told
from webapp.i18n import _, current_language, pick, say_date
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/enrolments/{enrolment_id}/final")
async def page(enrolment_id: str) -> None:
    """Offer the formats of the final reflection, or say why it is not its time."""
    actor = await current_actor()
    enrolment = await queries.enrolment(as_id(enrolment_id), actor=actor)
    if not may_change(actor, enrolment):
        raise NotAllowed
    rule_set = await rule_set_of(enrolment)
    today = await local_today(pages_runtime().now())
    reason = may_start_final(await portfolio_of(enrolment), rule_set, today)

    @told
    async def choose(format_: str, language: str) -> None:
        begun = await reflections.start_final(
            enrolment,
            format_,
            language,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.to(capture_address(begun.id, format_))

    with frame(_("Final reflection"), back="/"):
        if reason is not None:
            with card(look="warn"):
                ui.label(pick(reason))
            return
        with card(_("How do you want to reflect?")):
            if (deadline := await deadline_of(enrolment)) is not None:
                muted(_("At the latest on {day}.").format(day=say_date(deadline)))
            if rule_set.final.introduction is not None:
                muted(pick(rule_set.final.introduction))
            for prompt in rule_set.final.prompts:
                ui.label(f"• {pick(prompt)}")
            criteria_fold(rule_set.final)
            format_choice(rule_set.final, choose, language=current_language())
