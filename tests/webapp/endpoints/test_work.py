"""The phone's work, takes, hand-ins and receipts over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from models.permissions import Actor
from models.queries.work import work_of
from models.sqlite import ImmediateClient
from models.states import ReflectionState
from models.tables import Enrolment, RoleKind, Upload
from tests.factories import (
    NOW,
    make_activity,
    make_enrolment,
    make_media,
    make_reflection,
    make_transcript,
    student_of,
)
from tests.webapp.endpoints.stage import NOT_FOUND, OT, PIECE, Stage, Student, metadata, sha256_of, words
from tests.webapp.server import Visitor
from transcription.heard import FOLDER, Heard, begun_of, keep
from transcription.speech import Segment, Speech, Word
from webapp.endpoints.showing import reflection_shapes


@pytest.fixture(scope="module")
def phone(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture(scope="module")
def assessor(stage: Stage) -> tuple[Visitor, Actor]:
    return stage.colleague("Astrid", RoleKind.ASSESSOR, OT)


def begin_segment(
    phone: Student,
    reflection: UUID,
    take: UUID,
    number: int = 0,
    size: int | None = 4,
    *,
    instead: dict[str, str] | None = None,
) -> httpx.Response:
    """Begin the upload of a segment."""
    facts = {"id": str(uuid4()), "reflection": str(reflection), "purpose": "recording", "take": str(take)}
    facts |= {"segment": str(number), "filename": "part.webm"} | (instead or {})
    length = {"Upload-Defer-Length": "1"} if size is None else {"Upload-Length": str(size)}
    return phone.post("/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Metadata": metadata(**facts)} | length)


def send(phone: Student, path: str, content: bytes, **headers: str) -> httpx.Response:
    """Send all of it."""
    return phone.patch(path, headers=PIECE | {"Upload-Offset": "0"} | headers, content=content)


def sent_segment(phone: Student, reflection: UUID, take: UUID, content: bytes, number: int = 0) -> dict[str, Any]:
    """Send a segment, and describe it."""
    path = begin_segment(phone, reflection, take, number, len(content)).raise_for_status().headers["Location"]
    send(phone, path, content).raise_for_status()
    return described(path, content)


def described(path: str, content: bytes) -> dict[str, Any]:
    return {"upload": path.rpartition("/")[2], "size": len(content), "sha256": sha256_of(content)}


def use(phone: Student, take: UUID, reflection: UUID, *segments: dict[str, Any], **changes: Any) -> httpx.Response:
    """Decide to use a take."""
    return phone.put(
        f"/api/v1/takes/{take}",
        json={"reflection": str(reflection), "kind": "audio", "segments": segments} | changes,
    )


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"]["code"])


# Work.


def test_the_work_says_who_how_much_and_what(stage: Stage) -> None:
    student = stage.student()
    written = student.reflection("written", text=words(200))
    activity = student.activity()

    body = student.get("/api/v1/work").raise_for_status().json()

    begun, unbegun = body["reflections"]
    assert body["person"] == {"id": str(student.person_id), "name": "Robin", "language": "en"}
    assert abs(datetime.fromisoformat(body["server_time"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert body["limits"] == {
        "recording_bytes": 3_000_000,
        "photo_bytes": 1_000_000,
        "person_bytes": 5_000_000_000,
        "used_bytes": 0,
    }
    assert begun == student.shape(written)
    assert (begun["begun"], begun["receipt"]) == (True, None)
    assert (unbegun["begun"], unbegun["open"], unbegun["activity"]) == (False, True, str(activity))
    assert unbegun["enrolment"] == str(student.enrolment_id)
    assert unbegun["draft"] == {
        "version": 1,
        "revision": 0,
        "format": unbegun["formats"][0]["kind"],
        "text": "",
        "recording": None,
        "posts": [],
    }


def test_what_is_not_begun_is_begun_under_the_id_that_was_told(stage: Stage) -> None:
    student = stage.student()
    activity = student.activity()
    (unbegun,) = student.get("/api/v1/work").raise_for_status().json()["reflections"]

    before = student.get(f"/api/v1/reflections/{unbegun['id']}")
    wanted = {"id": unbegun["id"], "activity": str(activity), "format": "podcast", "language": "sv"}
    begun = student.post("/api/v1/reflections", json=wanted | {"begun_seconds_ago": 60})

    assert (before.status_code, before.json()) == (404, NOT_FOUND)
    assert (begun.status_code, begun.json()["id"], begun.json()["begun"]) == (201, unbegun["id"], True)


def test_somebody_without_work_has_none(stage: Stage, assessor: tuple[Visitor, Actor]) -> None:
    assert assessor[0].get("/api/v1/work").raise_for_status().json()["reflections"] == []


# Takes.


def test_a_take_is_complete_when_its_last_segment_is(phone: Student) -> None:
    reflection, take = phone.reflection(), uuid4()
    first = sent_segment(phone, reflection, take, b"abcd")
    path = begin_segment(phone, reflection, take, 1).raise_for_status().headers["Location"]
    second = described(path, b"efgh")

    waiting = use(phone, take, reflection, first, second).raise_for_status().json()
    shown = phone.shape(reflection)["media"]
    send(phone, path, b"efgh").raise_for_status()
    complete = phone.get(f"/api/v1/takes/{take}").raise_for_status().json()

    manifest = sha256_of(f"{first['sha256']}\n{second['sha256']}".encode())
    assert (waiting["complete"], waiting["manifest"], waiting["state"]) == (False, None, "receiving")
    assert waiting["segments"] == [
        first | {"offset": 4, "received": True},
        second | {"offset": 0, "received": False},
    ]
    assert [(one["id"], one["state"], one["size"], one["offset"]) for one in shown] == [(str(take), "receiving", 8, 4)]
    assert (complete["id"], complete["complete"], complete["manifest"]) == (str(take), True, manifest)
    assert [one["received"] for one in complete["segments"]] == [True, True]


def note_heard(stage: Stage, path: str, text: str, *, is_all: bool) -> None:
    """Have the machine's notes about a segment say what it heard."""
    upload_id = UUID(path.rpartition("/")[2])
    upload = stage.do(lambda: Upload.get(id=upload_id))
    segments = (Segment(0.0, 1.0, text, (Word(text, 0.0, 1.0, 0.9),), 0.1),)
    heard = Heard(begun_of(upload), "en", "base", 1.0, Speech("en", segments, "engine", "base"), is_all)
    keep(stage.settings.data_folder / "work" / FOLDER, upload_id, heard)


