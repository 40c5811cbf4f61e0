"""The assessor's list: what waits or was decided in their programmes, filtered, searched, and gone through in order."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models.permissions import Actor
from models.plain_rows import as_date, as_moment, plain_rows
from models.portfolios import parsed, piece_rules, time_zone
from models.queries.full_text import reflections_with
from models.rules.answering import answer_due
from models.rules.bilingual import Bilingual
from models.rules.ruleset import RuleSet
from models.search_words import Piece as Excerpt
from models.search_words import excerpt, folded, has_word, words_of
from models.states import WAITING_REFLECTION_STATES, EnrolmentState, ReflectionState
from models.tables import Assessment, Reflection, ReflectionKind, RoleKind, RuleSetVersion, SearchText, Version

PAGE_SIZE = 25
MOST_WORDS = 12
"""So many words are looked for; more narrow nothing down."""


class Standing(StrEnum):
    """Which pieces are meant: by default all that wait or are being read. LATE: longer than the rules promise."""

    WAITING = ""
    LATE = "late"
    FREE = "free"
    MINE = "mine"
    OTHERS = "others"
    RETURNED = "returned"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; `programme` is the id of one, as text, and `kind` a format."""

    words: str = ""
    programme: str = ""
    kind: str = ""
    language: str = ""
    standing: Standing = Standing.WAITING
    page: int = 1

    @classmethod
    def read(cls, **said: str) -> "Wanted":
        """Read it from the words of an address; what is no known word is as if it were not there."""
        known: dict[str, Any] = {
            name: said.get(name, "").strip() for name in ("words", "programme", "kind", "language")
        }
        if (standing := said.get("standing", "")) in list(Standing):
            known["standing"] = Standing(standing)
        digits = said.get("page", "")
        return cls(**known, page=max(1, int(digits)) if digits.isdecimal() and len(digits) < 7 else 1)

    def as_address(self) -> dict[str, str]:
        """Give the words of an address that `read` makes it of again."""
        said = {
            "words": self.words,
            "programme": self.programme,
            "kind": self.kind,
            "language": self.language,
            "standing": self.standing.value,
        }
        return {name: word for name, word in said.items() if word} | ({"page": str(self.page)} if self.page > 1 else {})


@dataclass(frozen=True, slots=True)
class Piece:
    """One reflection in the list, by its newest version that was handed in; `title` None is the final one.

    `answer_due_date`: the last day on which its student was promised an answer; None where nothing is promised.
    """

    id: UUID
    title: Bilingual | None
    student: str
    programme_id: int
    programme: Bilingual
    state: ReflectionState
    submitted_at: datetime
    study_end_date: date
    assessor_id: UUID | None
    assessor: str
    claimed_until: datetime | None
    format: str
    language: str
    number: int
    readers: int
    answer_due_date: date | None
    found: tuple[Excerpt, ...] = ()

    @property
    def place(self) -> tuple[datetime, str]:
        """What the list is in the order of."""
        return self.submitted_at, str(self.id)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the list: `count` pieces in all, and by what one can filter them."""

    rows: Sequence[Piece]
    count: int
    page: int
    pages: int
    programmes: Sequence[tuple[int, Bilingual]]
    formats: Sequence[str]
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What comes before and after a piece in a list of `count`; its own `number` is None where it is not in it."""

    before: UUID | None
    after: UUID | None
    number: int | None
    count: int


async def queue(actor: Actor) -> list[Piece]:
    """List what waits in this assessor's programmes, oldest hand-in first, with what they hold themselves.

    What they have read and passed on waits for somebody else; what belongs to an ended enrolment waits for nobody.
    """
    return await _listed(actor, Standing.WAITING)


