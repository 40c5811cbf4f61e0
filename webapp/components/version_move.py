"""Staff move one student to another version of the rules, after they have seen what that changes."""

from datetime import date

from nicegui import ui

from models.actions import enrolments
from models.permissions import Actor, may_extend
from models.portfolios import local_today, parsed
from models.queries import enrolments as queries
from models.rules.differences import differences
from models.rules.ruleset import RuleSet
from models.tables import Enrolment, RuleSetVersion
from webapp.components.certificate_picture import percent_of
from webapp.components.enrolment_form import read_day
from webapp.components.notices import card, muted
from webapp.components.requirement_lines import numbers_of
from webapp.errors import told
from webapp.i18n import _, pick, say_date
from webapp.layout import heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def version_card(enrolment: Enrolment, actor: Actor) -> None:
    """Move to another version of the rules: see first what that changes."""
    if not may_extend(actor, enrolment):
        return
    versions = {version.id: version for version in await queries.versions_for(enrolment, actor=actor)}
    now = f"{enrolment.rule_set.rule_set} {enrolment.rule_set.version}"

    def said_day() -> date | None:
        return read_day(admitted.value) if admission.visible else None

    @told
    async def look() -> None:
        preview.clear()
        if chosen.value is not None:
            admission.set_visibility(asks_when_it_began(enrolment, parsed(versions[chosen.value].document)))
            with preview:
                await _difference(enrolment, versions[chosen.value], said_day())
        move_form.set_visibility(chosen.value is not None)

    @told
    async def move() -> None:
        await enrolments.move_to_version(
            enrolment,
            versions[chosen.value],
            reason.value or "",
            admitted_date=said_day(),
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    with card(_("Version of the rules")):
        words = _("The student follows {version}. What is published later changes nothing for this student.")
        ui.label(words.format(version=now))
        if not versions:
            muted(_("There is no other version of these rules."))
            return
        names = {id_: f"{version.rule_set} {version.version}" for id_, version in versions.items()}
        chosen = ui.select(names, label=_("Look at another version"), on_change=look)
        chosen.props("outlined data-test=choose-version").classes("w-full")
        preview = ui.element("div").classes("cim-list").props("role=status data-test=version-preview")
        with ui.element("div").classes("cim-list") as move_form:
            with ui.element("div") as admission:
                admitted = ui.input(_("The studies in the programme began on"), on_change=look).classes("w-full")
                admitted.props("type=date outlined stack-label data-test=version-admitted")
                muted(_("This version counts only what was done after that day, and nobody has said it yet."))
            reason = ui.textarea(_("Reason")).props("outlined autogrow data-test=version-reason").classes("w-full")
            button = ui.button(_("Move the student to this version"), on_click=move)
            button.props("outline data-test=move-version").classes("self-start")
        move_form.set_visibility(False)


def asks_when_it_began(enrolment: Enrolment, rule_set: RuleSet) -> bool:
    """Tell whether a move to these rules needs a day that is not known."""
    return rule_set.activities.after_admission and enrolment.admitted_date is None


async def _difference(enrolment: Enrolment, version: RuleSetVersion, admitted_date: date | None) -> None:
    today = await local_today(pages_runtime().now())
    actor = await current_actor()
    before = (await queries.standings([enrolment], on=today))[0].progress
    after = await queries.standing_under(enrolment, version, on=today, admitted_date=admitted_date, actor=actor)
    heading(_("What differs in the rules"), 3)
    changes = differences(parsed(enrolment.rule_set.document), after.rule_set)
    with ui.element("ul").classes("cim-form-list"):
        for change in changes:
            with ui.element("li"):
                ui.label(pick(change))
    heading(_("What it means for this student"), 3)
    words = _("Progress now: {now}. Under this version: {then}.")
    ui.label(words.format(now=f"{percent_of(before)} %", then=f"{percent_of(after.progress)} %"))
    with ui.element("ul").classes("cim-form-list"):
        for requirement in after.progress.requirements:
            with ui.element("li"):
                ui.label(numbers_of(requirement))
    deadline, then = before.final_deadline, after.progress.final_deadline
    if deadline != then:
        words = _("Last day of the final reflection: now {now}, then {then}.")
        ui.label(words.format(now=_day(deadline), then=_day(then)))


def _day(day: date | None) -> str:
    return say_date(day) if day is not None else _("none")
