"""What a file may be, what a recording holds, and in which words we refuse what we cannot use."""

from dataclasses import dataclass
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


class NothingLeft(Refused):
    """The trim leaves less than a tenth of a second."""

    words = N_("Nothing is left of this recording between its new start and its new end. Choose them again.")


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
    NothingLeft,
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
