"""/enrol: choose the programme and say when the studies end; and change that day later."""

from nicegui import ui

from models.actions import study_dates
from models.errors import NotAllowed
from models.permissions import may_change
from models.portfolios import deadline_of, local_today, parsed
from models.queries import enrolments as queries
from webapp.components.enrolment_form import Answers, enrolment_form, read_day, why_closed
from webapp.components.notices import card, empty_list, muted
from webapp.errors import as_id, screen, tell, told, words_of
from webapp.i18n import _, pick_name, say_date
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/enrol")
async def page() -> None:
    """Enrol for the certificate: choose the programme, then see what its certificate asks for and confirm."""
    actor = await current_actor()
    programmes = {programme.code: programme for programme in await queries.programmes_to_enrol_in(actor)}
    today, answers = await local_today(pages_runtime().now()), Answers()

    @ui.refreshable  # Inside the page: at module level it would redraw everybody's page.
    def form() -> None:
        programme = programmes.get(chosen.value or "")
        if programme is None:
            return
        if (closed := why_closed(programme, today=today)) is not None:
            with card(look="warn"):
                ui.label(words_of(closed)).props("role=status data-test=not-open")
            return
        enrolment_form(programme, parsed(programme.rule_set.document), answers)

    with frame(_("Enrol for the certificate")):
        if not programmes:
            empty_list(_("There is no programme in which you could enrol."))
            return
        with card():
            names = {code: f"{pick_name(programme)} ({code})" for code, programme in programmes.items()}
            only = next(iter(names)) if len(names) == 1 else None
            chosen = ui.select(names, label=_("Programme"), value=only, on_change=lambda: form.refresh())
            chosen.props("outlined data-test=programme").classes("w-full")
            form()
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
        day = read_day(study_end.value)
        if day is None:
            tell(_("Choose the day on which your studies end."))
            return
        await study_dates.change_study_end(enrolment, day, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.to("/")

    deadline = await deadline_of(enrolment)
    with frame(_("When do your studies end?"), back="/"), card():
        if deadline is not None:
            ui.label(_("The final reflection is due on {day}.").format(day=say_date(deadline)))
        study_end = ui.input(_("My studies end on"), value=enrolment.study_end_date.isoformat()).classes("w-full")
        study_end.props("type=date outlined stack-label data-test=study-end")
        ui.button(_("Save"), on_click=save).props("data-test=save-study-end")
