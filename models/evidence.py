"""Which activities are proved: by a file that can be read, or by the word of whoever arranged them."""

from collections.abc import Collection
from uuid import UUID

from tortoise.expressions import Subquery

from models.states import MediaState
from models.tables import MediaItem, SignOff
from models.tables.activities import SignOffOutcome
from models.tables.media import Purpose


async def has_evidence(activity_ids: Collection[UUID] | Subquery) -> set[UUID]:
    """Tell which of these activities have evidence, with two queries for all of them."""
    files = MediaItem.filter(activity_id__in=activity_ids, purpose=Purpose.EVIDENCE, state=MediaState.READY)
    confirmed = SignOff.filter(activity_id__in=activity_ids, outcome=SignOffOutcome.CONFIRMED)
    with_file = {file.activity_id for file in await files.only("id", "activity_id") if file.activity_id}
    return with_file | {answer.activity_id for answer in await confirmed.only("id", "activity_id")}
