"""The assessor's list: what waits or was decided in their programmes, filtered, searched, and gone through in order."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
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
    listed = await _listed(actor, Standing.WAITING)
    return [listed.piece(line) for line in listed.lines]


async def page_of_queue(actor: Actor, wanted: Wanted, *, on: date) -> QueuePage:
    """Give the wanted page, each piece with what was found in it; one beyond the end gives the last one."""
    listed = await _listed(actor, wanted.standing)
    words = words_of(wanted.words)[:MOST_WORDS]
    found = await _found(listed, wanted, words, on)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(wanted.page, pages)
    rows = [listed.piece(line) for line in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
    named = {line.programme_id: Bilingual(line.name_sv, line.name_en) for line in listed.lines}
    return QueuePage(
        rows=await _with_excerpts(rows, words) if words else rows,
        count=len(found),
        page=page,
        pages=pages,
        programmes=sorted(named.items()),
        formats=sorted({line.format for line in listed.lines}),
        languages=sorted({line.language for line in listed.lines}),
    )


async def neighbours_of(reflection: Reflection, actor: Actor, wanted: Wanted, *, on: date) -> Neighbours:
    """Find what comes before and after a piece among those that are wanted, whether or not it is one of them."""
    listed = await _listed(actor, wanted.standing)
    found = await _found(listed, wanted, words_of(wanted.words)[:MOST_WORDS], on)
    assert reflection.submitted_at is not None  # noqa: S101  What an assessor sees was handed in.
    own = (reflection.submitted_at, str(reflection.id))
    start, end = bisect_left(found, own, key=_place), bisect_right(found, own, key=_place)
    return Neighbours(
        before=UUID(str(found[start - 1].id)) if start else None,
        after=UUID(str(found[end].id)) if end < len(found) else None,
        number=start + 1 if end > start else None,
        count=len(found),
    )


def is_late(piece: Piece, *, on: date) -> bool:
    """Tell whether it waits for longer than its student was promised."""
    return piece.answer_due_date is not None and piece.answer_due_date < on and piece.state in WAITING_REFLECTION_STATES


class _Line(NamedTuple):
    """One reflection and its newest version as the database gives them: a page makes pieces of a few of thousands."""

    id: Any
    kind: str
    state: str
    submitted_at: Any
    claimed_until: Any
    assessor_id: Any
    assessor: str | None
    title_sv: str | None
    title_en: str | None
    study_end_date: Any
    rule_set_id: int
    student: str
    programme_id: int
    name_sv: str
    name_en: str
    number: int
    format: str
    language: str


@dataclass(frozen=True, slots=True)
class _Listed:
    """Lines in their order, with what is needed to read them."""

    lines: Sequence[_Line]
    rules: Mapping[int, RuleSet]
    zone: ZoneInfo

    def piece(self, line: _Line) -> Piece:
        """Read one of them."""
        rules = piece_rules(self.rules[line.rule_set_id], ReflectionKind(line.kind))
        handed_in_at = as_moment(line.submitted_at)
        return Piece(
            id=UUID(str(line.id)),
            title=_title(line),
            student=line.student,
            programme_id=line.programme_id,
            programme=Bilingual(line.name_sv, line.name_en),
            state=ReflectionState(line.state),
            submitted_at=handed_in_at,
            study_end_date=as_date(line.study_end_date),
            assessor_id=UUID(str(line.assessor_id)) if line.assessor_id else None,
            assessor=line.assessor or "",
            claimed_until=as_moment(line.claimed_until) if line.claimed_until else None,
            format=line.format,
            language=line.language,
            number=line.number,
            readers=rules.readers,
            answer_due_date=answer_due(rules.answer_days, handed_in_at.astimezone(self.zone).date()),
        )


async def _listed(actor: Actor, standing: Standing) -> _Listed:
    rows = _rows(actor, standing)
    versions = Version.filter(reflection_id__in=Subquery(rows.values("id")), frozen_at__isnull=False)
    listed = await plain_rows(rows.order_by("submitted_at", "id"), *_COLUMNS)
    newest = {
        row[0]: row[1:]
        for row in await plain_rows(versions.order_by("number"), "reflection_id", "number", "format", "language")
    }
    read = await _read_already(actor) if standing not in _DECIDED else set()
    # Whoever has handed in meanwhile is not in both: then the next look finds it.
    lines = [_Line(*row, *newest[row[0]]) for row in listed if row[0] in newest]
    if read:
        lines = [line for line in lines if (str(line.id), line.number) not in read]
    return _Listed(lines, await _rules({line.rule_set_id for line in lines}), await time_zone())


def _place(line: _Line) -> tuple[datetime, str]:
    """Tell what the list is in the order of."""
    return as_moment(line.submitted_at), str(line.id)


def _title(line: _Line) -> Bilingual | None:
    is_final = line.kind == ReflectionKind.FINAL or line.title_sv is None or line.title_en is None
    return None if is_final else Bilingual(str(line.title_sv), str(line.title_en))


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


def _rows(actor: Actor, standing: Standing) -> QuerySet[Reflection]:
    rows = Reflection.filter(
        enrolment__programme_id__in=actor.programmes_as(RoleKind.ASSESSOR), submitted_at__isnull=False
    ).exclude(enrolment__person_id=actor.person_id)
    if actor.conflicts:
        rows = rows.exclude(enrolment_id__in=list(actor.conflicts))
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


async def _read_already(actor: Actor) -> set[tuple[str, int]]:
    """Find which versions this assessor has judged whose reflection still waits: somebody else reads those."""
    judged = Assessment.filter(assessor_id=actor.person_id, version__reflection__state__in=WAITING_REFLECTION_STATES)
    return {(str(id_), number) for id_, number in await plain_rows(judged, "version__reflection_id", "version__number")}


async def _rules(rule_set_ids: Collection[int]) -> dict[int, RuleSet]:
    documents = await RuleSetVersion.filter(id__in=list(rule_set_ids)).values_list("id", "document")
    return {id_: parsed(document) for id_, document in documents}


async def _found(listed: _Listed, wanted: Wanted, words: Sequence[str], on: date) -> Sequence[_Line]:
    found = [
        line
        for line in listed.lines
        if wanted.programme in {"", str(line.programme_id)}
        and wanted.kind in {"", line.format}
        and wanted.language in {"", line.language}
    ]
    if wanted.standing is Standing.LATE:
        found = [line for line in found if is_late(listed.piece(line), on=on)]
    return await _with_words(found, words) if words else found


async def _with_words(lines: Sequence[_Line], words: Sequence[str]) -> list[_Line]:
    """Keep those that have every word, in a text or a recording, in the title or in the student's name."""
    named = {line.id: folded(f"{line.student}\n{line.title_sv or ''}\n{line.title_en or ''}") for line in lines}
    in_names = {word: {id_ for id_, name in named.items() if has_word(name, word)} for word in words}
    # What no name has must be in the text: then the database looks for all of it at once.
    elsewhere = [word for word in words if not in_names[word]]
    texts = [(await reflections_with(elsewhere), set[Any]())] if elsewhere else []
    texts += [(await reflections_with([word]), in_names[word]) for word in words if in_names[word]]
    return [line for line in lines if all(str(line.id) in text or line.id in names for text, names in texts)]


async def _with_excerpts(pieces: Sequence[Piece], words: Sequence[str]) -> list[Piece]:
    """Show what was found: in the newest version that has it."""
    texts = SearchText.filter(reflection_id__in=[piece.id for piece in pieces]).order_by("version__number")
    found = {
        reflection_id: excerpt_
        for reflection_id, text in await texts.values_list("reflection_id", "text")
        if (excerpt_ := excerpt(text, words))
    }
    return [replace(piece, found=tuple(found.get(piece.id, ()))) for piece in pieces]
