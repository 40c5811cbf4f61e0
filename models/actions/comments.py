"""Comments at their place: a moment of a recording, some letters of a text, or a post."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.assessment_drafts import both
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import Actor, may_comment, require
from models.tables import Assessment, AssessmentComment, MediaItem, Post, Version
from models.tables.assessments import Anchor

LONGEST_LETTERS = 4_000
LONGEST_QUOTE = 5_000
MOST_COMMENTS = 100

# A player's clock and the file's length differ by less than this.
_SLACK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """From one second of the recording to another, or one moment; `quote` is what stands there in the transcript."""

    start_seconds: float
    end_seconds: float
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """Letters of the text, counted as Unicode's characters: from the first one up to but without the last."""

    start_letter: int
    end_letter: int


@dataclass(frozen=True, slots=True)
class OnPost:
    """A post, by the key that it keeps from version to version."""

    key: UUID


Spot = Spoken | Written | OnPost


class NoSuchPlace(Refused):
    """A comment must lead its reader somewhere."""

    words = N_("This place is not in the version that you are reading. Load the page again; your words are kept.")


class PlaceTooLong(Refused):
    """A comment at its place is about a passage, not about the whole."""

    words = N_("Choose a shorter passage: at most {longest} characters.")


class NothingWritten(Refused):
    """A comment without words is none."""

    words = N_("Write something, or remove the comment.")


class CommentTooLong(Refused):
    """What is about the whole stands in the comment to the student."""

    words = N_("Write at most {longest} characters at one place.")


class TooManyComments(Refused):
    """Nobody works through a thousand comments."""

    words = N_("There are {most} comments here already. Say the rest in the comment to the student.")


class DecidedAlready(WrongState):
    """What the student has been told does not change any more."""

    words = N_(
        "You have decided, and the comments were handed over as they were then: they cannot be changed any more. "
        "Copy from here what you still need."
    )


async def put(
    version: Version, comment_id: UUID, spot: Spot, text: str, *, revision: int, actor: Actor, at: datetime
) -> AssessmentComment:
    """Keep a comment as it is now; the version comes with its reflection and enrolment. Its place stays the first one.

    The id is the client's, so that a repeated request does nothing twice. `revision` is the one that the writer has
    seen (0: none); what was written in another window meanwhile is kept beside it. Also who does not hold the
    reflection any more may keep their words. Raises NoSuchPlace, PlaceTooLong, NothingWritten, CommentTooLong,
    TooManyComments, DecidedAlready.
    """
    require(may_comment(actor, version))
    text = text.strip()
    if not text:
        raise NothingWritten
    if len(text) > LONGEST_LETTERS:
        raise CommentTooLong(longest=LONGEST_LETTERS)
    async with in_transaction():
        kept = await _own(version, comment_id, actor)
        if kept is not None and kept.text == text:
            return kept
        if kept is None:
            await _check_may_add(version, actor)
            return await AssessmentComment.create(
                id=comment_id,
                version_id=version.id,
                assessor_id=actor.person_id,
                text=text,
                changed_at=at,
                **await _place(version, spot),
            )
        if kept.assessment_id is not None:
            raise DecidedAlready
        if kept.revision != revision:
            text = both(kept.text, text)
        kept.update_from_dict({"text": text, "revision": kept.revision + 1, "changed_at": at})
        await kept.save(update_fields=["text", "revision", "changed_at"])
        return kept


async def remove(version: Version, comment_id: UUID, *, actor: Actor) -> None:
    """Take a comment of one's own away before one has decided; one that is not there is gone. Raises DecidedAlready."""
    require(may_comment(actor, version))
    async with in_transaction():
        kept = await _own(version, comment_id, actor)
        if kept is None:
            return
        if kept.assessment_id is not None:
            raise DecidedAlready
        await kept.delete()


async def _own(version: Version, comment_id: UUID, actor: Actor) -> AssessmentComment | None:
    """Find what this person wrote under that id; somebody else's, or about something else, is not theirs to know of."""
    kept = await AssessmentComment.get_or_none(id=comment_id)
    if kept is not None and (kept.version_id, kept.assessor_id) != (version.id, actor.person_id):
        raise NotAllowed
    return kept


async def _check_may_add(version: Version, actor: Actor) -> None:
    if await Assessment.exists(version_id=version.id, assessor_id=actor.person_id):
        raise DecidedAlready
    mine = AssessmentComment.filter(version_id=version.id, assessor_id=actor.person_id)
    if await mine.count() >= MOST_COMMENTS:
        raise TooManyComments(most=MOST_COMMENTS)


async def _place(version: Version, spot: Spot) -> dict[str, Any]:
    """Give the columns of a place that exists in the version."""
    match spot:
        case Spoken():
            return await _moment(version, spot)
        case Written():
            return _letters(version, spot)
        case OnPost():
            if version.format != "posts" or not await Post.exists(version_id=version.id, key=spot.key):
                raise NoSuchPlace
            return {"anchor": Anchor.POST, "post_key": spot.key}


async def _moment(version: Version, spot: Spoken) -> dict[str, Any]:
    recording = await MediaItem.get_or_none(id=version.recording_id) if version.recording_id else None
    length = recording.duration_seconds if recording is not None else None
    if version.format not in {"podcast", "video"} or length is None:
        raise NoSuchPlace
    if not 0 <= spot.start_seconds <= spot.end_seconds <= length + _SLACK_SECONDS:
        raise NoSuchPlace
    quote = spot.quote.strip()
    if len(quote) > LONGEST_QUOTE:
        raise PlaceTooLong(longest=LONGEST_QUOTE)
    return {
        "anchor": Anchor.SPOKEN,
        "start_seconds": spot.start_seconds,
        "end_seconds": spot.end_seconds,
        "quote": quote,
    }


def _letters(version: Version, spot: Written) -> dict[str, Any]:
    is_shown = version.format in {"written", "posts"}
    if not is_shown or not 0 <= spot.start_letter < spot.end_letter <= len(version.text):
        raise NoSuchPlace
    if spot.end_letter - spot.start_letter > LONGEST_QUOTE:
        raise PlaceTooLong(longest=LONGEST_QUOTE)
    return {
        "anchor": Anchor.WRITTEN,
        "start_letter": spot.start_letter,
        "end_letter": spot.end_letter,
        "quote": version.text[spot.start_letter : spot.end_letter],
    }
