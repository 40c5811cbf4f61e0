"""Who may do what: tiny predicates, and above them one line for each right; `visibility` says what one may see."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from models import states
from models.errors import NotAllowed
from models.tables import (
    Activity,
    Application,
    Conflict,
    Enrolment,
    KeptSentence,
    Meeting,
    Precedent,
    Programme,
    Reflection,
    RoleKind,
    Transcript,
    Upload,
    Version,
)
from models.tables.assessments import Decision


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, with the rights they have at this moment.

    `conflicts` are the enrolments of which this person judges nothing, because of a conflict of interest.
    """

    person_id: UUID
    name: str
    roles: frozenset[tuple[RoleKind, int | None]]
    conflicts: frozenset[UUID] = frozenset()

    def programmes_as(self, kind: RoleKind) -> list[int]:
        """List the ids of the programmes in which this person is a `kind`."""
        return sorted(programme for role, programme in self.roles if role is kind and programme is not None)

    def is_in(self, kind: RoleKind, programme_id: int) -> bool:
        """Tell whether this person is a `kind` of that programme."""
        return (kind, programme_id) in self.roles


# Predicates. Rows come with their enrolment loaded.


def is_own(actor: Actor, enrolment: Enrolment) -> bool:
    """The student's own enrolment."""
    return enrolment.person_id == actor.person_id


def is_partial(actor: Actor, enrolment: Enrolment) -> bool:
    """Tell whether it is one's own work, or there is a conflict of interest: then one judges nothing of it."""
    return is_own(actor, enrolment) or enrolment.id in actor.conflicts


def is_assessor_of(actor: Actor, enrolment: Enrolment) -> bool:
    """An assessor of the programme, never of one's own work, nor where one has a conflict of interest."""
    return actor.is_in(RoleKind.ASSESSOR, enrolment.programme_id) and not is_partial(actor, enrolment)


def is_convener_of(actor: Actor, enrolment: Enrolment) -> bool:
    """A convener of the programme's assessor group, never about one's own work, nor with a conflict of interest."""
    return actor.is_in(RoleKind.CONVENER, enrolment.programme_id) and not is_partial(actor, enrolment)


def is_staff_of(actor: Actor, enrolment: Enrolment) -> bool:
    """Staff of the programme, never for oneself."""
    return actor.is_in(RoleKind.STAFF, enrolment.programme_id) and not is_own(actor, enrolment)


def is_active(enrolment: Enrolment) -> bool:
    """Neither void nor ended: only then can anything of it be changed, handed in, assessed or applied for."""
    return enrolment.state is states.EnrolmentState.ACTIVE


def is_administrator(actor: Actor) -> bool:
    """An administrator of the institution."""
    return (RoleKind.ADMINISTRATOR, None) in actor.roles


# Moves.


def _its_student(actor: Actor, work: Activity | Reflection | Application) -> bool:
    return is_own(actor, work.enrolment) and is_active(work.enrolment)


def _its_staff(actor: Actor, work: Activity | Application) -> bool:
    return is_staff_of(actor, work.enrolment) and is_active(work.enrolment)


def _free_assessor(actor: Actor, reflection: Reflection) -> bool:
    return is_assessor_of(actor, reflection.enrolment) and is_active(reflection.enrolment)


def _other_assessor(actor: Actor, reflection: Reflection) -> bool:
    """A colleague of whoever holds it; `has_lapsed` says when."""
    return _free_assessor(actor, reflection) and reflection.assessor_id != actor.person_id


def _its_assessor(actor: Actor, reflection: Reflection) -> bool:
    return _free_assessor(actor, reflection) and reflection.assessor_id == actor.person_id


def _its_convener(actor: Actor, reflection: Reflection) -> bool:
    return is_convener_of(actor, reflection.enrolment) and is_active(reflection.enrolment)


def _may_release(actor: Actor, reflection: Reflection) -> bool:
    """Who holds it, and staff: an assessor on leave must not block a student."""
    is_freed_by_staff = is_staff_of(actor, reflection.enrolment) and is_active(reflection.enrolment)
    return _its_assessor(actor, reflection) or is_freed_by_staff


