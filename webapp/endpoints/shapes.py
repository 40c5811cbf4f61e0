"""The JSON that /api/v1 answers; what clients send is in `asked`."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from webapp.endpoints.asked import PostShape


class Me(BaseModel):
    """Who is signed in."""

    id: UUID
    name: str
    language: str


class Row(BaseModel):
    """A row that was made or changed, and where it stands."""

    id: UUID
    state: str


class BoundsShape(BaseModel):
    """How much is wanted (target) and allowed (minimum, maximum)."""

    target_min: int | None
    target_max: int | None
    minimum: int | None
    maximum: int | None


class FormatShape(BaseModel):
    """A format with its limits; seconds for recordings."""

    kind: str
    words: BoundsShape | None
    seconds: BoundsShape | None
    posts: BoundsShape | None


class TranscriptStanding(BaseModel):
    """How far the transcript of a recording is; progress from 0 to 1."""

    state: Literal["waiting", "running", "ready", "failed"]
    progress: float


class MediaUrls(BaseModel):
    """Where the files are, once they are ready."""

    playable: str | None
    poster: str | None
    waveform: str | None
    small: str | None
    captions: str | None
    alternate: str | None


class MediaShape(BaseModel):
    """One file; `message` says in words why it was refused.

    `alternate` is a second copy of another type, for browsers that cannot play the first. `peaks` are the heights of
    the waveform, from 0 to 1.
    """

    id: UUID
    purpose: str
    state: str
    message: str | None
    size: int | None
    offset: int
    kind: str | None
    duration_seconds: float | None
    width: int | None
    height: int | None
    progress: float | None
    transcript: TranscriptStanding | None
    content_type: str | None
    alternate_type: str | None
    peaks: list[float] | None
    urls: MediaUrls


class DraftShape(BaseModel):
    """The open draft, or the newest version when there is none."""

    version: int
    revision: int
    format: str
    text: str
    recording: UUID | None
    posts: list[PostShape]


class HandedIn(BaseModel):
    """What was handed in last: when it was pressed, which counts, when it arrived, and the SHA-256 over all of it."""

    version: int
    handed_in_at: datetime
    arrived_at: datetime
    checksum: str
    may_take_back: bool


class ReflectionShape(BaseModel):
    """Everything that the capture page needs of a reflection; one that is not `begun` has the id that it will have."""

    id: UUID
    owner: UUID
    title: str
    kind: str
    state: str
    open: bool
    begun: bool
    activity: UUID | None
    enrolment: UUID
    language: str
    languages: list[str]
    formats: list[FormatShape]
    prompts: list[str]
    deadline: date | None
    draft: DraftShape
    media: list[MediaShape]
    receipt: HandedIn | None


class Receipt(BaseModel):
    """What was handed in: when it was pressed and when it arrived, and the SHA-256 over all its content."""

    id: UUID
    state: str
    version: int
    submitted_at: datetime
    arrived_at: datetime
    checksum: str
    may_take_back: bool


class SegmentShape(BaseModel):
    """One upload of a take, as its phone described it, and how far it has come."""

    upload: UUID
    size: int
    sha256: str
    offset: int
    received: bool


class TakeReceipt(BaseModel):
    """A decided take. `complete`: everything has arrived; `manifest` is the SHA-256 over it then."""

    id: UUID
    complete: bool
    manifest: str | None
    segments: list[SegmentShape]
    state: str


class HeardShape(BaseModel):
    """What a machine has heard so far of a take, decided or not; `is_all`: it heard the end of what was sent, too."""

    text: str
    is_all: bool


class LimitsShape(BaseModel):
    """How large a recording and a photo may be, and how much one person may store and does."""

    recording_bytes: int
    photo_bytes: int
    person_bytes: int
    used_bytes: int


class WorkShape(BaseModel):
    """A student's work: what is open, what may be begun now, and what waits for an assessor."""

    person: Me
    server_time: datetime
    limits: LimitsShape
    reflections: list[ReflectionShape]


class WordShape(BaseModel):
    """One word of a transcript; `text` holds, `heard` is the machine's.

    `joined`: the word before stands for it too. `unsure`: the machine was guessing, and nobody has looked at it.
    """

    segment: int
    word: int
    text: str
    heard: str
    start_seconds: float
    end_seconds: float
    confidence: float
    joined: bool
    unsure: bool


class TranscriptShape(BaseModel):
    """A transcript with the corrections that hold."""

    id: UUID
    language: str
    engine: str
    model: str
    words: list[WordShape]


class AssessmentDraftShape(BaseModel):
    """What the server keeps of what an assessor has written and chosen and not decided yet."""

    comment: str
    note: str
    levels: dict[str, str]
    revision: int


class CommentShape(BaseModel):
    """A comment at its place as the server keeps it."""

    id: UUID
    text: str
    revision: int
