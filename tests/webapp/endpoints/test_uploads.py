"""Resumable uploads over real connections: pieces, cuts, stalls, limits and mistakes."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from media import uploads as media_uploads
from media.store import FolderStore
from media.uploads import Uploads
from models.tables import Upload
from tests.factories import NOW, make_upload, student_of
from tests.webapp.endpoints.stage import NOT_FOUND, PIECE, Stage, Student, metadata, sha256_of
from tests.webapp.server import RawRequest, until

CONTENT = bytes(range(256)) * 1000
HALF = len(CONTENT) // 2
# One for all runs: tests that are shared between processes must have the same names in each.
NOBODYS = "2736219d-6751-4d86-af31-9d6f2af75989"


@pytest.fixture(scope="module")
def phone(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture(scope="module")
def reflection(phone: Student) -> UUID:
    return phone.reflection()


@pytest.fixture
def path(phone: Student, reflection: UUID) -> str:
    """An upload of CONTENT that has just begun."""
    return str(phone.begin(reflection, len(CONTENT)).raise_for_status().headers["Location"])


def bytes_of(stage: Stage, path: str) -> bytes:
    """Read what the server holds of a whole upload."""
    return (stage.settings.media_folder / "originals" / UUID(path.rpartition("/")[2]).hex).read_bytes()


def _has_begun(stage: Stage, path: str) -> bool:
    part = stage.settings.data_folder / "uploads" / f"{UUID(path.rpartition('/')[2]).hex}.part"
    return part.exists() and part.stat().st_size > 0


def code_of(answer: object) -> str:
    return str(answer.json()["error"]["code"])  # type: ignore[attr-defined]


def test_the_server_says_which_protocol_it_speaks(phone: Student) -> None:
    answer = phone.options("/uploads")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,creation-defer-length,expiration,termination"


def test_a_new_upload_stands_at_its_begin(phone: Student, reflection: UUID) -> None:
    upload_id = uuid4()

    made = phone.begin(reflection, 500, upload_id=upload_id)
    asked = phone.head(f"/uploads/{upload_id}")

    assert made.status_code == 201
    assert made.headers["Location"] == f"/uploads/{upload_id}"
    assert asked.status_code == 200
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("0", "500")
    assert asked.headers["Cache-Control"] == "no-store"
    assert "CIM-Sha256" not in asked.headers


def test_pieces_make_the_whole_file_and_the_head_at_the_end_names_its_sum(
    stage: Stage, phone: Student, path: str
) -> None:
    for start in range(0, len(CONTENT), 100_000):
        piece = phone.append(path, start, CONTENT[start : start + 100_000])
        assert piece.headers["Upload-Offset"] == str(min(start + 100_000, len(CONTENT)))

    asked = phone.head(path)

    assert asked.headers["Upload-Offset"] == str(len(CONTENT))
    assert asked.headers["CIM-Sha256"] == sha256_of(CONTENT)
    assert bytes_of(stage, path) == CONTENT


def test_an_upload_goes_on_where_the_connection_was_cut_in_the_middle_of_a_piece(
    stage: Stage, phone: Student, path: str
) -> None:
    with RawRequest(phone, "PATCH", path, PIECE | {"Upload-Offset": "0", "Content-Length": str(len(CONTENT))}) as piece:
        piece.send(CONTENT[:HALF])
        # A server under load gives up what it has not looked at when the line is cut.
        until(lambda: _has_begun(stage, path))
    arrived = until(lambda: phone.offset(path))

    phone.append(path, arrived, CONTENT[arrived:], CIM_Sha256=sha256_of(CONTENT)).raise_for_status()

    assert 0 < arrived <= HALF
    assert phone.head(path).headers["CIM-Sha256"] == sha256_of(CONTENT)
    assert bytes_of(stage, path) == CONTENT


def test_a_stalled_piece_does_not_block_a_new_one(stage: Stage, phone: Student, path: str) -> None:
    with RawRequest(phone, "PATCH", path, PIECE | {"Upload-Offset": "0", "Content-Length": str(len(CONTENT))}) as dead:
        dead.send(CONTENT[:HALF])
        time.sleep(0.3)

        began = time.monotonic()
        arrived = phone.offset(path)
        answer = phone.append(path, arrived, CONTENT[arrived:])
        took = time.monotonic() - began

        assert answer.status_code == 204
        assert took < 5
        assert b" 423 " in dead.answer()
    assert bytes_of(stage, path) == CONTENT


def test_a_new_piece_stops_the_stalled_one_even_when_nobody_asked_for_the_offset(phone: Student, path: str) -> None:
    with RawRequest(phone, "PATCH", path, PIECE | {"Upload-Offset": "0", "Content-Length": str(len(CONTENT))}) as dead:
        dead.send(CONTENT[:HALF])
        time.sleep(0.3)

        began = time.monotonic()
        answer = phone.append(path, 0, CONTENT)
        took = time.monotonic() - began

        assert answer.status_code == 409
        assert code_of(answer) == "wrong_offset"
        assert took < 5
    assert phone.offset(path) == HALF


def test_a_piece_that_starts_elsewhere_is_refused_and_changes_nothing(phone: Student, path: str) -> None:
    phone.append(path, 0, CONTENT[:1000])

    answers = [phone.append(path, offset, b"x" * 10) for offset in (0, 999, 1001)]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert phone.offset(path) == 1000


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "²", "1e3", "9" * 30])
def test_an_offset_that_is_no_number_is_refused(phone: Student, path: str, offset: str) -> None:
    answer = phone.patch(path, headers={**PIECE, "Upload-Offset": offset.encode()}, content=b"x")  # type: ignore[dict-item]

    assert answer.status_code == 422
    assert code_of(answer) == "bad_upload_request"


def test_more_than_was_announced_is_refused_and_the_rest_still_fits(stage: Stage, phone: Student, path: str) -> None:
    phone.append(path, 0, CONTENT[:1000])

    answer = phone.append(path, 1000, CONTENT[1000:] + CONTENT)
    arrived = phone.offset(path)
    phone.append(path, arrived, CONTENT[arrived:]).raise_for_status()

    assert answer.status_code == 413
    assert bytes_of(stage, path) == CONTENT


def test_more_than_the_limit_is_refused_from_the_begin(phone: Student, reflection: UUID) -> None:
    allowed = [
        phone.begin(reflection, size, purpose=purpose).status_code
        for purpose, size in (("recording", 3_000_000), ("photo", 1_000_000))
    ]
    too_large = [
        phone.begin(reflection, size, purpose=purpose)
        for purpose, size in (("recording", 3_000_001), ("photo", 1_000_001))
    ]

    assert allowed == [201, 201]
    assert [answer.status_code for answer in too_large] == [413, 413]
    assert [answer.json()["error"]["message"] for answer in too_large] == [
        "The file is too large: at most 3 MB.",
        "The file is too large: at most 1 MB.",
    ]


def test_an_upload_with_an_open_end_stops_at_the_limit(phone: Student, reflection: UUID) -> None:
    path = phone.begin(reflection, None, purpose="photo").headers["Location"]

    answer = phone.append(path, 0, b"x" * 1_000_001)

    assert answer.status_code == 413
    assert phone.offset(path) <= 1_000_000


def test_an_end_that_was_open_is_said_later(stage: Stage, phone: Student, reflection: UUID) -> None:
    path = phone.begin(reflection, None).headers["Location"]
    phone.append(path, 0, CONTENT[:1000])
    before = phone.head(path).headers

    answer = phone.append(path, 1000, CONTENT[1000:], Upload_Length=str(len(CONTENT)))

    assert before["Upload-Defer-Length"] == "1"
    assert "Upload-Length" not in before
    assert answer.status_code == 204
    assert phone.head(path).headers["CIM-Sha256"] == sha256_of(CONTENT)
    assert bytes_of(stage, path) == CONTENT


def test_an_empty_piece_can_say_the_end(phone: Student, reflection: UUID) -> None:
    path = phone.begin(reflection, None).headers["Location"]
    phone.append(path, 0, CONTENT)

    phone.append(path, len(CONTENT), b"", Upload_Length=str(len(CONTENT))).raise_for_status()

    assert phone.head(path).headers["CIM-Sha256"] == sha256_of(CONTENT)


def test_an_end_before_what_has_arrived_or_another_one_is_refused(phone: Student, reflection: UUID) -> None:
    path = phone.begin(reflection, None).headers["Location"]
    phone.append(path, 0, CONTENT[:1000])

    too_short = phone.append(path, 1000, b"", Upload_Length="999")
    phone.append(path, 1000, b"", Upload_Length="2000").raise_for_status()
    another = phone.append(path, 1000, b"", Upload_Length="3000")

    assert (too_short.status_code, another.status_code) == (409, 409)
    assert phone.head(path).headers["Upload-Length"] == "2000"


def test_an_end_beyond_the_limit_is_refused(phone: Student, reflection: UUID) -> None:
    path = phone.begin(reflection, None).headers["Location"]

    answer = phone.append(path, 0, b"x", Upload_Length="3000001")

    assert answer.status_code == 413
    assert phone.offset(path) == 0


def test_the_same_id_again_begins_nothing_new(phone: Student, reflection: UUID) -> None:
    upload_id = uuid4()
    path = phone.begin(reflection, 5000, upload_id=upload_id).headers["Location"]
    phone.append(path, 0, CONTENT[:1000])

    again = phone.begin(reflection, 5000, upload_id=upload_id)

    assert again.status_code == 201
    assert again.headers["Location"] == path
    assert again.headers["Upload-Offset"] == "1000"
    assert phone.offset(path) == 1000


def test_the_same_id_for_another_reflection_is_refused(phone: Student, reflection: UUID) -> None:
    upload_id = uuid4()
    phone.begin(reflection, 5000, upload_id=upload_id)

    answer = phone.begin(phone.reflection(), 5000, upload_id=upload_id)

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_a_whole_file_is_not_begun_again(phone: Student, path: str, reflection: UUID) -> None:
    phone.append(path, 0, CONTENT)

    again = phone.begin(reflection, len(CONTENT), upload_id=UUID(path.rpartition("/")[2]))
    more = phone.append(path, len(CONTENT), b"more")

    assert again.headers["Upload-Offset"] == str(len(CONTENT))
    assert again.headers["CIM-Sha256"] == sha256_of(CONTENT)
    assert more.status_code == 204
    assert phone.offset(path) == len(CONTENT)


def test_a_file_that_was_damaged_on_its_way_is_sent_again_from_the_start(
    stage: Stage, phone: Student, path: str
) -> None:
    damaged = CONTENT[:-1] + b"!"

    answer = phone.append(path, 0, damaged, CIM_Sha256=sha256_of(CONTENT))
    stands_at = phone.offset(path)
    phone.append(path, 0, CONTENT, CIM_Sha256=sha256_of(CONTENT)).raise_for_status()

    assert answer.status_code == 460
    assert stands_at == 0
    assert bytes_of(stage, path) == CONTENT


def test_the_sum_that_was_said_at_the_begin_holds_too(phone: Student, reflection: UUID) -> None:
    path = phone.begin(reflection, 4, sha256=sha256_of(b"good")).headers["Location"]

    answers = [phone.append(path, 0, content).status_code for content in (b"evil", b"good")]

    assert answers == [460, 204]


def test_a_request_in_another_version_of_the_protocol_changes_nothing(
    phone: Student, path: str, reflection: UUID
) -> None:
    upload_id = uuid4()
    facts = metadata(id=str(upload_id), reflection=str(reflection), purpose="recording")
    old = {"Tus-Resumable": "0.2.2"}
    piece = {"Content-Type": PIECE["Content-Type"], "Upload-Offset": "0"}

    answers = [
        phone.patch(path, headers=piece, content=b"x"),
        phone.patch(path, headers=piece | old, content=b"x"),
        phone.delete(path),
        phone.post("/uploads", headers={"Upload-Length": "5", "Upload-Metadata": facts}),
    ]

    assert [answer.status_code for answer in answers] == [412, 412, 412, 412]
    assert {answer.headers["Tus-Version"] for answer in answers} == {"1.0.0"}
    assert phone.offset(path) == 0
    assert phone.head(f"/uploads/{upload_id}").status_code == 404


def test_a_piece_of_another_type_changes_nothing(phone: Student, path: str) -> None:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/json"}

    answer = phone.patch(path, headers=headers, content=b"{}")

    assert answer.status_code == 422
    assert phone.offset(path) == 0


@pytest.mark.parametrize(
    "header",
    [
        "",
        "purpose",
        "purpose !!!",
        "purpose /w==",
        metadata(purpose="recording"),
        metadata(purpose="recording", id="not-an-id", reflection=NOBODYS),
        metadata(purpose="virus", id=NOBODYS, reflection=str(uuid4())),
        metadata(purpose="recording", id=NOBODYS, reflection="../../etc/passwd"),
        metadata(purpose="recording", id="../../../etc/passwd", reflection=NOBODYS),
    ],
)
def test_metadata_that_makes_no_sense_begins_nothing(phone: Student, header: str) -> None:
    answer = phone.post("/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": header})

    assert answer.status_code in {404, 422}


def test_the_name_of_a_file_is_only_text(stage: Stage, phone: Student, reflection: UUID) -> None:
    upload_id = phone.upload(reflection, b"abc", filename="../../../webapp/../\0x<script>.webm")

    inside = {path.name for path in stage.settings.data_folder.rglob("*script*")}

    assert phone.head(f"/uploads/{upload_id}").headers["CIM-Sha256"] == sha256_of(b"abc")
    assert inside == set()


def test_an_abandoned_upload_is_gone_with_its_bytes_and_its_id_begins_again_at_nothing(
    stage: Stage, phone: Student, path: str, reflection: UUID
) -> None:
    upload_id = UUID(path.rpartition("/")[2])
    phone.append(path, 0, b"y" * 1000)

    deleted = phone.delete(path, headers={"Tus-Resumable": "1.0.0"})
    part = stage.settings.data_folder / "uploads" / f"{upload_id.hex}.part"
    is_gone = not part.exists()
    asked = phone.head(path)
    late = phone.append(path, 1000, CONTENT[1000:])
    revived = phone.begin(reflection, len(CONTENT), upload_id=upload_id)
    phone.append(path, 0, CONTENT).raise_for_status()

    assert (deleted.status_code, is_gone) == (204, True)
    assert (asked.status_code, late.status_code) == (410, 410)
    assert (revived.status_code, revived.headers["Upload-Offset"]) == (201, "0")
    assert bytes_of(stage, path) == CONTENT


def test_a_whole_file_cannot_be_abandoned(stage: Stage, phone: Student, path: str) -> None:
    phone.append(path, 0, CONTENT)

    answer = phone.delete(path, headers={"Tus-Resumable": "1.0.0"})

    assert answer.status_code == 409
    assert bytes_of(stage, path) == CONTENT


def test_a_header_cannot_change_the_method(phone: Student, path: str) -> None:
    phone.append(path, 0, CONTENT[:1000])

    answers = [
        phone.post(path, headers=PIECE | {"X-HTTP-Method-Override": method, "Upload-Offset": "1000"}, content=b"x")
        for method in ("PATCH", "DELETE")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert phone.offset(path) == 1000


def test_the_address_is_no_way_to_other_files(phone: Student) -> None:
    tricks = ["..%2f..%2fcim.sqlite3", "%2e%2e", "..%5c..", "x%00", "a" * 300, "00000000-0000-0000-0000-00000000000g"]

    heads = [phone.head(f"/uploads/{trick}").status_code for trick in tricks]
    pieces = [phone.append(f"/uploads/{trick}", 0, b"x").status_code for trick in tricks]

    assert set(heads) <= {404, 422}
    assert set(pieces) <= {404, 405, 422}


def test_a_phone_that_runs_wild_is_slowed_down(stage: Stage) -> None:
    phone = stage.student()
    reflection = phone.reflection()

    answers = [phone.begin(reflection, 10).status_code for _ in range(31)]

    assert answers == [201] * 30 + [429]


def test_nothing_is_uploaded_to_what_was_handed_in(stage: Stage) -> None:
    phone = stage.student()
    reflection = phone.reflection("written", text="word " * 200)
    phone.submit(reflection).raise_for_status()

    answer = phone.begin(reflection, 10)

    assert answer.status_code == 409


def test_the_same_id_sent_by_several_requests_at_once_begins_once(stage: Stage, phone: Student) -> None:
    reflection, upload_id = phone.reflection(), uuid4()
    answers: list[int] = []

    def begin() -> None:
        answers.append(phone.begin(reflection, 10, upload_id=upload_id).status_code)

    together = [threading.Thread(target=begin) for _ in range(6)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()

    with sqlite3.connect(stage.settings.database_file) as database:
        events = database.execute(
            "SELECT count(*) FROM event WHERE move = 'begin_upload' AND subject_id = ?", (str(upload_id),)
        ).fetchone()
    database.close()
    assert answers == [201] * 6
    assert events == (1,)


@pytest.mark.usefixtures("database")
async def test_impatient_requests_never_learn_an_offset_that_is_not_the_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow disk, a dead connection, and two requests that take over one after the other."""
    upload = await make_upload(size_bytes=1000)
    await upload.fetch_related("reflection__enrolment")
    student = await student_of(upload.reflection.enrolment)
    uploads = Uploads(tmp_path / "uploads", FolderStore(tmp_path / "media"))
    monkeypatch.setattr(media_uploads, "_sync", lambda _file: time.sleep(0.4))

    async def four_hundred_and_then_silence() -> AsyncIterator[bytes]:
        yield b"x" * 400
        await asyncio.sleep(60)

    dead = asyncio.ensure_future(uploads.append(upload.id, 0, four_hundred_and_then_silence(), actor=student, at=NOW))
    await asyncio.sleep(0.1)
    first = asyncio.ensure_future(uploads.where(upload.id, actor=student))
    await asyncio.sleep(0.1)
    second = asyncio.ensure_future(uploads.where(upload.id, actor=student))
    told = [(await task).offset_bytes for task in (first, second)]
    await asyncio.wait([dead])
    await asyncio.sleep(0.5)

    assert dead.cancelled()
    assert told == [400, 400]
    assert (await Upload.get(id=upload.id)).offset_bytes == 400
