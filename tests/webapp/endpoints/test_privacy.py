"""Who gets a student's work, byte for byte: the student, and whoever judges what was handed in. Nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from models.actions import evidence
from models.permissions import Actor
from models.queries.people import actor_of
from models.tables import MediaItem, Person, RoleKind, Version
from tests.factories import make_transcript
from tests.media.pdfs import make_pdf
from tests.webapp.endpoints.stage import DENTAL, NOT_FOUND, OT, PIECE, Stage, Student, metadata, now, sha256_of
from tests.webapp.server import Visitor, until

SECRET = "confidential"
HEARD = "My secret story."


@dataclass(frozen=True, slots=True)
class Work:
    """A student's work: handed in, open, and returned."""

    student: Student
    written: UUID
    video: UUID
    shown: UUID
    """The recording of `video`, which was handed in."""
    version: UUID
    """The version of `video` that was handed in."""
    posts: UUID
    photo: UUID
    draft: UUID
    hidden: UUID
    """The recording of `draft`, which was never handed in."""
    returned: UUID
    first_take: UUID
    second_take: UUID
    """The recording of `returned` that is only in its open second version."""
    half: str
    """The address of an upload that has not come to its end."""
    activity: UUID
    document: UUID
    """Evidence of `activity`: a PDF of two pages."""
    snapshot: UUID
    """Evidence of `activity`: a photo."""
    removed: UUID
    """Evidence of `activity` that was taken away."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """People who have nothing to do with that work."""

    fellow: Student
    other_assessor: Visitor
    other_staff: Visitor
    administrator: Visitor

    def all(self) -> dict[str, Visitor]:
        return {
            "fellow student": self.fellow,
            "assessor of another programme": self.other_assessor,
            "staff of another programme": self.other_staff,
            "administrator": self.administrator,
        }


@pytest.fixture(scope="module")
def assessor(stage: Stage) -> tuple[Visitor, Actor]:
    return stage.colleague("Astrid", RoleKind.ASSESSOR, OT)


@pytest.fixture(scope="module")
def strangers(stage: Stage) -> Strangers:
    return Strangers(
        stage.student(),
        stage.colleague("Henrik", RoleKind.ASSESSOR, DENTAL)[0],
        stage.colleague("Ivar", RoleKind.STAFF, DENTAL)[0],
        stage.colleague("Alva", RoleKind.ADMINISTRATOR, None)[0],
    )


@pytest.fixture(scope="module")
def work(stage: Stage, assessor: tuple[Visitor, Actor], take: bytes, voice: bytes) -> Work:
    student = stage.student()
    video, draft, returned, posts = (student.reflection(kind) for kind in ("video", "podcast", "podcast", "posts"))
    shown, hidden, first_take = (
        student.upload(video, take),
        student.upload(draft, voice),
        student.upload(returned, voice),
    )
    photo = student.upload(posts, picture(), purpose="photo")
    assert {student.prepared(media)["state"] for media in (shown, hidden, first_take, photo)} == {"ready"}
    stage.do(lambda: transcribe(shown, hidden, first_take))
    correct(student, first_take, "public")
    wanted = [{"id": str(uuid4()), "photo": str(photo), "caption": SECRET, "alt_text": SECRET} for _ in range(3)]
    student.save(posts, posts=wanted, text=f"{SECRET} " * 60)
    written = student.reflection("written", text=f"{SECRET} " * 200)
    for reflection in (written, video, posts, returned):
        student.submit(reflection).raise_for_status()
    stage.judge(returned, assessor[1], "Say more.")
    correct(student, first_take, SECRET)
    second_take = student.upload(returned, voice + b"\0")
    assert student.prepared(second_take)["state"] == "ready"
    stage.do(lambda: transcribe(second_take))
    half = student.begin(draft, 1000).headers["Location"]
    student.append(half, 0, SECRET.encode())
    activity = student.approved_activity()
    document, removed = (student.evidence(activity, make_pdf(2)) for _ in range(2))
    snapshot = student.evidence(activity, picture())
    assert {student.prepared(media)["state"] for media in (document, removed, snapshot)} == {"ready"}
    for media in (shown, hidden, first_take, second_take):
        until(lambda media=media: student.media(media)["urls"]["alternate"])
    stage.do(lambda: take_away(removed))
    version = stage.do(lambda: Version.get(reflection_id=video, frozen_at__isnull=False))
    return Work(
        student,
        written,
        video,
        shown,
        version.id,
        posts,
        photo,
        draft,
        hidden,
        returned,
        first_take,
        second_take,
        half,
        activity,
        document,
        snapshot,
        removed,
    )


def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, "JPEG")
    return content.getvalue()


async def transcribe(*media_ids: UUID) -> None:
    for media_id in media_ids:
        await make_transcript(await MediaItem.get(id=media_id), HEARD, at=now())


async def take_away(media_id: UUID) -> None:
    media = await MediaItem.get(id=media_id)
    await evidence.remove(media, actor=await actor_of(await Person.get(id=media.owner_id)), at=now())


def correct(student: Student, media_id: UUID, text: str) -> None:
    student.post(
        f"/api/v1/media/{media_id}/transcript/corrections", json={"segment": 0, "word": 1, "text": text}
    ).raise_for_status()


def reads(visitor: Visitor, work: Work) -> dict[str, httpx.Response]:
    """Ask for everything there is of a student's work."""
    some = {"Range": "bytes=0-99"}
    answers = {}
    for reflection in (work.written, work.video, work.posts, work.draft, work.returned):
        answers[f"reflection {reflection}"] = visitor.get(f"/api/v1/reflections/{reflection}")
    for media in (work.shown, work.photo, work.hidden, work.first_take, work.second_take):
        answers |= {
            f"facts {media}": visitor.get(f"/api/v1/media/{media}"),
            f"all {media}": visitor.get(f"/media/{media}"),
            f"range {media}": visitor.get(f"/media/{media}", headers=some),
            f"alternate {media}": visitor.get(f"/media/{media}/alternate"),
            f"alternate range {media}": visitor.get(f"/media/{media}/alternate", headers=some),
            f"odd range {media}": visitor.get(f"/media/{media}", headers={"Range": "bytes=5000000-"}),
            f"poster {media}": visitor.get(f"/media/{media}/poster"),
            f"poster range {media}": visitor.get(f"/media/{media}/poster", headers=some),
            f"waveform {media}": visitor.get(f"/media/{media}/waveform"),
            f"small {media}": visitor.get(f"/media/{media}/small"),
            f"captions {media}": visitor.get(f"/media/{media}/captions.vtt"),
            f"captions of version {media}": visitor.get(f"/media/{media}/captions.vtt?version={work.version}"),
            **{
                f"{kind} to take along {media}": visitor.get(f"/media/{media}/transcript/{kind}")
                for kind in ("vtt", "txt", "html", "pdf")
            },
            f"text of version {media}": visitor.get(f"/media/{media}/transcript/txt?version={work.version}"),
            f"transcript {media}": visitor.get(f"/api/v1/media/{media}/transcript"),
            f"transcript of version {media}": visitor.get(f"/api/v1/media/{media}/transcript?version={work.version}"),
        }
    return answers


