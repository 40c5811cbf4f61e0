"""For whom a certificate is: programmes, days, admission, what one confirms."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from models.actions import applications, enrolments, study_dates
from models.actions.applications import ApplicationClosed
from models.actions.eligibility import (
    AdmissionMissing,
    AdmissionNotPast,
    NoLongerOpen,
    NotConfirmed,
    NotEligible,
    NotOpenYet,
)
from models.rules.bilingual import Bilingual
from models.rules.primitives import ActivityRules, ApplicationRules, Declaration, Eligibility
from models.rules.ruleset import RuleSet
from models.tables import Application, Enrolment, Programme
from tests.factories import (
    NOW,
    STUDY_END,
    at_noon,
    edition,
    make_actor,
    make_finished_enrolment,
    make_programme,
    make_staff,
    pin,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

TODAY = NOW.date()
AT_UNIVERSITY = Declaration(
    id="at-university", at="enrolment", text=Bilingual("Jag är antagen vid universitetet.", "I am admitted.")
)
AT_FACULTY = Declaration(
    id="at-faculty", at="application", text=Bilingual("Jag är registrerad vid fakulteten.", "I am registered.")
)


def _for(**asked: object) -> RuleSet:
    return edition("for-some", eligibility=Eligibility().model_copy(update=asked))


async def _enrol(
    rule_set: RuleSet,
    code: str = "OT",
    *,
    admitted_date: date | None = None,
    declarations: tuple[str, ...] = (),
    has_international_syllabus: bool = False,
) -> Enrolment:
    programme = await make_programme(code, rule_set)
    await Programme.filter(id=programme.id).update(has_international_syllabus=has_international_syllabus)
    return await enrolments.enrol(
        programme,
        STUDY_END,
        admitted_date=admitted_date,
        declarations=declarations,
        enrolment_id=uuid4(),
        actor=await make_actor(),
        at=NOW,
    )


async def test_a_programme_with_international_experience_in_its_syllabus_is_refused() -> None:
    with pytest.raises(NotEligible, match="international experience built into the syllabus"):
        await _enrol(_for(without_international_syllabus=True), has_international_syllabus=True)

    assert await Enrolment.all().count() == 0


async def test_such_a_programme_may_enrol_where_the_rules_do_not_mind() -> None:
    enrolment = await _enrol(_for(), has_international_syllabus=True)

    assert await Enrolment.exists(id=enrolment.id)


async def test_a_programme_that_is_not_named_is_refused_with_its_code() -> None:
    with pytest.raises(NotEligible, match="not open to the programme BE"):
        await _enrol(_for(only_programmes=("OT",)), "BE")


async def test_a_programme_that_is_named_may_enrol() -> None:
    enrolment = await _enrol(_for(only_programmes=("OT",)), "OT")

    assert await Enrolment.exists(id=enrolment.id)


async def test_a_programme_that_is_left_out_is_refused() -> None:
    with pytest.raises(NotEligible):
        await _enrol(_for(excluded_programmes=("OT",)), "OT")


async def test_what_is_to_be_confirmed_is_named_in_the_refusal() -> None:
    with pytest.raises(NotConfirmed) as refusal:
        await _enrol(_for(declarations=(AT_UNIVERSITY,)))

    assert str(refusal.value) == "Confirm this first: I am admitted."
    assert refusal.value.arguments == {"text": AT_UNIVERSITY.text}


async def test_what_was_confirmed_is_kept_and_nothing_that_was_not_asked() -> None:
    enrolment = await _enrol(
        _for(declarations=(AT_UNIVERSITY, AT_FACULTY)), declarations=("at-university", "at-faculty", "else")
    )

    assert (await Enrolment.get(id=enrolment.id)).declarations == ["at-university"]


async def test_the_beginning_of_the_studies_is_needed_where_it_decides_what_counts() -> None:
    rule_set = edition("admitted", activities=ActivityRules(after_admission=True))

    with pytest.raises(AdmissionMissing):
        await _enrol(rule_set)


async def test_the_beginning_of_the_studies_is_kept() -> None:
    rule_set = edition("admitted", activities=ActivityRules(after_admission=True))

    enrolment = await _enrol(rule_set, admitted_date=date(2025, 8, 31))

    assert (await Enrolment.get(id=enrolment.id)).admitted_date == date(2025, 8, 31)


async def test_the_studies_may_have_begun_today() -> None:
    enrolment = await _enrol(edition("today"), admitted_date=TODAY)

    assert enrolment.admitted_date == TODAY


async def test_the_studies_cannot_have_begun_tomorrow() -> None:
    with pytest.raises(AdmissionNotPast):
        await _enrol(edition("tomorrow"), admitted_date=TODAY + timedelta(days=1))


@pytest.mark.parametrize(("first", "last"), [(TODAY, None), (TODAY, TODAY), (date(2025, 1, 1), TODAY)])
async def test_one_enrols_on_the_first_and_on_the_last_day_of_the_rules(first: date, last: date | None) -> None:
    enrolment = await _enrol(edition("open", valid_from=first, valid_until=last))

    assert await Enrolment.exists(id=enrolment.id)


async def test_nobody_enrols_before_the_rules_hold() -> None:
    tomorrow = TODAY + timedelta(days=1)

    with pytest.raises(NotOpenYet) as refusal:
        await _enrol(edition("early", valid_from=tomorrow))

    assert refusal.value.arguments == {"day": tomorrow}


async def test_nobody_new_enrols_after_the_rules_have_ended() -> None:
    yesterday = TODAY - timedelta(days=1)

    with pytest.raises(NoLongerOpen) as refusal:
        await _enrol(edition("late", valid_until=yesterday))

    assert refusal.value.arguments == {"day": yesterday}


async def test_applying_asks_for_what_is_confirmed_then() -> None:
    enrolment = await make_finished_enrolment()
    await pin(enrolment, _for(declarations=(AT_UNIVERSITY, AT_FACULTY)))

    with pytest.raises(NotConfirmed) as refusal:
        await applications.apply(enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=NOW)

    assert refusal.value.arguments == {"text": AT_FACULTY.text}
    assert await Application.all().count() == 0


async def test_what_is_confirmed_on_applying_is_kept_beside_what_was_confirmed_before() -> None:
    enrolment = await make_finished_enrolment()
    await pin(enrolment, _for(declarations=(AT_UNIVERSITY, AT_FACULTY)))
    await Enrolment.filter(id=enrolment.id).update(declarations=["at-university"])

    await applications.apply(
        enrolment, declarations=["at-faculty"], application_id=uuid4(), actor=await student_of(enrolment), at=NOW
    )

    assert (await Enrolment.get(id=enrolment.id)).declarations == ["at-university", "at-faculty"]


LAST_DAY = STUDY_END + timedelta(weeks=20)
ONE_TERM = edition("one-term", application=ApplicationRules(weeks_after_study_end=20))


async def test_one_applies_until_the_last_day() -> None:
    enrolment = await make_finished_enrolment()
    await pin(enrolment, ONE_TERM)

    await applications.apply(enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=at_noon(LAST_DAY))

    assert await Application.all().count() == 1


async def test_after_the_last_day_nobody_applies() -> None:
    enrolment = await make_finished_enrolment()
    await pin(enrolment, ONE_TERM)
    day_after = at_noon(LAST_DAY + timedelta(days=1))

    with pytest.raises(ApplicationClosed) as refusal:
        await applications.apply(enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=day_after)

    assert refusal.value.arguments == {"deadline": LAST_DAY}


async def test_by_agreement_one_applies_later() -> None:
    enrolment = await make_finished_enrolment()
    await pin(enrolment, ONE_TERM)
    later = LAST_DAY + timedelta(days=30)
    await study_dates.grant_extension(
        enrolment, later, "Ill.", extension_id=uuid4(), actor=await make_staff(await programme_of(enrolment)), at=NOW
    )

    await applications.apply(enrolment, application_id=uuid4(), actor=await student_of(enrolment), at=at_noon(later))

    assert await Application.all().count() == 1
