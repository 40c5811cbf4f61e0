import pytest

from media.probe import REFUSALS, BrokenFile, TooLong, refusal, sniff, words_of
from models.errors import Refused


@pytest.mark.parametrize(
    ("head", "kind", "reader"),
    [
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "recording", "matroska"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "recording", "mov"),
        (b"\x00\x00\x00\x14ftyp3gp4\x00\x00\x00\x003gp4", "recording", "mov"),
        (b"\xff\xfb\x90\x64", "recording", "mp3"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "photo", "HEIF"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", "photo", "AVIF"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "photo", "WEBP"),
        (b"%PDF-1.4\n", "document", "PDF"),
        (b"\xef\xbb\xbf\r\n%PDF-2.0\n", "document", "PDF"),
    ],
)
def test_the_first_bytes_tell_what_a_file_is(head: bytes, kind: str, reader: str) -> None:
    found = sniff(head)

    assert found is not None
    assert (found.kind, found.reader) == (kind, reader)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"#EXTM3U\n",
        b"ffconcat version 1.0",
        b"GIF89a",
        b"\xff\xf1\x50\x80",
        b"\x1a\x45\xdf\xa3nothing",
        b"<?xml",
        b"PK %PDF-1.4",
    ],
)
def test_other_first_bytes_are_nothing_we_read(head: bytes) -> None:
    assert sniff(head) is None


def test_a_stored_code_has_its_words() -> None:
    assert words_of("too_long") == TooLong.words
    assert words_of("no_longer_known") == Refused.words


def test_every_refusal_comes_back_from_its_code() -> None:
    assert [type(refusal(kind().code)) for kind in REFUSALS] == list(REFUSALS)


def test_words_need_no_arguments() -> None:
    assert [str(kind()) for kind in REFUSALS] == [kind.words for kind in REFUSALS]
    assert str(BrokenFile()) != str(TooLong())