def evidence_reads(visitor: Visitor, work: Work) -> dict[str, httpx.Response]:
    """Ask for everything there is of a student's evidence."""
    some = {"Range": "bytes=0-99"}
    answers = {}
    for name, media in {"document": work.document, "snapshot": work.snapshot, "removed": work.removed}.items():
        answers |= {
            f"{name} all": visitor.get(f"/media/{media}"),
            f"{name} range": visitor.get(f"/media/{media}", headers=some),
            f"{name} small": visitor.get(f"/media/{media}/small"),
            f"{name} small range": visitor.get(f"/media/{media}/small", headers=some),
            f"{name} page 1": visitor.get(f"/media/{media}/pages/1"),
            f"{name} page 1 range": visitor.get(f"/media/{media}/pages/1", headers=some),
            f"{name} page 2 odd range": visitor.get(f"/media/{media}/pages/2", headers={"Range": "bytes=5000000-"}),
            f"{name} page 0": visitor.get(f"/media/{media}/pages/0"),
            f"{name} page 3": visitor.get(f"/media/{media}/pages/3"),
            f"{name} captions": visitor.get(f"/media/{media}/captions.vtt"),
            f"{name} transcript": visitor.get(f"/api/v1/media/{media}/transcript"),
        }
    return answers


def heads(visitor: Visitor, work: Work) -> dict[str, httpx.Response]:
    """Ask for the same without the bytes."""
    places = ["", "/alternate", "/poster", "/waveform", "/small", "/pages/1"]
    media = (work.shown, work.photo, work.hidden, work.second_take, work.document, work.snapshot)
    answers = {f"/media/{one}{place}": visitor.head(f"/media/{one}{place}") for one in media for place in places}
    return answers | {work.half: visitor.head(work.half), "whole": visitor.head(f"/uploads/{work.shown}")}


