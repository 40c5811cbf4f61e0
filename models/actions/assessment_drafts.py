"""Keeping what an assessor writes, from the first word on, until it is decided."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from tortoise.transactions import in_transaction

from models.errors import N_, Refused
from models.permissions import Actor, may_write_assessment, require
from models.tables import Assessment, AssessmentDraft, Version

LONGEST_LETTERS = 20_000


class TextTooLong(Refused):
    """A comment is not a second report."""

    words = N_("Write at most {longest} characters here.")


async def keep(
    version: Version,
    comment: str,
    note: str,
    levels: Mapping[str, str] | None = None,
    *,
    revision: int,
    actor: Actor,
    at: datetime,
) -> AssessmentDraft:
    """Keep the comment, the private note and the levels (None: those kept) as they are now.

    The version comes with its reflection and enrolment. `revision` is the one that the writer has seen (0: none). What
    was written in another window meanwhile is not lost: both texts are kept, one after the other, and of two levels
    for one criterion the newer. Also who does not hold the reflection any more may keep their words.
    Raises TextTooLong.
    """
    require(may_write_assessment(actor, version))
    if max(len(comment), len(note)) > LONGEST_LETTERS:
        raise TextTooLong(longest=LONGEST_LETTERS)
    mine = AssessmentDraft.filter(version_id=version.id, assessor_id=actor.person_id)
    async with in_transaction():
        if await Assessment.exists(version_id=version.id, assessor_id=actor.person_id):
            comment, levels = "", {}  # It was decided with these a moment ago.
        kept = await mine.first()
        if kept is None:
            return await AssessmentDraft.create(
                id=uuid4(),
                version_id=version.id,
                assessor_id=actor.person_id,
                comment=comment,
                note=note,
                levels=dict(levels or {}),
                revision=1,
                changed_at=at,
            )
        before = kept.levels or {}
        if kept.revision != revision:
            comment, note = both(kept.comment, comment), both(kept.note, note)
            levels = {**before, **(levels or {})}
        now = {"comment": comment, "note": note, "levels": before if levels is None else dict(levels)}
        if now != {"comment": kept.comment, "note": kept.note, "levels": before}:
            kept.update_from_dict({**now, "revision": kept.revision + 1, "changed_at": at})
            await kept.save(update_fields=[*now, "revision", "changed_at"])
        return kept


def both(kept: str, written: str) -> str:
    """Join two texts unless one holds the other."""
    if written.strip() in kept:
        return kept
    return written if kept.strip() in written else f"{kept}\n\n{written}"
