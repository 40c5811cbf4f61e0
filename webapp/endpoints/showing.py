"""Turns rows into the JSON of /api/v1."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from models.permissions import Actor, may_change
from models.portfolios import piece_rules
from models.queries import media as media_queries
from models.queries.uploads import Take
from models.queries.work import Piece, piece
from models.receipts import LastHandIn
from models.rules.pieces import Bounds, Format
from models.states import OPEN_REFLECTION_STATES, JobState, MediaState, UploadState, told_to_student
from models.tables import Job, MediaItem
from models.tables.media import UPLOAD_EXPIRED
from webapp.components.wording import questions_of, refusal_words, title_of
from webapp.endpoints import asked, shapes
from webapp.i18n import _

_JOB_WORDS = {JobState.QUEUED: "waiting", JobState.RUNNING: "running", JobState.DONE: "ready"}


async def reflection_shape(reflection_id: UUID, *, actor: Actor, at: datetime) -> shapes.ReflectionShape:
    """Show one's own reflection that is begun; raises NotAllowed for anybody else's."""
    return (await reflection_shapes([await piece(reflection_id, actor=actor, at=at)], actor=actor))[0]


async def reflection_shapes(pieces: Sequence[Piece], *, actor: Actor) -> list[shapes.ReflectionShape]:
    """Show one's own reflections."""
    shown = await media_shapes([media for one in pieces for media in one.media])
    files = {media.id: media for media in shown}
    return [_reflection_shape(one, [files[media.id] for media in one.media], actor) for one in pieces]


def _reflection_shape(one: Piece, media: list[shapes.MediaShape], actor: Actor) -> shapes.ReflectionShape:
    reflection, version = one.reflection, one.newest
    rules = piece_rules(one.rule_set, reflection.kind)
    return shapes.ReflectionShape(
        id=reflection.id,
        owner=reflection.enrolment.person_id,
        title=title_of(reflection),
        kind=reflection.kind,
        state=told_to_student(reflection.state),
        open=reflection.state in OPEN_REFLECTION_STATES and may_change(actor, reflection.enrolment),
        begun=one.is_begun,
        activity=reflection.activity_id,
        enrolment=reflection.enrolment_id,
        language=version.language,
        languages=list(rules.allowed_languages),
        formats=[_format(format_) for format_ in rules.formats],
        prompts=questions_of(reflection, one.rule_set),
        deadline=one.deadline,
        draft=shapes.DraftShape(
            version=version.number,
            revision=version.revision,
            format=version.format,
            text=version.text,
            recording=version.recording_id,
            posts=[
                asked.PostShape(id=post.key, photo=post.photo_id, caption=post.caption, alt_text=post.alt_text)
                for post in one.posts
            ],
        ),
        media=media,
        receipt=_handed_in(one.last, may_take_back=one.may_take_back),
    )


def _handed_in(last: LastHandIn | None, *, may_take_back: bool) -> shapes.HandedIn | None:
    if last is None or last.version.frozen_at is None:
        return None
    version, arrived_at = last.version, last.version.frozen_at
    return shapes.HandedIn(
        version=version.number,
        handed_in_at=version.handed_in_at or arrived_at,
        arrived_at=arrived_at,
        checksum=version.checksum,
        may_take_back=may_take_back,
    )


def take_receipt(take: Take) -> shapes.TakeReceipt:
    """Say what the server has of a decided take."""
    media = take.media
    is_complete = media.state is not MediaState.RECEIVING and media.refusal_code != UPLOAD_EXPIRED
    segments = []
    for one in media.segments or ():
        upload = take.uploads.get(UUID(one["upload"]))
        is_here = upload is not None and upload.state is UploadState.RECEIVED
        segments.append(
            shapes.SegmentShape(
                **one,
                offset=upload.offset_bytes if upload is not None and upload.state is not UploadState.EXPIRED else 0,
                received=is_here,
            )
        )
    return shapes.TakeReceipt(
        id=media.id,
        complete=is_complete,
        manifest=media.sha256 if is_complete else None,
        segments=segments,
        state=media.state,
    )


async def media_shapes(files: Sequence[MediaItem]) -> list[shapes.MediaShape]:
    """Show files that the caller may see, how far they are, and where their parts are."""
    work = await media_queries.work_on(files)
    return [_media_shape(media, work[media.id]) for media in files]


def _media_shape(media: MediaItem, work: media_queries.FileWork) -> shapes.MediaShape:
    preparing, transcribing = work.preparing, work.transcribing
    has_uploads = work.upload is not None or media.segments is not None
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
        offset=work.arrived_bytes if has_uploads else media.size_bytes or 0,
        kind=media.kind or None,
        duration_seconds=media.duration_seconds,
        width=media.width,
        height=media.height,
        progress=preparing.progress if preparing else None,
        transcript=_transcript(transcribing),
        content_type=media.content_type or None,
        alternate_type=media.alternate_type or None,
        peaks=media.peaks,
        urls=shapes.MediaUrls(
            playable=place if is_ready and media.pages is None else None,
            poster=f"{place}/poster" if media.poster_key else None,
            waveform=f"{place}/waveform" if media.waveform_key else None,
            small=f"{place}/small" if media.small_key else None,
            captions=f"{place}/captions.vtt" if has_text else None,
            alternate=f"{place}/alternate" if is_ready and media.alternate_key else None,
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