def writes(visitor: Visitor, work: Work) -> dict[str, httpx.Response]:
    """Try to change everything there is."""
    facts = metadata(id=str(uuid4()), reflection=str(work.draft), purpose="recording")
    proof = metadata(id=str(uuid4()), activity=str(work.activity), purpose="evidence")
    same = metadata(id=work.half.rpartition("/")[2], reflection=str(work.draft), purpose="recording")
    tus = {"Tus-Resumable": "1.0.0"}
    enrolment = str(work.student.enrolment_id)
    new = {"id": str(uuid4())}
    correction = {"segment": 0, "word": 0, "text": "stolen"}
    return {
        "draft": visitor.patch(f"/api/v1/reflections/{work.draft}", json={"base_revision": 0, "text": "stolen"}),
        "returned": visitor.patch(f"/api/v1/reflections/{work.returned}", json={"base_revision": 0, "text": "x"}),
        "submit": visitor.post(f"/api/v1/reflections/{work.draft}/submit", json={"revision": 1}),
        "put right": visitor.put(
            f"/api/v1/media/{work.second_take}/transcript/words",
            json={"transcript": str(work.second_take), "words": [correction]},
        ),
        "correct": visitor.post(f"/api/v1/media/{work.second_take}/transcript/corrections", json=correction),
        "activity": visitor.post("/api/v1/activities", json=new | {"enrolment": enrolment, "title": "x", "about": "y"}),
        "apply": visitor.post("/api/v1/applications", json=new | {"enrolment": enrolment}),
        "final": visitor.post(
            "/api/v1/reflections", json=new | {"enrolment": enrolment, "format": "written", "language": "en"}
        ),
        "enrolment": visitor.post(
            "/api/v1/enrolments", json={"id": enrolment, "programme": OT, "study_end_date": "2030-01-01"}
        ),
        "begin": visitor.post("/uploads", headers=tus | {"Upload-Length": "5", "Upload-Metadata": facts}),
        "begin evidence": visitor.post("/uploads", headers=tus | {"Upload-Length": "5", "Upload-Metadata": proof}),
        "begin the same": visitor.post("/uploads", headers=tus | {"Upload-Length": "1000", "Upload-Metadata": same}),
        "append": visitor.patch(work.half, headers=PIECE | {"Upload-Offset": str(len(SECRET))}, content=b"stolen"),
        "abandon": visitor.delete(work.half, headers=tus),
    }


def statuses(answers: Mapping[str, httpx.Response]) -> dict[str, int]:
    return {name: answer.status_code for name, answer in answers.items()}


def bodies(answers: Mapping[str, httpx.Response]) -> list[Any]:
    """Give the different bodies among many answers."""
    different: list[Any] = []
    for answer in answers.values():
        if answer.json() not in different:
            different.append(answer.json())
    return different


EVIDENCE_SEEN = {
    "document small": 200,
    "document small range": 206,
    "document page 1": 200,
    "document page 1 range": 206,
    "document page 2 odd range": 416,
    "snapshot all": 200,
    "snapshot range": 206,
    "snapshot small": 200,
    "snapshot small range": 206,
}
"""What can be had of evidence: pages of a document, and a photo. Everything else does not exist."""


