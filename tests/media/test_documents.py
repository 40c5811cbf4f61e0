import dataclasses
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from media.documents import DOCUMENT_LIMITS, prepare_document
from media.probe import (
    BrokenFile,
    DocumentWithoutPages,
    EmptyFile,
    FileTooHeavy,
    NotEvidence,
    PageSides,
    ProtectedDocument,
    TooManyPages,
)
from models.errors import Refused
from tests.media.pdfs import bomb_pdf, form_pdf, lively_pdf, make_pdf, protected_pdf

SECRET = "confidential"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "upload"


async def test_every_page_becomes_a_picture_of_its_own(source: Path, folder: Path) -> None:
    source.write_bytes(make_pdf(3))

    document = await prepare_document(source, folder)

    assert [path.name for path in document.pages] == ["page-1.jpg", "page-2.jpg", "page-3.jpg"]
    assert (document.width, document.height, document.content_type) == (1131, 1600, "image/jpeg")
    for path in document.pages:
        with Image.open(path) as page:
            assert (page.format, page.size, page.info["progressive"]) == ("JPEG", (1131, 1600), 1)
            assert page.getpixel((500, 100)) == pytest.approx((255, 255, 255), abs=3)
            assert page.getpixel((500, 1500)) == pytest.approx((255, 0, 0), abs=6)
    with Image.open(document.small) as small:
        assert small.size == (452, 640)


@pytest.mark.parametrize(("size", "drawn"), [((842, 595), (1600, 1131)), ((14_000, 14_000), (1600, 1600))])
async def test_a_page_keeps_its_shape_within_1600_pixels(
    size: tuple[int, int], drawn: tuple[int, int], source: Path, folder: Path
) -> None:
    source.write_bytes(make_pdf(size=size))

    document = await prepare_document(source, folder)

    assert (document.width, document.height) == drawn


async def test_forty_pages_are_drawn_and_the_progress_is_told(source: Path, folder: Path) -> None:
    source.write_bytes(make_pdf(40, size=(200, 280)))
    told: list[float] = []

    document = await prepare_document(source, folder, on_progress=told.append)

    assert len(document.pages) == 40
    assert told == sorted(told)
    assert len(told) > 10


async def test_a_form_that_was_filled_in_shows_what_was_filled_in(source: Path, folder: Path) -> None:
    source.write_bytes(form_pdf())

    document = await prepare_document(source, folder)

    with Image.open(document.pages[0]) as page:
        assert max(page.getpixel((570, 840))) < 100


async def test_scripts_links_attachments_and_authors_stay_behind(source: Path, folder: Path) -> None:
    source.write_bytes(lively_pdf(SECRET))

    document = await prepare_document(source, folder)

    for path in (*document.pages, document.small):
        content = path.read_bytes()
        assert content.startswith(b"\xff\xd8\xff")
        assert SECRET.encode() not in content
        assert b"http" not in content


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (protected_pdf(), ProtectedDocument),
        (make_pdf(0), DocumentWithoutPages),
        (make_pdf(41), TooManyPages),
        (make_pdf(1000), TooManyPages),
        (make_pdf(size=(100_000, 100_000)), PageSides),
        (make_pdf(size=(5, 800)), PageSides),
        (make_pdf(3)[:400], BrokenFile),
        (make_pdf(3).replace(b"/Count 3", b"/Count 9"), BrokenFile),
        (b"%PDF-1.7\n", BrokenFile),
        (b"", EmptyFile),
        (b"Dear assessor, I was there.", NotEvidence),
    ],
    ids=["password", "no pages", "41", "1000", "huge", "thin", "cut", "lies", "header only", "empty", "text"],
)
async def test_a_pdf_that_nobody_can_read_is_refused(
    content: bytes, refusal: type[Refused], source: Path, folder: Path
) -> None:
    source.write_bytes(content)

    with pytest.raises(refusal):
        await prepare_document(source, folder)


async def test_a_page_that_is_too_large_is_refused_wherever_it_stands(source: Path, folder: Path) -> None:
    content = make_pdf(3)
    place = content.rindex(b"[0 0 595 842]")
    source.write_bytes(content[:place] + b"[0 0 99999 9]" + content[place + 13 :])

    with pytest.raises(PageSides):
        await prepare_document(source, folder)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
async def test_a_small_file_that_unpacks_to_gigabytes_costs_only_its_child(source: Path, folder: Path) -> None:
    source.write_bytes(bomb_pdf())

    with pytest.raises((BrokenFile, FileTooHeavy)):
        await prepare_document(source, folder)

    assert source.stat().st_size < 20_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
async def test_a_page_that_takes_for_ever_to_draw_is_given_up(source: Path, folder: Path) -> None:
    lines = b"0 0 m 500 800 l 20 w S 300 300 200 200 re f\n" * 400_000
    source.write_bytes(make_pdf(10, content=lines, packed=True))
    limits = dataclasses.replace(DOCUMENT_LIMITS, cpu_seconds=1)

    with pytest.raises(FileTooHeavy):
        await prepare_document(source, folder, limits=limits)


def _jpeg() -> bytes:
    content = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, "JPEG")
    return content.getvalue()


@pytest.mark.parametrize("before", [b"GIF89a", b"PK\x03\x04", b"<html><script>alert(1)</script>", _jpeg(), b"MZ"])
async def test_a_file_that_begins_as_something_else_is_no_pdf(before: bytes, source: Path, folder: Path) -> None:
    source.write_bytes(before + make_pdf())

    with pytest.raises((NotEvidence, BrokenFile)):
        await prepare_document(source, folder)


async def test_what_hangs_behind_a_pdf_is_left_behind(source: Path, folder: Path) -> None:
    source.write_bytes(make_pdf() + b"PK\x03\x04 <script>alert(1)</script>")

    document = await prepare_document(source, folder)

    assert b"<script>" not in document.pages[0].read_bytes()
    with Image.open(document.pages[0]) as page:
        assert page.format == "JPEG"
