"""Putting right what the machine heard, stopping it, and having it done again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.actions import jobs
from models.actions.enrolments import check_active
from models.actions.events import record
from models.actions.reflections import NoSuchFormat
from models.actions.speech_models import NoSuchModel
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, is_staff_of, may_correct, may_remake_transcript, require
from models.portfolios import piece_rules, rule_set_of
from models.states import OPEN_REFLECTION_STATES, JobRank, MediaState
from models.tables import Correction, Enrolment, Job, MediaItem, Reflection, Transcript
from models.tables.jobs import TRANSCRIBE, TRANSLATE
from models.tables.media import JOINED

LONGEST_WORDS = 200


class NoSuchWord(Refused):
    """The place is not in the transcript, or the transcript is not the newest any more."""

    words = N_("This word is not in the transcript any more. Load the page again.")


class WordsTooLong(Refused):
    """A correction stands for few words."""

    words = N_("A correction replaces one word; write at most {longest} characters.")


class AlreadyAtWork(Refused):
    """One transcript of a recording is made at a time."""

    words = N_("This recording is being written down already. Wait for it, or stop it first.")


@dataclass(frozen=True, slots=True)
class Change:
    """What holds for one heard word from now on: `text` is one word, several, none (left out), or JOINED."""

    segment: int
    word: int
    text: str


async def correct(
    transcript: Transcript, segment: int, word: int, text: str, *, actor: Actor, at: datetime
) -> Correction:
    """Replace one word (empty: leave it out) while the reflection is open; what the machine heard stays beside it."""
    await put_right(transcript, [Change(segment, word, text)], actor=actor, at=at)
    made = await Correction.filter(transcript_id=transcript.id, segment=segment, word=word).order_by("id")
    return made[-1]


async def put_right(transcript: Transcript, changes: Sequence[Change], *, actor: Actor, at: datetime) -> None:
    """Put several words right at once, all or none: that is how words are joined, and how it is undone.

    What holds already is not written again, so a repeated request does nothing twice. Undoing is one more change:
    rows are only ever added, because each frozen version shows those before it.
    """
    require(may_correct(actor, transcript))
    wanted = [Change(change.segment, change.word, _cleaned(change.text)) for change in changes]
    if any(len(change.text) > LONGEST_WORDS for change in wanted):
        raise WordsTooLong(longest=LONGEST_WORDS)
    if not all(_is_in(transcript, change) for change in wanted):
        raise NoSuchWord
    async with in_transaction():
        reflection = await Reflection.get_or_none(id=transcript.media.reflection_id, state__in=OPEN_REFLECTION_STATES)
        if reflection is None:
            raise WrongState
        await check_active(reflection.enrolment_id)
        rows = await Correction.filter(transcript_id=transcript.id).order_by("id")
        holding = {(row.segment, row.word): row.text for row in rows}
        for change in wanted:
            if holding.get((change.segment, change.word)) == change.text:
                continue
            await Correction.create(
                transcript_id=transcript.id,
                segment=change.segment,
                word=change.word,
                text=change.text,
                by_id=actor.person_id,
                at=at,
            )
            place = {"segment": change.segment, "word": change.word}
            await record("correct", transcript, by=actor.person_id, at=at, **place)


def _cleaned(text: str) -> str:
    return JOINED if text == JOINED else " ".join(text.replace(JOINED, "").split())


def _is_in(transcript: Transcript, change: Change) -> bool:
    segments = transcript.speech["segments"]
    if not (0 <= change.segment < len(segments) and 0 <= change.word < len(segments[change.segment]["words"])):
        return False
    # The first word has none before it.
    return change.text != JOINED or (change.segment, change.word) > _first_place(segments)


def _first_place(segments: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    return next((number for number, segment in enumerate(segments) if segment["words"]), 0), 0


async def work_again(media: MediaItem, kind: str, *, actor: Actor, at: datetime) -> None:
    """Try the preparing, transcribing or translating of a file once more, after it was given up or cancelled."""
    require(media.owner_id == actor.person_id or is_staff_of(actor, await _enrolment_of(media)))
    async with in_transaction():
        job = await _newest_job(media, kind)
        if job is None or not await jobs.try_again(job, at=at):
            raise WrongState
        await record("work_again", media, by=actor.person_id, at=at, kind=kind)


async def cancel(media: MediaItem, kind: str = TRANSCRIBE, *, actor: Actor, at: datetime) -> None:
    """Stop writing down or translating what is said, or take it out of those that wait; it can be asked for again."""
    await _require_may_remake(media, actor)
    async with in_transaction():
        job = await _newest_job(media, kind) if kind in {TRANSCRIBE, TRANSLATE} else None
        if job is None or not await jobs.ask_to_stop(job, at=at):
            raise WrongState
        await record("cancel_transcript", media, by=actor.person_id, at=at, job=job.id, kind=kind)


async def write_down_anew(
    media: MediaItem, *, model: str, language: str, models: Collection[str], actor: Actor, at: datetime
) -> Job:
    """Have a recording transcribed once more; the transcripts before stay, with their corrections.

    `models` are those of this machine. An empty `model` is the one chosen for the language, and an empty `language`
    the declared one.
    """
    await _require_may_remake(media, actor)
    reflection = await Reflection.get(id=media.reflection_id).select_related("enrolment")
    rules = piece_rules(await rule_set_of(reflection.enrolment), reflection.kind)
    if model and model not in models:
        raise NoSuchModel(name=model)
    if language and language not in rules.allowed_languages:
        raise NoSuchFormat
    async with in_transaction():
        if media.state is not MediaState.READY or not media.has_audio:
            raise WrongState
        earlier = Job.filter(kind=TRANSCRIBE, subject=str(media.id))
        if await earlier.filter(status__in=jobs.OPEN_STATES).exists():
            raise AlreadyAtWork
        is_draft = await Reflection.exists(id=reflection.id, state__in=OPEN_REFLECTION_STATES)
        wishes = {name: value for name, value in (("model", model), ("language", language)) if value}
        job = await jobs.enqueue(
            TRANSCRIBE,
            media.id,
            at=at,
            dedupe_key=f"{TRANSCRIBE}:{media.id}:{await earlier.count()}",
            rank=JobRank.DRAFT if is_draft else JobRank.HANDED_IN,
            length_seconds=media.duration_seconds or 0.0,
            **wishes,
        )
        await record("write_down_anew", media, by=actor.person_id, at=at, **wishes)
    return job


async def _require_may_remake(media: MediaItem, actor: Actor) -> None:
    """Only recordings of reflections are written down."""
    reflection = await Reflection.get_or_none(id=media.reflection_id).select_related("enrolment")
    require(reflection is not None and may_remake_transcript(actor, reflection))


async def _enrolment_of(media: MediaItem) -> Enrolment:
    of = Q(reflections__id=media.reflection_id) if media.reflection_id else Q(activities__id=media.activity_id)
    return await Enrolment.get(of)


async def _newest_job(media: MediaItem, kind: str) -> Job | None:
    return await Job.filter(kind=kind, subject=str(media.id)).order_by("-created_at").first()
