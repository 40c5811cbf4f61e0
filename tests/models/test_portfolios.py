"""Portfolios read from rows: what changes meanwhile or later takes nothing from who is enrolled."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from models import portfolios
from models.actions import applications, enrolments, reflections
from models.permissions import Actor
from models.portfolios import portfolio_of
from models.rules.progress import progress
from models.rules.ruleset import RuleSet, preset
from models.states import ActivityState
from models.tables import Activity, Application, Enrolment, Programme, SignOff
from models.tables.activities import Mode, Place, SignOffOutcome
from tests.factories import NOW, STUDY_END, make_activity, make_actor, make_programme, make_staff, student_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("turn", range(5))
async def test_a_reflection_that_is_begun_while_rows_are_read_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    activity = await make_activity(state=ActivityState.DONE)
    student = await student_of(activity.enrolment)
    read, asked = portfolios.plain_rows, list[tuple[str, ...]]()

    async def and_somebody_writes(rows: Any, *columns: str) -> list[tuple[Any, ...]]:
        found = await read(rows, *columns)
        asked.append(columns)
        if len(asked) == turn + 1:
            await reflections.start(activity, "written", "en", actor=student, at=NOW)
        return found

    monkeypatch.setattr(portfolios, "plain_rows", and_somebody_writes)

    assert len((await portfolio_of(activity.enrolment)).activities) == 1
    assert len(asked) == 5


async def test_who_is_enrolled_stays_eligible_whatever_is_said_of_the_programme_later() -> None:
    rule_set = preset("lu-soc")
    programme = await make_programme("SOC", rule_set)
    enrolment = await _enrolled(programme, rule_set, await make_actor())

    await Programme.filter(id=programme.id).update(has_international_syllabus=True)

    judged = progress(await portfolio_of(enrolment), rule_set, on=NOW.date())
    assert [one.met for one in judged.requirements if one.id == "eligibility"] == [True]


async def test_a_certificate_names_only_what_counted() -> None:
    rule_set = preset("ju")
    programme = await make_programme("JU", rule_set)
    student = await make_actor()
    enrolment = await _enrolled(programme, rule_set, student)
    proved = await _done(enrolment, "Exchange", points=100)
    await _done(enrolment, "Without evidence", points=50)
    await SignOff.create(
        id=uuid4(),
        activity=proved,
        token_hash="0" * 64,
        organiser="The host",
        asked_at=NOW,
        expires_at=NOW,
        outcome=SignOffOutcome.CONFIRMED,
        answered_at=NOW,
    )

    applied = await applications.apply(enrolment, application_id=uuid4(), actor=student, at=NOW)
    application = await Application.get(id=applied.id).select_related("enrolment")
    certificate = await applications.approve(application, actor=await make_staff(programme), at=NOW)

    assert certificate.facts["activities"] == [{"sv": "Exchange", "en": "Exchange"}]


async def _enrolled(programme: Programme, rule_set: RuleSet, student: Actor) -> Enrolment:
    return await enrolments.enrol(
        programme,
        STUDY_END,
        admitted_date=date(2025, 1, 1),
        declarations=[declaration.id for declaration in rule_set.eligibility.declarations],
        enrolment_id=uuid4(),
        actor=student,
        at=NOW,
    )


async def _done(enrolment: Enrolment, title: str, points: int) -> Activity:
    return await Activity.create(
        id=uuid4(),
        enrolment=enrolment,
        kind="own",
        title_sv=title,
        title_en=title,
        place=Place.ABROAD,
        mode=Mode.ONSITE,
        points=points,
        state=ActivityState.DONE,
        created_at=NOW,
        changed_at=NOW,
    )