async def page_of_queue(actor: Actor, wanted: Wanted, *, on: date) -> QueuePage:
    """Give the wanted page, each piece with what was found in it; one beyond the end gives the last one."""
    listed = await _listed(actor, wanted.standing)
    words = words_of(wanted.words)[:MOST_WORDS]
    found = await _found(listed, wanted, words, on)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(wanted.page, pages)
    rows = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return QueuePage(
        rows=await _with_excerpts(rows, words) if words else rows,
        count=len(found),
        page=page,
        pages=pages,
        programmes=sorted({piece.programme_id: piece.programme for piece in listed}.items()),
        formats=sorted({piece.format for piece in listed}),
        languages=sorted({piece.language for piece in listed}),
    )


async def neighbours_of(reflection: Reflection, actor: Actor, wanted: Wanted, *, on: date) -> Neighbours:
    """Find what comes before and after a piece among those that are wanted, whether or not it is one of them."""
    found = await _found(await _listed(actor, wanted.standing), wanted, words_of(wanted.words)[:MOST_WORDS], on)
    places = [piece.place for piece in found]
    assert reflection.submitted_at is not None  # noqa: S101  What an assessor sees was handed in.
    own = (reflection.submitted_at, str(reflection.id))
    start, end = bisect_left(places, own), bisect_right(places, own)
    return Neighbours(
        before=found[start - 1].id if start else None,
        after=found[end].id if end < len(found) else None,
        number=start + 1 if end > start else None,
        count=len(found),
    )


def is_late(piece: Piece, *, on: date) -> bool:
    """Tell whether it waits for longer than its student was promised."""
    return piece.answer_due_date is not None and piece.answer_due_date < on and piece.state in WAITING_REFLECTION_STATES


async def _listed(actor: Actor, standing: Standing) -> list[Piece]:
    rows = _rows(actor, standing)
    versions = Version.filter(reflection_id__in=Subquery(rows.values("id")), frozen_at__isnull=False)
    listed = await plain_rows(rows.order_by("submitted_at", "id"), *_COLUMNS)
    newest = {
        row[0]: row[1:]
        for row in await plain_rows(versions.order_by("number"), "reflection_id", "number", "format", "language")
    }
    read = await _read_already(actor) if standing not in _DECIDED else set()
    rules = await _rules({row[_RULE_SET] for row in listed})
    zone = await time_zone()
    # Whoever has handed in meanwhile is not in both: then the next look finds it.
    return [
        _piece(row, newest[row[0]], rules[row[_RULE_SET]], zone)
        for row in listed
        if row[0] in newest and (str(row[0]), newest[row[0]][0]) not in read
    ]


_DECIDED = {
    Standing.RETURNED: ReflectionState.RETURNED,
    Standing.ACCEPTED: ReflectionState.ACCEPTED,
}
_COLUMNS = (
    "id",
    "kind",
    "state",
    "submitted_at",
    "claimed_until",
    "assessor_id",
    "assessor__name",
    "activity__title_sv",
    "activity__title_en",
    "enrolment__study_end_date",
    "enrolment__rule_set_id",
    "enrolment__person__name",
    "enrolment__programme_id",
    "enrolment__programme__name_sv",
    "enrolment__programme__name_en",
)
_RULE_SET = _COLUMNS.index("enrolment__rule_set_id")


def _rows(actor: Actor, standing: Standing) -> QuerySet[Reflection]:
    rows = Reflection.filter(
        enrolment__programme_id__in=actor.programmes_as(RoleKind.ASSESSOR), submitted_at__isnull=False
    ).exclude(enrolment__person_id=actor.person_id)
    if standing in _DECIDED:
        return rows.filter(state=_DECIDED[standing])
    rows = rows.filter(enrolment__state=EnrolmentState.ACTIVE)
    match standing:
        case Standing.FREE:
            return rows.filter(state=ReflectionState.SUBMITTED)
        case Standing.MINE:
            return rows.filter(state=ReflectionState.IN_ASSESSMENT, assessor_id=actor.person_id)
        case Standing.OTHERS:
            return rows.filter(state=ReflectionState.IN_ASSESSMENT).exclude(assessor_id=actor.person_id)
    return rows.filter(state__in=WAITING_REFLECTION_STATES)


