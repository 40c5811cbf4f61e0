"""One piece of work on a student's file, as staff see it, with what can be done about it."""

from datetime import datetime

from nicegui import ui

from models.actions import transcripts
from models.queries.jobs import Listed
from models.states import JobRank, JobState
from models.tables import Job
from models.tables.jobs import TRANSCRIBE, TRANSLATE
from webapp.components.machine_facts import kind_words
from webapp.components.notices import card, muted
from webapp.components.work import how_far
from webapp.errors import told
from webapp.i18n import _, plural, say_ago, say_length
from webapp.layout import heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def job_card(listed: Listed, now: datetime) -> None:
    """Show whose it is, where it stands, how old it is, what is wrong with it."""
    job = listed.job
    look = "bad" if job.status is JobState.FAILED else "warn" if listed.is_stuck else ""
    with card(look=look):
        if listed.student is not None:
            heading(listed.student.name, 3)
        ui.label(" · ".join([kind_words(job.kind), *_where(listed, now)])).props("data-test=job")
        for words in _troubles(job, now):
            muted(words)
        if job.error_code:
            with ui.element("details").classes("cim-fold"):
                with ui.element("summary"):
                    ui.label(_("What the machine said: {code}").format(code=job.error_code))
                ui.label(job.error_detail).classes("cim-text cim-small")
        _buttons(listed)


def _where(listed: Listed, now: datetime) -> list[str]:
    job = listed.job
    if job.status is JobState.RUNNING:
        far = how_far(listed.standing) if job.length_seconds else f"{job.progress:.0%}"
        began = _("begun {when}").format(when=say_ago(job.started_at or job.created_at, now))
        return [far, began, _("by {worker}").format(worker=job.worker)]
    said = {
        JobState.QUEUED: _("waiting, asked for {when}").format(when=say_ago(job.created_at, now)),
        JobState.FAILED: _("given up {when}").format(when=say_ago(job.finished_at or now, now)),
        JobState.CANCELLED: _("stopped {when}").format(when=say_ago(job.finished_at or now, now)),
    }[job.status]
    rank = _("handed in") if job.rank is JobRank.HANDED_IN else _("draft")
    length = [say_length(job.length_seconds)] if job.length_seconds else []
    return [said, rank, *length]


def _troubles(job: Job, now: datetime) -> list[str]:
    said = []
    if job.workers_lost:
        said.append(plural("{count} worker was lost on it.", "{count} workers were lost on it.", job.workers_lost))
    if job.lease_until is not None and job.lease_until < now:
        said.append(_("Its worker has not been heard of; another one takes it in a moment."))
    if job.status is JobState.QUEUED and job.error_code:
        said.append(
            _("The last try did not end well; the next one begins {when}.").format(when=say_ago(job.run_at, now))
        )
    return said


def _buttons(listed: Listed) -> None:
    job, media = listed.job, listed.media
    if media is None:
        return

    @told
    async def stop() -> None:
        await transcripts.cancel(media, job.kind, actor=await current_actor(), at=pages_runtime().now())
        ui.notify(_("It is being stopped."))

    @told
    async def again() -> None:
        await transcripts.work_again(media, job.kind, actor=await current_actor(), at=pages_runtime().now())
        ui.notify(_("It waits for its turn."))

    with ui.element("div").classes("cim-row"):
        if job.status in {JobState.FAILED, JobState.CANCELLED}:
            ui.button(_("Try again"), on_click=again).props("outline data-test=job-again")
        elif job.kind in {TRANSCRIBE, TRANSLATE}:
            ui.button(_("Stop"), on_click=stop).props("flat data-test=job-stop")
