"""Who is signed in: the cookie, the session behind it, and the person's rights loaded afresh each time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from nicegui import Client, context
from starlette.requests import Request
from starlette.responses import Response

from models.actions import accounts
from models.errors import N_, Refused
from models.permissions import Actor
from models.queries.people import actor_of, session_of
from models.settings import Settings
from models.tables import Person
from webapp.runtime import Runtime, pages_runtime, runtime_of


class NotSignedIn(Refused):
    """Nobody is signed in in this browser, or not any more."""

    words = N_("You are not signed in any more. Sign in again; what you wrote or recorded is kept on this device.")


class TooManyTries(Refused):
    """Slows down guessing."""

    words = N_("Too many tries. Wait ten minutes, then try again.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session with its person and what the person may do now."""

    session_id: UUID
    person: Person
    actor: Actor


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host and to TLS; plain localhost has none."""
    return "__Host-cim" if settings.is_secure else "cim_session"


def set_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_total_hours * 3600,
        httponly=True,
        secure=settings.is_secure,
        samesite="lax",
        path="/",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    """Take the session from the browser."""
    response.delete_cookie(cookie_name(settings), httponly=True, secure=settings.is_secure, samesite="lax", path="/")


async def signed_in(request: Request) -> SignedIn:
    """Load who sends this request; raises NotSignedIn."""
    return await _signed_in(request, runtime_of(request))


async def page_signed_in() -> SignedIn:
    """Load who looks at the page that is built or clicked; raises NotSignedIn."""
    request = context.client.request
    if request is None:
        raise NotSignedIn
    return await _signed_in(request, pages_runtime())


async def current_actor() -> Actor:
    """Load the rights of whoever looks at the page, as they are now."""
    return (await page_signed_in()).actor


def close_pages_of(session_id: UUID) -> None:
    """Send every open page of an ended session to the sign-in."""
    for client in list(Client.instances.values()):
        if client.storage.get("session_id") == str(session_id):
            client.run_javascript("window.location.assign('/sign-in')")


def close_pages_of_person(person_id: UUID) -> None:
    """Send every open page of a person to the sign-in, after all their sessions were ended."""
    for client in list(Client.instances.values()):
        actor = client.storage.get("actor")
        if actor is not None and actor.person_id == person_id:
            client.run_javascript("window.location.assign('/sign-in')")


async def _signed_in(request: Request, runtime: Runtime) -> SignedIn:
    token = request.cookies.get(cookie_name(runtime.settings), "")
    now = runtime.now()
    session = await session_of(
        accounts.token_hash(token), at=now, idle=runtime.settings.session_idle, total=runtime.settings.session_total
    )
    if session is None:
        raise NotSignedIn
    await _touch(session.id, session.seen_at, now)
    return SignedIn(session.id, session.person, await actor_of(session.person))


async def _touch(session_id: UUID, seen_at: datetime, now: datetime) -> None:
    if now - seen_at > timedelta(minutes=5):
        await accounts.note_seen(session_id, at=now)
