"""Sentences that an assessor writes often, kept to be used again; everybody has their own."""

from datetime import datetime
from uuid import UUID

from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models.errors import N_, Refused
from models.permissions import Actor, may_keep_sentences, may_use_sentence, require
from models.tables import KeptSentence

MOST_SENTENCES = 200
LONGEST_LETTERS = 2000


class NothingToKeep(Refused):
    """Blanks are no sentence."""

    words = N_("Write a sentence first, or mark one, and then keep it.")


class SentenceTooLong(Refused):
    """It is chosen from a list."""

    words = N_("A sentence that you keep has at most {longest} characters. Mark the part that you want.")


class TooManySentences(Refused):
    """Who keeps everything finds nothing."""

    words = N_("You keep {most} sentences already. Forget one that you do not need.")


async def keep(text: str, *, sentence_id: UUID, actor: Actor, at: datetime) -> KeptSentence:
    """Keep a sentence; one that is kept already is there once.

    Raises NothingToKeep, SentenceTooLong, TooManySentences.
    """
    require(may_keep_sentences(actor))
    text = text.strip()
    if not text:
        raise NothingToKeep
    if len(text) > LONGEST_LETTERS:
        raise SentenceTooLong(longest=LONGEST_LETTERS)
    mine = KeptSentence.filter(owner_id=actor.person_id)
    async with in_transaction():
        kept = await mine
        if (same := next((one for one in kept if one.text == text), None)) is not None:
            return same
        if len(kept) >= MOST_SENTENCES:
            raise TooManySentences(most=MOST_SENTENCES)
        return await KeptSentence.create(id=sentence_id, owner_id=actor.person_id, text=text, created_at=at)


async def note_use(sentence: KeptSentence, *, actor: Actor, at: datetime) -> None:
    """Count that it was put into a comment: what is used often stands first."""
    require(may_use_sentence(actor, sentence))
    await KeptSentence.filter(id=sentence.id).update(used_count=F("used_count") + 1, used_at=at)


async def forget(sentence: KeptSentence, *, actor: Actor) -> None:
    """Take it out of the list; comments in which it was used stay as they are."""
    require(may_use_sentence(actor, sentence))
    await KeptSentence.filter(id=sentence.id).delete()
