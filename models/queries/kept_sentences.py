"""The sentences that a person keeps to use again."""

from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor
from models.tables import KeptSentence


async def kept_sentences(actor: Actor) -> list[KeptSentence]:
    """List one's own, those that are used most first."""
    return await KeptSentence.filter(owner_id=actor.person_id).order_by("-used_count", "-created_at")


async def kept_sentence(sentence_id: UUID, *, actor: Actor) -> KeptSentence:
    """Get one of one's own; raises NotAllowed for any other."""
    found = await KeptSentence.get_or_none(id=sentence_id, owner_id=actor.person_id)
    if found is None:
        raise NotAllowed
    return found