def test_what_is_heard_is_told_before_anybody_decides(stage: Stage, phone: Student) -> None:
    reflection, take = phone.reflection(), uuid4()
    first = begin_segment(phone, reflection, take, 0).raise_for_status().headers["Location"]
    second = begin_segment(phone, reflection, take, 1).raise_for_status().headers["Location"]

    nothing = phone.get(f"/api/v1/takes/{take}/words").raise_for_status().json()
    note_heard(stage, second, "morning.", is_all=False)
    note_heard(stage, first, "Good", is_all=True)
    some = phone.get(f"/api/v1/takes/{take}/words").raise_for_status().json()
    note_heard(stage, second, "morning, all.", is_all=True)
    everything = phone.get(f"/api/v1/takes/{take}/words").raise_for_status().json()

    assert nothing == {"text": "", "is_all": False}
    assert some == {"text": "Good morning.", "is_all": False}
    assert everything == {"text": "Good morning, all.", "is_all": True}


def test_what_is_heard_is_told_to_nobody_else(stage: Stage, phone: Student, assessor: tuple[Visitor, Actor]) -> None:
    take = uuid4()
    path = begin_segment(phone, phone.reflection(), take).raise_for_status().headers["Location"]
    note_heard(stage, path, "My secret story.", is_all=False)

    answers = [one.get(f"/api/v1/takes/{take}/words") for one in (stage.student(), assessor[0])]
    unknown = phone.get(f"/api/v1/takes/{uuid4()}/words")

    assert [(one.status_code, one.json()) for one in (*answers, unknown)] == [(404, NOT_FOUND)] * 3
    assert stage.visitor().get(f"/api/v1/takes/{take}/words").status_code == 401


