"""Files, jobs and transcripts, as one person may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from models.errors import NotAllowed
from models.permissions import Actor
from models.states import JobState, MediaState
from models.tables import Correction, Job, MediaItem, Transcript, Translation, Upload, Version
from models.tables.jobs import CONVERT, PREPARE, TRANSCRIBE, TRANSLATE
from models.tables.media import REMOVED, UPLOAD_EXPIRED
from models.visibility import is_ready_to_serve, visible_media


async def media(media_id: UUID, *, actor: Actor) -> MediaItem:
    """Get one file's row; raises NotAllowed when it is not this person's to see."""
    found = await MediaItem.filter(visible_media(actor), id=media_id).first()
    if found is None:
        raise NotAllowed
    return found


async def media_to_serve(media_id: UUID, *, actor: Actor) -> MediaItem:
    """Get a file's row for its bytes; raises NotAllowed also while there is nothing to serve."""
    found = await media(media_id, actor=actor)
    if not is_ready_to_serve(found):
        raise NotAllowed
    return found


async def media_of_reflection(reflection_id: UUID, *, actor: Actor) -> list[MediaItem]:
    """List one's own files of a reflection: those on their way, then what was received, newest first."""
    return (await media_by_reflection([reflection_id], owner_id=actor.person_id)).get(reflection_id, [])


async def media_by_reflection(reflection_ids: Sequence[UUID], *, owner_id: UUID) -> dict[UUID, list[MediaItem]]:
    """List a person's files of several reflections, each as `media_of_reflection` does."""
    found = (
        await MediaItem.filter(owner_id=owner_id, reflection_id__in=reflection_ids)
        .exclude(refusal_code=UPLOAD_EXPIRED)
        .order_by("-received_at")
    )
    listed: dict[UUID, list[MediaItem]] = {}
    for item in sorted(found, key=lambda item: item.state is not MediaState.RECEIVING):
        assert item.reflection_id is not None  # noqa: S101  The query asks for it.
        listed.setdefault(item.reflection_id, []).append(item)
    return listed


@dataclass(frozen=True, slots=True)
class Evidence:
    """One file of evidence, what its student called it, and the newest work on it."""

    media: MediaItem
    name: str
    preparing: Job | None

    @property
    def was_given_up(self) -> bool:
        """Whether a machine tried to prepare it and does not try any more."""
        return self.preparing is not None and self.preparing.status is JobState.FAILED


async def evidence_of_activity(activity_id: UUID, *, actor: Actor) -> list[Evidence]:
    """List the evidence of an activity in the order in which it came, without what was taken away or never came.

    Only its student sees what is still on its way.
    """
    on_its_way = Q(state=MediaState.RECEIVING) & ~Q(owner_id=actor.person_id)
    found = (
        await MediaItem.filter(visible_media(actor), activity_id=activity_id)
        .exclude(refusal_code__in=(REMOVED, UPLOAD_EXPIRED))
        .exclude(on_its_way)
        .distinct()
    )
    return await _with_names(sorted(found, key=_arrival))


async def evidence(media_id: UUID, *, actor: Actor) -> Evidence:
    """Get one file of evidence with its activity and student; raises NotAllowed also for what was taken away."""
    found = await (
        MediaItem.filter(visible_media(actor), id=media_id, activity_id__isnull=False)
        .exclude(refusal_code__in=(REMOVED, UPLOAD_EXPIRED))
        .select_related("activity__enrolment", "owner")
        .first()
    )
    if found is None:
        raise NotAllowed
    return (await _with_names([found]))[0]


async def evidence_moving(activity_id: UUID, *, actor: Actor) -> tuple[tuple[str, str, str], ...]:
    """Sum up where one's own evidence of an activity stands; another sum means that a list shows something old."""
    listed = await evidence_of_activity(activity_id, actor=actor)
    return tuple(
        (str(one.media.id), one.media.state.value, one.preparing.status.value if one.preparing else "")
        for one in listed
    )


def _arrival(item: MediaItem) -> tuple[bool, float]:
    """Sort by when a file came; what is on its way comes last."""
    return item.received_at is None, item.received_at.timestamp() if item.received_at else 0.0


async def _with_names(items: Sequence[MediaItem]) -> list[Evidence]:
    work = await work_on(items)
    named = {id_: at_work.upload.filename for id_, at_work in work.items() if at_work.upload is not None}
    return [Evidence(item, named.get(item.id, ""), work[item.id].preparing) for item in items]


async def all_media(actor: Actor) -> list[MediaItem]:
    """List every file that this person may see."""
    return await MediaItem.filter(visible_media(actor)).distinct()


