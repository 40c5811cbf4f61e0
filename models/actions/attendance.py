"""Who was at a gathering: shown by the code of the day, or noted by hand."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models.actions.enrolments import ReasonMissing, check_active
from models.actions.events import record
from models.actions.gatherings import invited_to, living
from models.actions.sign_ups import earlier_sign_up
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import Actor, may_change, may_note_attendance, require
from models.states import EnrolmentState
from models.tables import Enrolment, Gathering, SignUp
from models.tables.gatherings import AttendanceProof, Part

MOST_WRONG_CODES = 10
OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(hours=2)


class NotOpenForCodes(Refused):
    """The code proves only that one was there while it was shown."""

    words = N_("The code works from half an hour before the start until two hours after the end.")


class WrongCode(Refused):
    """The code of this gathering is another one."""

    words = N_("This is not the code of the day. Read it once more; {left} tries are left.")


class CodeUsedUp(Refused):
    """Guessing ends, and a code does not bring back what staff took back."""

    words = N_("You can no longer use the code here. Talk to the programme: staff can note that you were there.")


class NoRoom(Refused):
    """Whoever has no place comes in while there is room."""

    words = N_("All places are taken by those who are here. If you are here too, ask staff to note it by hand.")


class NotBegun(Refused):
    """Nobody was there yet."""

    words = N_("Attendance can be noted from half an hour before the start.")


async def attend(gathering: Gathering, enrolment: Enrolment, code: str, *, actor: Actor, at: datetime) -> SignUp:
    """Show with the code of the day that one is there; case, spaces and hyphens do not matter.

    Whoever did not sign up, or waits, is let in as long as fewer have come than there are places, and listens.
    A wrong code is counted, also for those: after ten the code helps no more.
    """
    require(may_change(actor, enrolment) and enrolment.programme_id in await invited_to(gathering))
    async with in_transaction():
        row, refusal = await _come(gathering, enrolment, code, actor=actor, at=at)
    # Only here: a refusal inside would undo the count of the wrong code.
    if refusal is not None:
        raise refusal
    return row


async def note_attendance(sign_up: SignUp, *, actor: Actor, at: datetime) -> None:
    """Note by hand that somebody was there, or presented; a second time changes nothing."""
    enrolment = await Enrolment.get(id=sign_up.enrolment_id)
    gathering = await Gathering.get(id=sign_up.gathering_id)
    require(may_note_attendance(actor, enrolment, await invited_to(gathering)))
    async with in_transaction():
        fresh = await living(gathering)
        if at < fresh.starts_at - OPENS_BEFORE:
            raise NotBegun
        rows = SignUp.filter(id=sign_up.id, cancelled_at__isnull=True)
        if await rows.filter(attended_at__isnull=False).exists():
            return
        noted = rows.filter(attended_at__isnull=True)
        proof = AttendanceProof.STAFF
        if not await noted.update(attended_at=at, proof=proof, noted_by_id=actor.person_id, is_waiting=False):
            raise WrongState
        await record("note_attendance", sign_up, by=actor.person_id, at=at, proof=proof)


async def take_back_attendance(sign_up: SignUp, reason: str, *, actor: Actor, at: datetime) -> None:
    """Take back that somebody was there, with a reason; the code of the day does not bring it back."""
    enrolment = await Enrolment.get(id=sign_up.enrolment_id)
    gathering = await Gathering.get(id=sign_up.gathering_id)
    require(may_note_attendance(actor, enrolment, await invited_to(gathering)))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        rows = SignUp.filter(id=sign_up.id, attended_at__isnull=False)
        if not await rows.update(attended_at=None, proof=None, noted_by_id=None, wrong_codes=MOST_WRONG_CODES):
            raise WrongState
        await record("take_back_attendance", sign_up, by=actor.person_id, at=at, reason=reason.strip())


async def record_attendance(
    gathering: Gathering,
    enrolment: Enrolment,
    part: Part,
    topic: str = "",
    *,
    sign_up_id: UUID,
    actor: Actor,
    at: datetime,
) -> SignUp:
    """Note by hand somebody who was there without having signed up; whoever had cancelled comes back this way too."""
    invited = await invited_to(gathering)
    require(may_note_attendance(actor, enrolment, invited) and enrolment.programme_id in invited)
    async with in_transaction():
        await check_active(enrolment.id)
        if await SignUp.filter(id=sign_up_id).exclude(gathering_id=gathering.id).exists():
            raise NotAllowed
        fresh = await living(gathering)
        if at < fresh.starts_at - OPENS_BEFORE:
            raise NotBegun
        earlier = await earlier_sign_up(gathering, enrolment)
        if earlier is not None and earlier.attended_at is not None:
            return earlier
        if earlier is not None:
            await earlier.delete()
        row = await SignUp.create(
            id=sign_up_id,
            gathering_id=gathering.id,
            enrolment_id=enrolment.id,
            part=part,
            topic=topic.strip()[:200],
            signed_up_at=at,
            attended_at=at,
            proof=AttendanceProof.STAFF,
            noted_by_id=actor.person_id,
            wrong_codes=earlier.wrong_codes if earlier is not None else 0,
        )
        await record("record_attendance", row, by=actor.person_id, at=at, gathering=gathering.id, part=part)
    return row


async def _come(
    gathering: Gathering, enrolment: Enrolment, code: str, *, actor: Actor, at: datetime
) -> tuple[SignUp, Refused | None]:
    """Let somebody in, or give the refusal that is raised when the count of wrong codes is kept."""
    fresh = await living(gathering)
    row = await earlier_sign_up(gathering, enrolment)
    if row is not None and row.attended_at is not None:
        return row, None
    if not fresh.starts_at - OPENS_BEFORE <= at <= fresh.ends_at + CLOSES_AFTER:
        raise NotOpenForCodes
    if not await Enrolment.exists(id=enrolment.id, state=EnrolmentState.ACTIVE):
        raise WrongState
    if row is not None and row.wrong_codes >= MOST_WRONG_CODES:
        raise CodeUsedUp
    if row is None:
        # A row that counts as cancelled: it holds the wrong tries of somebody who did not sign up.
        row = await SignUp.create(
            id=uuid4(),
            gathering_id=gathering.id,
            enrolment_id=enrolment.id,
            part=Part.LISTENER,
            signed_up_at=at,
            cancelled_at=at,
        )
    if not secrets.compare_digest(_spelled(code).encode(errors="replace"), fresh.code.encode()):
        row.wrong_codes += 1
        await row.save(update_fields=["wrong_codes"])
        left = MOST_WRONG_CODES - row.wrong_codes
        return row, WrongCode(left=left) if left else CodeUsedUp()
    has_place = row.cancelled_at is None and not row.is_waiting
    if not has_place and fresh.capacity is not None and await _come_so_far(gathering) >= fresh.capacity:
        raise NoRoom
    if row.cancelled_at is not None:
        row.part, row.topic = Part.LISTENER, ""
    row.cancelled_at, row.is_waiting = None, False
    row.attended_at, row.proof = at, AttendanceProof.CODE
    await row.save()
    await record("attend", row, by=actor.person_id, at=at, gathering=gathering.id, proof=row.proof)
    return row, None


async def _come_so_far(gathering: Gathering) -> int:
    return await SignUp.filter(gathering_id=gathering.id, attended_at__isnull=False).count()


def _spelled(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()
