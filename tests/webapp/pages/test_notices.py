"""The bell, the list of notices and the choices, as the running application shows them."""

import re
from uuid import UUID

import pytest

from models.actions import notices as actions
from models.queries.people import actor_of
from models.tables import Notice, Person, RoleKind
from models.tables.notices import How, Topic
from tests.webapp.endpoints.stage import OT, Stage, Student, words
from tests.webapp.server import Visitor

NEW = r'aria-label":"Notices: (\d+) (?:is|are) new"'


@pytest.fixture
def student(stage: Stage) -> Student:
    """A student with a piece that came back."""
    student = stage.student()
    reflection = student.reflection("written", words(1000))
    student.submit(reflection).raise_for_status()
    _, assessor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    stage.judge(reflection, assessor, "Say more about the trams.")
    return student


def _new(visitor: Visitor, path: str = "/account") -> int:
    """Read the number beside the bell."""
    page = visitor.get(path).raise_for_status().text
    found = re.search(NEW, page)
    return int(found[1]) if found else 0


def _subject(stage: Stage, student: Student) -> UUID:
    async def found() -> UUID:
        return (await Notice.get(person_id=student.person_id)).subject_id

    return stage.do(found)


def test_bell_counts_until_the_page_that_a_notice_leads_to_was_seen(stage: Stage, student: Student) -> None:
    before = _new(student)

    student.get(f"/reflections/{_subject(stage, student)}").raise_for_status()

    assert (before, _new(student)) == (1, 0)


def test_list_shows_a_sentence_and_a_link_and_never_the_comment(stage: Stage, student: Student) -> None:
    page = student.get("/notices").raise_for_status().text

    assert "came back with comments." in page
    assert f"/reflections/{_subject(stage, student)}" in page
    assert "trams" not in page
    assert _new(student) == 1


def test_nobody_finds_the_notices_of_others(stage: Stage, student: Student) -> None:
    other = stage.student()

    assert _new(other) == 0
    assert str(_subject(stage, student)) not in other.get("/notices").text


def test_page_of_somebody_who_was_told_nothing_says_so(stage: Stage) -> None:
    page = stage.student().get("/notices").raise_for_status().text

    assert "Nothing yet." in page


def test_account_offers_a_student_the_choices_of_students(stage: Stage, student: Student) -> None:
    async def chosen() -> None:
        actor = await actor_of(await Person.get(id=student.person_id))
        await actions.choose(Topic.DECISIONS, How.DAILY, on_devices=True, actor=actor)

    stage.do(chosen)

    page = student.get("/account").raise_for_status().text

    assert "What you are told, and how" in page
    assert [f"told-{topic}" in page for topic in Topic] == [True, True, True, False, False, False]
    assert "One e-mail a day" in page


def test_assessor_is_told_of_work_and_finds_it_through_the_bell(stage: Stage) -> None:
    visitor, _ = stage.colleague("Henrik", RoleKind.ASSESSOR, OT)
    before = _new(visitor, "/queue")
    student = stage.student()
    reflection = student.reflection("written", words(1000))
    student.submit(reflection).raise_for_status()

    assert _new(visitor, "/queue") == before + 1
    assert f"/assess/{reflection}" in visitor.get("/notices").text
    visitor.get(f"/assess/{reflection}").raise_for_status()
    assert _new(visitor, "/queue") == before
