"""Browsers that want to be told while no page is open."""

import ipaddress
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.errors import N_, NotAllowed, Refused
from models.permissions import Actor
from models.tables import Notice, PushSubscription, Session
from models.tables.notices import LONGEST_ENDPOINT

MOST_DEVICES = 10


class NotAPushService(Refused):
    """What a browser would never say: perhaps somebody wants us to call addresses for them."""

    words = N_("This browser cannot be told in a way that is safe.")


async def tell_device(
    endpoint: str, p256dh: str, auth: str, *, language: str, session_id: UUID, actor: Actor, at: datetime
) -> None:
    """Let the browser of one's own living sign-in be told; what it said before is replaced. Raises NotAPushService."""
    if not await Session.exists(id=session_id, person_id=actor.person_id, ended_at__isnull=True):
        raise NotAllowed
    if not is_public_https(endpoint) or not _are_keys(p256dh, auth):
        raise NotAPushService
    async with in_transaction():
        await PushSubscription.filter(endpoint=endpoint).delete()
        await PushSubscription.filter(session_id=session_id).delete()
        made = await PushSubscription.create(
            id=uuid4(),
            endpoint=endpoint,
            p256dh=p256dh,
            auth=auth,
            language=language,
            person_id=actor.person_id,
            session_id=session_id,
            made_at=at,
        )
        await record("tell_device", made, by=actor.person_id, at=at, session=session_id)
        old = PushSubscription.filter(person_id=actor.person_id).order_by("-made_at").offset(MOST_DEVICES).limit(1000)
        await PushSubscription.filter(id__in=[one.id for one in await old]).delete()


async def tell_device_no_more(*, session_id: UUID, actor: Actor, at: datetime) -> None:
    """Let the browser of one of one's own sign-ins be told no more."""
    async with in_transaction():
        for told in await PushSubscription.filter(session_id=session_id, person_id=actor.person_id):
            await told.delete()
            await record("tell_device_no_more", told, by=actor.person_id, at=at, session=session_id)


async def take_to_push(notice: Notice) -> bool:
    """Machine's own: note that devices are told now, before they are; False: somebody else did."""
    return bool(await Notice.filter(id=notice.id, to_push=True).update(to_push=False))


async def forget_device(subscription: PushSubscription) -> None:
    """Machine's own: the browser's own service says that it is gone."""
    await PushSubscription.filter(id=subscription.id).delete()


def is_public_https(endpoint: str) -> bool:
    """Tell whether an address may be called at all: https on its usual port, at a name that has a dot."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    is_named = "." in host.strip(".") and not _is_number(host) and not host.endswith((".local", ".internal", "."))
    return parts.scheme == "https" and port in {None, 443} and parts.username is None and is_named


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # What some resolvers read as an address: 127.1, 0x7f.0.0.1.
        return host.rpartition(".")[2][:1].isdigit()
    return True


def _are_keys(p256dh: str, auth: str) -> bool:
    """A point on the curve in its long form, and 16 bytes that the browser made up."""
    point, secret = _bytes(p256dh), _bytes(auth)
    return len(point) == 65 and point[0] == 4 and len(secret) == 16


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError):
        return b""
