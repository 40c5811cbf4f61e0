"""The minutes of a meeting: what is written down when it is closed."""

import hashlib
import json
from datetime import datetime
from typing import Any

from models.permissions import Actor
from models.tables import Assessment, Meeting, MeetingCase, MeetingPresence


async def minutes_of(meeting: Meeting, *, closed_by: Actor, at: datetime) -> str:
    """Machine's own: write down as JSON who was there, the agenda, and of each case the decision and its reason."""
    fresh = await Meeting.get(id=meeting.id).select_related("programme", "called_by")
    present = MeetingPresence.filter(meeting_id=meeting.id).select_related("person").order_by("person__name", "id")
    document = {
        "programme": {"sv": fresh.programme.name_sv, "en": fresh.programme.name_en},
        "starts_at": fresh.starts_at.isoformat(),
        "where": fresh.where,
        "called_by": fresh.called_by.name,
        "closed_by": closed_by.name,
        "closed_at": at.isoformat(),
        "present": [one.person.name for one in await present],
        "cases": await _cases(meeting),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def checksum_of(minutes: str) -> str:
    """SHA-256 of the minutes, in hex."""
    return hashlib.sha256(minutes.encode()).hexdigest()


async def _cases(meeting: Meeting) -> list[dict[str, Any]]:
    cases = (
        await MeetingCase.filter(meeting_id=meeting.id)
        .select_related("version__reflection__enrolment__person", "version__reflection__activity", "decided_by")
        .order_by("position", "id")
    )
    said: dict[Any, list[dict[str, str]]] = {case.version_id: [] for case in cases}
    # What somebody said who has not been joined by the other reader yet stays out of the minutes.
    settled = [case.version_id for case in cases if case.decided_at is not None]
    for one in await Assessment.filter(version_id__in=settled).select_related("assessor").order_by("decided_at"):
        said[one.version_id].append({"name": one.assessor.name, "decision": one.decision.value})
    written = []
    for case in cases:
        reflection = case.version.reflection
        about = reflection.activity
        written.append(
            {
                "id": str(case.id),
                "student": reflection.enrolment.person.name,
                # A final reflection is about no activity; it is named when the minutes are read.
                "title": {"sv": about.title_sv, "en": about.title_en} if about else None,
                "version": case.version.number,
                "readers": said[case.version_id],
                "decision": case.decision.value if case.decision else None,
                "reason": case.reason,
                "decided_by": case.decided_by.name if case.decided_by else "",
            }
        )
    return written
