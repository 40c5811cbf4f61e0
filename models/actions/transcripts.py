"""Putting right what the machine heard."""

from datetime import datetime

from tortoise.transactions import in_transaction

from models.actions import jobs
from models.actions.enrolments import check_active
from models.actions.events import record
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_correct, require
from models.states import OPEN_REFLECTION_STATES
from models.tables import Correction, Job, MediaItem, Reflection, Transcript

LONGEST_WORDS = 200


class NoSuchWord(Refused):
    """The place is not in the transcript."""

    words = N_("This word is not in the transcript any more. Load the page again.")


class WordsTooLong(Refused):
    """A correction replaces one word."""

    words = N_("A correction replaces one word; write at most {longest} characters.")


async def correct(
    transcript: Transcript, segment: int, word: int, text: str, *, actor: Actor, at: datetime
) -> Correction:
    """Replace one word (empty: leave it out) while the reflection is open; what the machine heard stays beside it."""
    require(may_correct(actor, transcript))
    words = " ".join(text.split())
    if len(words) > LONGEST_WORDS:
        raise WordsTooLong(longest=LONGEST_WORDS)
    segments = transcript.speech["segments"]
    if not (0 <= segment < len(segments) and 0 <= word < len(segments[segment]["words"])):
        raise NoSuchWord
    async with in_transaction():
        reflection = await Reflection.get_or_none(id=transcript.media.reflection_id, state__in=OPEN_REFLECTION_STATES)
        if reflection is None:
            raise WrongState
        await check_active(reflection.enrolment_id)
        correction = await Correction.create(
            transcript_id=transcript.id, segment=segment, word=word, text=words, by_id=actor.person_id, at=at
        )
        await record("correct", transcript, by=actor.person_id, at=at, segment=segment, word=word)
    return correction


async def work_again(media: MediaItem, kind: str, *, actor: Actor, at: datetime) -> None:
    """Try the preparing or the transcribing of one's own file once more, after the last try failed."""
    require(media.owner_id == actor.person_id)
    job = await Job.filter(kind=kind, subject=str(media.id)).order_by("-created_at").first()
    async with in_transaction():
        if job is None or not await jobs.try_again(job, at=at):
            raise WrongState
        await record("work_again", media, by=actor.person_id, at=at, kind=kind)
