import pytest

from media.sniffing import sniff


@pytest.mark.parametrize(
    ("head", "kind", "reader"),
    [
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "recording", "matroska"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "recording", "mov"),
        (b"\x00\x00\x00\x14ftyp3gp4\x00\x00\x00\x003gp4", "recording", "mov"),
        (b"\xff\xfb\x90\x64", "recording", "mp3"),
        (b"ID3\x04\0\0\0\0\0\x02\0\0\xff\xfb\x90\x64", "recording", "mp3"),
        (b"ID3\x04\0\0\0\0\0\x02\0\0\xff\xf1\x50\x80\x01\x1f\xfc\0\xff\xf1", "recording", "aac"),
        (b"\xff\xf1\x50\x80\x01\x1f\xfc\0\xff\xf1", "recording", "aac"),
        (b"#!AMR\n", "recording", "amr"),
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
        b"\xff\xf1\x50\x80\x01\x1f\xfc\0no",
        b"\xff\xf1\xfc\x80\x01\x1f\xfc\0\xff\xf1",
        b"\x1a\x45\xdf\xa3nothing",
        b"<?xml",
        b"PK %PDF-1.4",
    ],
)
def test_other_first_bytes_are_nothing_we_read(head: bytes) -> None:
    assert sniff(head) is None
