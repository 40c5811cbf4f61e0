"""/office/jobs: what the machine does, what is stuck or went wrong, and the speech models it uses."""

from typing import Any

from nicegui import ui

from models.errors import NotAllowed
from models.permissions import may_see_machine
from models.queries import jobs as queries
from webapp.components.machine_facts import machine_facts
from webapp.components.machine_job import job_card
from webapp.components.notices import card, empty_list, muted
from webapp.components.speech_models import speech_models_form
from webapp.errors import screen, told
from webapp.i18n import _
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor

LOOKS_EVERY_SECONDS = 2.0


@screen("/office/jobs")
async def page() -> None:
    """Show the machine on one side, the work that students wait for on the other, looked at again and again."""
    actor = await current_actor()
    if not may_see_machine(actor):
        raise NotAllowed

    @ui.refreshable  # Inside the page: at module level it would redraw everybody's page.
    async def work() -> None:
        seen_by, now = await current_actor(), pages_runtime().now()
        shown = await queries.listed(actor=seen_by, at=now)
        if not shown:
            empty_list(_("Nothing waits, and nothing went wrong."))
        for one in shown:
            job_card(one, now)

    @ui.refreshable
    async def facts_now() -> None:
        machine_facts(await queries.machine(actor=await current_actor(), at=pages_runtime().now()))

    with frame(_("Jobs"), back="/office", wide=True), ui.element("div").classes("cim-columns"):
        with ui.element("div").classes("cim-list"):
            heading(_("Work on your students' files"))
            await work()
        with ui.element("div").classes("cim-list"):
            with card(_("The machine")):
                await facts_now()
            with card(_("Speech models")):
                muted(_("What begins after a change is written down with the new model. Nothing needs a restart."))
                await speech_models_form()
        await _follow(work, facts_now)


async def _follow(work: Any, facts_now: Any) -> None:
    """Redraw when something changed: a button that is pressed must not vanish under the finger for nothing."""
    seen = await _sum()

    @told
    async def look() -> None:
        nonlocal seen
        before, seen = seen, await _sum()
        if seen != before:
            await work.refresh()
            await facts_now.refresh()

    ui.timer(LOOKS_EVERY_SECONDS, look)


async def _sum() -> tuple[object, ...]:
    actor, now = await current_actor(), pages_runtime().now()
    shown = await queries.listed(actor=actor, at=now)
    machine = await queries.machine(actor=actor, at=now)
    rows = tuple(
        (one.job.id, one.job.status, one.job.attempt, one.is_stuck, int(one.job.progress * 100)) for one in shown
    )
    return rows, tuple(sorted(machine.counts.items())), tuple(machine.workers)