def _piece(row: tuple[Any, ...], newest: tuple[Any, ...], rules: RuleSet, zone: ZoneInfo) -> Piece:
    id_, kind, state, submitted_at, claimed_until, assessor_id, assessor, sv, en, study_end, _rules, student, *of = row
    programme_id, name_sv, name_en = of
    number, format_, language = newest
    of_its_kind = piece_rules(rules, ReflectionKind(kind))
    handed_in_at = as_moment(submitted_at)
    return Piece(
        id=UUID(str(id_)),
        title=Bilingual(sv, en) if kind == ReflectionKind.ACTIVITY else None,
        student=student,
        programme_id=programme_id,
        programme=Bilingual(name_sv, name_en),
        state=ReflectionState(state),
        submitted_at=handed_in_at,
        study_end_date=as_date(study_end),
        assessor_id=UUID(str(assessor_id)) if assessor_id else None,
        assessor=assessor or "",
        claimed_until=as_moment(claimed_until) if claimed_until else None,
        format=format_,
        language=language,
        number=number,
        readers=of_its_kind.readers,
        answer_due_date=answer_due(of_its_kind.answer_days, handed_in_at.astimezone(zone).date()),
    )


async def _read_already(actor: Actor) -> set[tuple[str, int]]:
    """Find which versions this assessor has judged whose reflection still waits: somebody else reads those."""
    judged = Assessment.filter(assessor_id=actor.person_id, version__reflection__state__in=WAITING_REFLECTION_STATES)
    return {(str(id_), number) for id_, number in await plain_rows(judged, "version__reflection_id", "version__number")}


async def _rules(rule_set_ids: Collection[int]) -> dict[int, RuleSet]:
    documents = await RuleSetVersion.filter(id__in=list(rule_set_ids)).values_list("id", "document")
    return {id_: parsed(document) for id_, document in documents}


async def _found(listed: Sequence[Piece], wanted: Wanted, words: Sequence[str], on: date) -> list[Piece]:
    found = [
        piece
        for piece in listed
        if (wanted.standing is not Standing.LATE or is_late(piece, on=on))
        and wanted.programme in {"", str(piece.programme_id)}
        and wanted.kind in {"", piece.format}
        and wanted.language in {"", piece.language}
    ]
    return await _with_words(found, words) if words else found


async def _with_words(pieces: Sequence[Piece], words: Sequence[str]) -> list[Piece]:
    """Keep those that have every word, in a text or a recording, in the title or in the student's name."""
    named = {piece.id: folded(_named(piece)) for piece in pieces}
    in_names = {word: {id_ for id_, name in named.items() if has_word(name, word)} for word in words}
    # What no name has must be in the text: then the database looks for all of it at once.
    elsewhere = [word for word in words if not in_names[word]]
    texts = [(await reflections_with(elsewhere), set[UUID]())] if elsewhere else []
    texts += [(await reflections_with([word]), in_names[word]) for word in words if in_names[word]]
    return [piece for piece in pieces if all(str(piece.id) in text or piece.id in names for text, names in texts)]


def _named(piece: Piece) -> str:
    title = "" if piece.title is None else f"{piece.title.sv}\n{piece.title.en}"
    return f"{piece.student}\n{title}"


async def _with_excerpts(pieces: Sequence[Piece], words: Sequence[str]) -> list[Piece]:
    """Show what was found: in the newest version that has it."""
    texts = SearchText.filter(reflection_id__in=[piece.id for piece in pieces]).order_by("version__number")
    found = {
        reflection_id: excerpt_
        for reflection_id, text in await texts.values_list("reflection_id", "text")
        if (excerpt_ := excerpt(text, words))
    }
    return [replace(piece, found=tuple(found.get(piece.id, ()))) for piece in pieces]
