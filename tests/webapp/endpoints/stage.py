"""People and their work in a data folder that a running application serves: made through HTTP and through actions."""

import asyncio
import base64
import hashlib
import shutil
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx

from models import database
from models.actions import accounts, assessments, claims, study_dates
from models.actions.setup import name_institution
from models.permissions import Actor
from models.queries.people import actor_of
from models.rules.bilingual import Bilingual
from models.settings import Settings
from models.tables import CatalogueItem, Enrolment, Person, Programme, Reflection, Role, RoleKind
from tests.webapp.server import Server, Visitor, until
from webapp.sites.reading import site
from webapp.sites.setting_up import apply

PASSWORD = "correct horse battery staple"
OT, DENTAL = "1AT25", "2TL25"
TODAY = datetime.now(ZoneInfo("Europe/Stockholm")).date()  # As the institution counts days.
YESTERDAY = TODAY - timedelta(days=1)
STUDY_END = TODAY + timedelta(days=200)
PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
NOT_FOUND = {"error": {"code": "not_allowed", "message": "This page does not exist, or it is not for you."}}

T = TypeVar("T")


def now() -> datetime:
    """The time now, as the application's clock has it."""
    return datetime.now(UTC)


def words(count: int, word: str = "word") -> str:
    """Give a text of so many words."""
    return " ".join(f"{word}{number}" for number in range(count))


class Student(Visitor):
    """A signed-in student with an enrolment, who works over HTTP."""

    def __init__(self, server: Server, person_id: UUID, email: str, items: list[int]) -> None:
        super().__init__(server)
        self.person_id, self.email = person_id, email
        self.enrolment_id = uuid4()
        self.items = items
        self.chosen = 0

    def enrol(self, study_end: date = STUDY_END, programme: str = OT) -> httpx.Response:
        """Enrol in the certificate of a programme."""
        wanted = {"id": str(self.enrolment_id), "programme": programme, "study_end_date": study_end.isoformat()}
        return self.post("/api/v1/enrolments", json=wanted)

    def activity(self) -> UUID:
        """Choose the next activity from the catalogue (the same one counts once), and have done it yesterday."""
        activity_id = uuid4()
        item = self.items[self.chosen % len(self.items)]
        self.chosen += 1
        chosen = {"id": str(activity_id), "enrolment": str(self.enrolment_id), "catalogue_item": item}
        self.post("/api/v1/activities", json=chosen).raise_for_status()
        day = {"took_place_on": YESTERDAY.isoformat()}
        self.post(f"/api/v1/activities/{activity_id}/occasions", json=day).raise_for_status()
        self.post(f"/api/v1/activities/{activity_id}/complete").raise_for_status()
        return activity_id

    def reflection(self, format_: str = "podcast", text: str = "", language: str = "en") -> UUID:
        """Begin a reflection on an activity of its own."""
        wanted = {"activity": str(self.activity()), "format": format_, "language": language}
        reflection_id = UUID(self.post("/api/v1/reflections", json=wanted).raise_for_status().json()["id"])
        if text:
            self.save(reflection_id, text=text)
        return reflection_id

    def shape(self, reflection_id: UUID) -> dict[str, Any]:
        """Read a reflection of one's own."""
        shape: dict[str, Any] = self.get(f"/api/v1/reflections/{reflection_id}").raise_for_status().json()
        return shape

    def save(self, reflection_id: UUID, **changes: Any) -> None:
        """Save the draft over its present revision."""
        revision = self.shape(reflection_id)["draft"]["revision"]
        path = f"/api/v1/reflections/{reflection_id}"
        self.patch(path, json={"base_revision": revision} | changes).raise_for_status()

    def submit(self, reflection_id: UUID, revision: int | None = None) -> httpx.Response:
        """Hand the draft in as it is."""
        if revision is None:
            revision = self.shape(reflection_id)["draft"]["revision"]
        return self.post(f"/api/v1/reflections/{reflection_id}/submit", json={"revision": revision})

    def begin(
        self,
        reflection_id: UUID,
        size: int | None,
        *,
        upload_id: UUID | None = None,
        purpose: str = "recording",
        filename: str = "take.webm",
        sha256: str = "",
    ) -> httpx.Response:
        """Begin an upload; without a size its end is still open."""
        facts = {"id": str(upload_id or uuid4()), "reflection": str(reflection_id), "purpose": purpose}
        facts |= {"filename": filename, "sha256": sha256}
        length = {"Upload-Defer-Length": "1"} if size is None else {"Upload-Length": str(size)}
        return self.post("/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Metadata": metadata(**facts)} | length)

    def approved_activity(self) -> UUID:
        """Choose an activity from the catalogue that is still to be done."""
        activity_id = uuid4()
        chosen = {"id": str(activity_id), "enrolment": str(self.enrolment_id), "catalogue_item": self.items[1]}
        self.post("/api/v1/activities", json=chosen).raise_for_status()
        return activity_id

    def begin_evidence(
        self, activity_id: UUID, size: int, *, upload_id: UUID | None = None, filename: str = "list.pdf"
    ) -> httpx.Response:
        """Begin an upload of evidence."""
        facts = {"id": str(upload_id or uuid4()), "activity": str(activity_id), "purpose": "evidence"}
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size)}
        return self.post("/uploads", headers=headers | {"Upload-Metadata": metadata(**facts, filename=filename)})

    def evidence(self, activity_id: UUID, content: bytes, filename: str = "list.pdf") -> UUID:
        """Send a whole file as evidence, whatever becomes of it."""
        begun = self.begin_evidence(activity_id, len(content), filename=filename).raise_for_status()
        path = begun.headers["Location"]
        self.append(path, 0, content, CIM_Sha256=sha256_of(content)).raise_for_status()
        return UUID(path.rpartition("/")[2])

    def append(self, path: str, offset: int, content: bytes, **headers: str) -> httpx.Response:
        """Send bytes from an offset on; `CIM_Sha256="…"` becomes the header `CIM-Sha256`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.patch(path, headers=PIECE | {"Upload-Offset": str(offset)} | more, content=content)

    def offset(self, path: str) -> int:
        """Ask how far an upload has come."""
        return int(self.head(path).raise_for_status().headers["Upload-Offset"])

    def upload(self, reflection_id: UUID, content: bytes, **facts: Any) -> UUID:
        """Send a whole file, whatever becomes of it."""
        path = self.begin(reflection_id, len(content), **facts).raise_for_status().headers["Location"]
        self.append(path, 0, content, CIM_Sha256=sha256_of(content)).raise_for_status()
        return UUID(path.rpartition("/")[2])

    def media(self, media_id: UUID) -> dict[str, Any]:
        """Read how far a file of one's own is."""
        shape: dict[str, Any] = self.get(f"/api/v1/media/{media_id}").raise_for_status().json()
        return shape

    def prepared(self, media_id: UUID) -> dict[str, Any]:
        """Wait until a file is ready or refused."""
        return until(lambda: (shape := self.media(media_id))["state"] in {"ready", "refused"} and shape)


