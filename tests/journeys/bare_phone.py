"""A phone that holds the real outbox and store of its student, without any screen."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from playwright.async_api import Page

from models.actions import accounts
from models.queries.people import actor_of
from models.tables import Person
from tests.journeys.browser import PASSWORD, PHONE, browser, sign_in
from tests.journeys.site import Site
from tests.media.making import make_phone_webm
from webapp.runtime import clock

SLICES = 8

_LIBRARY = (Path(__file__).parent / "phone.js").read_text()


class Phone:
    """A page that holds the real outbox and store of its student, without any screen."""

    def __init__(self, page: Page, origin: str, owner: UUID, webm: bytes) -> None:
        self.page = page
        self.origin = origin
        self.owner = owner
        self.webm = webm
        step = -(-len(webm) // SLICES)
        self.slices = [base64.b64encode(webm[at : at + step]).decode() for at in range(0, len(webm), step)]

    async def start(self) -> None:
        """Load what the capture page is made of, as after a reload."""
        await self.page.goto(f"{self.origin}/health")
        await self.page.evaluate(_LIBRARY, str(self.owner))

    async def run(self, script: str, argument: Any = None) -> Any:
        """Run the body of an asynchronous function with `phone` and `given`."""
        return await self.page.evaluate(f"async (given) => {{ const {{ phone }} = window; {script} }}", argument)

    async def until(self, condition: str, argument: Any = None, *, seconds: float = 30) -> None:
        """Wait until an expression with `phone` and `given` holds."""
        script = f"(given) => {{ const {{ phone }} = window; return ({condition}); }}"
        await self.page.wait_for_function(script, arg=argument, timeout=seconds * 1000)

    async def recording(self, reflection: UUID) -> dict[str, str]:
        """Keep a whole recording that nobody has decided on; gives {id, segment}."""
        take = {"id": str(uuid4()), "segment": str(uuid4())}
        await self.run("await phone.record(given)", {**take, "reflection": str(reflection), "slices": self.slices})
        await self.run("await phone.close(given.id, given.segment)", take)
        return take


@asynccontextmanager
async def phone_of(site: Site, email: str, tmp_path: Path) -> AsyncIterator[Phone]:
    """Sign a student in on a phone of their own."""
    person = await site.beside(lambda: Person.get(email=email))
    webm = make_phone_webm(tmp_path / "spoken.webm", seconds=8, video=None).read_bytes()
    async with browser(tmp_path / "none.wav") as chromium_:
        context = await chromium_.new_context(viewport=PHONE, locale="en-GB")
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await sign_in(page, site.origin, person.email)
        phone = Phone(page, site.origin, person.id, webm)
        await phone.start()
        yield phone
        assert complaints == []


async def invited(site: Site) -> str:
    """Invite somebody new; gives the address to sign in with."""

    async def invite() -> str:
        administrator = await actor_of(await Person.get(email="robin@journey.example"))
        email = f"{uuid4().hex}@journey.example"
        link = await accounts.invite("Tuva Berg", email, [], actor=administrator, at=clock())
        await accounts.choose_password(link, PASSWORD, at=clock())
        return email

    return await site.beside(invite)
