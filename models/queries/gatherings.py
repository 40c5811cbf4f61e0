"""Gatherings as one person may see them: what one can sign up for, and for staff who comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q

from models.errors import NotAllowed
from models.permissions import Actor, may_hold_gathering
from models.portfolios import parsed
from models.rules.bilingual import Bilingual
from models.rules.primitives import EventKind
from models.states import EnrolmentState
from models.tables import Enrolment, Gathering, Programme, RoleKind, SignUp
from models.visibility import visible_gatherings

SHOWN_AFTER = timedelta(days=1)
"""So long after the end students still see a gathering that they did not sign up for."""

# An enrolment that ended holds no place, but what it attended stays.
_LIVING = Q(cancelled_at__isnull=True) & (Q(enrolment__state=EnrolmentState.ACTIVE) | Q(attended_at__isnull=False))


@dataclass(frozen=True, slots=True)
class Offer:
    """A gathering to which an enrolment's programme is invited, with the student's own sign-up.

    `free` None: there is room for everybody. `place_in_queue` counts from 1.
    """

    gathering: Gathering
    enrolment: Enrolment
    sign_up: SignUp | None
    free: int | None
    place_in_queue: int | None


@dataclass(frozen=True, slots=True)
class Attendance:
    """A gathering as staff see it, with how many come."""

    gathering: Gathering
    programmes: list[Programme]
    coming: int
    waiting: int
    came: int


async def offers(actor: Actor, *, at: datetime) -> list[Offer]:
    """List what one is invited to or signed up for, by time; what is long over only where one signed up."""
    enrolments = await Enrolment.filter(person_id=actor.person_id).select_related("programme__rule_set", "rule_set")
    found = (
        await Gathering.filter(visible_gatherings(actor)).prefetch_related("invitations").order_by("starts_at", "id")
    )
    everybody = await _living_sign_ups(found)
    result = []
    for gathering in found:
        rows = everybody[gathering.id]
        for enrolment in enrolments:
            mine = next((row for row in rows if row.enrolment_id == enrolment.id), None)
            is_invited = enrolment.programme_id in {i.programme_id for i in gathering.invitations}
            is_open = enrolment.state is EnrolmentState.ACTIVE and is_invited
            is_past = at > gathering.ends_at + SHOWN_AFTER or gathering.cancelled_at is not None
            if mine is None and (not is_open or is_past):
                continue
            result.append(Offer(gathering, enrolment, mine, _free(gathering, rows), _place_in_queue(mine, rows)))
    return result


async def gathering(gathering_id: UUID, *, actor: Actor) -> Gathering:
    """Get one gathering with its programmes; raises NotAllowed when it is not this person's to see."""
    found = (
        await Gathering.filter(visible_gatherings(actor), id=gathering_id)
        .select_related("made_by")
        .prefetch_related("invitations__programme__rule_set")
        .first()
    )
    if found is None:
        raise NotAllowed
    return found


async def all_gatherings(actor: Actor) -> list[Gathering]:
    """List every gathering that this person may see, by time."""
    return (
        await Gathering.filter(visible_gatherings(actor))
        .prefetch_related("invitations__programme__rule_set")
        .order_by("starts_at", "id")
    )


async def held_gathering(gathering_id: UUID, *, actor: Actor) -> Gathering:
    """Get one that this person holds as staff; raises NotAllowed."""
    found = await gathering(gathering_id, actor=actor)
    if not may_hold_gathering(actor, {invitation.programme_id for invitation in found.invitations}):
        raise NotAllowed
    return found


async def attendances(actor: Actor) -> list[Attendance]:
    """List the gatherings that this person holds as staff, by time, with a constant number of queries."""
    held = [
        one
        for one in await all_gatherings(actor)
        if may_hold_gathering(actor, {invitation.programme_id for invitation in one.invitations})
    ]
    everybody = await _living_sign_ups(held)
    return [_attendance(one, everybody[one.id]) for one in held]


