"""The pages about gatherings over HTTP: who sees what, and what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from models.actions import gatherings, sign_ups
from models.actions.gatherings import Plan
from models.permissions import Actor
from models.queries.people import actor_of
from models.tables import Enrolment, Gathering, Person, Programme, RoleKind, SignUp
from models.tables.gatherings import Part
from tests.factories import WITH_EVENTS, make_rule_set
from tests.webapp.endpoints.stage import DENTAL, OT, Stage, Student, now
from tests.webapp.server import Server, Visitor


@dataclass(frozen=True)
class Events:
    """A workshop of tomorrow with one place and a presentation of this hour, with people around them."""

    stage: Stage
    staff: Visitor
    staff_actor: Actor
    other_staff: Visitor
    student: Student
    workshop: UUID
    presentation: UUID
    code: str


@pytest.fixture(scope="module")
def events(blank: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Events]:
    folder: Path = tmp_path_factory.mktemp("gatherings")
    stage = blank.copy(Server(folder / "data"))
    with stage.server:
        stage.do(_know_events)
        staff, actor = stage.colleague("Sten", RoleKind.STAFF, OT)
        other, _ = stage.colleague("Ivar", RoleKind.STAFF, DENTAL)
        workshop = stage.do(lambda: _make(actor, "workshop", now() + timedelta(days=1), capacity=1))
        presentation = stage.do(lambda: _make(actor, "presentation", now()))
        yield Events(stage, staff, actor, other, stage.student(), workshop.id, presentation.id, presentation.code)
        stage.close()
    assert "Traceback" not in stage.server.log


async def _know_events() -> None:
    published = await make_rule_set(WITH_EVENTS, "events")
    await Programme.all().update(rule_set_id=published.id)


async def _make(actor: Actor, kind: str, starts_at: object, capacity: int | None = None) -> Gathering:
    plan = Plan(
        kind=kind,
        title_sv=f"{kind} på svenska",
        title_en=f"{kind} in English",
        starts_at=starts_at,  # type: ignore[arg-type]
        ends_at=starts_at + timedelta(hours=2),  # type: ignore[operator]
        forum="cafe" if kind == "presentation" else "",
        capacity=capacity,
    )
    made = await gatherings.make(plan, [await Programme.get(code=OT)], gathering_id=uuid4(), actor=actor, at=now())
    return await Gathering.get(id=made.id)


def sign_up(events: Events, student: Student, gathering_id: UUID, part: Part = Part.LISTENER) -> SignUp:
    async def signed_up() -> SignUp:
        enrolment = await Enrolment.get(id=student.enrolment_id)
        actor = await actor_of(await Person.get(id=student.person_id))
        gathering = await Gathering.get(id=gathering_id)
        return await sign_ups.sign_up(gathering, enrolment, part, "Lund", sign_up_id=uuid4(), actor=actor, at=now())

    return events.stage.do(signed_up)


def test_a_student_sees_what_the_programme_announced(events: Events) -> None:
    page = events.student.get("/gatherings").text

    assert "workshop in English" in page
    assert "1 place left" in page
    assert "Code of the day" in page
    assert events.code not in page


def test_a_student_elsewhere_sees_nothing_of_it(events: Events) -> None:
    elsewhere = events.stage.student(programme=DENTAL)

    page = elsewhere.get("/gatherings")

    assert page.status_code == 200
    assert "in English" not in page.text
    assert "Nothing is planned at the moment" in page.text


def test_the_pages_speak_swedish_titles_to_swedish_students(events: Events) -> None:
    assert "workshop på svenska" in events.stage.student(language="sv").get("/gatherings").text


def test_one_has_a_place_and_the_next_one_waits(events: Events) -> None:
    first, second = events.stage.student(), events.stage.student()
    workshop = events.stage.do(lambda: _make(events.staff_actor, "workshop", now() + timedelta(days=2), capacity=1))
    for student in (first, second):
        sign_up(events, student, workshop.id)

    assert "You have a place" in first.get("/gatherings").text
    assert "You wait: number 1 in the queue" in second.get("/gatherings").text
    page = events.staff.get(f"/office/gatherings/{workshop.id}").text
    assert "1 signed up" in page
    assert "1 waits for a place" in page


def test_what_was_called_off_tells_why(events: Events) -> None:
    student = events.stage.student()
    workshop = events.stage.do(lambda: _make(events.staff_actor, "workshop", now() + timedelta(days=3)))
    sign_up(events, student, workshop.id)

    events.stage.do(lambda: gatherings.cancel(workshop, "Snow.", actor=events.staff_actor, at=now()))

    assert "Called off: Snow." in student.get("/gatherings").text
    assert "Called off: Snow." in events.staff.get(f"/office/gatherings/{workshop.id}").text


@pytest.mark.parametrize("end", ["", "/code"])
def test_only_staff_of_an_invited_programme_see_list_and_code(events: Events, end: str) -> None:
    address = f"/office/gatherings/{events.presentation}{end}"

    answers = [who.get(address).status_code for who in (events.staff, events.other_staff, events.student)]

    assert answers == [200, 404, 404]


def test_the_wall_shows_the_code_and_no_student(events: Events) -> None:
    sign_up(events, events.student, events.presentation, Part.PRESENTER)

    page = events.staff.get(f"/office/gatherings/{events.presentation}/code").text

    assert events.code in page
    assert f"{events.stage.server.origin}/gatherings" in page
    assert "Robin" not in page


def test_the_list_of_gatherings_is_for_staff(events: Events) -> None:
    answers = [who.get("/office/gatherings") for who in (events.staff, events.other_staff, events.student)]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert "workshop in English" in answers[0].text
    assert "workshop in English" not in answers[1].text


def test_staff_whose_rules_know_no_events_are_told_so(blank: Stage, tmp_path: Path) -> None:
    stage = blank.copy(Server(tmp_path / "data"))
    with stage.server:
        staff, _ = stage.colleague("Sten", RoleKind.STAFF, OT)
        page = staff.get("/office/gatherings").text
        stage.close()

    assert "ask for no event" in page
