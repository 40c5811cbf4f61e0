"""What the judgement of a portfolio says: for every requirement what counts, what does not and why."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from models.rules.bilingual import Bilingual
from models.rules.sentences import Sentence

RequirementKind = Literal["count", "points", "event", "eligibility", "reflections", "final"]


class Share(NamedTuple):
    """What some things in the portfolio give together: activities, points or events."""

    titles: tuple[Bilingual, ...]
    amount: int


class NotCounted(NamedTuple):
    """Something in the portfolio that does not count, and why."""

    title: Bilingual
    why: Sentence


@dataclass(frozen=True, slots=True)
class RequirementProgress:
    """How far one requirement is met; `have` may be more than is needed, and is the sum of the shares."""

    id: str
    kind: RequirementKind
    name: Bilingual
    needed: int
    have: int
    shares: tuple[Share, ...]
    not_counted: tuple[NotCounted, ...]
    sentence: Sentence

    @property
    def counted(self) -> tuple[Bilingual, ...]:
        """The titles of everything that counts."""
        return tuple(title for share in self.shares for title in share.titles)

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(0, self.needed - self.have)

    @property
    def met(self) -> bool:
        """Nothing more is needed."""
        return self.missing == 0

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return min(self.have, self.needed) / self.needed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the whole portfolio is; `days_left` is 0 on the final deadline's day and negative afterwards.

    `notes` say how the rule set counted: what was put together, what replaced what, what was capped.
    """

    final_deadline: date | None
    days_left: int | None
    application_deadline: date | None
    requirements: tuple[RequirementProgress, ...]
    notes: tuple[Sentence, ...] = ()

    @property
    def complete(self) -> bool:
        """Every requirement is met: the student may apply for the certificate."""
        return all(requirement.met for requirement in self.requirements)

    @property
    def share(self) -> float:
        """How much of the certificate is done, from 0 to 1: everything that has to be done weighs the same."""
        tasks = [requirement for requirement in self.requirements if requirement.kind != "eligibility"]
        return sum(task.share for task in tasks) / len(tasks)

    def to_json(self) -> dict[str, object]:
        """Give the shape that `cim rules explain --json` prints; titles in English where they have two languages."""
        return {
            "complete": self.complete,
            "final_deadline": _day(self.final_deadline),
            "application_deadline": _day(self.application_deadline),
            "requirements": [_requirement_json(requirement) for requirement in self.requirements],
            "notes": [_both(note) for note in self.notes],
        }


def _requirement_json(requirement: RequirementProgress) -> dict[str, object]:
    return {
        "id": requirement.id,
        "needed": requirement.needed,
        "have": requirement.have,
        "missing": requirement.missing,
        "met": requirement.met,
        "counted": [title.en for title in requirement.counted],
        "not_counted": [{"title": title.en, "why": _both(why)} for title, why in requirement.not_counted],
        "sentence": _both(requirement.sentence),
    }


def _both(sentence: Sentence) -> dict[str, str]:
    return {"sv": sentence.sv, "en": sentence.en}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
