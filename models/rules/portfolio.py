"""What a student has gathered so far, as plain facts that the rules can judge."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.rules.bilingual import Bilingual
from models.rules.pieces import FormatKind
from models.rules.primitives import Mode, Place

ActivityStanding = Literal["proposed", "approved", "reported", "done", "declined", "withdrawn"]
PieceStanding = Literal["draft", "submitted", "in_assessment", "returned", "accepted"]


@dataclass(frozen=True, slots=True)
class ReflectionFact:
    """A student's piece as it was last handed in; None where a measure is unknown or has no meaning.

    Seconds are rounded to whole ones, the same way as when the piece was handed in.
    """

    format: FormatKind
    state: PieceStanding
    words: int | None = None
    seconds: int | None = None
    posts: int | None = None
    language: str | None = None

    @property
    def is_handed_in(self) -> bool:
        """A returned piece was handed in too; it only is not accepted yet."""
        return self.state != "draft"


@dataclass(frozen=True, slots=True)
class FinalPiece(ReflectionFact):
    """The final reflection; its first hand-in decides whether the deadline was met."""

    first_submitted_date: date | None = None


@dataclass(frozen=True, slots=True)
class PortfolioActivity:
    """One activity; `title` may be a plain text for both languages. `attendance` is in per cent.

    `class_`, `theme` and `points` are None where nothing was said: then those of its type hold.
    """

    title: Bilingual | str
    type: str
    place: Place
    mode: Mode
    state: ActivityStanding
    occasions: tuple[date, ...] = ()
    reflection: ReflectionFact | None = None
    class_: str | None = None
    theme: str | None = None
    points: int | None = None
    evidence: bool = False
    attendance: int | None = None


@dataclass(frozen=True, slots=True)
class PortfolioEvent:
    """A named event that the student signed up for. Having attended a presentation means having presented."""

    kind: str
    date: date
    attended: bool
    forum: str | None = None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One student's way to the certificate.

    `registered_date` is the enrolment for the certificate, `admitted_date` that for the studies;
    `extension_until` is a later last day for the final reflection and for applying.
    """

    admitted_date: date
    study_end_date: date
    extension_until: date | None = None
    activities: tuple[PortfolioActivity, ...] = ()
    final: FinalPiece | None = None
    registered_date: date | None = None
    programme: str = ""
    has_international_syllabus: bool = False
    events: tuple[PortfolioEvent, ...] = ()
