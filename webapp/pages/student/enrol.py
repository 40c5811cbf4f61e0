"""/enrol: choose the programme and say when the studies end; and change that day later."""

from datetime import date
from uuid import uuid4

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from models.actions import enrolments
from models.errors import NotAllowed
from models.permissions import may_change
from models.portfolios import deadline_of, parsed
from models.queries import enrolments as queries
from models.rules.progress import final_deadline
from models.tables import Programme
from webapp.components.notices import card, empty_list, muted
from webapp.errors import as_id, screen, tell, told
from webapp.i18n import _, pick_name, say_date
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/enrol")
async def page() -> None:
    """Enrol for the certificate."""
    actor = await current_actor()
    programmes = {programme.code: programme for programme in await queries.programmes_to_enrol_in(actor)}
    enrolment_id = uuid4()

    @told
    async def enrol() -> None:
        programme = programmes.get(chosen.value or "")
        day = _day(study_end.value)
        if programme is None or day is None:
            tell(_("Choose a programme and the day on which your studies end."))
            return
        fresh = await current_actor()
        await enrolments.enrol(programme, day, enrolment_id=enrolment_id, actor=fresh, at=pages_runtime().now())
        ui.navigate.to("/")

    def show_deadline(_event: ValueChangeEventArguments[str | None]) -> None:
        deadline.set_text(_deadline_words(programmes.get(chosen.value or ""), _day(study_end.value)))

    with frame(_("Enrol for the certificate")):
        if not programmes:
            empty_list(_("There is no programme in which you could enrol."))
            return
        with card():
            ui.label(
                _("Three international activities, a reflection after each one, a final reflection – then you apply.")
            )
            names = {code: f"{pick_name(programme)} ({code})" for code, programme in programmes.items()}
            chosen = ui.select(names, label=_("Programme"), on_change=show_deadline).props(
                "outlined data-test=programme"
            )
            chosen.classes("w-full")
            study_end = ui.input(_("My studies end on"), on_change=show_deadline).classes("w-full")
            study_end.props("type=date outlined stack-label data-test=study-end")
            deadline = ui.label("").props("role=status").classes("text-bold")
            muted(_("You can change the day later. It decides when the final reflection is due."))
            ui.button(_("Enrol"), on_click=enrol).props("data-test=enrol")
        with card(_("What is stored, and why"), look="calm", level=2):
            muted(
                _(
                    "Your activities, reflections, recordings and their transcripts are stored so that assessors and "
                    "programme staff of your programme can decide on the certificate (a task of public interest). "
                    "Recordings are turned into text on the institution's own machine. A draft is private. What you "
                    "hand in becomes a public document of the institution."
                )
            )


@screen("/enrolments/{enrolment_id}/end")
async def study_end_page(enrolment_id: str) -> None:
    """Change the day on which the studies end."""
    actor = await current_actor()
    enrolment = await queries.enrolment(as_id(enrolment_id), actor=actor)
    if not may_change(actor, enrolment):
        raise NotAllowed

    @told
    async def save() -> None:
        day = _day(study_end.value)
        if day is None:
            tell(_("Choose the day on which your studies end."))
            return
        await enrolments.change_study_end(enrolment, day, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to("/")

    with frame(_("When do your studies end?"), back="/"), card():
        ui.label(_("The final reflection is due on {day}.").format(day=say_date(await deadline_of(enrolment))))
        study_end = ui.input(_("My studies end on"), value=enrolment.study_end_date.isoformat()).classes("w-full")
        study_end.props("type=date outlined stack-label")
        ui.button(_("Save"), on_click=save)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _deadline_words(programme: Programme | None, study_end: date | None) -> str:
    if programme is None or study_end is None:
        return ""
    deadline = final_deadline(parsed(programme.rule_set.document), study_end)
    return _("The final reflection is then due on {day}.").format(day=say_date(deadline))
