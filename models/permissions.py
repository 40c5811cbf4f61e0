"""Who may do what and see what: tiny predicates, and above them one line for each right."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from tortoise.expressions import Q

from models import states
from models.errors import NotAllowed
from models.tables import (
    Activity,
    Application,
    Enrolment,
    MediaItem,
    Programme,
    Reflection,
    RoleKind,
    Transcript,
    Upload,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, with the rights they have at this moment."""

    person_id: UUID
    name: str
    roles: frozenset[tuple[RoleKind, int | None]]

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


def is_assessor_of(actor: Actor, enrolment: Enrolment) -> bool:
    """An assessor of the programme, never of one's own work."""
    return actor.is_in(RoleKind.ASSESSOR, enrolment.programme_id) and not is_own(actor, enrolment)


def is_staff_of(actor: Actor, enrolment: Enrolment) -> bool:
    """Staff of the programme, never for oneself."""
    return actor.is_in(RoleKind.STAFF, enrolment.programme_id) and not is_own(actor, enrolment)


def is_administrator(actor: Actor) -> bool:
    """An administrator of the institution."""
    return (RoleKind.ADMINISTRATOR, None) in actor.roles


# Moves.


def _its_student(actor: Actor, work: Activity | Reflection | Application) -> bool:
    return is_own(actor, work.enrolment)


def _its_staff(actor: Actor, work: Activity | Application) -> bool:
    return is_staff_of(actor, work.enrolment)


def _free_assessor(actor: Actor, reflection: Reflection) -> bool:
    return is_assessor_of(actor, reflection.enrolment)


def _its_assessor(actor: Actor, reflection: Reflection) -> bool:
    return is_assessor_of(actor, reflection.enrolment) and reflection.assessor_id == actor.person_id


def _may_release(actor: Actor, reflection: Reflection) -> bool:
    """Who holds it, and staff: an assessor on leave must not block a student."""
    return _its_assessor(actor, reflection) or is_staff_of(actor, reflection.enrolment)


WHO_MOVES_ACTIVITIES: dict[states.ActivityMove, Callable[[Actor, Activity], bool]] = {
    states.APPROVE_ACTIVITY: _its_staff,
    states.DECLINE_ACTIVITY: _its_staff,
    states.COMPLETE_ACTIVITY: _its_student,
    states.WITHDRAW_ACTIVITY: _its_student,
}

WHO_MOVES_REFLECTIONS: dict[states.ReflectionMove, Callable[[Actor, Reflection], bool]] = {
    states.SUBMIT: _its_student,
    states.CLAIM: _free_assessor,
    states.RELEASE: _may_release,
    states.RETURN_FOR_REVISION: _its_assessor,
    states.ACCEPT: _its_assessor,
}

WHO_MOVES_APPLICATIONS: dict[states.ApplicationMove, Callable[[Actor, Application], bool]] = {
    states.APPROVE_APPLICATION: _its_staff,
    states.DECLINE_APPLICATION: _its_staff,
}


def open_activity_moves(actor: Actor, activity: Activity) -> list[states.ActivityMove]:
    """List the moves this person can make now: the buttons a page offers."""
    return [
        move
        for move in states.ACTIVITY_MOVES
        if activity.state in move.sources and WHO_MOVES_ACTIVITIES[move](actor, activity)
    ]


def open_reflection_moves(actor: Actor, reflection: Reflection) -> list[states.ReflectionMove]:
    """List the moves this person can make now: the buttons a page offers."""
    return [
        move
        for move in states.REFLECTION_MOVES
        if reflection.state in move.sources and WHO_MOVES_REFLECTIONS[move](actor, reflection)
    ]


def open_application_moves(actor: Actor, application: Application) -> list[states.ApplicationMove]:
    """List the moves this person can make now: the buttons a page offers."""
    return [
        move
        for move in states.APPLICATION_MOVES
        if application.state in move.sources and WHO_MOVES_APPLICATIONS[move](actor, application)
    ]


# Other rights.


def may_change(actor: Actor, enrolment: Enrolment) -> bool:
    """Choose activities, write, record, hand in and apply: the student alone."""
    return is_own(actor, enrolment)


def may_upload_to(actor: Actor, reflection: Reflection) -> bool:
    """Send a file for a reflection: the student alone."""
    return is_own(actor, reflection.enrolment)


def may_continue_upload(actor: Actor, upload: Upload) -> bool:
    """Send or ask about the bytes of an upload: its owner alone."""
    return upload.owner_id == actor.person_id


def may_correct(actor: Actor, transcript: Transcript) -> bool:
    """Put right what the machine heard: the one who spoke."""
    return transcript.media.owner_id == actor.person_id


def may_extend(actor: Actor, enrolment: Enrolment) -> bool:
    """Grant a later deadline: staff of the programme."""
    return is_staff_of(actor, enrolment)


def may_export(actor: Actor, programme: Programme) -> bool:
    """Take out the worklist of a programme: its staff."""
    return actor.is_in(RoleKind.STAFF, programme.id)


def may_manage_people(actor: Actor) -> bool:
    """Invite people and give roles: an administrator."""
    return is_administrator(actor)


def require(allowed: bool) -> None:  # noqa: FBT001  A right is the one thing that it is about.
    """Refuse as if it did not exist (NotAllowed) unless allowed."""
    if not allowed:
        raise NotAllowed


# What one may see: the same condition filters every list and every single page.


def _programmes_that_read(actor: Actor) -> list[int]:
    return actor.programmes_as(RoleKind.ASSESSOR) + actor.programmes_as(RoleKind.STAFF)


def visible_enrolments(actor: Actor) -> Q:
    """One's own, and as staff those of the programme."""
    return Q(person_id=actor.person_id) | Q(programme_id__in=actor.programmes_as(RoleKind.STAFF))


def visible_activities(actor: Actor) -> Q:
    """One's own, and as staff or assessor those of the programme."""
    return Q(enrolment__person_id=actor.person_id) | Q(enrolment__programme_id__in=_programmes_that_read(actor))


def visible_reflections(actor: Actor) -> Q:
    """One's own, and as assessor or staff what was handed in at least once in the programme."""
    handed_in = Q(first_submitted_at__isnull=False)
    return Q(enrolment__person_id=actor.person_id) | (
        Q(enrolment__programme_id__in=_programmes_that_read(actor)) & handed_in
    )


def visible_applications(actor: Actor) -> Q:
    """One's own, and as staff those of the programme."""
    return Q(enrolment__person_id=actor.person_id) | Q(enrolment__programme_id__in=actor.programmes_as(RoleKind.STAFF))


def visible_media(actor: Actor) -> Q:
    """One's own, and as assessor or staff what a handed-in version of the programme shows. May repeat rows.

    A version keeps what was made before its format was changed: that was not handed in, and nobody else sees it.
    """
    ours = Q(reflection__enrolment__programme_id__in=_programmes_that_read(actor))
    in_recording = Q(versions__frozen_at__isnull=False, versions__format__in=("podcast", "video"))
    in_post = Q(posts__version__frozen_at__isnull=False, posts__version__format="posts")
    return Q(owner_id=actor.person_id) | (ours & (in_recording | in_post))


def may_see_every_version(actor: Actor, reflection: Reflection) -> bool:
    """Only the student sees the open draft; everyone else sees frozen versions."""
    return is_own(actor, reflection.enrolment)


def is_ready_to_serve(media: MediaItem) -> bool:
    """Only what we made of an upload is ever served, and only when it is ready."""
    return media.state is states.MediaState.READY