def test_its_student_sees_the_pages_of_evidence_and_never_the_file(work: Work) -> None:
    answers = evidence_reads(work.student, work)

    assert {name: status for name, status in statuses(answers).items() if status != 404} == EVIDENCE_SEEN
    assert {answer.headers["Content-Type"] for name, answer in answers.items() if EVIDENCE_SEEN.get(name) == 200} == {
        "image/jpeg"
    }
    assert not any(b"%PDF" in answer.content for answer in answers.values())


@pytest.mark.parametrize("kind", [RoleKind.STAFF, RoleKind.ASSESSOR])
def test_staff_and_assessors_of_the_programme_see_evidence_from_the_start(
    stage: Stage, work: Work, kind: RoleKind
) -> None:
    visitor, actor = stage.colleague("Agda", kind, OT)

    answers = statuses(evidence_reads(visitor, work))
    page = visitor.get(f"/evidence/{work.document}").status_code
    stage.take_roles(actor)

    assert {name: status for name, status in answers.items() if status != 404} == EVIDENCE_SEEN
    assert page == 200
    assert set(statuses(evidence_reads(visitor, work)).values()) == {404}
    assert visitor.get(f"/evidence/{work.document}").status_code == 404


@pytest.mark.parametrize(
    "who", ["fellow student", "assessor of another programme", "staff of another programme", "administrator"]
)
def test_a_stranger_gets_no_byte_of_evidence(strangers: Strangers, work: Work, who: str) -> None:
    visitor = strangers.all()[who]

    answers = evidence_reads(visitor, work)

    assert set(statuses(answers).values()) == {404}
    assert bodies(answers) == [NOT_FOUND]
    assert [visitor.get(f"/evidence/{media}").status_code for media in (work.document, work.snapshot)] == [404, 404]


def test_whoever_is_signed_out_gets_no_byte_of_evidence(stage: Stage, work: Work) -> None:
    answers = evidence_reads(stage.visitor(), work)

    assert set(statuses(answers).values()) == {401}


def test_a_page_of_evidence_says_that_nobody_may_keep_or_run_it(work: Work) -> None:
    answer = work.student.get(f"/media/{work.document}/pages/1")

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_its_student_gets_all_of_it(work: Work) -> None:
    answers = reads(work.student, work)

    refused = {name.rpartition(" ")[0] for name, answer in answers.items() if answer.status_code >= 400}

    # A sound has no poster, a photo neither waveform nor captions nor a second copy; one version has one recording.
    assert refused == {
        "odd range",
        "alternate",
        "alternate range",
        "poster",
        "poster range",
        "waveform",
        "small",
        "captions",
        "captions of version",
        "transcript",
        "transcript of version",
        "vtt to take along",
        "txt to take along",
        "html to take along",
        "pdf to take along",
        "text of version",
    }
    assert statuses(answers)[f"captions of version {work.shown}"] == 200
    assert [statuses(answers)[f"all {media}"] for media in (work.shown, work.photo, work.hidden)] == [200, 200, 200]
    assert HEARD.split()[0] in answers[f"captions {work.hidden}"].text


@pytest.mark.parametrize(
    "who", ["fellow student", "assessor of another programme", "staff of another programme", "administrator"]
)
def test_a_stranger_gets_no_byte_of_it(strangers: Strangers, work: Work, who: str) -> None:
    answers = reads(strangers.all()[who], work)

    assert set(statuses(answers).values()) == {404}
    assert bodies(answers) == [NOT_FOUND]


@pytest.mark.parametrize(
    "who", ["fellow student", "assessor of another programme", "staff of another programme", "administrator"]
)
def test_a_stranger_changes_nothing_of_it(strangers: Strangers, work: Work, who: str) -> None:
    before = [work.student.shape(reflection) for reflection in (work.draft, work.returned)]

    answers = writes(strangers.all()[who], work) | heads(strangers.all()[who], work)

    assert set(statuses(answers).values()) == {404}
    assert [work.student.shape(reflection) for reflection in (work.draft, work.returned)] == before
    assert work.student.offset(work.half) == len(SECRET)


