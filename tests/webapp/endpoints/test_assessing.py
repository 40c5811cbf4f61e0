"""The assessor's desk by plain HTTP: what is written there, and leaving it."""

from datetime import timedelta
from uuid import UUID, uuid4

from models.actions import assessments, claims
from models.permissions import Actor
from models.tables import Reflection, RoleKind, Version
from tests.webapp.endpoints.stage import OT, Stage, Student, now, words


def _held(stage: Stage, assessor: Actor, student: Student | None = None) -> tuple[UUID, UUID]:
    """Have a text handed in and claimed; gives the ids of the reflection and its version."""
    student = student or stage.student()
    reflection_id = student.reflection("written", words(1000))
    student.submit(reflection_id).raise_for_status()

    async def claim() -> UUID:
        reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
        await claims.claim(reflection, actor=assessor, at=now())
        return (await Version.get(reflection_id=reflection_id)).id

    return reflection_id, stage.do(claim)


def test_what_is_written_is_kept_and_on_the_page_when_it_opens_again(stage: Stage) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    reflection_id, version_id = _held(stage, actor)

    answer = assessor.put(
        f"/api/v1/versions/{version_id}/assessment-draft",
        json={"comment": "A thought of mine", "note": "Second look", "revision": 0},
    )

    assert answer.json() == {"comment": "A thought of mine", "note": "Second look", "levels": {}, "revision": 1}
    page = assessor.get(f"/assess/{reflection_id}").text
    assert "A thought of mine" in page
    assert "Second look" in page


def test_nobody_else_reads_it_on_any_page(stage: Stage) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    other, _ = stage.colleague("Henrik", RoleKind.ASSESSOR, OT)
    staff, _ = stage.colleague("Malte", RoleKind.STAFF, OT)
    reflection_id, version_id = _held(stage, actor)
    path = f"/api/v1/versions/{version_id}/assessment-draft"
    assessor.put(path, json={"comment": "A thought of mine", "note": "", "revision": 0}).raise_for_status()

    pages = [other.get(f"/assess/{reflection_id}"), other.get("/queue"), staff.get(f"/reflections/{reflection_id}")]
    beside = other.put(path, json={"comment": "Hm.", "note": "", "revision": 0})

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert not any("A thought of mine" in page.text for page in pages)
    assert beside.json()["comment"] == "Hm."


def test_strangers_find_no_version_to_write_about(stage: Stage) -> None:
    _, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    reflection_id, version_id = _held(stage, actor)
    staff, _ = stage.colleague("Malte", RoleKind.STAFF, OT)
    path = f"/api/v1/versions/{version_id}/assessment-draft"

    answers = [
        visitor.put(path, json={"comment": "Hm.", "note": "", "revision": 0}) for visitor in (stage.student(), staff)
    ]
    left = stage.student().post(f"/api/v1/reflections/{reflection_id}/leave", json={})

    assert [answer.status_code for answer in answers] == [404, 404]
    assert left.status_code == 404


def test_page_that_is_left_gives_the_piece_free_in_a_moment(stage: Stage) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    reflection_id, _ = _held(stage, actor)

    left = assessor.post(f"/api/v1/reflections/{reflection_id}/leave", json={})

    async def until() -> timedelta:
        reflection = await Reflection.get(id=reflection_id)
        assert reflection.claimed_until is not None
        return reflection.claimed_until - now()

    assert left.status_code == 204
    assert stage.do(until) <= claims.LEAVING


def test_endless_comment_is_refused_in_words(stage: Stage) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    _, version_id = _held(stage, actor)

    answer = assessor.put(
        f"/api/v1/versions/{version_id}/assessment-draft", json={"comment": "a" * 20_001, "note": "", "revision": 0}
    )

    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == "Write at most 20000 characters here."


PLACE = {"start_letter": 0, "end_letter": 5}


def test_comment_at_its_place_is_kept_once_and_on_the_page_when_it_opens_again(stage: Stage) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    reflection_id, version_id = _held(stage, actor)
    path = f"/api/v1/versions/{version_id}/comments/{uuid4()}"

    answers = [
        assessor.put(path, json={"place": PLACE, "text": "Who said this?", "revision": 0}).json() for _ in range(2)
    ]

    assert answers[0] == answers[1] == {"id": path.rpartition("/")[2], "text": "Who said this?", "revision": 1}
    page = assessor.get(f"/assess/{reflection_id}").text
    assert page.count("Who said this?") == 1
    assert assessor.delete(path).status_code == 204
    assert "Who said this?" not in assessor.get(f"/assess/{reflection_id}").text


def test_nobody_else_reads_a_comment_before_its_writer_decides_and_the_student_does_afterwards(stage: Stage) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    other, _ = stage.colleague("Henrik", RoleKind.ASSESSOR, OT)
    staff, _ = stage.colleague("Malte", RoleKind.STAFF, OT)
    student = stage.student()
    reflection_id, version_id = _held(stage, actor, student)
    path = f"/api/v1/versions/{version_id}/comments/{uuid4()}"
    assessor.put(path, json={"place": PLACE, "text": "A thought of mine", "revision": 0}).raise_for_status()

    def pages() -> list[bool]:
        shown = [other.get(f"/assess/{reflection_id}"), staff.get(f"/reflections/{reflection_id}")]
        shown.append(student.get(f"/reflections/{reflection_id}"))
        return ["A thought of mine" in page.raise_for_status().text for page in shown]

    before = pages()

    async def send_back() -> None:
        reflection = await Reflection.get(id=reflection_id).select_related("enrolment")
        await assessments.return_for_revision(reflection, "Say more.", actor=actor, at=now())

    stage.do(send_back)
    late = assessor.put(path, json={"place": PLACE, "text": "Something else", "revision": 1})

    assert before == [False, False, False]
    assert pages() == [True, True, True]
    assert (late.status_code, late.json()["error"]["code"]) == (409, "decided_already")
    assert "You have decided" in late.json()["error"]["message"]


def test_strangers_find_nothing_to_comment_on_and_nothing_to_take_away(stage: Stage) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    _, version_id = _held(stage, actor)
    staff, _ = stage.colleague("Malte", RoleKind.STAFF, OT)
    other, _ = stage.colleague("Henrik", RoleKind.ASSESSOR, OT)
    path = f"/api/v1/versions/{version_id}/comments/{uuid4()}"
    wanted = {"place": PLACE, "text": "Hm.", "revision": 0}
    assessor.put(path, json=wanted).raise_for_status()

    answers = [visitor.put(path, json=wanted | {"revision": 1}) for visitor in (stage.student(), staff, other)]
    answers += [visitor.delete(path) for visitor in (stage.student(), staff, other)]

    assert [answer.status_code for answer in answers] == [404] * 6


def test_comment_needs_one_place_that_is_there(stage: Stage) -> None:
    assessor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    _, version_id = _held(stage, actor)
    path = f"/api/v1/versions/{version_id}/comments/{uuid4()}"
    places = [
        {"start_letter": 0, "end_letter": 10_000_000},
        {"start_seconds": 1.0, "end_seconds": 2.0},
        PLACE | {"post": str(uuid4())},
        {},
    ]

    answers = [assessor.put(path, json={"place": place, "text": "Hm.", "revision": 0}) for place in places]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert [answer.json()["error"]["code"] for answer in answers[:2]] == ["no_such_place"] * 2
