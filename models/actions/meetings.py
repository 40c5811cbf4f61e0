"""Meetings of the assessor group: called, prepared, held, and closed with minutes that never change."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models import states
from models.actions.claims import HeldBySomebody
from models.actions.enrolments import ReasonMissing
from models.actions.events import record
from models.actions.minutes import checksum_of, minutes_of
from models.actions.settling import end_judging, newest_frozen
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_bring_up, may_convene, may_leave_out, may_show_draft, require
from models.portfolios import piece_rules, rule_set_of
from models.states import ReflectionState
from models.tables import (
    AssessmentDraft,
    Enrolment,
    Meeting,
    MeetingCase,
    MeetingPresence,
    Person,
    Programme,
    Reflection,
    Role,
    RoleKind,
    ShownDraft,
)
from models.tables.assessments import Decision, SettledBy

_MOVES = {Decision.ACCEPTED: states.ACCEPT_IN_MEETING, Decision.RETURNED: states.RETURN_IN_MEETING}
_BROUGHT_UP = (ReflectionState.SUBMITTED, ReflectionState.IN_ASSESSMENT, ReflectionState.DISPUTED)
_FARTHEST = timedelta(days=366)
FEWEST_PRESENT = 2


class UnlikelyDay(Refused):
    """A wrong year is a common slip."""

    words = N_("Check the day of the meeting: it must lie within a year from today.")


class MeetingClosed(WrongState):
    """Minutes stay as they are."""

    words = N_("The meeting has been closed, and its minutes stay as they are.")


class StillReadApart(Refused):
    """Two readers judge without each other, and without a meeting."""

    words = N_(
        "Two assessors read this, each without the other. A meeting takes it up only if both have decided and disagree."
    )


class NotOfTheGroup(Refused):
    """The list of who was there is one of names that mean something."""

    words = N_("Only assessors and conveners of the programme are noted as present.")


class TooFewPresent(Refused):
    """One person is no meeting."""

    words = N_("Note first who is present: a group decides when at least two of it are there.")


class CasesDecided(Refused):
    """What was decided in a meeting needs its minutes."""

    words = N_("Something has been decided in this meeting: close it, so that there are minutes.")


class DecidedHere(Refused):
    """What was decided stays in the minutes."""

    words = N_("This has been decided in the meeting and stays on the agenda.")


class NothingWritten(Refused):
    """An empty draft helps no meeting."""

    words = N_("You have written no comment about this piece yet.")


async def call(
    programme: Programme, starts_at: datetime, where: str, *, meeting_id: UUID, actor: Actor, at: datetime
) -> Meeting:
    """Call the assessor group of a programme to a meeting; the same `meeting_id` again changes nothing."""
    require(may_convene(actor, programme.id))
    if abs(starts_at - at) > _FARTHEST:
        raise UnlikelyDay
    async with in_transaction():
        known = await Meeting.get_or_none(id=meeting_id)
        if known is not None:
            require(known.called_by_id == actor.person_id)
            return known
        meeting = await Meeting.create(
            id=meeting_id,
            programme_id=programme.id,
            starts_at=starts_at,
            where=where.strip()[:200],
            called_by_id=actor.person_id,
            called_at=at,
        )
        await record("call", meeting, by=actor.person_id, at=at, programme=programme.id, starts_at=starts_at)
    return meeting


async def call_off(meeting: Meeting, *, actor: Actor, at: datetime) -> None:
    """Take back a meeting in which nothing has been decided. Raises CasesDecided, MeetingClosed."""
    require(may_convene(actor, meeting.programme_id))
    async with in_transaction():
        await _open(meeting)
        if await MeetingCase.exists(meeting_id=meeting.id, decided_at__isnull=False):
            raise CasesDecided
        await record("call_off", meeting, by=actor.person_id, at=at)
        await Meeting.filter(id=meeting.id).delete()


async def add_case(meeting: Meeting, reflection: Reflection, *, actor: Actor, at: datetime) -> MeetingCase:
    """Put what waits, is read or is disputed on the agenda, as the last case; what is there already stays there.

    Raises StillReadApart: what two read, each without the other, comes up only where they disagree.
    """
    require(may_bring_up(actor, meeting, reflection))
    async with in_transaction():
        await _open(meeting)
        fresh = await Reflection.get(id=reflection.id)
        if fresh.state not in _BROUGHT_UP:
            raise WrongState
        await _check_not_read_apart(fresh)
        version = await newest_frozen(reflection)
        known = await MeetingCase.get_or_none(meeting_id=meeting.id, version_id=version.id)
        if known is not None:
            return known
        last = await MeetingCase.filter(meeting_id=meeting.id).order_by("-position").first()
        case = await MeetingCase.create(
            id=uuid4(), meeting_id=meeting.id, version_id=version.id, position=last.position + 1 if last else 1
        )
        await record("add_case", case, by=actor.person_id, at=at, meeting=meeting.id, reflection=reflection.id)
    return case


async def remove_case(case: MeetingCase, *, actor: Actor, at: datetime) -> None:
    """Take a case that is not decided from the agenda. The case comes with its meeting, reflection and enrolment."""
    require(may_leave_out(actor, case.meeting, case.version.reflection))
    async with in_transaction():
        await _open(case.meeting)
        if not await MeetingCase.filter(id=case.id, decided_at__isnull=True).delete():
            raise DecidedHere
        await _number(await _agenda(case.meeting_id))
        await record("remove_case", case, by=actor.person_id, at=at, meeting=case.meeting_id)


async def move_case(case: MeetingCase, place: int, *, actor: Actor, at: datetime) -> None:
    """Put a case at another place of the agenda, counted from 1."""
    require(may_leave_out(actor, case.meeting, case.version.reflection))
    async with in_transaction():
        await _open(case.meeting)
        agenda = await _agenda(case.meeting_id)
        others = [one for one in agenda if one.id != case.id]
        if len(others) == len(agenda):
            raise WrongState
        others.insert(max(place - 1, 0), case)
        await _number(others)
        await record("move_case", case, by=actor.person_id, at=at, meeting=case.meeting_id, place=place)


async def note_presence(meeting: Meeting, person: Person, *, actor: Actor, at: datetime) -> None:
    """Note that somebody of the assessor group is there; the same again changes nothing. Raises NotOfTheGroup."""
    require(may_convene(actor, meeting.programme_id))
    async with in_transaction():
        await _open(meeting)
        group = (RoleKind.ASSESSOR, RoleKind.CONVENER)
        if not await Role.exists(person_id=person.id, programme_id=meeting.programme_id, kind__in=group):
            raise NotOfTheGroup
        _, is_new = await MeetingPresence.get_or_create(meeting_id=meeting.id, person_id=person.id)
        if is_new:
            await record("note_presence", meeting, by=actor.person_id, at=at, person=person.id)


async def take_back_presence(meeting: Meeting, person: Person, *, actor: Actor, at: datetime) -> None:
    """Note that somebody was not there after all."""
    require(may_convene(actor, meeting.programme_id))
    async with in_transaction():
        await _open(meeting)
        if await MeetingPresence.filter(meeting_id=meeting.id, person_id=person.id).delete():
            await record("take_back_presence", meeting, by=actor.person_id, at=at, person=person.id)


async def show_draft(case: MeetingCase, *, actor: Actor, at: datetime) -> ShownDraft:
    """Show the meeting what one has written to the student about a case, as it is now; never one's private note.

    Nobody's words are shown otherwise. Raises NothingWritten, StillReadApart.
    """
    require(may_show_draft(actor, case.meeting, case.version.reflection))
    async with in_transaction():
        await _open(case.meeting)
        await _check_not_read_apart(await Reflection.get(id=case.version.reflection_id))
        kept = await AssessmentDraft.get_or_none(version_id=case.version_id, assessor_id=actor.person_id)
        if kept is None or not kept.comment.strip():
            raise NothingWritten
        shown, _ = await ShownDraft.update_or_create(
            {"comment": kept.comment, "shown_at": at}, case_id=case.id, assessor_id=actor.person_id
        )
        await record("show_draft", case, by=actor.person_id, at=at)
    return shown


async def hide_draft(case: MeetingCase, *, actor: Actor, at: datetime) -> None:
    """Take back what one has shown the meeting."""
    require(may_show_draft(actor, case.meeting, case.version.reflection))
    async with in_transaction():
        await _open(case.meeting)
        if await ShownDraft.filter(case_id=case.id, assessor_id=actor.person_id).delete():
            await record("hide_draft", case, by=actor.person_id, at=at)


async def decide(case: MeetingCase, decision: Decision, reason: str, *, actor: Actor, at: datetime) -> None:
    """Note what the group has decided about a case; the student reads the reason.

    Raises TooFewPresent, StillReadApart, and HeldBySomebody while an assessor holds it, who gives it back first.
    """
    require(may_bring_up(actor, case.meeting, case.version.reflection))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        await _open(case.meeting)
        if await MeetingPresence.filter(meeting_id=case.meeting_id).count() < FEWEST_PRESENT:
            raise TooFewPresent
        reflection = await Reflection.get(id=case.version.reflection_id).select_related("assessor")
        if reflection.state is ReflectionState.IN_ASSESSMENT and reflection.assessor is not None:
            raise HeldBySomebody(name=reflection.assessor.name)
        await _check_not_read_apart(reflection)
        judged = await newest_frozen(reflection)
        said = {"decision": decision, "reason": reason.strip(), "decided_by_id": actor.person_id, "decided_at": at}
        undecided = MeetingCase.filter(id=case.id, version_id=judged.id, decided_at__isnull=True)
        if not await undecided.update(**said):
            raise WrongState
        await end_judging(
            _MOVES[decision],
            reflection,
            judged,
            SettledBy.MEETING,
            decision,
            reason.strip(),
            meeting_id=case.meeting_id,
            by=actor,
            at=at,
        )


async def close(meeting: Meeting, *, actor: Actor, at: datetime) -> None:
    """End a meeting: from now on its minutes stay as they are. Raises TooFewPresent, MeetingClosed."""
    require(may_convene(actor, meeting.programme_id))
    async with in_transaction():
        await _open(meeting)
        if await MeetingPresence.filter(meeting_id=meeting.id).count() < FEWEST_PRESENT:
            raise TooFewPresent
        minutes = await minutes_of(meeting, closed_by=actor, at=at)
        checksum = checksum_of(minutes)
        closed = {"closed_at": at, "closed_by_id": actor.person_id, "minutes": minutes, "checksum": checksum}
        if not await Meeting.filter(id=meeting.id, closed_at__isnull=True).update(**closed):
            raise MeetingClosed
        await record("close", meeting, by=actor.person_id, at=at, checksum=checksum)


async def _agenda(meeting_id: UUID) -> list[MeetingCase]:
    return await MeetingCase.filter(meeting_id=meeting_id).order_by("position", "id")


async def _number(agenda: Sequence[MeetingCase]) -> None:
    """Number the cases from 1, without gaps."""
    for position, case in enumerate(agenda, start=1):
        await MeetingCase.filter(id=case.id).update(position=position)


async def _open(meeting: Meeting) -> None:
    """Inside a transaction: refuse what would change a meeting that is over or was called off."""
    fresh = await Meeting.get_or_none(id=meeting.id)
    if fresh is None:
        raise WrongState
    if fresh.closed_at is not None:
        raise MeetingClosed


async def _check_not_read_apart(reflection: Reflection) -> None:
    """What two read, each without the other, is nobody else's business before both have decided."""
    if reflection.state is ReflectionState.DISPUTED:
        return
    rules = piece_rules(await rule_set_of(await Enrolment.get(id=reflection.enrolment_id)), reflection.kind)
    if rules.readers > 1:
        raise StillReadApart
