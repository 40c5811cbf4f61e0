"""Reads which named events students signed up for and attended into facts that the rules can judge."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import Subquery

from models.rules.portfolio import PortfolioEvent
from models.tables import SignUp
from models.tables.gatherings import Part

PRESENTATION = "presentation"
"""The kind of event at which only those who present have done what the certificate asks for."""


async def events_of(enrolment_ids: Collection[UUID] | Subquery, zone: ZoneInfo) -> dict[UUID, list[PortfolioEvent]]:
    """List each student's events by date with one query; the dates are days in `zone`.

    Left out is what does not take place for the student: cancelled, called off, still waiting for a place, and
    presentations that one only listens to.
    """
    rows = SignUp.filter(
        enrolment_id__in=enrolment_ids,
        cancelled_at__isnull=True,
        is_waiting=False,
        gathering__cancelled_at__isnull=True,
    )
    found = await rows.order_by("gathering__starts_at", "id").values_list(
        "enrolment_id", "part", "attended_at", "gathering__kind", "gathering__forum", "gathering__starts_at"
    )
    events: dict[UUID, list[PortfolioEvent]] = defaultdict(list)
    for enrolment_id, part, attended_at, kind, forum, starts_at in found:
        if kind == PRESENTATION and part is not Part.PRESENTER:
            continue
        day = starts_at.astimezone(zone).date()
        events[enrolment_id].append(PortfolioEvent(kind, day, attended_at is not None, forum or None))
    return events
