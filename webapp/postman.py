"""Sends letters, tells browsers, and now and then looks what is to be told because time passes."""

import asyncio
import json
import logging
import smtplib
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from models.actions import devices
from models.actions import letters as actions
from models.actions.reminders import remind_of_finals
from models.portfolios import time_zone
from models.queries import notices as queries
from models.settings import Settings
from models.tables import Letter, Notice, PushSubscription
from webapp.i18n import speaking
from webapp.letters import NotAnAddress, compose
from webapp.mail_server import MailServer, NeverTaken, NotNow, trouble
from webapp.push_service import GONE, Connect, PushKey, connect_to_public, encrypted, push
from webapp.telling import address_of, sentence

T = TypeVar("T")

_log = logging.getLogger(__name__)

# Whoever names a slow push service must not take the threads that answer others.
_PUSHING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pushing")

ROUND_SECONDS = 15.0
PAUSE_SECONDS = 60.0
"""So long nothing is sent after a server was in trouble."""

SECONDS_TO_END = 20.0

LOOKS_EVERY = timedelta(minutes=20)


class Postman:
    """One round after another; without a mail server in the settings only the calendar is looked at."""

    def __init__(
        self, settings: Settings, *, now: Callable[[], datetime], connect: Connect = connect_to_public
    ) -> None:
        self._settings = settings
        self._connect = connect
        self._now = now
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        if not self._settings.database_url:
            await actions.requeue_sending(at=self._now())  # The data folder is ours alone: nobody sends them.
        while True:
            is_well = False
            try:
                is_well = await self.go_round()
            except Exception:  # noqa: BLE001  The next round may do better.
                _log.exception("a round of the postman failed")
            await asyncio.sleep(ROUND_SECONDS if is_well else PAUSE_SECONDS)

    async def go_round(self) -> bool:
        """Look at the calendar if it is time, and send what is due; False: the mail server is in trouble."""
        now = self._now()
        if self._looked_at is None or now - self._looked_at >= LOOKS_EVERY:
            await self._look_at_the_calendar(now)
            self._looked_at = now
        await self._tell_devices()
        return await self._send_all() if self._settings.smtp_url else True

    async def _look_at_the_calendar(self, now: datetime) -> None:
        await remind_of_finals(at=now)
        hour = now.astimezone(await time_zone()).hour
        if self._settings.smtp_url and hour >= actions.DIGEST_HOUR:
            await actions.gather(await queries.waiting_for_a_letter(at=now), at=now)

    async def _tell_devices(self) -> None:
        """Tell browsers what is new: each notice once at most, for a lost one still stands in the application."""
        settings = self._settings
        for notice in await queries.to_push(at=self._now()):
            if not await devices.take_to_push(notice) or not await queries.may_be_pushed(notice):
                continue
            for device in await queries.devices_of(
                notice.person, at=self._now(), idle=settings.session_idle, total=settings.session_total
            ):
                try:
                    status = await asyncio.get_running_loop().run_in_executor(_PUSHING, self._push, notice, device)
                except (OSError, ValueError) as error:
                    _log.warning("A push service was not reached: %s", type(error).__name__)
                    continue
                if status in GONE:
                    await devices.forget_device(device)

    def _push(self, notice: Notice, device: PushSubscription) -> int:
        with speaking(device.language):
            message = {"body": sentence(notice), "path": address_of(notice)}
        key = PushKey.of(self._settings.data_folder)
        contact = f"mailto:{self._settings.mail_from}" if self._settings.mail_from else self._settings.public_origin
        body = encrypted(json.dumps(message).encode(), device.p256dh, device.auth)
        return push(
            device.endpoint, body, key.signed(device.endpoint, contact=contact, at=self._now()), connect=self._connect
        )

    async def _send_all(self) -> bool:
        server = MailServer(self._settings.smtp_url)
        host = urlsplit(self._settings.public_origin).hostname or "localhost"
        try:
            while (letter := await actions.take(host=host, at=self._now())) is not None:
                if not await _to_its_end(self._send(letter, server)):
                    return False
        finally:
            await asyncio.to_thread(server.leave)
        return True

    async def _send(self, letter: Letter, server: MailServer) -> bool:
        """Send a letter that was noted as being sent; False: the server is in trouble, so are the other letters."""
        notices = await queries.inside(letter)
        if not notices:
            await actions.drop(letter, at=self._now())
            return True
        try:
            message = compose(letter, notices, origin=self._settings.public_origin, sender=self._settings.mail_from)
            await asyncio.to_thread(server.send, message)
        except (NeverTaken, NotAnAddress) as error:
            await actions.give_up(letter, str(error), at=self._now())
        except NotNow as error:
            await actions.try_later(letter, str(error), at=self._now())
        except (smtplib.SMTPException, OSError) as error:
            _log.warning("The mail server takes no letters: %s", trouble(error))
            await actions.try_later(letter, trouble(error), at=self._now())
            return False
        else:
            await actions.note_sent(letter, at=self._now())
        return True


async def _to_its_end(work: Coroutine[object, object, T]) -> T:
    """Let a letter that is on its way be noted also when the application stops: it would be sent once more."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=SECONDS_TO_END)
        raise