def _may_hand_over(actor: Actor, reflection: Reflection) -> bool:
    """Who holds it, staff and the convener: somebody on leave has a deputy."""
    return _may_release(actor, reflection) or _its_convener(actor, reflection)


WHO_MOVES_ENROLMENTS: dict[states.EnrolmentMove, Callable[[Actor, Enrolment], bool]] = {
    states.VOID_ENROLMENT: is_staff_of,
    states.DEREGISTER: is_staff_of,
    states.REINSTATE: is_staff_of,
}

WHO_MOVES_ACTIVITIES: dict[states.ActivityMove, Callable[[Actor, Activity], bool]] = {
    states.APPROVE_ACTIVITY: _its_staff,
    states.DECLINE_ACTIVITY: _its_staff,
    states.COMPLETE_ACTIVITY: _its_student,
    states.REPORT_ACTIVITY: _its_student,
    states.CONFIRM_ACTIVITY: _its_staff,
    states.SEND_BACK_ACTIVITY: _its_staff,
    states.REOPEN_ACTIVITY: _its_staff,
    states.WITHDRAW_ACTIVITY: _its_student,
}

_INSTEAD: dict[str, states.ActivityMove] = {
    "before": states.REPORT_ACTIVITY,
    "after": states.COMPLETE_ACTIVITY,
}
"""The move that a student does not make, by when a rule set lets staff decide: there is another one instead."""

WHO_MOVES_REFLECTIONS: dict[states.ReflectionMove, Callable[[Actor, Reflection], bool]] = {
    states.SUBMIT: _its_student,
    states.TAKE_BACK: _its_student,
    states.CLAIM: _free_assessor,
    states.TAKE_OVER: _other_assessor,
    states.HAND_OVER: _may_hand_over,
    states.RELEASE: _may_release,
    states.RETURN_FOR_REVISION: _its_assessor,
    states.PASS_ON: _its_assessor,
    states.DISAGREE: _its_assessor,
    states.ACCEPT: _its_assessor,
    # Of the assessors those two who read it: `said` in `open_reflection_moves` and the action itself see to that.
    states.AGREE_TO_ACCEPT: _free_assessor,
    states.AGREE_TO_RETURN: _free_assessor,
    states.SETTLE_BY_ACCEPTING: _its_convener,
    states.SETTLE_BY_RETURNING: _its_convener,
    states.ACCEPT_IN_MEETING: _its_convener,
    states.RETURN_IN_MEETING: _its_convener,
}

_AGREEING = {Decision.ACCEPTED: states.AGREE_TO_RETURN, Decision.RETURNED: states.AGREE_TO_ACCEPT}
"""How a reader can agree with the other one, by what they said themselves."""

WHO_MOVES_APPLICATIONS: dict[states.ApplicationMove, Callable[[Actor, Application], bool]] = {
    states.APPROVE_APPLICATION: _its_staff,
    states.DECLINE_APPLICATION: _its_staff,
}


def open_enrolment_moves(actor: Actor, enrolment: Enrolment) -> list[states.EnrolmentMove]:
    """List the moves this person can make now: the buttons a page offers."""
    return [
        move
        for move in states.ENROLMENT_MOVES
        if enrolment.state in move.sources and WHO_MOVES_ENROLMENTS[move](actor, enrolment)
    ]


def open_activity_moves(
    actor: Actor, activity: Activity, *, approval: Literal["before", "after"] = "before"
) -> list[states.ActivityMove]:
    """List the moves this person can make now: the buttons a page offers. `approval` is the rule set's."""
    return [
        move
        for move in states.ACTIVITY_MOVES
        if move is not _INSTEAD[approval]
        and activity.state in move.sources
        and WHO_MOVES_ACTIVITIES[move](actor, activity)
    ]


def open_reflection_moves(
    actor: Actor, reflection: Reflection, *, at: datetime | None = None, said: Decision | None = None
) -> list[states.ReflectionMove]:
    """List the moves this person can make now: the buttons a page offers.

    With `at` also those that time opens. `said`: what this person decided as one of the readers who disagree; they can
    agree with the other one, and do not settle it as convener.
    """
    return [
        move
        for move in states.REFLECTION_MOVES
        if reflection.state in move.sources
        and WHO_MOVES_REFLECTIONS[move](actor, reflection)
        and not _is_closed(move, reflection, at=at, said=said)
    ]


