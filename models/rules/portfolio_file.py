"""A portfolio as a TOML file, for `cim rules explain` and for tests."""

import tomllib
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from models.errors import N_, Refused
from models.rules.bilingual import Language
from models.rules.checking import mistakes_in
from models.rules.mistakes import Mistake, wrong
from models.rules.pieces import FormatKind
from models.rules.portfolio import (
    ActivityStanding,
    FinalPiece,
    PieceStanding,
    Portfolio,
    PortfolioActivity,
    PortfolioEvent,
    ReflectionFact,
)
from models.rules.primitives import Day, Flag, Mode, Name, Number, Part, Percent, Place, Text


class PortfolioInvalid(Refused):
    """The file is not a portfolio; `file`, `line`, `key` and `problem` say where and why."""

    words = N_("The portfolio in {file} is not valid, line {line} ({key}): {problem}")


def read(text: str, source: str) -> Portfolio:
    """Read a portfolio from TOML; raises PortfolioInvalid with the first mistake. `source` is the file's name."""
    found = mistakes(text)
    if found:
        raise PortfolioInvalid(file=source, line=found[0].line, key=found[0].key, problem=found[0].problem)
    return _File.model_validate(tomllib.loads(text)).portfolio()


def mistakes(text: str) -> list[Mistake]:
    """List everything that is wrong in a portfolio's text, with key, line and sentence; none: it reads."""
    return mistakes_in(text, _File)


def _in_both_languages(title: object) -> object:
    return {"sv": title, "en": title} if isinstance(title, str) else title


Title = Annotated[Text, BeforeValidator(_in_both_languages)]


class _Student(Part):
    admitted: Day
    study_end: Day
    programme: str = ""
    registered: Day | None = None
    extension_until: Day | None = None
    international_syllabus: Flag = False

    @field_validator("study_end")
    @classmethod
    def _comes_after_the_admission(cls, study_end: Day, info: ValidationInfo) -> Day:
        admitted = info.data.get("admitted")
        if admitted is not None and study_end < admitted:
            raise wrong("ends_before_it_starts", admitted=admitted.isoformat())
        return study_end


class _Piece(Part):
    """A reflection. Where nothing is said it is accepted: the file is about what has been reached."""

    format: FormatKind
    words: Number | None = None
    seconds: Number | None = None
    posts: Number | None = None
    language: Language | None = None
    state: PieceStanding = "accepted"
    submitted: Day | None = None

    def fact(self) -> ReflectionFact:
        return ReflectionFact(self.format, self.state, self.words, self.seconds, self.posts, self.language)

    def final_piece(self) -> FinalPiece:
        return FinalPiece(self.format, self.state, self.words, self.seconds, self.posts, self.language, self.submitted)


class _Activity(Part):
    title: Title
    type: Name
    place: Place
    mode: Mode = "onsite"
    state: ActivityStanding = "done"
    class_: Name | None = Field(alias="class", default=None)
    theme: Name | None = None
    points: Number | None = None
    occasions: tuple[Day, ...] = ()
    evidence: Flag = False
    attendance: Percent | None = None
    reflection: _Piece | None = None

    def fact(self) -> PortfolioActivity:
        return PortfolioActivity(
            title=self.title,
            type=self.type,
            place=self.place,
            mode=self.mode,
            state=self.state,
            occasions=self.occasions,
            reflection=None if self.reflection is None else self.reflection.fact(),
            class_=self.class_,
            theme=self.theme,
            points=self.points,
            evidence=self.evidence,
            attendance=self.attendance,
        )


class _Event(Part):
    kind: Name
    date: Day
    attended: Flag = True
    forum: Name | None = None


class _File(Part):
    student: _Student
    activities: tuple[_Activity, ...] = Field(alias="activity", default=())
    events: tuple[_Event, ...] = Field(alias="event", default=())
    final: _Piece | None = None

    def portfolio(self) -> Portfolio:
        return Portfolio(
            admitted_date=self.student.admitted,
            study_end_date=self.student.study_end,
            extension_until=self.student.extension_until,
            activities=tuple(activity.fact() for activity in self.activities),
            final=None if self.final is None else self.final.final_piece(),
            registered_date=self.student.registered,
            programme=self.student.programme,
            has_international_syllabus=self.student.international_syllabus,
            events=tuple(PortfolioEvent(e.kind, e.date, e.attended, e.forum) for e in self.events),
        )
