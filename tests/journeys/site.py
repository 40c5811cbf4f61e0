"""A running installation for journeys: the real server on a data folder with a few invented people."""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from models import database
from models.actions import accounts
from models.actions.setup import name_institution
from models.database import Where
from models.queries.people import actor_of
from models.rules.bilingual import Bilingual
from models.tables import Programme, RoleKind
from tests.journeys.browser import PASSWORD
from tests.webapp.server import Server
from webapp.runtime import clock
from webapp.sites.reading import site as site_named
from webapp.sites.setting_up import apply

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """Where it answers, and who can sign in there with browser.PASSWORD."""

    origin: str
    data: Path
    student: str = "linnea@journey.example"
    assessor: str = "vidar@journey.example"
    other_assessor: str = "hedda@journey.example"
    staff: str = "malte@journey.example"

    async def beside(self, work: Callable[[], Awaitable[T]]) -> T:
        """Work on the database beside the running application: for what no page does, such as letting time pass."""
        async with database.opened(self.data / "cim.sqlite3"):
            return await work()


@contextmanager
def running_site(data: Path, name: str = "ki", *, hears: bool = False) -> Iterator[Site]:
    """Serve a site of webapp/sites from an empty data folder, with a speech model where somebody is to be heard."""
    copy_prepared(data, name)
    server = Server(data, **({"CIM_SPEECH_MODEL": "base"} if hears else {}))
    with server:
        yield Site(server.origin, data)


def copy_prepared(data: Path, name: str = "ki") -> None:
    """Fill an empty data folder with a site of webapp/sites and a few people."""
    shutil.copytree(_prepared(name), data, dirs_exist_ok=True)


@cache
def _prepared(name: str) -> Path:
    """Migrations and passwords take seconds: they are made once and copied."""
    folder = Path(tempfile.mkdtemp(prefix=f"cim-site-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    asyncio.run(prepare(folder, name))
    return folder


async def prepare(data: Path, name: str = "ki", *, where: Where | None = None) -> None:
    """Fill an empty data folder, or the database that is `where`, with a site of webapp/sites and a few people."""
    at = clock()
    where = where or data / "cim.sqlite3"
    await database.migrate(where, at=at)
    async with database.opened(where):
        await name_institution(Bilingual("Norra lärosätet", "Northern University"), at=at)
        await apply(site_named(name), at=at)
        token = await accounts.invite_first_administrator("Robin Vik", "robin@journey.example", at=at)
        administrator = await actor_of(await accounts.choose_password(token, PASSWORD, at=at))
        programmes = await Programme.all()
        site = Site("", data)
        for who, email, kind in (
            ("Linnea Storm", site.student, None),
            ("Vidar Ek", site.assessor, RoleKind.ASSESSOR),
            ("Hedda Lo", site.other_assessor, RoleKind.ASSESSOR),
            ("Malte Gran", site.staff, RoleKind.STAFF),
        ):
            roles = [(kind, programme) for programme in programmes] if kind else []
            link = await accounts.invite(who, email, roles, actor=administrator, at=at)
            await accounts.choose_password(link, PASSWORD, at=at)
