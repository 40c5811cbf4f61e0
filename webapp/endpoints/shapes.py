"""The JSON of /api/v1: what the capture page and other scripts send and get."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

Number = Annotated[int, Field(ge=0, lt=2**31)]
"""A number of a row, a revision or a place: what a database can hold."""

Declarations = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=50)]
"""The ids of what the rule set asks to confirm, and the student confirms."""


class Wanted(BaseModel):
    """What a client sends; an unknown key is a mistake that it should learn about."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _can_be_stored(cls, value: object) -> object:
        if isinstance(value, str):
            value.encode()  # JSON can hold half a character; UnicodeEncodeError is a ValueError, so it is a mistake.
        return value


class SignInWanted(Wanted):
    """A sign-in by name and password."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)


class PasswordWanted(Wanted):
    """A password chosen through a one-time link."""

    link: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class EnrolmentWanted(Wanted):
    """An enrolment of oneself; `id` is made by the client, so that a repeated request enrols once."""

    id: UUID
    programme: str = Field(max_length=40, description="the programme's code")
    study_end_date: date
    admitted_date: date | None = Field(default=None, description="when the studies began, where the rule set asks")
    declarations: Declarations = []


class ActivityWanted(Wanted):
    """An activity from the catalogue, or a proposal of one's own."""

    id: UUID
    enrolment: UUID
    catalogue_item: Number | None = None
    title: str = Field(default="", max_length=200)
    about: str = Field(default="", max_length=5000)
    place: Literal["sweden", "abroad"] = "sweden"
    mode: Literal["onsite", "online", "hybrid"] = "onsite"


class OccasionWanted(Wanted):
    """A day on which an activity took place."""

    took_place_on: date


class ReflectionWanted(Wanted):
    """A reflection on an activity, or with `enrolment` instead the final one."""

    id: UUID
    activity: UUID | None = None
    enrolment: UUID | None = None
    format: Literal["written", "podcast", "video", "posts"]
    language: Literal["sv", "en"]


class PostShape(Wanted):
    """One post; `photo` is the id of an upload of the same reflection."""

    id: UUID
    photo: UUID | None = None
    caption: str = Field(default="", max_length=5000)
    alt_text: str = Field(default="", max_length=2000)


class DraftWanted(Wanted):
    """Changes of a draft; what is absent stays."""

    base_revision: Number
    format: Literal["written", "podcast", "video", "posts"] | None = None
    language: Literal["sv", "en"] | None = None
    text: str | None = None
    posts: list[PostShape] | None = None

    @field_validator("posts")
    @classmethod
    def _each_once(cls, posts: list[PostShape] | None) -> list[PostShape] | None:
        if posts is not None and len({post.id for post in posts}) < len(posts):
            message = "two posts have the same id"
            raise ValueError(message)
        return posts


class SubmitWanted(Wanted):
    """A hand-in of exactly the draft with this revision."""

    revision: Number


class CorrectionWanted(Wanted):
    """A word put right; an empty text leaves the word out."""

    segment: Number
    word: Number
    text: str = Field(max_length=1000)


class ApplicationWanted(Wanted):
    """An application for the certificate."""

    id: UUID
    enrolment: UUID
    declarations: Declarations = []


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


class MediaShape(BaseModel):
    """One file; `message` says in words why it was refused."""

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
    urls: MediaUrls


class DraftShape(BaseModel):
    """The open draft, or the newest version when there is none."""

    version: int
    revision: int
    format: str
    text: str
    recording: UUID | None
    posts: list[PostShape]


class ReflectionShape(BaseModel):
    """Everything that the capture page needs of a reflection."""

    id: UUID
    owner: UUID
    title: str
    kind: str
    state: str
    open: bool
    language: str
    languages: list[str]
    formats: list[FormatShape]
    prompts: list[str]
    deadline: date | None
    draft: DraftShape
    media: list[MediaShape]


class Receipt(BaseModel):
    """What was handed in: the moment and the SHA-256 over all its content."""

    id: UUID
    state: str
    version: int
    submitted_at: datetime
    checksum: str


class WordShape(BaseModel):
    """One word of a transcript; `text` holds, `heard` is the machine's."""

    segment: int
    word: int
    text: str
    heard: str
    start_seconds: float
    end_seconds: float
    confidence: float


class TranscriptShape(BaseModel):
    """A transcript with the corrections that hold."""

    id: UUID
    language: str
    engine: str
    model: str
    words: list[WordShape]
