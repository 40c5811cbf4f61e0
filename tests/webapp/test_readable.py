"""A transcript to take along: what stands in it, and that everybody can read it."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from webapp.readable import Readable, html_of, pdf_of

DOCUMENT = Readable(
    title="Språkcafé #1 <b>$x$",
    name="Linnea Storm",
    language="sv",
    spoken="en",
    facts=(("Student", "Linnea Storm"), ("Språk", "English")),
    note="Automatisk transkription *base*.",
    nothing="Inget tal hördes.",
    paragraphs=(("0:00", "Hej på er: café, Łódź, Ωμέγα, Привет."), ("1:05", "Second @part _here_ #end.")),
)
EXPECTED = [
    "Språkcafé #1 <b>$x$",
    "Linnea Storm",
    "English",
    "Automatisk transkription *base*.",
    "0:00 Hej på er: café, Łódź, Ωμέγα, Привет.",
    "1:05 Second @part _here_ #end.",
]


def _in_order(text: str) -> list[str]:
    """The expected parts in the order in which they stand in a text."""
    flat = " ".join(text.split())
    return [part for _place, part in sorted((flat.find(part), part) for part in EXPECTED if part in flat)]


def test_the_text_of_a_pdf_is_read_in_order_and_as_it_is() -> None:
    read = pypdfium2.PdfDocument(pdf_of(DOCUMENT))

    assert _in_order(read[0].get_textpage().get_text_range()) == EXPECTED
    assert read.get_metadata_dict()["Title"] == "Språkcafé #1 <b>$x$ – Linnea Storm"


def test_a_pdf_tells_screen_readers_its_parts_and_its_languages() -> None:
    content = pdf_of(DOCUMENT)

    for mark in (b"/StructTreeRoot", b"/Marked true", b"/Lang", b"pdfuaid:part"):
        assert mark in content
    assert pypdfium2.PdfDocument(content).is_tagged()


def test_signs_that_no_font_has_do_not_keep_anybody_from_the_rest() -> None:
    content = pdf_of(replace(DOCUMENT, paragraphs=(("0:00", "Good \U0001fae8\U000f0000 morning."),)))

    assert "morning." in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()


def test_long_talks_take_several_pages() -> None:
    spoken = tuple((f"{minute}:00", "We met people and talked. " * 40) for minute in range(30))

    assert len(pypdfium2.PdfDocument(pdf_of(replace(DOCUMENT, paragraphs=spoken)))) > 5


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not on this machine")
def test_another_reader_of_pdf_gets_the_same_text(tmp_path: Path) -> None:
    file = tmp_path / "transcript.pdf"
    file.write_bytes(pdf_of(DOCUMENT))

    read = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True, text=True)  # noqa: S607

    assert _in_order(read.stdout) == EXPECTED


def test_a_page_holds_the_words_as_text_and_says_their_language() -> None:
    page = html_of(DOCUMENT)

    assert "<h1>Språkcafé #1 &lt;b&gt;$x$</h1>" in page
    assert '<html lang="sv">' in page
    assert '<div lang="en">' in page
    assert "<time>1:05</time> Second @part _here_ #end." in page


def test_a_recording_without_words_says_so() -> None:
    silent = replace(DOCUMENT, paragraphs=())

    assert "Inget tal hördes." in html_of(silent)
    assert "Inget tal hördes." in pypdfium2.PdfDocument(pdf_of(silent))[0].get_textpage().get_text_range()
