"""Who is signed in, and the people of the installation."""

from datetime import datetime, timedelta

from models.permissions import Actor, may_manage_people, require
from models.tables import Conflict, OneTimeLink, Person, Role, Session


async def session_of(token_hash: str, *, at: datetime, idle: timedelta, total: timedelta) -> Session | None:
    """Find the living session of a cookie; None when it ended, slept too long or is too old."""
    session = await Session.get_or_none(token_hash=token_hash, ended_at__isnull=True).select_related("person")
    if session is None or session.seen_at + idle < at or session.started_at + total < at:
        return None
    return session


async def actor_of(person: Person) -> Actor:
    """Load the person's rights as they are now."""
    roles = await Role.filter(person_id=person.id)
    conflicts = Conflict.filter(assessor_id=person.id, withdrawn_at__isnull=True)
    return Actor(
        person_id=person.id,
        name=person.name,
        roles=frozenset((role.kind, role.programme_id) for role in roles),
        conflicts=frozenset([row.enrolment_id for row in await conflicts]) if roles else frozenset(),
    )


async def own_sessions(actor: Actor, *, at: datetime, idle: timedelta, total: timedelta) -> list[Session]:
    """List one's own living sign-ins, newest first."""
    living = Session.filter(
        person_id=actor.person_id, ended_at__isnull=True, seen_at__gte=at - idle, started_at__gte=at - total
    )
    return await living.order_by("-seen_at")


async def everybody(actor: Actor) -> list[Person]:
    """List all people with their roles, for an administrator."""
    require(may_manage_people(actor))
    return await Person.all().prefetch_related("roles__programme").order_by("name")


async def link_is_open(token_hash: str, *, at: datetime) -> bool:
    """Tell whether a one-time link can still be used."""
    return await OneTimeLink.exists(token_hash=token_hash, used_at__isnull=True, expires_at__gt=at)
