"""What one may see: the same condition filters every list and every single page."""

from collections.abc import Collection
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models import states
from models.permissions import Actor, is_own
from models.tables import (
    Activity,
    Application,
    Assessment,
    Enrolment,
    Invitation,
    MediaItem,
    MeetingCase,
    Reflection,
    RoleKind,
    SignUp,
)
from models.tables.media import REMOVED
from models.tables.notices import AUDIENCE, TOPICS, NoticeKind


def visible_enrolments(actor: Actor) -> Q:
    """One's own, and as staff those of the programme."""
    return Q(person_id=actor.person_id) | Q(programme_id__in=actor.programmes_as(RoleKind.STAFF))


def visible_activities(actor: Actor) -> Q:
    """One's own, and as staff or assessor those of the programme."""
    return Q(enrolment__person_id=actor.person_id) | _reads(actor)


def visible_reflections(actor: Actor) -> Q:
    """One's own, and as assessor or staff what was handed in at least once in the programme."""
    handed_in = Q(first_submitted_at__isnull=False)
    return Q(enrolment__person_id=actor.person_id) | (_reads(actor) & handed_in)


def visible_precedents(actor: Actor, *, enrolled_in: Collection[int]) -> Q:
    """As assessor or staff those of the programme, and where one is enrolled those that staff shared."""
    return Q(programme_id__in=_programmes_that_read(actor)) | Q(programme_id__in=enrolled_in, is_shared=True)


def may_search_precedents(actor: Actor, programme_id: int, *, enrolled_in: Collection[int]) -> bool:
    """Ask what has counted before: assessors, staff and students of the programme."""
    return programme_id in enrolled_in or programme_id in _programmes_that_read(actor)


def visible_applications(actor: Actor) -> Q:
    """One's own, and as staff those of the programme."""
    return Q(enrolment__person_id=actor.person_id) | Q(enrolment__programme_id__in=actor.programmes_as(RoleKind.STAFF))


def visible_gatherings(actor: Actor) -> Q:
    """Those that one is invited to or signed up for, and as staff those to which the programme is invited."""
    own = Enrolment.filter(person_id=actor.person_id)
    studied = own.filter(state=states.EnrolmentState.ACTIVE)
    invited = Q(programme_id__in=actor.programmes_as(RoleKind.STAFF)) | Q(
        programme_id__in=Subquery(studied.values("programme_id"))
    )
    signed_up = SignUp.filter(enrolment_id__in=Subquery(own.values("id")))
    return Q(id__in=Subquery(Invitation.filter(invited).values("gathering_id"))) | Q(
        id__in=Subquery(signed_up.values("gathering_id"))
    )


def visible_sign_offs(actor: Actor) -> Q:
    """What one asked of organisers, and as staff what the students of the programme asked."""
    return Q(activity__enrolment__person_id=actor.person_id) | Q(
        activity__enrolment__programme_id__in=actor.programmes_as(RoleKind.STAFF)
    )


def visible_media(actor: Actor) -> Q:
    """One's own, and as assessor or staff what a handed-in version of the programme shows. May repeat rows.

    A version keeps what was made before its format was changed: that was not handed in, and nobody else sees it.
    Evidence is there for those who decide: assessors and staff see it from the start, until it or its activity is
    taken away.
    """
    ours = _reads(actor, "reflection__")
    in_recording = Q(versions__frozen_at__isnull=False, versions__format__in=("podcast", "video"))
    in_post = Q(posts__version__frozen_at__isnull=False, posts__version__format="posts")
    evidence = (
        _reads(actor, "activity__") & ~Q(refusal_code=REMOVED) & ~Q(activity__state=states.ActivityState.WITHDRAWN)
    )
    return Q(owner_id=actor.person_id) | (ours & (in_recording | in_post)) | evidence


def may_see_every_version(actor: Actor, reflection: Reflection) -> bool:
    """Only the student sees the open draft; everyone else sees frozen versions."""
    return is_own(actor, reflection.enrolment)


