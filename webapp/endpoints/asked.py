"""The JSON that clients send to /api/v1: the capture page and other scripts."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.actions.takes import MOST_SEGMENTS
from models.rules.criteria import MOST_CRITERIA

Number = Annotated[int, Field(ge=0, lt=2**31)]
"""A number of a row, a revision or a place: what a database can hold."""

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""How long ago something was: a phone's clock may be wrong, but it counts well."""

Id = Annotated[str, Field(pattern=r"^[^\s\x00-\x1f]{1,60}$")]
"""The id of something in a rule set."""

Declarations = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=50)]
"""The ids of what the rule set asks to confirm, and the student confirms."""


class Wanted(BaseModel):
    """What a client sends; an unknown key is a mistake that it should learn about."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _without_nought(cls, value: Any) -> Any:
        """PostgreSQL keeps every letter but this one."""
        if isinstance(value, str) and "\0" in value:
            message = "a letter that cannot be kept"
            raise ValueError(message)
        return value

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
    """A reflection on an activity, or with `enrolment` instead the final one, perhaps begun without a network.

    Its id is known before: what is sent as `id` changes nothing.
    """

    id: UUID | None = None
    begun_seconds_ago: Seconds | None = None
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
    """A hand-in of exactly the draft with this revision, pressed so many seconds ago where there was no network."""

    revision: Number
    pressed_seconds_ago: Seconds | None = None


class SegmentWanted(Wanted):
    """One upload of a take: its length in bytes, and the SHA-256 of it in hex."""

    upload: UUID
    size: Annotated[int, Field(ge=1, lt=2**53)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class TakeWanted(Wanted):
    """A take that its student wants to use: its segments in order, and what of it, in seconds from the start."""

    reflection: UUID
    kind: Literal["audio", "video"]
    segments: Annotated[list[SegmentWanted], Field(max_length=MOST_SEGMENTS)]
    trim_start_seconds: float | None = None
    trim_end_seconds: float | None = None


class CorrectionWanted(Wanted):
    """A word put right; an empty text leaves the word out."""

    segment: Number
    word: Number
    text: str = Field(max_length=1000)


class HeldWord(Wanted):
    """What holds for one heard word; `joined`: the word before stands for it too."""

    segment: Number
    word: Number
    text: str = Field(default="", max_length=1000)
    joined: bool = False


class WordsWanted(Wanted):
    """Words of one transcript put right together: all of them, or none."""

    transcript: UUID
    words: Annotated[list[HeldWord], Field(min_length=1, max_length=100)]


class ApplicationWanted(Wanted):
    """An application for the certificate."""

    id: UUID
    enrolment: UUID
    declarations: Declarations = []


class AssessmentDraftWanted(Wanted):
    """What an assessor has written and chosen so far; `revision` is the last one they have seen, 0 for none.

    `levels`: criterion → level; absent: those that are kept stay.
    """

    comment: str
    note: str
    levels: Annotated[dict[Id, Id], Field(max_length=MOST_CRITERIA)] | None = None
    revision: Number


class PushSubscriptionWanted(Wanted):
    """Where a browser can be told, and its keys, as its PushManager gives them."""

    endpoint: str = Field(max_length=1000)
    p256dh: str = Field(max_length=100)
    auth: str = Field(max_length=40)


class SpokenWanted(Wanted):
    """Seconds of the recording, the same twice for a moment, and what the transcript said there."""

    start_seconds: Seconds
    end_seconds: Seconds
    quote: str = Field(default="", max_length=20_000)


class WrittenWanted(Wanted):
    """Letters of the text, counted as Unicode's characters, the last one not included."""

    start_letter: Number
    end_letter: Number


class OnPostWanted(Wanted):
    """A post."""

    post: UUID


class CommentWanted(Wanted):
    """A comment at its place; `revision` is the last one that its writer has seen, 0 for none."""

    place: SpokenWanted | WrittenWanted | OnPostWanted
    text: str = Field(max_length=20_000)
    revision: Number
