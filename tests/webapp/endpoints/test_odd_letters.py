"""Letters that no database takes: halves of emoji that a keyboard left behind, and the sign with the number nought."""

import json

import httpx
import pytest

from tests.webapp.endpoints.stage import Stage, Student


@pytest.fixture(scope="module")
def phone(stage: Stage) -> Student:
    return stage.student()


def _save(phone: Student, **changes: object) -> httpx.Response:
    reflection = phone.reflection("written")
    revision = phone.shape(reflection)["draft"]["revision"]
    body = json.dumps({"base_revision": revision} | changes)
    return phone.patch(f"/api/v1/reflections/{reflection}", content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("odd", ["\ud83d", "\x00"])
def test_text_with_a_letter_that_cannot_be_kept_is_refused_and_not_a_mishap(phone: Student, odd: str) -> None:
    answer = _save(phone, text=f"On the ferry {odd} home")

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "misunderstood"
