"""Decisions about students' own activities, kept so that the next one is the same; staff share them in plain words."""

from datetime import datetime

from tortoise.transactions import in_transaction

from models.actions.enrolments import ReasonMissing
from models.actions.events import record
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_share, require
from models.tables import Activity, Precedent

LONGEST_TITLE = 200


class TitlesMissing(Refused):
    """Students read it in their language."""

    words = N_("Give it a name in Swedish and in English.")


class TitleTooLong(Refused):
    """A name is one line."""

    words = N_("Use at most {most} characters for the name.")


async def keep(
    activity: Activity, programme_id: int, points: int | None, reason: str, *, counts: bool, by: Actor, at: datetime
) -> Precedent:
    """Machine's own, part of a decision: keep it, or bring it up to date when the activity is decided again.

    Nobody has read the new words yet with other students in mind: it is shared no longer.
    """
    precedent, _ = await Precedent.update_or_create(
        {
            "programme_id": programme_id,
            "title_sv": activity.title_sv,
            "title_en": activity.title_en,
            "kind": activity.kind,
            "place": activity.place,
            "mode": activity.mode,
            "points": points,
            "counts": counts,
            "reason": reason,
            "is_shared": False,
            "decided_by_id": by.person_id,
            "decided_at": at,
        },
        activity_id=activity.id,
    )
    await record("keep_precedent", precedent, by=by.person_id, at=at, activity=activity.id, counts=counts)
    return precedent


async def share(precedent: Precedent, title_sv: str, title_en: str, reason: str, *, actor: Actor, at: datetime) -> None:
    """Let the programme's students find it, in words that staff have edited so that they name no person."""
    require(may_share(actor, precedent))
    check_titles(title_sv, title_en)
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        # Decided again since the page was opened: then these words are about something else.
        shared = await Precedent.filter(id=precedent.id, decided_at=precedent.decided_at).update(
            title_sv=title_sv.strip(), title_en=title_en.strip(), reason=reason.strip(), is_shared=True
        )
        if not shared:
            raise WrongState
        await record("share", precedent, by=actor.person_id, at=at)


async def unshare(precedent: Precedent, *, actor: Actor, at: datetime) -> None:
    """Keep it for assessors and staff again."""
    require(may_share(actor, precedent))
    async with in_transaction():
        if not await Precedent.filter(id=precedent.id, is_shared=True).update(is_shared=False):
            raise WrongState
        await record("unshare", precedent, by=actor.person_id, at=at)


def check_titles(title_sv: str, title_en: str) -> None:
    """Refuse a name that is missing in one of the languages, or too long."""
    if not title_sv.strip() or not title_en.strip():
        raise TitlesMissing
    if max(len(title_sv.strip()), len(title_en.strip())) > LONGEST_TITLE:
        raise TitleTooLong(most=LONGEST_TITLE)
