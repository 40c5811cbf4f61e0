"""What is this file? Its first bytes decide, never its name; what we cannot use is refused in words."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.errors import N_, Refused

MAX_SECONDS = 2 * 60 * 60
MAX_VIDEO_PIXELS = 9_000_000
MAX_PHOTO_PIXELS = 50_000_000
MIN_PHOTO_SIDE = 16
MAX_PHOTO_SIDE = 12_000
MAX_PAGES = 40
MIN_PAGE_POINTS = 28
MAX_PAGE_POINTS = 14_400

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


@dataclass(frozen=True, slots=True)
class Probe:
    """What a recording holds, as far as it could really be decoded.

    `duration_seconds` is what the header claims, None where it claims nothing. `width` and `height` are pixels as
    shown (after rotation), None without a picture. `codecs` are FFmpeg's names, the picture's first.
    """

    kind: Literal["audio", "video"]
    demuxer: str
    codecs: tuple[str, ...]
    duration_seconds: float | None
    width: int | None
    height: int | None
    has_audio: bool
    has_video: bool


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
    if head.startswith(b"ID3") or _is_mp3_frame(head):
        return Sniffed("recording", "mp3")
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


def words_of(code: str) -> str:
    """Give the English words, also the catalogue's key, of a stored code; general words for an unknown one."""
    return type(refusal(code)).words


def refusal(code: str, /, **arguments: object) -> Refused:
    """Build the refusal with this code again, as a child process or a row has kept it."""
    for kind in REFUSALS:
        made = kind(**arguments)
        if made.code == code:
            return made
    return Refused(**arguments)


class EmptyFile(Refused):
    """Nothing in it."""

    words = N_("This file is empty.")


class NotARecording(Refused):
    """Neither sound nor video, by its first bytes."""

    words = N_("This is not a sound or video file that we can read. Use WebM, MP4, MOV, M4A, MP3, Ogg, WAV or FLAC.")


class NotAPicture(Refused):
    """Not a photo, by its first bytes or by its decoder."""

    words = N_("This is not a picture that we can read. Use JPEG, PNG, WebP, HEIC or AVIF.")


class PictureInsteadOfRecording(Refused):
    """A photo where sound or video is expected."""

    words = N_("This is a picture. A sound or video recording is needed here.")


class RecordingInsteadOfPicture(Refused):
    """Sound or video where a photo is expected."""

    words = N_("This is a sound or video file. A picture is needed here.")


class BrokenFile(Refused):
    """Damaged, or cut off before anything can be used."""

    words = N_("This file is damaged or cut off, so nothing in it can be used. Record or save it again.")


class CodecNotAccepted(Refused):
    """The container is fine, what is inside is not on our list."""

    words = N_("The sound or picture in this file is stored in a way that we cannot read. Save it as MP4 or WebM.")


class VideoTooLarge(Refused):
    """More pixels than a video may have."""

    words = N_("The picture of this video is larger than 9 megapixels. Record it in a lower resolution.")


class TooLong(Refused):
    """Longer than two hours."""

    words = N_("This recording is longer than two hours. Send a shorter one.")


class NoSound(Refused):
    """Speech was expected, and there is no sound track that can be decoded."""

    words = N_("There is no sound in this recording.")


class PhotoTooLarge(Refused):
    """More pixels than a photo may have."""

    words = N_("This picture has more than 50 megapixels. Send a smaller copy of it.")


class PhotoSides(Refused):
    """Too small or too long and thin."""

    words = N_("The sides of a picture must be between 16 and 12,000 pixels long.")


class NotEvidence(Refused):
    """Neither a photo nor a PDF, by its first bytes."""

    words = N_("This is neither a photo nor a PDF. Save it as a PDF or take a photo of it.")


class ProtectedDocument(Refused):
    """A PDF that opens with a password only, or is encrypted in a way of its own."""

    words = N_("This PDF is protected. Save it without a password, print it to a new PDF, or take a photo of it.")


class DocumentWithoutPages(Refused):
    """A PDF of nothing."""

    words = N_("This PDF has no pages. Save it as a PDF again, or take a photo of it.")


class TooManyPages(Refused):
    """More than forty pages."""

    words = N_("This PDF has more than 40 pages. Send only the pages that show what you did.")


class PageSides(Refused):
    """A page on which nobody could read anything."""

    words = N_(
        "The pages of a PDF must be between 1 centimetre and 5 metres wide and high. Save it in an ordinary paper size."
    )


class FileTooHeavy(Refused):
    """Its work went over the limits of time, memory or size."""

    words = N_("It takes too much time or memory to open this file. Send a shorter or smaller one.")


REFUSALS: tuple[type[Refused], ...] = (
    EmptyFile,
    NotARecording,
    NotAPicture,
    PictureInsteadOfRecording,
    RecordingInsteadOfPicture,
    BrokenFile,
    CodecNotAccepted,
    VideoTooLarge,
    TooLong,
    NoSound,
    PhotoTooLarge,
    PhotoSides,
    NotEvidence,
    ProtectedDocument,
    DocumentWithoutPages,
    TooManyPages,
    PageSides,
    FileTooHeavy,
)


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