def test_what_was_heard_of_a_discarded_segment_is_not_told(stage: Stage, phone: Student) -> None:
    take = uuid4()
    path = begin_segment(phone, phone.reflection(), take).raise_for_status().headers["Location"]
    note_heard(stage, path, "My secret story.", is_all=False)

    phone.delete(path, headers={"Tus-Resumable": "1.0.0"}).raise_for_status()

    assert phone.get(f"/api/v1/takes/{take}/words").status_code == 404


def test_a_take_that_is_sent_while_it_is_recorded_has_an_open_end(phone: Student) -> None:
    reflection, take = phone.reflection(), uuid4()
    path = begin_segment(phone, reflection, take, size=None).raise_for_status().headers["Location"]
    send(phone, path, b"abcd").raise_for_status()
    part = described(path, b"abcdefgh")

    before = use(phone, take, reflection, part).raise_for_status().json()
    rest = phone.patch(path, headers=PIECE | {"Upload-Offset": "4", "Upload-Length": "8"}, content=b"efgh")

    assert (before["complete"], before["segments"][0]["offset"]) == (False, 4)
    assert rest.status_code == 204
    assert phone.get(f"/api/v1/takes/{take}").json()["manifest"] == sha256_of(b"abcdefgh")


def test_bytes_that_are_not_those_decided_on_are_sent_again(phone: Student) -> None:
    reflection, take = phone.reflection(), uuid4()
    path = begin_segment(phone, reflection, take).raise_for_status().headers["Location"]
    use(phone, take, reflection, described(path, b"abcd")).raise_for_status()

    damaged = send(phone, path, b"abcX")
    again = send(phone, path, b"abcd")

    assert (damaged.status_code, again.status_code) == (460, 204)
    assert phone.get(f"/api/v1/takes/{take}").json()["complete"] is True


def test_a_segment_that_arrived_otherwise_is_told_by_its_code(phone: Student) -> None:
    reflection, take = phone.reflection(), uuid4()
    part = sent_segment(phone, reflection, take, b"abcd")

    answer = use(phone, take, reflection, part | {"sha256": "0" * 64})

    assert error(answer) == (409, "segment_differs")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trim_start_seconds": -1}, "trim_nonsense"),
        ({"trim_start_seconds": 5, "trim_end_seconds": 4}, "trim_nonsense"),
        ({"segments": []}, "empty_upload"),
        ({"kind": "photo"}, "misunderstood"),
        ({"segments": [{"upload": "x", "size": 4, "sha256": "0" * 64}]}, "misunderstood"),
        ({"segments": [{"upload": str(UUID(int=1)), "size": 0, "sha256": "0" * 64}]}, "misunderstood"),
        ({"segments": [{"upload": str(UUID(int=1)), "size": 4, "sha256": "G" * 64}]}, "misunderstood"),
    ],
)
def test_nonsense_about_a_take_is_refused(phone: Student, changes: dict[str, Any], code: str) -> None:
    reflection, take = phone.reflection(), uuid4()
    part = sent_segment(phone, reflection, take, b"abcd")

    answer = use(phone, take, reflection, part, **changes)

    assert error(answer) == (422, code)
    assert phone.get(f"/api/v1/takes/{take}").status_code == 404


def test_a_cut_at_no_number_is_refused(phone: Student) -> None:
    reflection, take = phone.reflection(), uuid4()
    part = sent_segment(phone, reflection, take, b"abcd")
    body = f'{{"reflection": "{reflection}", "kind": "audio", "trim_end_seconds": NaN, "segments": [{{'
    body += f'"upload": "{part["upload"]}", "size": 4, "sha256": "{part["sha256"]}"}}]}}'

    answer = phone.put(f"/api/v1/takes/{take}", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422


def test_takes_of_others_do_not_exist(stage: Stage, phone: Student) -> None:
    reflection, take = phone.reflection(), uuid4()
    part = sent_segment(phone, reflection, take, b"abcd")
    use(phone, take, reflection, part).raise_for_status()
    stranger = stage.student()
    own = stranger.reflection()

    answers = [
        stranger.get(f"/api/v1/takes/{take}"),
        use(stranger, take, own, part),
        use(stranger, uuid4(), own, part),
        use(stranger, take, reflection, part),
        begin_segment(stranger, own, take),
        use(phone, take, phone.reflection(), part),
        stranger.delete(f"/api/v1/takes/{take}"),
        phone.delete(f"/api/v1/takes/{uuid4()}"),
    ]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, NOT_FOUND)] * 8


