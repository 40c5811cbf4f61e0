"""Finds, filters, sorts and pages the students of a programme's staff, from what `students_of_staff` has judged."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from models.queries.overview import StudentStanding
from models.rules.bilingual import Bilingual
from models.rules.results import Progress
from models.states import EnrolmentState

PAGE_SIZE = 50
NEAR_DAYS = 28
"""A deadline within so many days is near."""


class Whose(StrEnum):
    """Which enrolments are meant."""

    ACTIVE = "active"
    ENDED = "ended"
    ALL = "all"


class Standing(StrEnum):
    """How far they have come; a deadline is near or passed only where something is still missing."""

    ANY = ""
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NEAR = "near"
    PASSED = "passed"


class Order(StrEnum):
    """What comes first: by name, the end of the studies, or the furthest from the certificate or nearest to it."""

    NAME = "name"
    STUDY_END = "study_end"
    LEAST = "least"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; `missing` is the English name of a requirement that is not met."""

    name: str = ""
    programme: str = ""
    whose: Whose = Whose.ACTIVE
    standing: Standing = Standing.ANY
    missing: str = ""
    order: Order = Order.NAME
    page: int = 1

    @classmethod
    def read(cls, **words: str) -> "Wanted":
        """Read it from the words of an address; what is no known word is as if it were not there."""
        known: dict[str, Any] = {name: words.get(name, "").strip() for name in ("name", "programme", "missing")}
        for name, kind in (("whose", Whose), ("standing", Standing), ("order", Order)):
            if (word := words.get(name, "")) in list(kind):
                known[name] = kind(word)
        digits = words.get("page", "")
        return cls(**known, page=max(1, int(digits)) if digits.isdecimal() and len(digits) < 7 else 1)


@dataclass(frozen=True, slots=True)
class StudentPage:
    """One page of the list: `count` students in all, and by which requirements one can ask."""

    rows: Sequence[StudentStanding]
    count: int
    page: int
    pages: int
    programmes: Sequence[str]
    requirements: Sequence[Bilingual]


def page_of(standings: Sequence[StudentStanding], wanted: Wanted, *, on: date) -> StudentPage:
    """Give the wanted page; one beyond the end gives the last one."""
    found = sorted((one for one in standings if _is_wanted(one, wanted, on)), key=_order(wanted.order))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(wanted.page, pages)
    names = {r.name.en: r.name for one in standings for r in one.progress.requirements}
    return StudentPage(
        rows=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        count=len(found),
        page=page,
        pages=pages,
        programmes=sorted({one.student.programme_code for one in standings}),
        requirements=sorted(names.values(), key=lambda name: name.en),
    )


def last_day(progress: Progress) -> date | None:
    """The next last day that the rules know: for the final reflection, else for applying."""
    return progress.final_deadline or progress.application_deadline


def days_left(progress: Progress, *, on: date) -> int | None:
    """Count the days until the last day, negative afterwards; None where nothing waits for the student."""
    deadline = last_day(progress)
    if deadline is None or progress.complete or _is_handed_in(progress):
        return None
    return (deadline - on).days


def _is_wanted(one: StudentStanding, wanted: Wanted, on: date) -> bool:
    student = one.student
    name = _folded(student.name)
    return (
        _is_whose(student.state, wanted.whose)
        and wanted.programme in {"", student.programme_code}
        and all(word in name for word in _folded(wanted.name).split())
        and (not wanted.missing or _lacks(one.progress, wanted.missing))
        and _stands(one.progress, wanted.standing, on)
    )


def _is_whose(state: EnrolmentState, whose: Whose) -> bool:
    return whose is Whose.ALL or (state is EnrolmentState.ACTIVE) is (whose is Whose.ACTIVE)


def _lacks(progress: Progress, name: str) -> bool:
    return any(requirement.name.en == name and not requirement.met for requirement in progress.requirements)


def _stands(progress: Progress, standing: Standing, on: date) -> bool:
    match standing:
        case Standing.ANY:
            return True
        case Standing.COMPLETE:
            return progress.complete
        case Standing.INCOMPLETE:
            return not progress.complete
    left = days_left(progress, on=on)
    if left is None:
        return False
    return left < 0 if standing is Standing.PASSED else 0 <= left <= NEAR_DAYS


def _is_handed_in(progress: Progress) -> bool:
    """The final reflection is with the assessors, or accepted: its last day is behind the student."""
    final = next((requirement for requirement in progress.requirements if requirement.kind == "final"), None)
    return final is not None and final.sentence.id in {"final_waits", "final_returned", "final_accepted"}


def _order(order: Order) -> Callable[[StudentStanding], Any]:
    def name(one: StudentStanding) -> str:
        return alphabetical(one.student.name)

    keys: dict[Order, Callable[[StudentStanding], Any]] = {
        Order.NAME: name,
        Order.STUDY_END: lambda one: (one.student.study_end_date, name(one)),
        Order.LEAST: lambda one: (one.progress.share, name(one)),
        Order.MOST: lambda one: (-one.progress.share, name(one)),
    }
    return keys[order]


def alphabetical(name: str) -> str:
    """Give what a name is sorted by: å, ä and ö come after z, as in Swedish lists."""
    return _folded(name).translate(_AFTER_Z)


_AFTER_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
