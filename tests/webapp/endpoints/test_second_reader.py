"""What the pages show while two people read one piece, and after an enrolment has ended."""

from uuid import UUID, uuid4

from models.actions import assessments, claims, enrolments
from models.permissions import Actor
from models.rules.ruleset import preset
from models.tables import Enrolment, Reflection, RoleKind, Version
from tests.factories import make_rule_set
from tests.webapp.endpoints.stage import NOT_FOUND, OT, Stage, Student, now, words

SAID = "Perfectly fine to me."
NEWEST = "/queue?page=9999"
"""The last page of the list: it begins with what has waited longest."""

TWO = "Two assessors read this, each without the other."


def _two_readers(stage: Stage, student: Student) -> None:
    ki = preset("ki")

    async def pinned() -> None:
        two = ki.model_copy(
            update={"version": "two-readers", "reflection": ki.reflection.model_copy(update={"readers": 2})}
        )
        await Enrolment.filter(id=student.enrolment_id).update(rule_set=await make_rule_set(two))

    stage.do(pinned)


def _accept(stage: Stage, reflection_id: UUID, assessor: Actor) -> None:
    async def accepted() -> None:
        for move in (claims.claim, assessments.accept):
            reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
            await move(reflection, *([SAID] if move is assessments.accept else []), actor=assessor, at=now())

    stage.do(accepted)


def test_the_first_reader_is_told_and_nobody_else_reads_what_was_said(stage: Stage) -> None:
    student = stage.student()
    _two_readers(stage, student)
    piece = student.reflection("written", words(1000))
    student.submit(piece).raise_for_status()
    first, first_actor = stage.colleague("Fia", RoleKind.ASSESSOR, OT)
    second, second_actor = stage.colleague("Sam", RoleKind.ASSESSOR, OT)
    before = second.get(f"/assess/{piece}").text
    queue_before = second.get(NEWEST).text
    _accept(stage, piece, first_actor)

    pages = {
        "student": student.get(f"/reflections/{piece}").text,
        "second": second.get(f"/assess/{piece}").text,
        "first": first.get(f"/assess/{piece}").text,
    }

    assert [TWO in page for page in (before, pages["second"], queue_before)] == [True, True, True]
    assert "Until two assessors have read it" in pages["first"]
    assert {name: SAID in page for name, page in pages.items()} == {"student": False, "second": False, "first": True}
    newest = {"second": second.get(NEWEST).text, "first": first.get(NEWEST).text}
    assert (TWO in newest["second"], str(piece) in newest["second"]) == (True, True)
    assert str(piece) not in newest["first"]

    _accept(stage, piece, second_actor)

    assert SAID in student.get(f"/reflections/{piece}").text
    assert SAID in second.get(f"/assess/{piece}").text


def test_what_the_first_reader_said_at_its_place_is_on_no_other_page_until_the_second_has_decided(stage: Stage) -> None:
    student = stage.student()
    _two_readers(stage, student)
    piece = student.reflection("written", words(1000))
    student.submit(piece).raise_for_status()
    first, first_actor = stage.colleague("Fia", RoleKind.ASSESSOR, OT)
    second, second_actor = stage.colleague("Sam", RoleKind.ASSESSOR, OT)
    staff, _ = stage.colleague("Sten", RoleKind.STAFF, OT)

    async def version_id() -> UUID:
        return (await Version.get(reflection_id=piece)).id

    path = f"/api/v1/versions/{stage.do(version_id)}/comments/{uuid4()}"
    wanted = {"place": {"start_letter": 0, "end_letter": 5}, "text": "What the first one says here.", "revision": 0}
    first.put(path, json=wanted).raise_for_status()
    _accept(stage, piece, first_actor)

    def readers() -> list[bool]:
        pages = [first.get(f"/assess/{piece}"), second.get(f"/assess/{piece}")]
        pages += [student.get(f"/reflections/{piece}"), staff.get(f"/reflections/{piece}")]
        return ["What the first one says here." in page.raise_for_status().text for page in pages]

    before = readers()
    _accept(stage, piece, second_actor)

    assert before == [True, False, False, False]
    assert readers() == [True, True, True, True]


def test_the_student_of_an_ended_enrolment_reads_and_changes_nothing(stage: Stage) -> None:
    student = stage.student()
    draft = student.reflection("written", words(1000))
    _, staff = stage.colleague("Sten", RoleKind.STAFF, OT)

    async def ended() -> None:
        await enrolments.void(await Enrolment.get(id=student.enrolment_id), "Wrong faculty.", actor=staff, at=now())

    stage.do(ended)

    shape = student.shape(draft)
    saved = student.patch(f"/api/v1/reflections/{draft}", json={"base_revision": 1, "text": "More."})
    page = student.get(f"/reflections/{draft}").text
    assert (shape["open"], len(shape["draft"]["text"].split())) == (False, 1000)
    assert (saved.status_code, saved.json()) == (404, NOT_FOUND)
    assert student.submit(draft).status_code == 404
    assert "Your reflection" in page
    assert "data-test=go-on" not in page
    assert "go-on" not in page