def test_a_take_that_was_announced_and_never_came_does_not_hold_up_handing_in(phone: Student) -> None:
    reflection, take = phone.reflection("written", text=words(200)), uuid4()
    use(phone, take, reflection, described(f"/uploads/{uuid4()}", b"abcd")).raise_for_status()
    shown = phone.shape(reflection)["media"]

    answers = [phone.delete(f"/api/v1/takes/{take}") for _ in range(2)]

    assert [one["id"] for one in shown] == [str(take)]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "refused")] * 2
    assert phone.shape(reflection)["media"] == []


def test_a_take_that_has_arrived_is_not_given_up(phone: Student) -> None:
    reflection, take = phone.reflection(), uuid4()
    use(phone, take, reflection, sent_segment(phone, reflection, take, b"abcd")).raise_for_status()

    answer = phone.delete(f"/api/v1/takes/{take}")

    assert error(answer) == (409, "wrong_state")
    assert phone.get(f"/api/v1/takes/{take}").json()["complete"] is True


@pytest.mark.parametrize(
    "changes", [{"take": "x"}, {"segment": "x"}, {"segment": "-1"}, {"segment": "200"}, {"purpose": "photo"}]
)
def test_a_segment_that_is_none_is_not_understood(phone: Student, changes: dict[str, str]) -> None:
    answer = begin_segment(phone, phone.reflection(), uuid4(), instead=changes)

    assert error(answer) == (422, "bad_upload_request")


def test_a_segment_is_thrown_away_until_it_is_used(phone: Student, stage: Stage) -> None:
    reflection, take = phone.reflection(), uuid4()
    used, unused = (sent_segment(phone, reflection, take, content, n) for n, content in enumerate((b"abcd", b"efgh")))
    use(phone, take, reflection, used).raise_for_status()

    kept, gone = (
        phone.delete(f"/uploads/{part['upload']}", headers={"Tus-Resumable": "1.0.0"}) for part in (used, unused)
    )

    originals = stage.settings.media_folder / "originals"
    assert (kept.status_code, gone.status_code) == (409, 204)
    assert (originals / UUID(used["upload"]).hex).exists()
    assert not (originals / UUID(unused["upload"]).hex).exists()
    assert phone.head(f"/uploads/{unused['upload']}").status_code == 410


def test_what_is_announced_is_counted(stage: Stage) -> None:
    student = stage.student()
    reflection = student.reflection()
    begin_segment(student, reflection, uuid4(), size=1234).raise_for_status()
    sent_segment(student, reflection, uuid4(), b"abcd")

    assert student.get("/api/v1/work").json()["limits"]["used_bytes"] == 1238


# Handing in and taking back.


def test_the_receipt_tells_when_it_was_pressed_and_the_same_again_tells_the_same(phone: Student) -> None:
    reflection = phone.reflection("written", text=words(200))
    revision = phone.shape(reflection)["draft"]["revision"]
    pressed = {"revision": revision, "pressed_seconds_ago": 0.5}

    first, again = (phone.post(f"/api/v1/reflections/{reflection}/submit", json=pressed) for _ in range(2))

    receipt = first.json()
    waited = datetime.fromisoformat(receipt["arrived_at"]) - datetime.fromisoformat(receipt["submitted_at"])
    assert first.status_code == 200
    assert again.json() == receipt
    assert (receipt["state"], receipt["version"], receipt["may_take_back"]) == ("submitted", 1, True)
    assert timedelta(0) < waited <= timedelta(seconds=0.5)
    assert phone.shape(reflection)["receipt"] == {
        "version": 1,
        "handed_in_at": receipt["submitted_at"],
        "arrived_at": receipt["arrived_at"],
        "checksum": receipt["checksum"],
        "may_take_back": True,
    }


