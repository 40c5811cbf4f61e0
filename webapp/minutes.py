"""The minutes of an assessor group's meeting, as a PDF that screen readers can read."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst

from models.tables import Meeting
from models.tables.assessments import Decision
from webapp.i18n import _, current_language, pick, say_time

_TEMPLATE = Path(__file__).with_name("minutes.typ")


def minutes_title(meeting: Meeting, zone: ZoneInfo) -> str:
    """Name the minutes, also as a file."""
    return _("Minutes of the assessor group, {when}").format(when=say_time(meeting.starts_at, zone))


def minutes_page(meeting: Meeting, document: Mapping[str, Any], zone: ZoneInfo) -> dict[str, object]:
    """Put the minutes into the reader's language; what people wrote stays as they wrote it."""
    facts = [
        (_("Programme"), pick(document["programme"])),
        (_("Held"), say_time(datetime.fromisoformat(document["starts_at"]), zone)),
        (_("Where"), document["where"]),
        (_("Called by"), document["called_by"]),
        (_("Present"), ", ".join(document["present"])),
        (
            _("Closed"),
            f"{document['closed_by']}, {say_time(datetime.fromisoformat(document['closed_at']), zone)}",
        ),
    ]
    return {
        "title": minutes_title(meeting, zone),
        "language": current_language(),
        "facts": [fact for fact in facts if fact[1]],
        "agenda": _("Agenda"),
        "nothing": _("Nothing was on the agenda."),
        "cases": [_case(case) for case in document["cases"]],
        "reason": _("Reason"),
        "note": _("Checksum (SHA-256): {checksum}").format(checksum=meeting.checksum),
    }


def _case(case: Mapping[str, Any]) -> dict[str, object]:
    title = _("Final reflection") if case["title"] is None else pick(case["title"])
    readers = [f"{one['name']}: {_decided(one['decision'])}" for one in case["readers"]]
    facts = [(_("Version"), str(case["version"])), (_("Its readers"), "; ".join(readers))]
    facts.append((_("Decision"), _decided(case["decision"])))
    facts.append((_("Noted by"), case["decided_by"]))
    return {
        "title": f"{case['student']}: {title}",
        "facts": [fact for fact in facts if fact[1]],
        "reason": case["reason"],
    }


def _decided(decision: str | None) -> str:
    if decision is None:
        return _("Not decided in this meeting")
    return _("Accepted") if decision == Decision.ACCEPTED else _("Sent back")


def minutes_pdf(page: Mapping[str, object]) -> bytes:
    """Set them as a tagged PDF (PDF/UA-1) with its fonts inside. Takes a moment: call it in a thread.

    The standard forbids signs for which there is no font; where somebody wrote some, it is a tagged PDF without the
    promise.
    """
    inputs = {"document": json.dumps(page)}
    try:
        return typst.compile(str(_TEMPLATE), sys_inputs=inputs, pdf_standards="ua-1")
    except typst.TypstError:
        return typst.compile(str(_TEMPLATE), sys_inputs=inputs)
