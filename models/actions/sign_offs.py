"""Sign-offs: a student asks an outside organiser, through a one-time link, to confirm that they took part.

The student passes the link on; whoever holds it answers once, without an account.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.actions.accounts import token_hash
from models.actions.enrolments import check_active
from models.actions.events import record
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import Actor, is_active, may_change, require
from models.states import OPEN_ACTIVITY_STATES, ActivityState
from models.tables import Activity, Institution, Occasion, SignOff
from models.tables.activities import SignOffOutcome

LINK_LIFE = timedelta(days=14)
MOST_OPEN = 5
ASKING_STATES = OPEN_ACTIVITY_STATES | {ActivityState.REPORTED}
"""While an activity is in one of these, its student may ask an organiser."""

_NO_LONGER_ASKED = frozenset({ActivityState.WITHDRAWN, ActivityState.DECLINED})
HOW_IT_CAME = "The student passed the link on to the organiser; name and role are what the organiser wrote."


class OrganiserMissing(Refused):
    """The student says whom they ask."""

    words = N_("Write who organised it: the name of a person or an organisation.")


class TooManyRequests(Refused):
    """Several lectures may have several organisers; more is a mistake."""

    words = N_("{most} links are waiting for an answer already. Cancel one of them first.")


class LinkUnknown(Refused):
    """No request has this secret."""

    words = N_("This link is not complete, or it was never made. Ask the student to send it again.")


class AlreadyAnswered(Refused):
    """Once for each link."""

    words = N_("This has been answered. Thank you; there is nothing more to do.")


class LinkExpired(Refused):
    """The link is too old."""

    words = N_("This link is too old: it worked for two weeks. Ask the student for a new one.")


class RequestCancelled(Refused):
    """The student took it back."""

    words = N_("The student has taken the question back. There is nothing for you to do.")


class NoLongerAsked(Refused):
    """What it was about is no longer considered."""

    words = N_("An answer is no longer needed: the activity is not considered any more.")


class SignerMissing(Refused):
    """A signature has a name."""

    words = N_("Write your name and your role in what was organised.")


class NotAPercentage(Refused):
    """The share of attendance."""

    words = N_("Write the attendance as a whole number between 0 and 100, or leave it empty.")


class OutcomeMissing(Refused):
    """Nothing was chosen."""

    words = N_("Choose one of the two answers.")


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that the holder of a link is told. `student_id` is for the check that it is not the student."""

    student_id: UUID
    student_name: str
    title_sv: str
    title_en: str
    days: tuple[date, ...]
    programme_sv: str
    programme_en: str
    institution_sv: str
    institution_en: str


async def request(activity: Activity, organiser: str, *, sign_off_id: UUID, actor: Actor, at: datetime) -> str:
    """Make a link for an organiser and return its secret, which is kept nowhere.

    The same `sign_off_id` again replaces the link of the first try, whose answer may have been lost on the way.
    """
    require(may_change(actor, activity.enrolment))
    if not organiser.strip():
        raise OrganiserMissing
    token = secrets.token_urlsafe(32)
    async with in_transaction():
        known = await SignOff.get_or_none(id=sign_off_id)
        if known is not None:
            await _replace(known, activity, token)
            return token
        await check_active(activity.enrolment_id)
        if not await Activity.exists(id=activity.id, state__in=ASKING_STATES):
            raise WrongState
        waiting = SignOff.filter(activity_id=activity.id, outcome__isnull=True, cancelled_at__isnull=True)
        if await waiting.filter(expires_at__gt=at).count() >= MOST_OPEN:
            raise TooManyRequests(most=MOST_OPEN)
        sign_off = await SignOff.create(
            id=sign_off_id,
            activity_id=activity.id,
            token_hash=token_hash(token),
            organiser=organiser.strip()[:200],
            asked_at=at,
            expires_at=at + LINK_LIFE,
        )
        await record("ask_organiser", sign_off, by=actor.person_id, at=at, activity=activity.id)
    return token


