"""How much one person stores."""

from typing import Any
from uuid import UUID

from tortoise.expressions import F
from tortoise.functions import Coalesce, Sum

from models.states import UploadState
from models.tables import Upload


async def bytes_stored(owner_id: UUID, *, besides: UUID | None = None) -> int:
    """Sum up what a person has sent and announced; of an open end, what has come of it. `besides` is left out."""
    counted = Upload.filter(owner_id=owner_id).exclude(state=UploadState.EXPIRED)
    if besides is not None:
        counted = counted.exclude(id=besides)
    size = Coalesce("size_bytes", F("offset_bytes"))
    sums: list[Any] = await counted.annotate(sum=Sum(size)).values_list("sum", flat=True)  # type: ignore[arg-type]
    return int(sums[0] or 0)