def visible_assessments(actor: Actor) -> Q:
    """Of the newest version: one's own, and everybody's once it is decided. Two readers judge without each other.

    Where both have decided and disagree, they read each other's words, their convener reads both, and so does the
    assessor group while it is on the agenda of a meeting; the student and everybody else wait for the decision.
    """
    decided = (states.ReflectionState.RETURNED, states.ReflectionState.ACCEPTED)
    my_own = Assessment.filter(assessor_id=actor.person_id)
    on_agenda = MeetingCase.filter(meeting__closed_at__isnull=True)
    convened = Q(version__reflection__enrolment__programme_id__in=actor.programmes_as(RoleKind.CONVENER))
    assessed = Q(version__reflection__enrolment__programme_id__in=actor.programmes_as(RoleKind.ASSESSOR))
    disputed = Q(version__reflection__state=states.ReflectionState.DISPUTED) & (
        Q(version_id__in=Subquery(my_own.values("version_id")))
        | convened
        | (assessed & Q(version_id__in=Subquery(on_agenda.values("version_id"))))
    )
    return (
        Q(assessor_id=actor.person_id)
        | Q(version__reflection__state__in=decided)
        | (disputed & ~Q(version__reflection__enrolment__person_id=actor.person_id))
    )


def visible_meetings(actor: Actor) -> Q:
    """Those of the assessor groups that one belongs to, as assessor or convener."""
    return Q(programme_id__in=_groups(actor))


def visible_cases(actor: Actor) -> Q:
    """What is on the agenda of one's own group, but for one's own work and where one has a conflict of interest."""
    mine = Q(version__reflection__enrolment__person_id=actor.person_id)
    if actor.conflicts:
        mine |= Q(version__reflection__enrolment_id__in=list(actor.conflicts))
    return Q(meeting__programme_id__in=_groups(actor)) & ~mine


def visible_notices(actor: Actor) -> Q:
    """One's own: as a student always, as assessor or staff while one still is and, of what waits, while it does."""
    as_student = Q(kind__in=[kind for kind in NoticeKind if TOPICS[kind] not in AUDIENCE])
    reads, decides = actor.programmes_as(RoleKind.ASSESSOR), actor.programmes_as(RoleKind.STAFF)
    found = as_student
    if reads:
        to_read = Reflection.filter(state=states.ReflectionState.SUBMITTED, enrolment__state=_ACTIVE)
        if actor.conflicts:
            to_read = to_read.exclude(enrolment_id__in=list(actor.conflicts))
        found |= Q(programme_id__in=reads) & (Q(kind__in=_CLAIMS) | _of(NoticeKind.WORK_WAITS, to_read))
    if decides:
        to_decide = Activity.filter(state__in=_DECIDED_BY_STAFF, enrolment__state=_ACTIVE)
        applied = Application.filter(state=states.ApplicationState.SUBMITTED, enrolment__state=_ACTIVE)
        waits = _of(NoticeKind.ACTIVITY_WAITS, to_decide) | _of(NoticeKind.APPLICATION_WAITS, applied)
        found |= Q(programme_id__in=decides) & waits
    return Q(person_id=actor.person_id) & found


def is_ready_to_serve(media: MediaItem) -> bool:
    """Only what we made of an upload is ever served, and only when it is ready."""
    return media.state is states.MediaState.READY


_ACTIVE = states.EnrolmentState.ACTIVE
_CLAIMS = (NoticeKind.TAKEN_OVER, NoticeKind.HANDED_OVER)
_DECIDED_BY_STAFF = (states.ActivityState.PROPOSED, states.ActivityState.REPORTED)


def _of(kind: NoticeKind, rows: QuerySet[Any]) -> Q:
    return Q(kind=kind, subject_id__in=Subquery(rows.values("id")))


def _reads(actor: Actor, of: str = "") -> Q:
    """What one reads in a programme: as staff, and in its assessor group but for where one has a conflict of interest.

    `of` leads to what has the enrolment.
    """
    programme = f"{of}enrolment__programme_id__in"
    in_group: dict[str, Any] = {programme: _groups(actor)}
    as_staff: dict[str, Any] = {programme: actor.programmes_as(RoleKind.STAFF)}
    partial: dict[str, Any] = {f"{of}enrolment_id__in": list(actor.conflicts)}
    group = Q(**in_group)
    return (group & ~Q(**partial) if actor.conflicts else group) | Q(**as_staff)


def _programmes_that_read(actor: Actor) -> list[int]:
    return _groups(actor) + actor.programmes_as(RoleKind.STAFF)


def _groups(actor: Actor) -> list[int]:
    """List the programmes of whose assessor group this person is, as assessor or as convener."""
    return actor.programmes_as(RoleKind.ASSESSOR) + actor.programmes_as(RoleKind.CONVENER)
