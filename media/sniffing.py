"""What is this file? Its first bytes decide, never its name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from media.probe import (
    EmptyFile,
    NotAPicture,
    NotARecording,
    NotEvidence,
    PictureInsteadOfRecording,
    RecordingInsteadOfPicture,
)

_HEAD_BYTES = 4096
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1"})
_BLANKS = b"\xef\xbb\xbf\r\n\t\x0c\x00 "
_MOV_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the first bytes say; `reader` is FFmpeg's name of a demuxer, Pillow's of a format, or PDF."""

    kind: Literal["recording", "photo", "document"]
    reader: str


def sniff(head: bytes) -> Sniffed | None:
    """Tell a file by its first bytes (12 suffice for most, 64 for WebM); None for everything we do not read."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        is_matroska = b"webm" in head[:64] or b"matroska" in head[:64]
        return Sniffed("recording", "matroska") if is_matroska else None
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _MOV_BOXES:
        return Sniffed("recording", "mov")
    if head.startswith(b"fLaC"):
        return Sniffed("recording", "flac")
    if head.startswith(b"OggS"):
        return Sniffed("recording", "ogg")
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return Sniffed("recording", "wav")
    if head.startswith(b"ID3"):
        return Sniffed("recording", "aac" if _is_adts_frame(_behind_id3(head)) else "mp3")
    if _is_mp3_frame(head):
        return Sniffed("recording", "mp3")
    if _is_adts_frame(head):
        return Sniffed("recording", "aac")
    if head.startswith(b"#!AMR"):
        return Sniffed("recording", "amr")
    if head.startswith(b"\xff\xd8\xff"):
        return Sniffed("photo", "JPEG")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sniffed("photo", "PNG")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Sniffed("photo", "WEBP")
    if head.lstrip(_BLANKS).startswith(b"%PDF-"):
        return Sniffed("document", "PDF")
    return None


def recording_demuxer(source: Path) -> str:
    """Name the demuxer for a recording; raises EmptyFile, PictureInsteadOfRecording, NotARecording."""
    found = _sniff_file(source)
    if found is None or found.kind == "document":
        raise NotARecording
    if found.kind == "photo":
        raise PictureInsteadOfRecording
    return found.reader


def photo_format(source: Path) -> str:
    """Name Pillow's format for a photo; raises EmptyFile, RecordingInsteadOfPicture, NotAPicture."""
    found = _sniff_file(source)
    if found is None or found.kind == "document":
        raise NotAPicture
    if found.kind == "recording":
        raise RecordingInsteadOfPicture
    return found.reader


def evidence_kind(source: Path) -> Literal["photo", "document"]:
    """Tell how evidence is prepared; raises EmptyFile, NotEvidence."""
    found = _sniff_file(source)
    if found is None or found.kind == "recording":
        raise NotEvidence
    return found.kind


def _sniff_file(source: Path) -> Sniffed | None:
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise EmptyFile
    return sniff(head)


def _by_brand(head: bytes) -> Sniffed:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    compatible = {head[at : at + 4] for at in range(16, length, 4)}
    if major in _AVIF_BRANDS or (major in _HEIF_BRANDS and compatible & _AVIF_BRANDS):
        return Sniffed("photo", "AVIF")
    if major in _HEIF_BRANDS:
        return Sniffed("photo", "HEIF")
    return Sniffed("recording", "mov")


def _is_mp3_frame(head: bytes) -> bool:
    """Look for the header of an MPEG audio layer III frame: sync, version, layer, bit rate and sample rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in {0, 15} and sample_rate != 3


def _is_adts_frame(head: bytes) -> bool:
    """Look for the header of an AAC frame as voice recorders write it: sync, layer 0, a sample rate, a length."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return False
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    next_frame = head[length : length + 2]
    return length > 7 and (len(next_frame) < 2 or (next_frame[0] == 0xFF and next_frame[1] & 0xF6 == 0xF0))


def _behind_id3(head: bytes) -> bytes:
    """Skip a tag before the sound, whose length is written in bytes of seven bits."""
    if len(head) < 10:
        return b""
    length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return head[10 + length :]
