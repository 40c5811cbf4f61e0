"""/media/{uuid}/alternate: the copy for browsers that do not play the first, under the same policy."""

import io
from uuid import UUID

import av
import pytest

from tests.webapp.endpoints.stage import Stage, Student
from tests.webapp.server import until


@pytest.fixture(scope="module")
def student(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture(scope="module")
def recording(student: Student, take: bytes) -> UUID:
    recording = student.upload(student.reflection("video"), take)
    assert student.prepared(recording)["state"] == "ready"
    until(lambda: student.get(f"/media/{recording}/alternate").status_code == 200)
    return recording


def test_both_copies_are_served_with_their_types(student: Student, recording: UUID) -> None:
    first, second = student.get(f"/media/{recording}"), student.get(f"/media/{recording}/alternate")

    assert (first.headers["Content-Type"], second.headers["Content-Type"]) == ("video/webm", "video/mp4")
    assert second.headers["Cache-Control"] == "private, no-store"
    with av.open(io.BytesIO(second.content)) as container:
        assert [stream.codec_context.codec.canonical_name for stream in container.streams] == ["h264", "aac"]


def test_the_second_copy_is_served_in_ranges(student: Student, recording: UUID) -> None:
    whole = student.get(f"/media/{recording}/alternate").content

    part = student.get(f"/media/{recording}/alternate", headers={"Range": "bytes=100-199"})

    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"


def test_nobody_else_gets_the_second_copy(stage: Stage, recording: UUID) -> None:
    stranger = stage.student()

    assert stranger.get(f"/media/{recording}/alternate").status_code == 404
    assert stage.visitor().get(f"/media/{recording}/alternate").status_code == 401


def test_the_shape_names_both_copies_and_the_heights(student: Student, recording: UUID) -> None:
    shape = student.media(recording)

    assert shape["urls"]["alternate"] == f"/media/{recording}/alternate"
    assert (shape["content_type"], shape["alternate_type"]) == ("video/webm", "video/mp4")
    assert 50 <= len(shape["peaks"]) <= 600
