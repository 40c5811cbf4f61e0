"""The states of everything that moves, and the only moves there are."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum


class ActivityState(StrEnum):
    """Where one activity of a student stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REPORTED = "reported"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class EnrolmentState(StrEnum):
    """Where an enrolment stands: in use, never valid, or ended without a certificate."""

    ACTIVE = "active"
    VOID = "void"
    DEREGISTERED = "deregistered"


class ReflectionState(StrEnum):
    """Where one reflection stands; a final reflection moves the same way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_ASSESSMENT = "in_assessment"
    DISPUTED = "disputed"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    ACCEPTED = "accepted"


class ApplicationState(StrEnum):
    """Where an application for the certificate stands."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    DECLINED = "declined"


class UploadState(StrEnum):
    """Where the bytes of one upload stand."""

    RECEIVING = "receiving"
    RECEIVED = "received"
    EXPIRED = "expired"


class MediaState(StrEnum):
    """Where a file stands on its way to something that can be played or seen."""

    RECEIVING = "receiving"
    PROCESSING = "processing"
    READY = "ready"
    REFUSED = "refused"


class JobState(StrEnum):
    """Where a piece of work for a machine stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class LetterState(StrEnum):
    """Where an e-mail stands; one that was `dropped` had nothing to say any more when its turn came."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"


class JobRank(IntEnum):
    """Whose turn it is among work that waits: what was handed in is waited for, a draft has time."""

    HANDED_IN = 0
    DRAFT = 1


LONGEST_WAITS = {JobRank.HANDED_IN: timedelta(hours=6), JobRank.DRAFT: timedelta(days=1)}
"""What has waited for longer is next, the oldest first: else short work that keeps coming would stop a long one."""


@dataclass(frozen=True, slots=True)
class ActivityMove:
    """One arrow of the activity diagram in README.md."""

    name: str
    sources: frozenset[ActivityState]
    target: ActivityState


@dataclass(frozen=True, slots=True)
class EnrolmentMove:
    """One arrow of the enrolment diagram in README.md."""

    name: str
    sources: frozenset[EnrolmentState]
    target: EnrolmentState


@dataclass(frozen=True, slots=True)
class ReflectionMove:
    """One arrow of the reflection diagram in README.md."""

    name: str
    sources: frozenset[ReflectionState]
    target: ReflectionState


@dataclass(frozen=True, slots=True)
class ApplicationMove:
    """One arrow of the application diagram in README.md."""

    name: str
    sources: frozenset[ApplicationState]
    target: ApplicationState


_A, _E, _R, _P = ActivityState, EnrolmentState, ReflectionState, ApplicationState

APPROVE_ACTIVITY = ActivityMove("approve_activity", frozenset({_A.PROPOSED}), _A.APPROVED)
DECLINE_ACTIVITY = ActivityMove("decline_activity", frozenset({_A.PROPOSED, _A.REPORTED}), _A.DECLINED)
COMPLETE_ACTIVITY = ActivityMove("complete_activity", frozenset({_A.APPROVED}), _A.DONE)
REPORT_ACTIVITY = ActivityMove("report_activity", frozenset({_A.PROPOSED, _A.APPROVED}), _A.REPORTED)
CONFIRM_ACTIVITY = ActivityMove("confirm_activity", frozenset({_A.REPORTED}), _A.DONE)
SEND_BACK_ACTIVITY = ActivityMove("send_back_activity", frozenset({_A.REPORTED}), _A.APPROVED)
REOPEN_ACTIVITY = ActivityMove("reopen_activity", frozenset({_A.DONE}), _A.APPROVED)
WITHDRAW_ACTIVITY = ActivityMove("withdraw_activity", frozenset({_A.PROPOSED, _A.APPROVED, _A.REPORTED}), _A.WITHDRAWN)
ACTIVITY_MOVES = (
    APPROVE_ACTIVITY,
    DECLINE_ACTIVITY,
    COMPLETE_ACTIVITY,
    REPORT_ACTIVITY,
    CONFIRM_ACTIVITY,
    SEND_BACK_ACTIVITY,
    REOPEN_ACTIVITY,
    WITHDRAW_ACTIVITY,
)

DECISIONS = (APPROVE_ACTIVITY, DECLINE_ACTIVITY, CONFIRM_ACTIVITY, SEND_BACK_ACTIVITY, REOPEN_ACTIVITY)
"""Those moves of an activity by which staff answer its student."""

VOID_ENROLMENT = EnrolmentMove("void_enrolment", frozenset({_E.ACTIVE}), _E.VOID)
DEREGISTER = EnrolmentMove("deregister", frozenset({_E.ACTIVE}), _E.DEREGISTERED)
REINSTATE = EnrolmentMove("reinstate", frozenset({_E.VOID, _E.DEREGISTERED}), _E.ACTIVE)
ENROLMENT_MOVES = (VOID_ENROLMENT, DEREGISTER, REINSTATE)

