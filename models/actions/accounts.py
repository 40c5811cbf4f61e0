"""Accounts of the installation itself: invitations, passwords, sign-ins, roles."""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from tortoise.transactions import in_transaction

from models import states
from models.actions.events import record
from models.errors import N_, NotAllowed, Refused, WrongState
from models.permissions import Actor, may_manage_people, require
from models.tables import (
    OneTimeLink,
    Person,
    Programme,
    PushSubscription,
    Reflection,
    Role,
    RoleKind,
    Session,
    TimedDecision,
)

_HASHER = PasswordHasher()
_NOBODYS_HASH = _HASHER.hash("nobody signs in with this")
# Each hash takes 64 MB and a thread for a while: guesses must not take those from uploads.
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hashing")

LINK_LIFE = timedelta(days=7)
SHORTEST_PASSWORD = 12


class WrongNameOrPassword(Refused):
    """The sign-in failed; it does not say which of the two was wrong."""

    words = N_("The e-mail address or the password is not right.")


class PasswordTooShort(Refused):
    """Length is what makes a password strong (ASVS 5.0, 6.2.1)."""

    words = N_("Choose a password of at least {shortest} characters.")


class LinkUsedUp(Refused):
    """The one-time link was used or is too old."""

    words = N_("This link has been used or is too old. Ask for a new one.")


class NotAnAddress(Refused):
    """Something is missing in an invitation."""

    words = N_("Write a name and a complete e-mail address.")


class AlreadyHasAdministrator(Refused):
    """The command line invites only the first one."""

    words = N_("There is an administrator already; further people are invited on screen.")


def token_hash(token: str) -> str:
    """What is kept of a secret: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


async def invite_first_administrator(name: str, email: str, *, at: datetime) -> str:
    """Machine's own (command line): return the secret of a one-time link for the first administrator."""
    if await Role.filter(kind=RoleKind.ADMINISTRATOR, person__password_hash__isnull=False).exists():
        raise AlreadyHasAdministrator
    async with in_transaction():
        person = await _person(name, email, at=at)
        await Role.get_or_create({"given_at": at}, person_id=person.id, kind=RoleKind.ADMINISTRATOR, programme_id=None)
        await record("invite", person, by=None, at=at, role=RoleKind.ADMINISTRATOR)
        return await _new_link(person, at=at)


async def invite(
    name: str,
    email: str,
    roles: list[tuple[RoleKind, Programme | None]],
    *,
    actor: Actor,
    at: datetime,
) -> str:
    """Make or find an account, give it roles, and return the secret of a one-time link to choose a password."""
    require(may_manage_people(actor))
    async with in_transaction():
        person = await _person(name, email, at=at)
        for kind, programme in roles:
            await Role.get_or_create(
                {"given_at": at},
                person_id=person.id,
                kind=kind,
                programme_id=programme.id if programme else None,
            )
        named = [f"{kind}:{programme.code if programme else '*'}" for kind, programme in roles]
        await record("invite", person, by=actor.person_id, at=at, roles=named)
        return await _new_link(person, at=at)


async def take_role(role: Role, *, actor: Actor, at: datetime) -> None:
    """Take a role from a person: open pages are refused from now on, and what they were assessing waits again."""
    require(may_manage_people(actor) and role.person_id != actor.person_id)
    async with in_transaction():
        if not await Role.filter(id=role.id).delete():
            raise WrongState
        await record("take_role", role, by=actor.person_id, at=at, person=role.person_id, kind=role.kind)
        if role.kind is RoleKind.ASSESSOR:
            await _release_all(role, by=actor.person_id, at=at)


async def choose_password(link_token: str, password: str, *, at: datetime) -> Person:
    """Machine's own (the holder of a link): set the password, use all their links up, end the person's sign-ins."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(shortest=SHORTEST_PASSWORD)
    if not await OneTimeLink.exists(token_hash=token_hash(link_token), used_at__isnull=True, expires_at__gt=at):
        raise LinkUsedUp
    hashed = await asyncio.get_running_loop().run_in_executor(_HASHING, _HASHER.hash, password)
    async with in_transaction():
        link = await OneTimeLink.get_or_none(token_hash=token_hash(link_token)).select_related("person")
        if link is None or link.expires_at <= at:
            raise LinkUsedUp
        if not await OneTimeLink.filter(id=link.id, used_at__isnull=True).update(used_at=at):
            raise LinkUsedUp
        await OneTimeLink.filter(person_id=link.person_id, used_at__isnull=True).update(used_at=at)
        await Person.filter(id=link.person_id).update(password_hash=hashed)
        await Session.filter(person_id=link.person_id, ended_at__isnull=True).update(ended_at=at)
        await PushSubscription.filter(person_id=link.person_id).delete()
        await record("choose_password", link.person, by=link.person_id, at=at)
        return link.person


async def sign_in(email: str, password: str, *, browser: str, at: datetime) -> str:
    """Machine's own (nobody is signed in yet): return the secret of a new session."""
    person = await Person.get_or_none(email=email.strip().lower())
    known = person.password_hash if person and person.password_hash else None
    fits = await asyncio.get_running_loop().run_in_executor(_HASHING, _fits, known or _NOBODYS_HASH, password)
    if person is None or known is None or not fits:
        raise WrongNameOrPassword
    token = secrets.token_urlsafe(32)
    async with in_transaction():
        session = await Session.create(
            id=uuid4(),
            token_hash=token_hash(token),
            person_id=person.id,
            started_at=at,
            seen_at=at,
            browser=browser[:300],
        )
        await record("sign_in", session, by=person.id, at=at)
    return token


async def end_session(session_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End one of one's own sign-ins."""
    session = await Session.get_or_none(id=session_id, person_id=actor.person_id)
    if session is None:
        raise NotAllowed
    async with in_transaction():
        await PushSubscription.filter(session_id=session.id).delete()
        if await Session.filter(id=session.id, ended_at__isnull=True).update(ended_at=at):
            await record("sign_out", session, by=actor.person_id, at=at)


async def note_seen(session_id: UUID, *, at: datetime) -> None:
    """Machine's own: a session is in use; an idle one ends by itself."""
    await Session.filter(id=session_id, ended_at__isnull=True).update(seen_at=at)


async def choose_language(language: str, *, actor: Actor) -> None:
    """Keep the language of the screens, "sv" or "en"."""
    await Person.filter(id=actor.person_id).update(language=language)


async def _release_all(role: Role, *, by: UUID, at: datetime) -> None:
    held = Reflection.filter(
        assessor_id=role.person_id,
        enrolment__programme_id=role.programme_id,
        state__in=states.RELEASE.sources,
    )
    for reflection in await held:
        await Reflection.filter(id=reflection.id).update(state=states.RELEASE.target, assessor_id=None, changed_at=at)
        await TimedDecision.filter(reflection_id=reflection.id).delete()
        await record(states.RELEASE.name, reflection, by=by, at=at)


def _fits(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


async def _person(name: str, email: str, *, at: datetime) -> Person:
    address = email.strip().lower()
    if not name.strip() or "@" not in address.strip("@"):
        raise NotAnAddress
    person, _ = await Person.get_or_create(
        {"id": uuid4(), "name": name.strip()[:200], "created_at": at}, email=address[:254]
    )
    return person


async def _new_link(person: Person, *, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    await OneTimeLink.create(token_hash=token_hash(token), person_id=person.id, made_at=at, expires_at=at + LINK_LIFE)
    return token
