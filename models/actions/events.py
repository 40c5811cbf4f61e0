"""Adds to the record of everything that happened; called inside the transaction of what it records."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.tables import Event

FIRST = "0" * 64
"""What the first event names as the hash before it."""


async def record(
    move: str,
    subject: object,
    *,
    by: UUID | None,
    at: datetime,
    **facts: Any,
) -> None:
    """Machine's own: append one event about a row. `facts` hold ids, states, dates and reasons, never content."""
    previous = await Event.all().order_by("-id").first()
    previous_hash = previous.hash if previous else FIRST
    subject_kind, subject_id = type(subject).__name__.lower(), str(getattr(subject, "pk"))  # noqa: B009
    plain: dict[str, Any] = json.loads(json.dumps(facts, default=str, sort_keys=True))
    await Event.create(
        at=at,
        actor_id=by,
        subject_kind=subject_kind,
        subject_id=subject_id,
        move=move,
        facts=plain,
        previous_hash=previous_hash,
        hash=link_hash(previous_hash, at, by, subject_kind, subject_id, move, plain),
    )


def link_hash(
    previous_hash: str,
    at: datetime,
    by: UUID | None,
    subject_kind: str,
    subject_id: str,
    move: str,
    facts: dict[str, Any],
) -> str:
    """Hash one link of the chain: SHA-256, in hex, over everything that the event says and the hash before it."""
    said = [previous_hash, at.astimezone(UTC).isoformat(), str(by), subject_kind, subject_id, move, facts]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