def test_whoever_is_signed_out_gets_and_changes_nothing(stage: Stage, work: Work) -> None:
    visitor = stage.visitor()
    before = work.student.shape(work.draft)

    answers = reads(visitor, work) | writes(visitor, work)

    assert set(statuses(answers).values()) == {401}
    assert [body["error"]["code"] for body in bodies(answers)] == ["not_signed_in"]
    assert set(statuses(heads(visitor, work)).values()) == {401}
    assert work.student.shape(work.draft) == before


def test_its_assessor_reads_and_hears_what_was_handed_in(assessor: tuple[Visitor, Actor], work: Work) -> None:
    visitor, _ = assessor

    answers = statuses(reads(visitor, work))

    seen = {name for name, status in answers.items() if status < 400}
    assert seen == {
        f"facts {work.shown}",
        f"all {work.shown}",
        f"range {work.shown}",
        f"alternate {work.shown}",
        f"alternate range {work.shown}",
        f"poster {work.shown}",
        f"poster range {work.shown}",
        f"waveform {work.shown}",
        f"captions {work.shown}",
        f"captions of version {work.shown}",
        f"transcript {work.shown}",
        f"transcript of version {work.shown}",
        *(f"{kind} to take along {work.shown}" for kind in ("vtt", "txt", "html", "pdf")),
        f"text of version {work.shown}",
        f"facts {work.photo}",
        f"all {work.photo}",
        f"range {work.photo}",
        f"small {work.photo}",
        f"facts {work.first_take}",
        f"all {work.first_take}",
        f"range {work.first_take}",
        f"alternate {work.first_take}",
        f"alternate range {work.first_take}",
        f"waveform {work.first_take}",
        f"captions {work.first_take}",
        f"transcript {work.first_take}",
        *(f"{kind} to take along {work.first_take}" for kind in ("vtt", "txt", "html", "pdf")),
    }


def test_a_recording_in_an_open_draft_does_not_exist_for_its_assessor(
    assessor: tuple[Visitor, Actor], work: Work
) -> None:
    visitor, _ = assessor
    answers = {
        f"{media} {place} {some}": visitor.get(f"/media/{media}{place}", headers=some)
        for media in (work.hidden, work.second_take)
        for place in (
            "",
            "/alternate",
            "/poster",
            "/waveform",
            "/small",
            "/captions.vtt",
            f"/captions.vtt?version={work.version}",
        )
        for some in ({}, {"Range": "bytes=0-0"})
    }

    assert set(statuses(answers).values()) == {404}
    assert bodies(answers) == [NOT_FOUND]


def test_its_assessor_changes_nothing_of_it(assessor: tuple[Visitor, Actor], work: Work) -> None:
    visitor, _ = assessor
    before = [work.student.shape(reflection) for reflection in (work.draft, work.returned)]

    answers = writes(visitor, work)

    assert set(statuses(answers).values()) == {404}
    assert [work.student.shape(reflection) for reflection in (work.draft, work.returned)] == before
    assert work.student.offset(work.half) == len(SECRET)


def test_a_correction_after_the_return_is_not_shown_to_the_assessor_before_it_is_handed_in(
    assessor: tuple[Visitor, Actor], work: Work
) -> None:
    visitor, _ = assessor
    path = f"/api/v1/media/{work.first_take}/transcript"

    assessors, own = visitor.get(path).json(), work.student.get(path).json()

    assert [word["text"] for word in assessors["words"]] == ["My", "public", "story."]
    assert [word["text"] for word in own["words"]] == ["My", SECRET, "story."]


def test_a_recording_is_the_assessors_to_hear_from_the_hand_in_on(
    stage: Stage, assessor: tuple[Visitor, Actor], voice: bytes
) -> None:
    student, (visitor, actor) = stage.student(), assessor
    reflection = student.reflection("podcast")
    first = student.upload(reflection, voice)
    student.prepared(first)
    open_draft = visitor.get(f"/media/{first}").status_code
    student.submit(reflection).raise_for_status()
    handed_in = visitor.get(f"/media/{first}").status_code
    stage.judge(reflection, actor, "Say more.")
    second = student.upload(reflection, voice + b"\0\0")
    student.prepared(second)
    open_again = [visitor.get(f"/media/{media}").status_code for media in (first, second)]
    student.submit(reflection).raise_for_status()

    handed_in_again = [visitor.get(f"/media/{media}").status_code for media in (first, second)]

    assert (open_draft, handed_in) == (404, 200)
    assert open_again == [200, 404]
    assert handed_in_again == [200, 200]


