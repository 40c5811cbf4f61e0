"""What a student has gathered so far, as plain facts that the rules can judge."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.rules.bilingual import Bilingual
from models.rules.ruleset import FormatKind

Place = Literal["sweden", "abroad"]
Mode = Literal["onsite", "online", "hybrid"]
ActivityStanding = Literal["proposed", "approved", "done", "declined", "withdrawn"]
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
    """One activity; `title` may be a plain text for both languages."""

    title: Bilingual | str
    type: str
    place: Place
    mode: Mode
    state: ActivityStanding
    occasions: tuple[date, ...] = ()
    reflection: ReflectionFact | None = None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One student's way to the certificate; `extension_until` is a later last day for the final reflection."""

    admitted_date: date
    study_end_date: date
    extension_until: date | None = None
    activities: tuple[PortfolioActivity, ...] = ()
    final: FinalPiece | None = None