async def cancel(sign_off: SignOff, *, actor: Actor, at: datetime) -> None:
    """Take a question back that has no answer yet: its link ends."""
    activity = await Activity.get(id=sign_off.activity_id).select_related("enrolment")
    require(may_change(actor, activity.enrolment))
    async with in_transaction():
        waiting = SignOff.filter(id=sign_off.id, outcome__isnull=True, cancelled_at__isnull=True)
        if not await waiting.update(cancelled_at=at):
            raise WrongState
        await record("cancel", sign_off, by=actor.person_id, at=at)


async def read_request(token: str, *, at: datetime) -> Asked:
    """Machine's own (the holder of a link): tell what is asked; refuses in words when it can no longer be answered."""
    sign_off = await _open_request(token, at=at)
    activity = sign_off.activity
    days = await Occasion.filter(activity_id=activity.id).order_by("took_place_on")
    institution = await Institution.first()
    return Asked(
        student_id=activity.enrolment.person_id,
        student_name=activity.enrolment.person.name,
        title_sv=activity.title_sv,
        title_en=activity.title_en,
        days=tuple(occasion.took_place_on for occasion in days),
        programme_sv=activity.enrolment.programme.name_sv,
        programme_en=activity.enrolment.programme.name_en,
        institution_sv=institution.name_sv if institution else "",
        institution_en=institution.name_en if institution else "",
    )


async def answer(
    token: str,
    outcome: SignOffOutcome,
    signed_name: str,
    signed_role: str,
    attendance_percent: int | None,
    note: str,
    *,
    at: datetime,
) -> None:
    """Machine's own (the holder of a link): answer once.

    A confirmed attendance is noted with the activity until that is done; after that it is kept with the answer alone,
    because what was decided does not change by itself.
    """
    if not signed_name.strip() or not signed_role.strip():
        raise SignerMissing
    confirmed = outcome is SignOffOutcome.CONFIRMED
    percent = attendance_percent if confirmed else None
    if percent is not None and not 0 <= percent <= 100:
        raise NotAPercentage
    async with in_transaction():
        sign_off = await _open_request(token, at=at)
        waiting = SignOff.filter(
            id=sign_off.id, outcome__isnull=True, cancelled_at__isnull=True, token_hash=token_hash(token)
        )
        answered = await waiting.update(
            outcome=outcome,
            answered_at=at,
            signed_name=signed_name.strip()[:200],
            signed_role=signed_role.strip()[:200],
            attendance_percent=percent,
            note=note.strip()[:2000],
        )
        if not answered:
            raise AlreadyAnswered
        if percent is not None:
            # When it was reported stays: an answer must not move it to the end of what waits for staff.
            waiting_for_it = Activity.filter(id=sign_off.activity_id, state__in=ASKING_STATES)
            await waiting_for_it.update(attendance_percent=percent)
        await record(
            "answer_organiser",
            sign_off,
            by=None,
            at=at,
            activity=sign_off.activity_id,
            outcome=outcome,
            attendance_percent=percent,
            how=HOW_IT_CAME,
        )


async def _replace(known: SignOff, activity: Activity, token: str) -> None:
    if known.activity_id != activity.id:
        raise NotAllowed
    waiting = SignOff.filter(id=known.id, outcome__isnull=True, cancelled_at__isnull=True)
    if not await waiting.update(token_hash=token_hash(token)):
        raise WrongState


async def _open_request(token: str, *, at: datetime) -> SignOff:
    """Find the request of a link that can still be answered, with activity, student and programme."""
    sign_off = await SignOff.get_or_none(token_hash=token_hash(token)).select_related(
        "activity__enrolment__person", "activity__enrolment__programme"
    )
    if sign_off is None:
        raise LinkUnknown
    if sign_off.outcome is not None:
        raise AlreadyAnswered
    if sign_off.cancelled_at is not None:
        raise RequestCancelled
    if sign_off.activity.state in _NO_LONGER_ASKED or not is_active(sign_off.activity.enrolment):
        raise NoLongerAsked
    if sign_off.expires_at <= at:
        raise LinkExpired
    return sign_off