SUBMIT = ReflectionMove("submit", frozenset({_R.DRAFT, _R.RETURNED, _R.TAKEN_BACK}), _R.SUBMITTED)
TAKE_BACK = ReflectionMove("take_back", frozenset({_R.SUBMITTED}), _R.TAKEN_BACK)
CLAIM = ReflectionMove("claim", frozenset({_R.SUBMITTED}), _R.IN_ASSESSMENT)
TAKE_OVER = ReflectionMove("take_over", frozenset({_R.IN_ASSESSMENT}), _R.IN_ASSESSMENT)
HAND_OVER = ReflectionMove("hand_over", frozenset({_R.IN_ASSESSMENT}), _R.IN_ASSESSMENT)
RELEASE = ReflectionMove("release", frozenset({_R.IN_ASSESSMENT}), _R.SUBMITTED)
RETURN_FOR_REVISION = ReflectionMove("return_for_revision", frozenset({_R.IN_ASSESSMENT}), _R.RETURNED)
ACCEPT = ReflectionMove("accept", frozenset({_R.IN_ASSESSMENT}), _R.ACCEPTED)
PASS_ON = ReflectionMove("pass_on", frozenset({_R.IN_ASSESSMENT}), _R.SUBMITTED)
DISAGREE = ReflectionMove("disagree", frozenset({_R.IN_ASSESSMENT}), _R.DISPUTED)
AGREE_TO_ACCEPT = ReflectionMove("agree_to_accept", frozenset({_R.DISPUTED}), _R.ACCEPTED)
AGREE_TO_RETURN = ReflectionMove("agree_to_return", frozenset({_R.DISPUTED}), _R.RETURNED)
SETTLE_BY_ACCEPTING = ReflectionMove("settle_by_accepting", frozenset({_R.DISPUTED}), _R.ACCEPTED)
SETTLE_BY_RETURNING = ReflectionMove("settle_by_returning", frozenset({_R.DISPUTED}), _R.RETURNED)
ACCEPT_IN_MEETING = ReflectionMove("accept_in_meeting", frozenset({_R.SUBMITTED, _R.DISPUTED}), _R.ACCEPTED)
RETURN_IN_MEETING = ReflectionMove("return_in_meeting", frozenset({_R.SUBMITTED, _R.DISPUTED}), _R.RETURNED)
REFLECTION_MOVES = (
    SUBMIT,
    TAKE_BACK,
    CLAIM,
    TAKE_OVER,
    HAND_OVER,
    RELEASE,
    RETURN_FOR_REVISION,
    PASS_ON,
    DISAGREE,
    ACCEPT,
    AGREE_TO_ACCEPT,
    AGREE_TO_RETURN,
    SETTLE_BY_ACCEPTING,
    SETTLE_BY_RETURNING,
    ACCEPT_IN_MEETING,
    RETURN_IN_MEETING,
)

APPROVE_APPLICATION = ApplicationMove("approve_application", frozenset({_P.SUBMITTED}), _P.APPROVED)
DECLINE_APPLICATION = ApplicationMove("decline_application", frozenset({_P.SUBMITTED}), _P.DECLINED)
APPLICATION_MOVES = (APPROVE_APPLICATION, DECLINE_APPLICATION)

HAVE_NO_BUTTON = frozenset({PASS_ON, DISAGREE, ACCEPT_IN_MEETING, RETURN_IN_MEETING})
"""What follows from deciding beside another reader, and what a meeting decides: no page of a piece offers it."""

OPEN_REFLECTION_STATES = SUBMIT.sources
WAITING_REFLECTION_STATES = frozenset({_R.SUBMITTED, _R.IN_ASSESSMENT})
UNDECIDED_REFLECTION_STATES = WAITING_REFLECTION_STATES | {_R.DISPUTED}
"""A reflection in one of these has an open draft that its student may change."""

OPEN_ACTIVITY_STATES = frozenset({_A.PROPOSED, _A.APPROVED})
"""An activity in one of these takes dates, evidence and an organiser's sign-off."""

GIVES_EVIDENCE_BACK = OPEN_ACTIVITY_STATES | {_A.WITHDRAWN}
"""Evidence of an activity in one of these can be taken away: nobody decides on it, or has decided."""

TAKES_EVIDENCE = OPEN_ACTIVITY_STATES | {_A.REPORTED}
"""An activity in one of these takes further evidence: who decides may have asked for it."""


def told_to_student(state: ReflectionState) -> ReflectionState:
    """Name the state as its student knows it: that two readers disagree stays between them until it is decided."""
    return ReflectionState.IN_ASSESSMENT if state is ReflectionState.DISPUTED else state
