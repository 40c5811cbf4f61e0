"""The staff's pages over HTTP: who sees what, which words are on them, and how the list of students is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from models.actions import activities, contacts, decisions, enrolments
from models.permissions import Actor
from models.queries.people import actor_of
from models.tables import Activity, Application, Enrolment, Person, Programme, RoleKind
from models.tables.activities import Mode, Place
from tests.factories import AFTER, pin
from tests.webapp.endpoints.stage import DENTAL, OT, TODAY, YESTERDAY, Stage, Student, now
from tests.webapp.server import Server, Visitor

MARKUP = "<img src=x onerror=alert(1)>"


@dataclass(frozen=True)
class Office:
    """A programme with staff, and a student with a proposal that waits and one that was declined."""

    stage: Stage
    staff: Visitor
    actor: Actor
    colleague: Actor
    student: Student
    proposal: UUID
    declined: UUID
    application: UUID


@pytest.fixture(scope="module")
def office(blank: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    stage = blank.copy(Server(folder / "data"))
    with stage.server:
        staff, actor = stage.colleague("Sten", RoleKind.STAFF, OT)
        colleague = stage.colleague("Stina", RoleKind.STAFF, OT)[1]
        student = stage.student()
        proposal = stage.do(lambda: propose(student, "Reading circle"))
        declined = stage.do(lambda: propose(student, "Circle of Ada"))
        stage.do(lambda: decline(declined, actor))
        application = stage.do(lambda: apply(student))
        yield Office(stage, staff, actor, colleague, student, proposal, declined, application)
        stage.close()
    assert "Traceback" not in stage.server.log


async def propose(student: Student, title: str) -> UUID:
    enrolment = await Enrolment.get(id=student.enrolment_id)
    actor = await actor_of(await Person.get(id=student.person_id))
    activity = await activities.propose(
        enrolment, title, f"We read. {MARKUP}", Place.ABROAD, Mode.ONLINE, activity_id=uuid4(), actor=actor, at=now()
    )
    return activity.id


async def decline(activity_id: UUID, actor: Actor) -> None:
    activity = await Activity.get(id=activity_id).select_related("enrolment")
    await decisions.decline(activity, "It is not international.", actor=actor, at=now())


async def apply(student: Student) -> UUID:
    """Store an application as the action does; what has to be there before it is not made."""
    application = await Application.create(
        id=uuid4(), enrolment_id=student.enrolment_id, state="submitted", applied_at=now()
    )
    return application.id


def pages(office: Office) -> list[str]:
    return [
        "/office",
        f"/office/activities/{office.proposal}",
        f"/office/activities/{office.declined}",
        f"/office/applications/{office.application}",
        f"/office/catalogue/{OT}",
        "/office/contacts",
        "/office/jobs",
        "/office/students",
        f"/office/students/{office.student.enrolment_id}",
    ]


NAMELESS = {"/office", "/office/contacts", "/office/jobs", "/office/students"}
"""Pages that staff of every programme have, each with their own programmes on them."""


def test_staff_of_the_programme_see_every_page(office: Office) -> None:
    assert {path: office.staff.get(path).status_code for path in pages(office)} == dict.fromkeys(pages(office), 200)


def test_nobody_else_sees_any_of_them(office: Office) -> None:
    strangers = {
        "student": office.student,
        "assessor": office.stage.colleague("Astrid", RoleKind.ASSESSOR, OT)[0],
        "administrator": office.stage.colleague("Alva", RoleKind.ADMINISTRATOR, None)[0],
    }

    answers = {visitor.get(path).status_code for visitor in strangers.values() for path in pages(office)}

    assert answers == {404}


def test_staff_of_another_programme_see_nothing_of_it(office: Office) -> None:
    elsewhere = office.stage.colleague("Ivar", RoleKind.STAFF, DENTAL)[0]

    named = {elsewhere.get(path).status_code for path in pages(office) if path not in NAMELESS}
    lists = [elsewhere.get(path) for path in sorted(NAMELESS)]

    assert named == {404}
    assert {answer.status_code for answer in lists} == {200}
    assert not any(word in answer.text for answer in lists for word in ("Robin", "Reading circle", "Sten"))


@pytest.mark.parametrize("language", ["en", "sv"])
def test_staff_read_about_the_student_and_are_not_spoken_to_as_one(office: Office, language: str) -> None:
    office.staff.get(f"/language/{language}")
    shown = " ".join(office.staff.get(path).text for path in pages(office) if path != "/office")
    office.staff.get("/language/en")

    to_the_student = ("You lack", "Your final", "Your reflection", "Du saknar", "Din slut", "Dina ")
    assert [words for words in to_the_student if words in shown] == []


def test_what_a_student_wrote_is_text_on_the_pages(office: Office) -> None:
    assert MARKUP not in office.staff.get(f"/office/activities/{office.proposal}").text


def test_a_name_with_markup_stays_a_name_in_the_list(office: Office) -> None:
    student = office.stage.student()
    office.stage.do(lambda: rename(student, f"Mark {MARKUP}"))

    page = office.staff.get("/office/students", params={"name": "Mark"}).text

    assert MARKUP not in page
    assert escape(escape(MARKUP)) in page or escape(MARKUP) in page


async def rename(student: Student, name: str) -> None:
    await Person.filter(id=student.person_id).update(name=name)


def test_the_list_is_asked_by_its_address(office: Office) -> None:
    student = office.stage.student()
    office.stage.do(lambda: rename(student, "Quirin Östman"))
    row = f"/office/students/{student.enrolment_id}"

    found = {
        question: row in office.staff.get(f"/office/students?{question}").text
        for question in (
            "name=östman",
            "name=nobody",
            f"name=quirin&programme={OT}",
            f"name=quirin&programme={DENTAL}",
            "name=quirin&standing=complete",
            "name=quirin&standing=incomplete",
            "name=quirin&missing=Activities",
            "name=quirin&whose=ended",
            "name=quirin&page=7",
        )
    }

    assert [question for question, is_there in found.items() if is_there] == [
        "name=östman",
        f"name=quirin&programme={OT}",
        "name=quirin&standing=incomplete",
        "name=quirin&missing=Activities",
        "name=quirin&page=7",
    ]


@pytest.mark.parametrize("question", ["page=%00", "page=-1", "whose='--", "name=%F0%9F%92%A9", "order=x&standing=y"])
def test_no_address_of_the_list_breaks_it(office: Office, question: str) -> None:
    assert office.staff.get(f"/office/students?{question}").status_code == 200


def test_the_list_says_in_numbers_what_is_missing(office: Office) -> None:
    page = office.staff.get("/office/students").text

    assert "Activities: 0 of 3" in page
    assert "Final reflection: 0 of 1" in page


def test_a_void_enrolment_says_why_on_its_page(office: Office) -> None:
    student = office.stage.student()
    office.stage.do(lambda: void(student, office.actor))

    page = office.staff.get(f"/office/students/{student.enrolment_id}").text
    ended = office.staff.get("/office/students?whose=ended").text

    assert "Enrolled from the wrong faculty." in page
    assert f"/office/students/{student.enrolment_id}" in ended
    assert f"/office/students/{student.enrolment_id}" not in office.staff.get("/office/students").text


async def void(student: Student, actor: Actor) -> None:
    enrolment = await Enrolment.get(id=student.enrolment_id)
    await enrolments.void(enrolment, "Enrolled from the wrong faculty.", actor=actor, at=now())


def test_similar_decisions_stand_beside_what_waits(office: Office) -> None:
    page = office.staff.get(f"/office/activities/{office.proposal}").text

    assert "Circle of Ada" in page
    assert "It is not international." in page


def test_the_words_for_students_are_edited_after_the_decision_only(office: Office) -> None:
    waiting, decided = (
        office.staff.get(f"/office/activities/{id_}").text for id_ in (office.proposal, office.declined)
    )

    assert ("share-precedent" in waiting, "share-precedent" in decided) == (False, True)
    assert ("approve-activity" in waiting, "approve-activity" in decided) == (True, False)


def test_what_waits_for_the_contact_of_today_comes_first_and_says_so(office: Office) -> None:
    office.stage.do(lambda: stand_in(office.colleague, office.actor))

    page = office.staff.get("/office").text

    assert "You are the contact today for: " in page
    assert "They wait for you" in page
    assert "Stina" in office.staff.get("/office/contacts").text


async def stand_in(away: Actor, deputy: Actor) -> None:
    programme = await Programme.get(code=OT)
    contact = await contacts.name_contact(programme, await Person.get(id=away.person_id), actor=deputy, at=now())
    person = await Person.get(id=deputy.person_id)
    await contacts.set_deputy(contact, person, TODAY, TODAY + timedelta(days=9), actor=deputy, at=now())


def test_another_student_in_the_list_is_no_element_more_for_the_browser_to_build(office: Office) -> None:
    before = office.staff.get("/office/students").text
    student = office.stage.student()

    after = office.staff.get("/office/students").text

    assert str(student.enrolment_id) in after
    assert 0 < after.count('"tag":') == before.count('"tag":') < 150


def test_what_is_reported_can_be_confirmed_sent_back_or_declined(office: Office) -> None:
    student = office.stage.student()
    activity = office.stage.do(lambda: report(student))

    page = office.staff.get(f"/office/activities/{activity}").text

    hooks = ("confirm-activity", "send-back", "decline", "approve-activity")
    assert [hook for hook in hooks if hook in page] == ["confirm-activity", "send-back", "decline"]
    assert "The student says that this is done." in page
    assert f"/office/activities/{activity}" in office.staff.get("/office").text


async def report(student: Student) -> UUID:
    """Propose something and report it, under rules by which staff confirm afterwards."""
    await pin(await Enrolment.get(id=student.enrolment_id), AFTER)
    actor = await actor_of(await Person.get(id=student.person_id))
    activity = await Activity.get(id=await propose(student, "Choir")).select_related("enrolment")
    await activities.log_occasion(activity, YESTERDAY, actor=actor, at=now())
    await activities.report(activity, actor=actor, at=now())
    return activity.id