async def sign_ups(of: Gathering, *, actor: Actor) -> list[SignUp]:
    """List who has signed up, with names: presenters first, then listeners, then those who wait, in order."""
    if not may_hold_gathering(actor, {invitation.programme_id for invitation in of.invitations}):
        raise NotAllowed
    rows = (
        await SignUp.filter(_LIVING, gathering_id=of.id)
        .select_related("enrolment__person", "enrolment__programme", "noted_by")
        .order_by("signed_up_at", "id")
    )
    return sorted(rows, key=lambda row: (row.is_waiting, row.part != "presenter"))


async def students_not_signed_up(of: Gathering, *, actor: Actor) -> list[Enrolment]:
    """List the active students of this person's own programmes who are invited and have not signed up, by name."""
    programmes = [i.programme_id for i in of.invitations if actor.is_in(RoleKind.STAFF, i.programme_id)]
    signed_up = {row.enrolment_id for row in await SignUp.filter(gathering_id=of.id, cancelled_at__isnull=True)}
    enrolments = (
        await Enrolment.filter(programme_id__in=programmes, state=EnrolmentState.ACTIVE)
        .exclude(person_id=actor.person_id)
        .select_related("person", "programme")
        .order_by("person__name", "id")
    )
    return [enrolment for enrolment in enrolments if enrolment.id not in signed_up]


async def own_programmes(actor: Actor) -> list[Programme]:
    """List the programmes that this person is staff of, with their present rules."""
    ids = actor.programmes_as(RoleKind.STAFF)
    return await Programme.filter(id__in=ids).select_related("rule_set").order_by("name_en")


def event_kinds(programmes: Sequence[Programme]) -> list[EventKind]:
    """List the kinds of events that the present rules of all these programmes know; rules come loaded."""
    kinds = [{kind.id: kind for kind in parsed(one.rule_set.document).events} for one in programmes]
    if not kinds:
        return []
    return [kind for id_, kind in kinds[0].items() if all(id_ in others for others in kinds)]


def kind_name(of: Gathering, rules: Sequence[Programme | Enrolment]) -> Bilingual:
    """Name the kind as the first of these does whose rules know it; their rules come loaded."""
    for one in rules:
        if (event := parsed(one.rule_set.document).event_of(of.kind)) is not None:
            return event.name
    return Bilingual(of.kind, of.kind)


def forum_name(of: Gathering, rules: Sequence[Programme | Enrolment]) -> Bilingual | None:
    """Name the forum as one of these rules does; None where it is held anywhere."""
    if not of.forum:
        return None
    for one in rules:
        event = parsed(one.rule_set.document).event_of(of.kind)
        for forum in event.forums if event else ():
            if forum.id == of.forum:
                return forum.name
    return Bilingual(of.forum, of.forum)


async def _living_sign_ups(of: Sequence[Gathering]) -> dict[UUID, list[SignUp]]:
    rows: dict[UUID, list[SignUp]] = {one.id: [] for one in of}
    found = SignUp.filter(_LIVING, gathering_id__in=list(rows))
    for row in await found.order_by("signed_up_at", "id"):
        rows[row.gathering_id].append(row)
    return rows


def _free(of: Gathering, rows: Sequence[SignUp]) -> int | None:
    return None if of.capacity is None else max(0, of.capacity - sum(not row.is_waiting for row in rows))


def _place_in_queue(mine: SignUp | None, rows: Sequence[SignUp]) -> int | None:
    if mine is None or not mine.is_waiting:
        return None
    return [row.id for row in rows if row.is_waiting].index(mine.id) + 1


def _attendance(of: Gathering, rows: Sequence[SignUp]) -> Attendance:
    return Attendance(
        of,
        [invitation.programme for invitation in of.invitations],
        coming=sum(not row.is_waiting for row in rows),
        waiting=sum(row.is_waiting for row in rows),
        came=sum(row.attended_at is not None for row in rows),
    )
