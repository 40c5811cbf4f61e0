"""Turns rows into the JSON of /api/v1."""

from collections.abc import Sequence
from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor, is_own, may_change
from models.portfolios import deadline_of, piece_rules, rule_set_of
from models.queries import media as media_queries
from models.queries import reflections as queries
from models.rules.pieces import Bounds, Format
from models.states import OPEN_REFLECTION_STATES, JobState, MediaState
from models.tables import Job, MediaItem, ReflectionKind
from webapp.components.wording import questions_of, refusal_words, title_of
from webapp.endpoints import shapes
from webapp.i18n import _

_JOB_WORDS = {JobState.QUEUED: "waiting", JobState.RUNNING: "running", JobState.DONE: "ready"}


async def reflection_shape(reflection_id: UUID, *, actor: Actor) -> shapes.ReflectionShape:
    """Show one's own reflection; raises NotAllowed for anybody else's."""
    reflection = await queries.reflection(reflection_id, actor=actor)
    if not is_own(actor, reflection.enrolment):
        raise NotAllowed
    rule_set = await rule_set_of(reflection.enrolment)
    rules = piece_rules(rule_set, reflection.kind)
    version = (await queries.versions(reflection, actor=actor))[0]
    is_final = reflection.kind is ReflectionKind.FINAL
    return shapes.ReflectionShape(
        id=reflection.id,
        owner=reflection.enrolment.person_id,
        title=title_of(reflection),
        kind=reflection.kind,
        state=reflection.state,
        open=reflection.state in OPEN_REFLECTION_STATES and may_change(actor, reflection.enrolment),
        language=version.language,
        languages=list(rules.allowed_languages),
        formats=[_format(format_) for format_ in rules.formats],
        prompts=questions_of(reflection, rule_set),
        deadline=await deadline_of(reflection.enrolment) if is_final else None,
        draft=shapes.DraftShape(
            version=version.number,
            revision=version.revision,
            format=version.format,
            text=version.text,
            recording=version.recording_id,
            posts=[
                shapes.PostShape(id=post.key, photo=post.photo_id, caption=post.caption, alt_text=post.alt_text)
                for post in sorted(version.posts, key=lambda post: post.position)
            ],
        ),
        media=await media_shapes(await media_queries.media_of_reflection(reflection.id, actor=actor)),
    )


async def media_shapes(files: Sequence[MediaItem]) -> list[shapes.MediaShape]:
    """Show files that the caller may see, how far they are, and where their parts are."""
    work = await media_queries.work_on(files)
    return [_media_shape(media, work[media.id]) for media in files]


def _media_shape(media: MediaItem, work: media_queries.FileWork) -> shapes.MediaShape:
    upload, preparing, transcribing = work.upload, work.preparing, work.transcribing
    place = f"/media/{media.id}"
    is_ready = media.state is MediaState.READY
    was_given_up = preparing is not None and preparing.status is JobState.FAILED
    has_text = transcribing is not None and transcribing.status is JobState.DONE
    return shapes.MediaShape(
        id=media.id,
        purpose=media.purpose,
        state=MediaState.REFUSED if was_given_up else media.state,
        message=_("The file could not be prepared. Try again, or choose another one.")
        if was_given_up
        else refusal_words(media),
        size=media.size_bytes,
        offset=upload.offset_bytes if upload else media.size_bytes or 0,
        kind=media.kind or None,
        duration_seconds=media.duration_seconds,
        width=media.width,
        height=media.height,
        progress=preparing.progress if preparing else None,
        transcript=_transcript(transcribing),
        urls=shapes.MediaUrls(
            playable=place if is_ready and media.pages is None else None,
            poster=f"{place}/poster" if media.poster_key else None,
            waveform=f"{place}/waveform" if media.waveform_key else None,
            small=f"{place}/small" if media.small_key else None,
            captions=f"{place}/captions.vtt" if has_text else None,
        ),
    )


def _transcript(job: Job | None) -> shapes.TranscriptStanding | None:
    if job is None:
        return None
    state = _JOB_WORDS.get(job.status, "failed")
    return shapes.TranscriptStanding.model_validate({"state": state, "progress": job.progress})


def _format(format_: Format) -> shapes.FormatShape:
    return shapes.FormatShape(
        kind=format_.kind, words=_bounds(format_.words), seconds=_bounds(format_.seconds), posts=_bounds(format_.posts)
    )


def _bounds(bounds: Bounds | None) -> shapes.BoundsShape | None:
    return None if bounds is None else shapes.BoundsShape.model_validate(bounds.model_dump())
