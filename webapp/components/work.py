"""What the machine does with a student's files, told while it happens."""

from uuid import UUID

from nicegui import ui

from models.actions import discarding, transcripts
from models.permissions import Actor
from models.queries import media as queries
from models.queries.jobs import Standing, standing_of
from models.states import JobState, MediaState
from models.tables import Job, MediaItem, Version
from models.tables.jobs import PREPARE, TRANSCRIBE
from models.tables.media import Purpose
from webapp.components.notices import card, muted
from webapp.components.wording import refusal_words
from webapp.errors import told
from webapp.i18n import _, plural, say_left, say_length
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def work_on_files(draft: Version, *, actor: Actor) -> None:
    """Tell about the files of an open draft that are on their way, refused, or whose words are being written down."""
    files = [
        media for media in await queries.media_of_reflection(draft.reflection_id, actor=actor) if _belongs(media, draft)
    ]
    work = await queries.work_on(files)
    newest_take = next((media for media in files if media.purpose is Purpose.RECORDING), None)
    for media in files:
        if media.purpose is Purpose.RECORDING and media is not newest_take:
            continue
        at_work = work[media.id]
        if (words := refusal_words(media)) is not None:
            with card(look="bad"):
                ui.label(words)
        elif media.state is MediaState.RECEIVING:
            _coming(media)
        elif media.state is MediaState.PROCESSING:
            await _job(media, at_work.preparing, PREPARE)
        elif media.has_audio:
            await _job(media, at_work.transcribing, TRANSCRIBE)


def _belongs(media: MediaItem, draft: Version) -> bool:
    if media.purpose is Purpose.RECORDING:
        return draft.format in {"podcast", "video"}
    return draft.format == "posts" and media.id in {post.photo_id for post in draft.posts}


def _coming(media: MediaItem) -> None:
    @told
    async def do_without() -> None:
        runtime, actor = pages_runtime(), await current_actor()
        if media.segments is None:
            await runtime.uploads.abandon(media.id, actor=actor, at=runtime.now())
        else:
            await discarding.give_up(media, actor=actor, at=runtime.now())
        ui.navigate.reload()

    with ui.element("div").classes("cim-row between"):
        muted(_("A file is on its way from your phone."))
        ui.button(_("Do without it"), on_click=do_without).props("flat data-test=do-without")


async def _job(media: MediaItem, job: Job | None, kind: str) -> None:
    if job is None or job.status is JobState.DONE:
        return
    if job.status in {JobState.FAILED, JobState.CANCELLED}:
        _over(media.id, kind, job.status)
        return
    standing = await standing_of(job, at=pages_runtime().now())
    with ui.element("div").classes("cim-row between"):
        if job.status is JobState.QUEUED:
            muted(_waiting(job, standing))
        else:
            _running(job, standing, kind)
        if kind == TRANSCRIBE:
            _stop(media.id)


def _waiting(job: Job, standing: Standing) -> str:
    if job.error_code.startswith("model_"):
        return _("The machine has no speech model at the moment. It goes on by itself as soon as there is one.")
    if job.attempt and job.error_code:
        return _("It did not work; it is tried again soon.")
    words = _("Waits for the machine to have time.")
    if standing.before_it:
        words += " " + plural(
            "{count} recording is before it.", "{count} recordings are before it.", standing.before_it
        )
    return words


def _running(job: Job, standing: Standing, kind: str) -> None:
    words = {
        PREPARE: _("Your file is being prepared …"),
        TRANSCRIBE: _("What you said is being written down …"),
    }[kind]
    with ui.element("div").props("role=status data-test=in-progress").classes("cim-grow"):
        ui.label(f"{words} {_how_far(job, standing)}")
        bar = ui.linear_progress(value=job.progress, show_value=False, size="10px").props("rounded")
        bar.props["aria-label"] = words


def _how_far(job: Job, standing: Standing) -> str:
    if not standing.length_seconds:
        return f"{job.progress:.0%}"
    return how_far(standing)


def how_far(standing: Standing) -> str:
    """Write 3:05 of 12:00, and what is left of the time as soon as this machine's speed is known."""
    done, length = say_length(standing.done_seconds), say_length(standing.length_seconds)
    words = _("{done} of {length}").format(done=done, length=length)
    return words if standing.left_seconds is None else f"{words}, {say_left(standing.left_seconds)}"


def _stop(media_id: UUID) -> None:
    @told
    async def stop() -> None:
        actor = await current_actor()
        media = await queries.media(media_id, actor=actor)
        await transcripts.cancel(media, actor=actor, at=pages_runtime().now())
        button.disable()

    button = ui.button(_("Stop"), on_click=stop).props("flat data-test=stop-transcript")


def _over(media_id: UUID, kind: str, state: JobState) -> None:
    @told
    async def again() -> None:
        actor = await current_actor()
        media = await queries.media(media_id, actor=actor)
        await transcripts.work_again(media, kind, actor=actor, at=pages_runtime().now())
        ui.navigate.reload()

    with card(look="calm" if state is JobState.CANCELLED else "bad"):
        if state is JobState.CANCELLED:
            ui.label(
                _("Writing down what you said was stopped. You can hand in without it, or have it done after all.")
            )
        elif kind == TRANSCRIBE:
            ui.label(_("What you said could not be written down. You can hand in without it, or try again."))
        else:
            ui.label(_("Your file could not be prepared; it is kept. Try again."))
        name = _("Write it down") if state is JobState.CANCELLED else _("Try again")
        ui.button(name, on_click=again).props("outline data-test=again")
