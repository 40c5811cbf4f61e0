"""Every student of a programme's staff with their progress, for lists of thousands: plain values, few queries."""

import asyncio
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from models.permissions import Actor
from models.plain_rows import as_date, as_moment, plain_rows
from models.portfolios import parsed, portfolios_of
from models.rules.progress import Progress, progress
from models.states import EnrolmentState
from models.tables import Enrolment, RuleSetVersion
from models.visibility import visible_enrolments

BREATH = 100
"""After so many students the others in line get their turn."""


class StudentLine(NamedTuple):
    """One enrolment as a list shows it; it can stand for the whole row where a portfolio is made of it."""

    id: UUID
    name: str
    programme_id: int
    programme_code: str
    rule_set_id: int
    state: EnrolmentState
    study_end_date: date
    admitted_date: date | None
    enrolled_at: datetime


class StudentStanding(NamedTuple):
    """One line of the list, and how far the student has come."""

    student: StudentLine
    rule_set_version: str
    progress: Progress


async def students_of_staff(actor: Actor, *, on: date, include_ended: bool = False) -> list[StudentStanding]:
    """Judge every enrolment that this person sees as staff, by name, with a constant number of queries."""
    rows = Enrolment.filter(visible_enrolments(actor)).exclude(person_id=actor.person_id)
    if not include_ended:
        rows = rows.filter(state=EnrolmentState.ACTIVE)
    columns = ("id", "person__name", "programme_id", "programme__code", "rule_set_id", "state")
    days = ("study_end_date", "admitted_date", "enrolled_at")
    lines = [
        StudentLine(
            UUID(str(id_)),
            name,
            programme_id,
            code,
            rule_set_id,
            EnrolmentState(state),
            as_date(study_end),
            as_date(admitted) if admitted else None,
            as_moment(enrolled_at),
        )
        for id_, name, programme_id, code, rule_set_id, state, study_end, admitted, enrolled_at in await plain_rows(
            rows.order_by("person__name", "id"), *columns, *days
        )
    ]
    versions = {row.id: row for row in await RuleSetVersion.filter(id__in={line.rule_set_id for line in lines})}
    rule_sets = {id_: parsed(row.document) for id_, row in versions.items()}
    portfolios = await portfolios_of(lines)
    standings = []
    for number, line in enumerate(lines):
        if number % BREATH == 0:
            await asyncio.sleep(0)  # Others are served in between.
        judged = progress(portfolios[line.id], rule_sets[line.rule_set_id], on=on)
        version = versions[line.rule_set_id]
        standings.append(StudentStanding(line, f"{version.rule_set} {version.version}", judged))
    return standings
