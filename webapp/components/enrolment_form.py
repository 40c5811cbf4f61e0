"""The form by which a student enrols for the certificate of a programme."""

from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from nicegui import ui

from models.actions import enrolments
from models.actions.eligibility import check_programme
from models.errors import Refused
from models.portfolios import parsed
from models.rules.bilingual import Bilingual
from models.rules.progress import application_deadline, final_deadline
from models.rules.ruleset import RuleSet
from models.tables import Programme
from webapp.components.certificate_asks import asks_view
from webapp.components.declarations import declaration_boxes
from webapp.components.notices import muted
from webapp.errors import tell, told
from webapp.i18n import _, say_date
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@dataclass(slots=True)
class Answers:
    """What was filled in so far; it outlives the form, which is built anew for every programme that is chosen."""

    study_end: str = ""
    admitted: str = ""
    confirmed: set[Bilingual] = field(default_factory=set)


def why_closed(programme: Programme, *, today: date) -> Refused | None:
    """Find what keeps everybody from enrolling in this programme today; its rule set comes loaded."""
    try:
        check_programme(parsed(programme.rule_set.document), programme, today=today)
    except Refused as refusal:
        return refusal
    return None


def enrolment_form(programme: Programme, rule_set: RuleSet, answers: Answers) -> None:
    """Show what the certificate asks for, then ask for the days and confirmations that its rules need."""
    enrolment_id = uuid4()

    @told
    async def enrol() -> None:
        day, admitted_day = read_day(study_end.value), read_day(admitted.value) if admitted is not None else None
        if day is None:
            tell(_("Choose a programme and the day on which your studies end."))
            return
        await enrolments.enrol(
            programme,
            day,
            admitted_date=admitted_day,
            declarations=confirmed(),
            enrolment_id=enrolment_id,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.to("/")

    def study_end_changed() -> None:
        answers.study_end = study_end.value or ""
        deadlines.set_text(deadline_words(rule_set, read_day(answers.study_end)))

    asks_view(rule_set)
    admitted = _admitted_input(answers) if rule_set.activities.after_admission else None
    study_end = ui.input(_("My studies end on"), value=answers.study_end, on_change=study_end_changed).classes("w-full")
    study_end.props("type=date outlined stack-label data-test=study-end")
    deadlines = ui.label(deadline_words(rule_set, read_day(answers.study_end))).classes("text-bold")
    deadlines.props("role=status data-test=deadlines")
    muted(_("You can change the day later. The last days follow it."))
    confirmed = declaration_boxes(rule_set, "enrolment", answers.confirmed)
    ui.button(_("Enrol"), on_click=enrol).props("data-test=enrol")


def read_day(text: str | None) -> date | None:
    """Read a day from an input; None where it is none yet."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def deadline_words(rule_set: RuleSet, study_end: date | None) -> str:
    """Say the last days that follow from the end of the studies; nothing where there are none."""
    if study_end is None:
        return ""
    words = []
    final = final_deadline(rule_set, study_end) if rule_set.final.required else None
    if final is not None:
        words.append(_("The final reflection is then due on {day}.").format(day=say_date(final)))
    applying = application_deadline(rule_set, study_end)
    if applying is not None:
        words.append(_("Apply by {day} at the latest.").format(day=say_date(applying)))
    return " ".join(words)


def _admitted_input(answers: Answers) -> ui.input:
    def changed() -> None:
        answers.admitted = admitted.value or ""

    admitted = ui.input(_("My studies in the programme began on"), value=answers.admitted, on_change=changed)
    admitted.classes("w-full")
    admitted.props("type=date outlined stack-label data-test=admitted")
    muted(_("Only activities after that day count."))
    return admitted
