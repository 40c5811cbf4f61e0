"""The stage of the demonstration: a clock in the past, invitations, and a worker for what is sent."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from media.uploads import Uploads
from models.actions import accounts
from models.actions import uploads as upload_rows
from models.permissions import Actor
from models.queries.people import actor_of
from models.settings import Settings
from models.tables import Activity, Programme, Reflection, RoleKind, Upload
from models.tables.media import Purpose
from transcription.worker import Worker
from webapp.demo.texts import bytes_of
from webapp.demo_people import DEMO_PASSWORD, DemoPerson

TICK = timedelta(seconds=20)


class PastClock:
    """Tells when the story happens; each look moves it on a little, so that no two events share a moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> datetime:
        self._at += TICK
        return self._at

    def move_to(self, at: datetime) -> None:
        """Go forward; never back, so that the record of events reads in the order of time."""
        self._at = max(self._at, at)


@dataclass(slots=True)
class Stage:
    """What everybody in the story shares. `now` is the story's time, `told_at` is when it is told."""

    settings: Settings
    uploads: Uploads
    worker: Worker
    now: Callable[[], datetime]
    told_at: datetime
    say: Callable[[str], None]
    administrator: Actor | None = None

    def in_days(self, days: int) -> date:
        """Tell a day from today on; negative: before."""
        return self.told_at.date() + timedelta(days=days)

    async def open(self, person: DemoPerson) -> None:
        """Let the first administrator in, who invites everybody else."""
        link = await accounts.invite_first_administrator(person.name, person.email, at=self.now())
        self.administrator = await self._enter(link)

    async def invite(self, person: DemoPerson, kind: RoleKind | None = None, *codes: str) -> Actor:
        """Invite somebody, who chooses the password at once; `codes` name the programmes of the role."""
        assert self.administrator is not None  # noqa: S101  `open` comes first.
        programmes = await Programme.filter(code__in=codes).order_by("code")
        roles: list[tuple[RoleKind, Programme | None]] = [(kind, one) for one in programmes] if kind else []
        link = await accounts.invite(person.name, person.email, roles, actor=self.administrator, at=self.now())
        self.say(f"{person.name}, {person.about.en}")
        return await self._enter(link)

    async def send(self, reflection: Reflection, purpose: Purpose, file: str, *, actor: Actor) -> UUID:
        """Send a file of `files` for a reflection as a phone would."""
        content = await asyncio.to_thread(bytes_of, file)
        is_photo = purpose is Purpose.PHOTO
        limit = self.settings.photo_limit_bytes if is_photo else self.settings.recording_limit_bytes
        upload = await upload_rows.create(
            reflection,
            purpose,
            upload_id=uuid4(),
            size_bytes=len(content),
            limit_bytes=limit,
            person_limit_bytes=self.settings.person_limit_bytes,
            filename=file,
            sha256=hashlib.sha256(content).hexdigest(),
            actor=actor,
            at=self.now(),
        )
        await self._deliver(upload, content, actor=actor)
        return upload.id

    async def prove(self, activity: Activity, filename: str, content: bytes, *, actor: Actor) -> None:
        """Send evidence of an activity."""
        upload = await upload_rows.create_evidence(
            activity,
            upload_id=uuid4(),
            size_bytes=len(content),
            limit_bytes=self.settings.photo_limit_bytes,
            person_limit_bytes=self.settings.person_limit_bytes,
            filename=filename,
            sha256=hashlib.sha256(content).hexdigest(),
            actor=actor,
            at=self.now(),
        )
        await self._deliver(upload, content, actor=actor)

    async def _deliver(self, upload: Upload, content: bytes, *, actor: Actor) -> None:
        """Send the bytes, and have the worker do all that follows from them."""
        self.say(f"  {actor.name} sends {upload.filename}")
        await self.uploads.append(upload.id, 0, _in_one_piece(content), actor=actor, at=self.now())
        await self.worker.run_until_idle()

    async def _enter(self, link: str) -> Actor:
        return await actor_of(await accounts.choose_password(link, DEMO_PASSWORD, at=self.now()))


async def _in_one_piece(content: bytes) -> AsyncIterator[bytes]:
    yield content
