"""The assessor's desk by plain HTTP: what is written there, and leaving it."""

from datetime import timedelta
from uuid import UUID

from models.actions import claims
from models.permissions import Actor
from models.tables import Reflection, RoleKind, Version
from tests.webapp.endpoints.stage import OT, Stage, now, words


def _held(stage: Stage, assessor: Actor) -> tuple[UUID, UUID]:
    """Have a text handed in and claimed; gives the ids of the reflection and its version."""
    student = stage.student()
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
