"""/meetings/{uuid}/minutes.pdf: the minutes of a meeting that is closed, for its assessor group."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request, Response

from models.portfolios import time_zone
from models.queries.meetings import minutes
from webapp.endpoints.asking import asking
from webapp.minutes import minutes_page, minutes_pdf

router = APIRouter(include_in_schema=False)


@router.get("/meetings/{meeting_id}/minutes.pdf")
async def minutes_file(meeting_id: UUID, request: Request) -> Response:
    """Give the minutes as they were written when the meeting was closed, in the reader's language."""
    me = await asking(request)
    meeting, document = await minutes(meeting_id, actor=me.actor)
    zone = await time_zone()
    pdf = await asyncio.to_thread(minutes_pdf, minutes_page(meeting, document, zone))
    day = meeting.starts_at.astimezone(zone).date()
    return Response(
        pdf,
        media_type="application/pdf",
        headers={
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": f'attachment; filename="minutes-{day}.pdf"',
        },
    )