@dataclass(frozen=True, slots=True)
class FileWork:
    """What is being done for one file: its upload, how much has arrived, and its newest job of each kind.

    A take has several uploads, of which `upload` is none.
    """

    upload: Upload | None
    arrived_bytes: int
    preparing: Job | None
    transcribing: Job | None
    translating: Job | None


async def work_on(items: Sequence[MediaItem]) -> dict[UUID, FileWork]:
    """Load the work on files that the caller was given, with two queries for all of them."""
    ids = [item.id for item in items]
    uploads = {upload.id: upload for upload in await Upload.filter(Q(id__in=ids) | Q(take_id__in=ids))}
    jobs = await Job.filter(subject__in=[str(id_) for id_ in ids]).order_by("created_at")
    newest = {(job.kind, job.subject): job for job in jobs}
    return {
        item.id: FileWork(
            uploads.get(item.id),
            _arrived(item, uploads),
            newest.get((PREPARE, str(item.id))),
            newest.get((TRANSCRIBE, str(item.id))),
            newest.get((TRANSLATE, str(item.id))),
        )
        for item in items
    }


def _arrived(item: MediaItem, uploads: Mapping[UUID, Upload]) -> int:
    parts = [item.id] if item.segments is None else [UUID(one["upload"]) for one in item.segments]
    return sum(uploads[part].offset_bytes for part in parts if part in uploads)


@dataclass(frozen=True, slots=True)
class Moving:
    """What a page about a reflection watches: `states` when something changed, `shares` when work only went on."""

    states: tuple[tuple[str, str, int], ...]
    shares: tuple[int, ...]

    @property
    def goes_on(self) -> bool:
        """Whether a machine is at work or about to be."""
        at_work = {JobState.QUEUED, JobState.RUNNING, MediaState.PROCESSING, MediaState.RECEIVING}
        return any(state in at_work for _id, state, _revision in self.states)


async def moving(reflection_id: UUID, *, actor: Actor) -> Moving:
    """Sum up one's own reflection and the work on its files."""
    versions = await Version.filter(
        reflection_id=reflection_id, reflection__enrolment__person_id=actor.person_id
    ).select_related("reflection")
    items = await MediaItem.filter(reflection_id=reflection_id, owner_id=actor.person_id)
    # The second copy for other browsers changes nothing that its student sees, and a translation is for other readers:
    # a page that is read stays as it is.
    work = Job.filter(subject__in=[str(item.id) for item in items]).exclude(kind__in=(CONVERT, TRANSLATE))
    jobs = await work.order_by("created_at")
    return Moving(
        states=(
            *sorted((str(version.id), version.reflection.state.value, version.revision) for version in versions),
            *sorted((str(item.id), item.state.value, 0) for item in items),
            *((str(job.id), job.status.value, 0) for job in jobs),
        ),
        shares=tuple(int(job.progress * 100) for job in jobs),
    )


async def transcript(media_id: UUID, *, actor: Actor) -> Transcript | None:
    """Get the newest transcript of a file; None when there is none (yet)."""
    item = await media(media_id, actor=actor)
    return await Transcript.filter(media_id=item.id).select_related("media").order_by("-made_at").first()


async def earlier_transcripts(of: Transcript, *, actor: Actor) -> list[Transcript]:
    """List the transcripts of the same file that were made before, newest first."""
    item = await media(of.media_id, actor=actor)
    earlier = Transcript.filter(media_id=item.id, made_at__lte=of.made_at).exclude(id=of.id)
    return await earlier.select_related("media").order_by("-made_at")


async def translation(of: Transcript, *, actor: Actor) -> Translation | None:
    """Get what the machine says of it in English; None where nobody asked for that, or it is not made yet."""
    await media(of.media_id, actor=actor)
    return await Translation.get_or_none(transcript_id=of.id)


async def corrections(of: Transcript, *, until: datetime | None = None) -> dict[tuple[int, int], str]:
    """The corrected words by (segment, word), the newest for each; only those up to `until` when given."""
    rows = Correction.filter(transcript_id=of.id)
    if until is not None:
        rows = rows.filter(at__lte=until)
    return {(row.segment, row.word): row.text for row in await rows.order_by("id")}


async def declared_language(item: MediaItem) -> str | None:
    """Machine's own: the language of the version that uses the file, else of the newest one; None without versions."""
    versions = await Version.filter(reflection_id=item.reflection_id).order_by("-number")
    using = [version for version in versions if version.recording_id == item.id]
    return (using or versions)[0].language if versions else None


async def language_of(reflection_id: UUID | None) -> str | None:
    """Machine's own: the language that was declared for what is being made now; None without versions."""
    newest = await Version.filter(reflection_id=reflection_id).order_by("-number").first()
    return newest.language if newest else None
