"""Files that are not what they seem: refused in a sentence, and nothing else of the student's changes."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image

from tests.media.making import make_huge_png, make_recording
from tests.media.pdfs import make_pdf, protected_pdf
from tests.webapp.endpoints.stage import Stage, Student

BROKEN = "This file is damaged or cut off, so nothing in it can be used. Record or save it again."
NO_RECORDING = "This is not a sound or video file that we can read. Use WebM, MP4, MOV, M4A, MP3, Ogg, WAV or FLAC."
NO_PICTURE = "This is not a picture that we can read. Use JPEG, PNG, WebP, HEIC or AVIF."
PICTURE = "This is a picture. A sound or video recording is needed here."
RECORDING = "This is a sound or video file. A picture is needed here."
TOO_LARGE = "This picture has more than 50 megapixels. Send a smaller copy of it."

NO_EVIDENCE = "This is neither a photo nor a PDF. Save it as a PDF or take a photo of it."
PROTECTED = "This PDF is protected. Save it without a password, print it to a new PDF, or take a photo of it."
LONG = "This PDF has more than 40 pages. Send only the pages that show what you did."
WIDE = "The pages of a PDF must be between 1 centimetre and 5 metres wide and high. Save it in an ordinary paper size."

Make = Callable[[Path], bytes]


def drawn(format_: str) -> bytes:
    content = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, format_)
    return content.getvalue()


def cut_mp4(folder: Path) -> bytes:
    whole = make_recording(folder / "whole.mp4", "mp4", video="libx264", audio="aac").read_bytes()
    return whole[: len(whole) // 2]


def bomb(folder: Path) -> bytes:
    return make_huge_png(folder / "bomb.png", side=12_000).read_bytes()


def a_text(_folder: Path) -> bytes:
    return b"Dear assessor, this is only a text.\n" * 100


def a_page(_folder: Path) -> bytes:
    return b"<!doctype html><title>Hello</title><script>alert(document.cookie)</script>"


def a_playlist(_folder: Path) -> bytes:
    return b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n"


def a_gif(_folder: Path) -> bytes:
    return drawn("GIF")


def a_jpeg(_folder: Path) -> bytes:
    return drawn("JPEG")


def a_cut_jpeg(_folder: Path) -> bytes:
    return drawn("JPEG")[:300]


def an_svg(_folder: Path) -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(scope="module")
def student(stage: Stage) -> Student:
    return stage.student()


@pytest.fixture(scope="module")
def good(student: Student, voice: bytes) -> tuple[UUID, UUID]:
    """A reflection with a recording that is fine."""
    reflection = student.reflection("podcast")
    recording = student.upload(reflection, voice)
    assert student.prepared(recording)["state"] == "ready"
    return reflection, recording


@pytest.mark.parametrize(
    ("make", "filename", "sentence"),
    [
        (a_text, "take.webm", NO_RECORDING),
        (a_page, "take.mp4", NO_RECORDING),
        (a_playlist, "take.webm", NO_RECORDING),
        (cut_mp4, "take.mp4", BROKEN),
        (a_jpeg, "take.webm", PICTURE),
        (bomb, "take.mov", PICTURE),
        (a_gif, "take.mp4", NO_RECORDING),
    ],
)
def test_what_is_no_recording_is_refused_in_a_sentence_and_the_good_one_stays(
    student: Student, good: tuple[UUID, UUID], tmp_path: Path, make: Make, filename: str, sentence: str
) -> None:
    reflection, recording = good
    content = make(tmp_path)

    refused = student.prepared(student.upload(reflection, content, filename=filename))

    assert (refused["state"], refused["message"]) == ("refused", sentence)
    assert set(refused["urls"].values()) == {None}
    assert [student.get(f"/media/{refused['id']}{place}").status_code for place in ("", "/poster")] == [404, 404]
    assert student.shape(reflection)["draft"]["recording"] == str(recording)
    assert student.get(f"/media/{recording}").status_code == 200
    assert student.get("/health").json()["status"] == "ok"


@pytest.mark.parametrize(
    ("make", "filename", "sentence"),
    [
        (bomb, "holiday.png", TOO_LARGE),
        (a_page, "holiday.jpg", NO_PICTURE),
        (a_gif, "holiday.gif", NO_PICTURE),
        (a_gif, "holiday.jpg", NO_PICTURE),
        (an_svg, "holiday.png", NO_PICTURE),
        (a_cut_jpeg, "holiday.jpg", BROKEN),
        (cut_mp4, "holiday.jpg", RECORDING),
    ],
)
def test_what_is_no_photo_is_refused_in_a_sentence_and_cannot_be_handed_in(
    student: Student, good: tuple[UUID, UUID], tmp_path: Path, make: Make, filename: str, sentence: str
) -> None:
    posts = student.reflection("posts", text="word " * 60)

    refused = student.prepared(student.upload(posts, make(tmp_path), purpose="photo", filename=filename))
    wanted = [{"id": str(uuid4()), "photo": refused["id"], "caption": "x", "alt_text": "y"} for _ in range(3)]
    student.save(posts, posts=wanted)
    answer = student.submit(posts)

    assert (refused["state"], refused["message"]) == ("refused", sentence)
    assert [student.get(f"/media/{refused['id']}{place}").status_code for place in ("", "/small")] == [404, 404]
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "photo_missing")
    assert student.get(f"/media/{good[1]}").status_code == 200


def a_locked_pdf(_folder: Path) -> bytes:
    return protected_pdf()


def a_long_pdf(_folder: Path) -> bytes:
    return make_pdf(1000)


def a_wide_pdf(_folder: Path) -> bytes:
    return make_pdf(size=(100_000, 100_000))


def a_cut_pdf(_folder: Path) -> bytes:
    return make_pdf(3)[:400]


def an_image_then_a_pdf(_folder: Path) -> bytes:
    return drawn("GIF") + make_pdf()


@pytest.mark.parametrize(
    ("make", "filename", "sentence"),
    [
        (a_text, "list.pdf", NO_EVIDENCE),
        (a_page, "list.pdf", NO_EVIDENCE),
        (an_svg, "list.svg", NO_EVIDENCE),
        (cut_mp4, "list.mp4", NO_EVIDENCE),
        (an_image_then_a_pdf, "list.pdf", NO_EVIDENCE),
        (a_locked_pdf, "list.pdf", PROTECTED),
        (a_long_pdf, "list.pdf", LONG),
        (a_wide_pdf, "list.pdf", WIDE),
        (a_cut_pdf, "list.pdf", BROKEN),
        (bomb, "list.png", TOO_LARGE),
        (a_cut_jpeg, "list.jpg", BROKEN),
    ],
)
def test_what_is_no_evidence_is_refused_in_a_sentence(
    student: Student, tmp_path: Path, make: Make, filename: str, sentence: str
) -> None:
    activity = student.approved_activity()

    refused = student.prepared(student.evidence(activity, make(tmp_path), filename))

    assert (refused["state"], refused["message"]) == ("refused", sentence)
    places = ("", "/small", "/pages/1")
    assert [student.get(f"/media/{refused['id']}{place}").status_code for place in places] == [404] * 3
    assert sentence in student.get(f"/evidence/{refused['id']}").text
    assert student.get("/health").json()["status"] == "ok"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_is_evidence_in_every_format_that_phones_write(student: Student, format_: str) -> None:
    activity = student.approved_activity()

    ready = student.prepared(student.evidence(activity, drawn(format_), "photo"))

    assert (ready["state"], ready["kind"]) == ("ready", "photo")
    assert student.get(f"/media/{ready['id']}").headers["Content-Type"] == "image/jpeg"


def test_evidence_has_the_limit_of_photos(student: Student) -> None:
    refused = student.begin_evidence(student.approved_activity(), 1_000_001)

    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "upload_too_large")


def test_evidence_of_what_is_done_or_unknown_is_refused(student: Student) -> None:
    done = student.begin_evidence(student.activity(), 500)
    unknown = student.begin_evidence(uuid4(), 500)

    assert (done.status_code, done.json()["error"]["code"]) == (422, "evidence_closed")
    assert unknown.status_code == 404


def test_evidence_goes_on_where_it_was_cut(student: Student) -> None:
    content = make_pdf(2)
    path = student.begin_evidence(student.approved_activity(), len(content)).headers["Location"]
    student.append(path, 0, content[:200])
    half = student.offset(path)
    student.append(path, half, content[half:])

    ready = student.prepared(UUID(path.rpartition("/")[2]))

    assert (half, ready["state"], ready["kind"]) == (200, "ready", "document")
    assert ready["urls"]["playable"] is None
    assert ready["urls"]["small"] == f"/media/{ready['id']}/small"


def test_why_a_file_was_refused_is_said_in_the_students_language(stage: Stage) -> None:
    student = stage.student(language="sv")

    refused = student.prepared(student.upload(student.reflection("podcast"), b"only a text"))

    assert refused["message"] not in (None, NO_RECORDING)


def test_an_empty_file_is_refused_before_it_is_sent(student: Student, good: tuple[UUID, UUID]) -> None:
    reflection, recording = good
    known = student.begin(reflection, 0)
    path = student.begin(reflection, None).headers["Location"]
    learned = student.append(path, 0, b"", Upload_Length="0")

    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in (known, learned)] == [
        (422, "empty_upload"),
        (422, "empty_upload"),
    ]
    assert student.shape(reflection)["draft"]["recording"] == str(recording)


def test_a_later_good_recording_takes_the_place_of_the_earlier(student: Student, take: bytes, voice: bytes) -> None:
    reflection = student.reflection("podcast")
    first = student.upload(reflection, voice)
    student.prepared(first)
    student.prepared(student.upload(reflection, b"not a recording"))
    second = student.upload(reflection, take)
    student.prepared(second)

    answer = student.submit(reflection)

    assert answer.status_code == 200
    assert student.shape(reflection)["draft"]["recording"] == str(second)
