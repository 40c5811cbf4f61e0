"""Machine's own: letters on their way. Compare-and-set statements, fenced by the number of the attempt.

That a letter is being sent is noted before its server hears of it, and that it was sent afterwards. Who is killed
between the two has it sent once more, with the same Message-ID: at most one duplicate for each time.
"""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.actions.notices import letter_for
from models.portfolios import time_zone
from models.states import LetterState
from models.tables import Letter, Notice

LEASE = timedelta(minutes=10)
"""Longer than any conversation with a mail server is let to last."""

PATIENCE = timedelta(days=2)
"""What could not be sent for so long is given up: it stands in the application."""

MOST_ATTEMPTS = 20
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
LONGEST_ERROR = 500

DIGEST_HOUR = 7
"""From this hour on, by the institution's clock, what was told since goes out in one letter."""


async def take(*, host: str, at: datetime) -> Letter | None:
    """Take the letter whose turn it is, also one that whoever sent it never closed; None when there is none.

    `host` is the part of a Message-ID behind the @; the first attempt fixes it.
    """
    due = Q(state=LetterState.QUEUED, run_at__lte=at) | Q(state=LetterState.SENDING, lease_until__lte=at)
    while (letter := await Letter.filter(due).order_by("run_at", "id").first()) is not None:
        held = Letter.filter(due, id=letter.id, attempts=letter.attempts)
        if letter.created_at + PATIENCE <= at or letter.attempts >= MOST_ATTEMPTS:
            reason = letter.error or "it was never sent in time"
            await held.update(state=LetterState.GIVEN_UP, lease_until=None, closed_at=at, error=reason)
            continue
        taken = await held.update(
            state=LetterState.SENDING,
            attempts=letter.attempts + 1,
            lease_until=at + LEASE,
            message_id=letter.message_id or f"<{letter.id}@{host}>",
        )
        if taken:
            return await Letter.get(id=letter.id).select_related("person")
    return None


async def note_sent(letter: Letter, *, at: datetime) -> bool:
    """Close a letter that its server has taken; False: it was not ours any more."""
    return await _close(letter, LetterState.SENT, "", at=at)


async def drop(letter: Letter, *, at: datetime) -> bool:
    """Close a letter that has nothing to say any more; False: it was not ours any more."""
    return await _close(letter, LetterState.DROPPED, "", at=at)


async def give_up(letter: Letter, reason: str, *, at: datetime) -> bool:
    """Close a letter that nobody will ever take; False: it was not ours any more."""
    return await _close(letter, LetterState.GIVEN_UP, reason, at=at)


async def try_later(letter: Letter, reason: str, *, at: datetime) -> None:
    """Put a letter back, each time for longer: 1 minute, 2, 4 … at most 4 hours."""
    pause = min(FIRST_PAUSE * 2 ** min(letter.attempts - 1, 10), LONGEST_PAUSE)
    await _held(letter).update(
        state=LetterState.QUEUED, run_at=at + pause, lease_until=None, error=reason[:LONGEST_ERROR]
    )


async def requeue_sending(*, at: datetime) -> int:
    """At the start of the only application on this data folder: nobody sends these any more."""
    return await Letter.filter(state=LetterState.SENDING).update(state=LetterState.QUEUED, run_at=at, lease_until=None)


async def gather(wanted: dict[UUID, list[UUID]], *, at: datetime) -> int:
    """Make one letter for each person of those notices that wait for the letter of the day; tells how many.

    `wanted` are ids of notices by person. Whoever got the letter of today gets the next one tomorrow.
    """
    today = at.astimezone(await time_zone()).date()
    made = 0
    for person_id, notice_ids in wanted.items():
        letter = letter_for(f"digest:{person_id}:{today}", person_id, at=at)
        async with in_transaction():
            if await Letter.exists(id=letter.id):
                continue
            await letter.save(force_create=True)
            await Notice.filter(id__in=notice_ids, letter_id__isnull=True).update(letter_id=letter.id)
            made += 1
    return made


async def _close(letter: Letter, state: LetterState, reason: str, *, at: datetime) -> bool:
    return bool(await _held(letter).update(state=state, lease_until=None, closed_at=at, error=reason[:LONGEST_ERROR]))


def _held(letter: Letter) -> QuerySet[Letter]:
    """The row as long as this attempt holds it: later ones have another number."""
    return Letter.filter(id=letter.id, attempts=letter.attempts, state=LetterState.SENDING)