def _is_closed(
    move: states.ReflectionMove, reflection: Reflection, *, at: datetime | None, said: Decision | None
) -> bool:
    if move is states.TAKE_OVER:
        return not has_lapsed(reflection, at)
    if move in _AGREEING.values():
        return said is None or move is not _AGREEING[said]
    if move in {states.SETTLE_BY_ACCEPTING, states.SETTLE_BY_RETURNING}:
        return said is not None
    return move in states.HAVE_NO_BUTTON


def has_lapsed(reflection: Reflection, at: datetime | None) -> bool:
    """Tell whether the claim on it has ended by itself, because its reader went away."""
    return at is not None and reflection.claimed_until is not None and reflection.claimed_until <= at


def open_application_moves(actor: Actor, application: Application) -> list[states.ApplicationMove]:
    """List the moves this person can make now: the buttons a page offers."""
    return [
        move
        for move in states.APPLICATION_MOVES
        if application.state in move.sources and WHO_MOVES_APPLICATIONS[move](actor, application)
    ]


# Other rights.


def may_change(actor: Actor, enrolment: Enrolment) -> bool:
    """Choose activities, write, record, hand in and apply: the student alone, while the enrolment is in use."""
    return is_own(actor, enrolment) and is_active(enrolment)


def may_upload_to(actor: Actor, reflection: Reflection) -> bool:
    """Send a file for a reflection: the student alone, while the enrolment is in use."""
    return may_change(actor, reflection.enrolment)


def may_add_evidence(actor: Actor, activity: Activity) -> bool:
    """Send evidence of an activity, or take it away: the student alone, while the enrolment is in use."""
    return may_change(actor, activity.enrolment)


def may_continue_upload(actor: Actor, upload: Upload) -> bool:
    """Send or ask about the bytes of an upload: its owner alone."""
    return upload.owner_id == actor.person_id


def may_assess(actor: Actor, reflection: Reflection) -> bool:
    """Read it to judge it, hold it, and write down what one thinks: assessors of the programme, while it is in use."""
    return _free_assessor(actor, reflection)


def may_write_assessment(actor: Actor, version: Version) -> bool:
    """Keep what one writes about a version: assessors, also after a colleague took it or its enrolment ended."""
    return version.frozen_at is not None and is_assessor_of(actor, version.reflection.enrolment)


def may_keep_sentences(actor: Actor) -> bool:
    """Keep sentences to use again: assessors of any programme, each their own."""
    return bool(actor.programmes_as(RoleKind.ASSESSOR))


def may_use_sentence(actor: Actor, sentence: KeptSentence) -> bool:
    """Use a kept sentence, or forget it: who kept it."""
    return sentence.owner_id == actor.person_id


def may_comment(actor: Actor, version: Version) -> bool:
    """Comment on a place of a version, and take one's own words away again: who may write an assessment of it."""
    return may_write_assessment(actor, version)


def may_correct(actor: Actor, transcript: Transcript) -> bool:
    """Put right what the machine heard: the one who spoke."""
    return transcript.media.owner_id == actor.person_id


def may_remake_transcript(actor: Actor, reflection: Reflection) -> bool:
    """Stop the machine that writes down a recording, or have it done again: its student while it is open, and staff."""
    is_open = reflection.state in states.OPEN_REFLECTION_STATES
    return (may_change(actor, reflection.enrolment) and is_open) or is_staff_of(actor, reflection.enrolment)


def may_see_machine(actor: Actor) -> bool:
    """Look at what the machine does, and choose its speech models: staff of any programme, who all share it."""
    return bool(actor.programmes_as(RoleKind.STAFF))


def may_extend(actor: Actor, enrolment: Enrolment) -> bool:
    """Grant a later deadline or move to another version of the rules: staff, while the enrolment is in use."""
    return is_staff_of(actor, enrolment) and is_active(enrolment)