class Stage:
    """A data folder with KI's four programmes, an administrator, and the application that serves it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.settings = Settings(data_folder=server.data_folder)
        self._people = 0
        self._open = ExitStack()
        self._shared: Student | None = None
        self._items: dict[str, list[int]] = {}

    def prepare(self) -> None:
        """Set the installation up, before the application starts."""
        self.server.data_folder.mkdir(parents=True)
        asyncio.run(database.migrate(self.settings.database_file, at=now()))
        self._administrator, self._items = self.do(_set_up)

    def copy(self, server: Server) -> "Stage":
        """Make another one that was prepared the same way, for a server that has not started yet."""
        other = Stage(server)
        shutil.copytree(self.settings.data_folder, server.data_folder)
        other._administrator, other._items = self._administrator, self._items
        return other

    def close(self) -> None:
        """Close every connection that was opened here."""
        self._open.close()

    def do(self, work: Callable[[], Awaitable[T]]) -> T:
        """Work on the database beside the running application, as another process of the machine could."""

        async def opened() -> T:
            async with database.opened(self.settings.database_file):
                return await work()

        return asyncio.run(opened())

    def visitor(self) -> Visitor:
        """Come with a fresh browser, signed out."""
        return self._open.enter_context(Visitor(self.server))

    def student(
        self,
        *,
        language: str = "en",
        enrolled: bool = True,
        study_end: date = STUDY_END,
        programme: str = OT,
    ) -> Student:
        """Make a student and sign in."""
        person = self.person("Robin")
        student = Student(self.server, person.id, person.email, self._items[programme])
        self._open.enter_context(student)
        student.sign_in(person.email, PASSWORD).raise_for_status()
        student.get(f"/language/{language}")
        if enrolled:
            student.enrol(study_end, programme).raise_for_status()
        return student

    def shared_student(self) -> Student:
        """Give a student whom several tests share that leave nothing behind but unfinished work."""
        if self._shared is None:
            self._shared = self.student()
        return self._shared

    def colleague(self, name: str, kind: RoleKind, programme: str | None) -> tuple[Visitor, Actor]:
        """Make somebody with a role and sign in; the actor is for what is done by click in NiceGUI's pages."""
        person = self.person(name, (kind, programme))
        visitor = self.visitor()
        visitor.sign_in(person.email, PASSWORD).raise_for_status()
        return visitor, self.do(lambda: actor_of(person))

    def person(self, name: str, *roles: tuple[RoleKind, str | None]) -> Person:
        """Invite somebody, who has a password then."""
        email = self._email_of_next()
        self.link(name, *roles)

        async def has_the_password() -> Person:
            # Everybody's is the administrator's; hashing it anew for each of a hundred people takes ten seconds.
            administrator = await Person.get(id=self._administrator.person_id)
            await Person.filter(email=email).update(password_hash=administrator.password_hash)
            return await Person.get(email=email)

        return self.do(has_the_password)

    def link(self, name: str, *roles: tuple[RoleKind, str | None]) -> str:
        """Invite somebody, and give the secret of the link."""
        email = self._email_of_next()
        self._people += 1

        async def invited() -> str:
            given = [(kind, await Programme.get(code=code) if code else None) for kind, code in roles]
            return await accounts.invite(name, email, given, actor=self._administrator, at=now())

        return self.do(invited)

    def _email_of_next(self) -> str:
        return f"person{self._people}@example.edu"

    def new_password(self, person_id: UUID) -> None:
        """Invite somebody again, who chooses another password."""

        async def renewed() -> None:
            person = await Person.get(id=person_id)
            link = await accounts.invite(person.name, person.email, [], actor=self._administrator, at=now())
            await accounts.choose_password(link, f"{PASSWORD} and another", at=now())

        self.do(renewed)

    def take_roles(self, actor: Actor) -> None:
        """Take all roles from somebody."""

        async def taken() -> None:
            for role in await Role.filter(person_id=actor.person_id):
                await accounts.take_role(role, actor=self._administrator, at=now())

        self.do(taken)

    def judge(self, reflection_id: UUID, assessor: Actor, comment: str = "") -> None:
        """Accept what was handed in, or with a comment return it."""

        async def judged() -> None:
            reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
            await claims.claim(reflection, actor=assessor, at=now())
            reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
            if comment:
                await assessments.return_for_revision(reflection, comment, actor=assessor, at=now())
            else:
                await assessments.accept(reflection, actor=assessor, at=now())

        self.do(judged)

    def extend(self, enrolment_id: UUID, until_date: date, staff: Actor) -> None:
        """Grant a later deadline."""

        async def extended() -> None:
            enrolment = await Enrolment.get(id=enrolment_id)
            await study_dates.grant_extension(
                enrolment, until_date, "Illness.", extension_id=uuid4(), actor=staff, at=now()
            )

        self.do(extended)

    def move_study_end(self, enrolment_id: UUID, study_end: date) -> None:
        """Change the end of somebody's studies, as the student does on screen."""

        async def moved() -> None:
            enrolment = await Enrolment.get(id=enrolment_id)
            student = await actor_of(await Person.get(id=enrolment.person_id))
            await study_dates.change_study_end(enrolment, study_end, actor=student, at=now())

        self.do(moved)


def metadata(**facts: str) -> str:
    """Write the header `Upload-Metadata`."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}".strip() for name, value in facts.items())


def sha256_of(content: bytes) -> str:
    """Compute the sum that the phone computes."""
    return hashlib.sha256(content).hexdigest()


async def _set_up() -> tuple[Actor, dict[str, list[int]]]:
    await name_institution(Bilingual("Norrvikens universitet", "Norrviken University"), at=now())
    await apply(site("ki"), at=now())
    link = await accounts.invite_first_administrator("Ada", "ada@example.edu", at=now())
    administrator = await actor_of(await accounts.choose_password(link, PASSWORD, at=now()))
    items: dict[str, list[int]] = {}
    for item in await CatalogueItem.all().select_related("programme").order_by("id"):
        items.setdefault(item.programme.code, []).append(item.id)
    return administrator, items