def test_a_role_that_was_taken_opens_nothing_any_more(stage: Stage, work: Work) -> None:
    visitor, actor = stage.colleague("Agnes", RoleKind.ASSESSOR, OT)
    before = visitor.get(f"/media/{work.shown}").status_code
    stage.take_roles(actor)

    after = visitor.get(f"/media/{work.shown}")

    assert before == 200
    assert (after.status_code, after.json()) == (404, NOT_FOUND)


def test_somebody_elses_photo_cannot_be_put_into_a_post(strangers: Strangers, work: Work) -> None:
    own = strangers.fellow.reflection("posts")
    post = {"id": str(uuid4()), "photo": str(work.photo), "caption": "", "alt_text": ""}

    answer = strangers.fellow.patch(f"/api/v1/reflections/{own}", json={"base_revision": 0, "posts": [post]})

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert strangers.fellow.get(f"/media/{work.photo}").status_code == 404


def test_the_upload_itself_is_never_served(work: Work, take: bytes) -> None:
    served = work.student.get(f"/media/{work.shown}").content

    assert sha256_of(served) != sha256_of(take)
    assert len(served) > len(take) // 2


def test_media_say_that_nobody_may_keep_or_run_them(work: Work) -> None:
    places = (f"/media/{work.shown}", f"/media/{work.shown}/poster", f"/media/{work.shown}/captions.vtt")
    answers = [work.student.get(place) for place in places]

    assert [answer.headers["Content-Type"] for answer in answers] == [
        "video/webm",
        "image/jpeg",
        "text/vtt; charset=utf-8",
    ]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}
    assert {answer.headers["Content-Security-Policy"] for answer in answers} == {"sandbox; default-src 'none'"}


def test_a_range_gives_exactly_these_bytes(work: Work) -> None:
    whole = work.student.get(f"/media/{work.shown}").content

    part = work.student.get(f"/media/{work.shown}", headers={"Range": "bytes=100-199"})
    beyond = work.student.get(f"/media/{work.shown}", headers={"Range": f"bytes={len(whole)}-"})

    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert beyond.status_code == 416


@pytest.mark.parametrize("bad", ["x", "1", "%00", "..%2f..", "null", "0" * 5000, "%F0%9F%92%A9", "-1", "'--"])
def test_an_id_that_is_none_leads_nowhere(work: Work, bad: str) -> None:
    student = work.student

    answers = [
        student.get(f"/media/{bad}"),
        student.head(f"/media/{bad}"),
        student.get(f"/media/{bad}/poster"),
        student.get(f"/media/{work.shown}/{bad}"),
        student.get(f"/media/{work.document}/pages/{bad}" if bad != "1" else f"/media/{work.document}/pages/9"),
        student.get(f"/evidence/{bad}"),
        student.get(f"/media/{work.shown}/captions.vtt?version={bad}"),
        student.get(f"/api/v1/reflections/{bad}"),
        student.get(f"/api/v1/media/{bad}/transcript"),
        student.post(f"/api/v1/activities/{bad}/complete"),
        student.get(f"/office/worklist/{bad}.csv"),
        student.get(f"/reflections/{bad}"),
    ]

    assert {answer.status_code for answer in answers} <= {404, 422}


def test_the_worklist_of_a_programme_is_for_its_staff(stage: Stage, strangers: Strangers) -> None:
    staff, _ = stage.colleague("Ingrid", RoleKind.STAFF, OT)

    answers = {name: visitor.get(f"/office/worklist/{OT}.csv").status_code for name, visitor in strangers.all().items()}

    assert set(answers.values()) == {404}
    assert stage.visitor().get(f"/office/worklist/{OT}.csv").status_code == 401
    assert staff.get(f"/office/worklist/{OT}.csv").status_code == 200
