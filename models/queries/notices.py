"""What a person is told, what is in a letter to them, and what they chose."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models.permissions import Actor
from models.queries.people import actor_of
from models.tables import Enrolment, Letter, Notice, NoticeChoice, Person, PushSubscription
from models.tables.notices import AUDIENCE, PUSHED, TOPICS, USUAL, How, Topic
from models.visibility import visible_notices

MOST_LISTED = 60
MOST_COUNTED = 100
MOST_IN_A_LETTER = 40

NEWS = timedelta(hours=1)

TOO_OLD = timedelta(days=3)
"""What was put into no letter for so long is not put into one any more."""


class Chosen(NamedTuple):
    """How a person wants to be told about a topic."""

    how: How
    on_devices: bool


async def own_notices(actor: Actor) -> list[Notice]:
    """List what one was told, newest first."""
    return await Notice.filter(visible_notices(actor)).order_by("-created_at", "id").limit(MOST_LISTED)


async def unread(actor: Actor) -> list[Notice]:
    """List what one was told and has not seen, newest first."""
    rows = Notice.filter(visible_notices(actor), read_at__isnull=True)
    return await rows.order_by("-created_at", "id").limit(MOST_COUNTED)


async def choices(actor: Actor) -> dict[Topic, Chosen]:
    """Tell how one is told about each topic that concerns one: as a student, and in one's roles."""
    rows = {row.topic: row for row in await NoticeChoice.filter(person_id=actor.person_id)}
    is_student = not actor.roles or await Enrolment.exists(person_id=actor.person_id)
    return {
        topic: Chosen(rows[topic].how, rows[topic].on_devices)
        if topic in rows
        else Chosen(USUAL[topic], topic in PUSHED)
        for topic in Topic
        if (actor.programmes_as(AUDIENCE[topic]) if topic in AUDIENCE else is_student)
    }


async def inside(letter: Letter) -> list[Notice]:
    """List what a letter has to say now, oldest first; it comes with its person.

    Left out is what they have seen meanwhile, may not see any more, or do not want letters about any more.
    """
    return await _to_mail(letter.person, Notice.filter(letter_id=letter.id))


async def waiting_for_a_letter(*, at: datetime) -> dict[UUID, list[UUID]]:
    """List the notices that go out with the letter of the day, by person."""
    rows = Notice.filter(letter_id__isnull=True, read_at__isnull=True, created_at__gt=at - TOO_OLD)
    people = await Person.filter(id__in=Subquery(rows.values("person_id")))
    found = {person.id: [notice.id for notice in await _to_mail(person, rows)] for person in people}
    return {person_id: notices for person_id, notices in found.items() if notices}


async def to_push(*, at: datetime) -> list[Notice]:
    """List what devices are still to be told of, oldest first; what is older than an hour is no news."""
    rows = Notice.filter(to_push=True, created_at__gt=at - NEWS)
    return await rows.select_related("person").order_by("created_at", "id").limit(MOST_COUNTED)


async def may_be_pushed(notice: Notice) -> bool:
    """Tell whether the person, who comes with it, has not seen it and may still see it."""
    mine = Notice.filter(visible_notices(await actor_of(notice.person)), id=notice.id, read_at__isnull=True)
    return await mine.exists()


async def is_told(session_id: UUID) -> bool:
    """Tell whether the browser of a sign-in wants to be told while no page is open."""
    return await PushSubscription.exists(session_id=session_id)


async def devices_of(person: Person, *, at: datetime, idle: timedelta, total: timedelta) -> Sequence[PushSubscription]:
    """List the browsers that want to be told, as long as their sign-in lives."""
    return await PushSubscription.filter(
        person_id=person.id,
        session__ended_at__isnull=True,
        session__seen_at__gte=at - idle,
        session__started_at__gte=at - total,
    ).order_by("made_at", "id")


async def _to_mail(person: Person, rows: QuerySet[Notice]) -> list[Notice]:
    chosen = await _chosen(person.id)
    mine = rows.filter(visible_notices(await actor_of(person)), read_at__isnull=True)
    wanted = [topic for topic in Topic if chosen.get(topic, USUAL[topic]) is not How.IN_APP]
    kinds = [kind for kind, topic in TOPICS.items() if topic in wanted]
    return await mine.filter(kind__in=kinds).order_by("created_at", "id").limit(MOST_IN_A_LETTER)


async def _chosen(person_id: UUID) -> dict[Topic, How]:
    return {row.topic: row.how for row in await NoticeChoice.filter(person_id=person_id)}