def may_name_contacts(actor: Actor, programme_id: int) -> bool:
    """Say who answers for a programme, and who does while they are away: its staff."""
    return actor.is_in(RoleKind.STAFF, programme_id)


def may_export(actor: Actor, programme: Programme) -> bool:
    """Take out the worklist of a programme: its staff."""
    return actor.is_in(RoleKind.STAFF, programme.id)


def may_edit_catalogue(actor: Actor, programme_id: int) -> bool:
    """Say which activities a programme lists: its staff."""
    return actor.is_in(RoleKind.STAFF, programme_id)


def may_edit_rules(actor: Actor, programme: Programme) -> bool:
    """Write and publish the rules of a programme: its staff."""
    return actor.is_in(RoleKind.STAFF, programme.id)


def may_share(actor: Actor, precedent: Precedent) -> bool:
    """Let the programme's students read a decision: its staff."""
    return actor.is_in(RoleKind.STAFF, precedent.programme_id)


def may_convene(actor: Actor, programme_id: int) -> bool:
    """Call the assessor group of a programme together, note who is there and close the meeting: its conveners."""
    return actor.is_in(RoleKind.CONVENER, programme_id)


def may_bring_up(actor: Actor, meeting: Meeting, reflection: Reflection) -> bool:
    """Put a piece on the agenda, order it and note what the group decides: its conveners, never about their own work.

    The piece must be of the meeting's programme, and its enrolment in use.
    """
    return _its_convener(actor, reflection) and reflection.enrolment.programme_id == meeting.programme_id


def may_leave_out(actor: Actor, meeting: Meeting, reflection: Reflection) -> bool:
    """Take a piece from the agenda, also after its enrolment ended: its conveners, never about their own work."""
    return may_convene(actor, meeting.programme_id) and not is_partial(actor, reflection.enrolment)


def may_show_draft(actor: Actor, meeting: Meeting, reflection: Reflection) -> bool:
    """Show a meeting what one has written about a piece: assessors of the programme, about the work of others."""
    return _free_assessor(actor, reflection) and reflection.enrolment.programme_id == meeting.programme_id


def may_declare_conflict(actor: Actor, enrolment: Enrolment, assessor_id: UUID) -> bool:
    """Say that somebody has a conflict of interest about a student: assessors about themselves, and staff."""
    is_about_oneself = actor.person_id == assessor_id and actor.is_in(RoleKind.ASSESSOR, enrolment.programme_id)
    return (is_about_oneself and not is_own(actor, enrolment)) or is_staff_of(actor, enrolment)


def may_withdraw_conflict(actor: Actor, conflict: Conflict) -> bool:
    """Let somebody judge a student again: staff, but not about themselves."""
    return is_staff_of(actor, conflict.enrolment) and conflict.assessor_id != actor.person_id


def may_see_load(actor: Actor, programme_id: int) -> bool:
    """See who assesses how much: staff and conveners of the programme."""
    return actor.is_in(RoleKind.STAFF, programme_id) or actor.is_in(RoleKind.CONVENER, programme_id)


def may_manage_people(actor: Actor) -> bool:
    """Invite people and give roles: an administrator."""
    return is_administrator(actor)


def may_invite(actor: Actor, programme_ids: Collection[int]) -> bool:
    """Invite the students of these programmes to a gathering: staff of every one of them."""
    return all(actor.is_in(RoleKind.STAFF, programme) for programme in programme_ids)


def may_hold_gathering(actor: Actor, invited: Collection[int]) -> bool:
    """Change a gathering, call it off and note who was there: staff of at least one of the programmes invited."""
    return any(actor.is_in(RoleKind.STAFF, programme) for programme in invited)


def may_note_attendance(actor: Actor, enrolment: Enrolment, invited: Collection[int]) -> bool:
    """Note that somebody was there: whoever holds the gathering, never for oneself."""
    return may_hold_gathering(actor, invited) and not is_own(actor, enrolment)


def require(allowed: bool) -> None:  # noqa: FBT001  A right is the one thing that it is about.
    """Refuse as if it did not exist (NotAllowed) unless allowed."""
    if not allowed:
        raise NotAllowed