@pytest.mark.parametrize("ago", ["-1", "NaN", "Infinity", '"a"'])
def test_a_press_at_no_time_is_misunderstood(phone: Student, ago: str) -> None:
    reflection = phone.reflection("written", text=words(200))

    answer = phone.post(
        f"/api/v1/reflections/{reflection}/submit",
        content=f'{{"revision": 1, "pressed_seconds_ago": {ago}}}',
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 422
    assert phone.shape(reflection)["state"] == "draft"


def test_another_phone_with_an_older_draft_is_told_in_words(phone: Student) -> None:
    reflection = phone.reflection("written", text=words(200))
    revision = phone.shape(reflection)["draft"]["revision"]
    phone.submit(reflection, revision).raise_for_status()

    other = phone.submit(reflection, revision - 1)

    assert error(other) == (409, "wrong_state")
    assert other.json()["error"]["message"].startswith("This has changed since you opened the page.")


def test_what_was_handed_in_is_taken_back_until_somebody_reads_it(
    stage: Stage, phone: Student, assessor: tuple[Visitor, Actor]
) -> None:
    early, late = (phone.reflection("written", text=words(200)) for _ in range(2))
    for reflection in (early, late):
        phone.submit(reflection).raise_for_status()
    stage.judge(late, assessor[1])

    back = phone.post(f"/api/v1/reflections/{early}/take-back")
    stays = phone.post(f"/api/v1/reflections/{late}/take-back")

    assert back.status_code == 200
    assert (back.json()["state"], back.json()["open"], back.json()["draft"]["version"]) == ("taken_back", True, 2)
    assert (back.json()["receipt"]["version"], back.json()["receipt"]["may_take_back"]) == (1, False)
    assert error(stays) == (409, "being_read")
    assert phone.submit(early).json()["version"] == 2


def test_nobody_takes_back_what_is_not_theirs(stage: Stage, phone: Student, assessor: tuple[Visitor, Actor]) -> None:
    reflection = phone.reflection("written", text=words(200))
    phone.submit(reflection).raise_for_status()

    answers = [
        visitor.post(f"/api/v1/reflections/{reflection}/take-back") for visitor in (stage.student(), assessor[0])
    ]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, NOT_FOUND)] * 2
    assert phone.shape(reflection)["state"] == "submitted"


# In a few queries.


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every query."""
    noted: list[str] = []
    plain = ImmediateClient.execute_query

    async def execute_query(self: ImmediateClient, query: str, values: Any = None) -> Any:
        noted.append(query)
        return await plain(self, query, values)

    monkeypatch.setattr(ImmediateClient, "execute_query", execute_query)
    return noted


async def _add_work(enrolment: Enrolment, times: int) -> None:
    for _ in range(times):
        podcast = await make_reflection(enrolment, format_="podcast")
        await make_transcript(await make_media(podcast))
        await make_reflection(enrolment, ReflectionState.TAKEN_BACK, "posts")
        await make_reflection(enrolment, ReflectionState.SUBMITTED)
        await make_activity(enrolment)


@pytest.mark.usefixtures("database")
async def test_the_number_of_queries_does_not_grow_with_the_work(asked: list[str]) -> None:
    one, twelve = await make_enrolment(), await make_enrolment()
    await _add_work(one, 1)
    await _add_work(twelve, 12)
    lengths, counts = [], []

    for enrolment in (one, twelve):
        student = await student_of(enrolment)
        asked.clear()
        shown = await reflection_shapes(await work_of(student, language="en", at=NOW), actor=student)
        lengths.append(len(shown))
        counts.append(len(asked))

    assert lengths == [4, 4 * 12 + 1]
    assert counts[0] == counts[1]
    assert counts[0] > 0
