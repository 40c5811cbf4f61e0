"""The states of everything that moves, and the only moves there are."""

from dataclasses import dataclass
from enum import StrEnum


class ActivityState(StrEnum):
    """Where one activity of a student stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ReflectionState(StrEnum):
    """Where one reflection stands; a final reflection moves the same way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_ASSESSMENT = "in_assessment"
    RETURNED = "returned"
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


@dataclass(frozen=True, slots=True)
class ActivityMove:
    """One arrow of the activity diagram in README.md."""

    name: str
    sources: frozenset[ActivityState]
    target: ActivityState


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


_A, _R, _P = ActivityState, ReflectionState, ApplicationState

APPROVE_ACTIVITY = ActivityMove("approve_activity", frozenset({_A.PROPOSED}), _A.APPROVED)
DECLINE_ACTIVITY = ActivityMove("decline_activity", frozenset({_A.PROPOSED}), _A.DECLINED)
COMPLETE_ACTIVITY = ActivityMove("complete_activity", frozenset({_A.APPROVED}), _A.DONE)
WITHDRAW_ACTIVITY = ActivityMove("withdraw_activity", frozenset({_A.PROPOSED, _A.APPROVED}), _A.WITHDRAWN)
ACTIVITY_MOVES = (APPROVE_ACTIVITY, DECLINE_ACTIVITY, COMPLETE_ACTIVITY, WITHDRAW_ACTIVITY)

SUBMIT = ReflectionMove("submit", frozenset({_R.DRAFT, _R.RETURNED}), _R.SUBMITTED)
CLAIM = ReflectionMove("claim", frozenset({_R.SUBMITTED}), _R.IN_ASSESSMENT)
RELEASE = ReflectionMove("release", frozenset({_R.IN_ASSESSMENT}), _R.SUBMITTED)
RETURN_FOR_REVISION = ReflectionMove("return_for_revision", frozenset({_R.IN_ASSESSMENT}), _R.RETURNED)
ACCEPT = ReflectionMove("accept", frozenset({_R.IN_ASSESSMENT}), _R.ACCEPTED)
REFLECTION_MOVES = (SUBMIT, CLAIM, RELEASE, RETURN_FOR_REVISION, ACCEPT)

APPROVE_APPLICATION = ApplicationMove("approve_application", frozenset({_P.SUBMITTED}), _P.APPROVED)
DECLINE_APPLICATION = ApplicationMove("decline_application", frozenset({_P.SUBMITTED}), _P.DECLINED)
APPLICATION_MOVES = (APPROVE_APPLICATION, DECLINE_APPLICATION)

OPEN_REFLECTION_STATES = SUBMIT.sources
"""A reflection in one of these has an open draft that its student may change."""
