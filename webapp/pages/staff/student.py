"""/office/students/{id}: one student's way, and a later deadline where there is a reason."""

from datetime import date
from uuid import uuid4

from nicegui import ui

from models.actions import enrolments
from models.errors import NotAllowed
from models.permissions import Actor, is_staff_of, may_extend
from models.portfolios import local_today, time_zone
from models.queries import enrolments as queries
from models.queries import reflections as reflection_queries
from models.tables import Enrolment
from webapp.components.badges import state_badge
from webapp.components.notices import card, check_line, empty_list, facts, muted
from webapp.components.wording import title_of
from webapp.errors import as_id, screen, tell, told
from webapp.i18n import _, pick, pick_name, pick_title, say_date, say_time
from webapp.layout import frame
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/students/{enrolment_id}")
async def page(enrolment_id: str) -> None:
    """Show progress, activities, what was handed in, extensions."""
    actor = await current_actor()
    enrolment = await queries.enrolment(as_id(enrolment_id), actor=actor)
    if not is_staff_of(actor, enrolment):
        raise NotAllowed
    today = await local_today(pages_runtime().now())
    standing = (await queries.standings([enrolment], on=today))[0]
    deadline = standing.progress.final_deadline

    with frame(enrolment.person.name, back="/office"):
        with card():
            facts(
                [
                    (_("Programme"), pick_name(enrolment.programme)),
                    (_("Rule set"), f"{enrolment.rule_set.rule_set} {enrolment.rule_set.version}"),
                    (_("Studies end"), say_date(enrolment.study_end_date)),
                    (_("Final reflection by"), say_date(deadline) if deadline else "–"),
                ]
            )
            for requirement in standing.progress.requirements:
                check_line(pick(requirement.sentence), met=requirement.met)
        await _activities(enrolment, actor)
        await _handed_in(enrolment, actor)
        if deadline is not None:
            await _extensions(enrolment, actor)


async def _activities(enrolment: Enrolment, actor: Actor) -> None:
    with card(_("Activities")):
        activities = await queries.activities(enrolment, actor=actor)
        if not activities:
            muted(_("None yet."))
        for activity in activities:
            with ui.element("div").classes("cim-row between"):
                ui.link(pick_title(activity), f"/activities/{activity.id}")
                state_badge(activity.state)


async def _handed_in(enrolment: Enrolment, actor: Actor) -> None:
    with card(_("Reflections")):
        reflections = await reflection_queries.reflections_of(enrolment.id, actor=actor)
        if not reflections:
            muted(_("Nothing has been handed in yet."))
        for reflection in reflections:
            with ui.element("div").classes("cim-row between"):
                ui.link(title_of(reflection), f"/reflections/{reflection.id}")
                state_badge(reflection.state)


async def _extensions(enrolment: Enrolment, actor: Actor) -> None:
    granted = await reflection_queries.extensions_of(enrolment.id)
    zone = await time_zone()
    extension_id = uuid4()

    @told
    async def grant() -> None:
        try:
            day = date.fromisoformat(until.value or "")
        except ValueError:
            tell(_("Choose a day."))
            return
        await enrolments.grant_extension(
            enrolment,
            day,
            reason.value or "",
            extension_id=extension_id,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    with card(_("Extension of the deadline")):
        if not granted:
            empty_list(_("No extension was granted."))
        for extension in granted:
            ui.label(_("Until {day}: {reason}").format(day=say_date(extension.until_date), reason=extension.reason))
            muted(f"{extension.granted_by.name}, {say_time(extension.granted_at, zone)}")
        if not may_extend(actor, enrolment):
            return
        until = ui.input(_("Final reflection by")).props("type=date outlined stack-label data-test=extension-date")
        reason = ui.textarea(_("Reason")).props("outlined autogrow data-test=extension-reason").classes("w-full")
        ui.button(_("Grant the extension"), on_click=grant).props("outline data-test=grant-extension")
