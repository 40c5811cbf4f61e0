"""The rules of Jönköping's School of Health and Welfare (requirements.md §1), in the order of the source."""

from datetime import timedelta

import pytest

from models.actions import activities, decisions
from models.actions.facts import DecidedFacts, PointsMissing, ThemeNotListed
from models.actions.proof import EvidenceMissing
from models.actions.reflections import RuleSays
from models.errors import NotAllowed, WrongState
from models.queries import enrolments as reading
from models.states import ActivityState
from models.tables import Activity
from models.tables.activities import Mode, Place
from tests.factories import NOW, STUDY_END, make_evidence
from tests.sites.stage import (
    ABROAD,
    HYBRID,
    ONLINE,
    ONSITE,
    SOME_DAY,
    SWEDEN,
    Student,
    open_site,
    reload,
    said,
)

pytestmark = pytest.mark.usefixtures("database")


async def _enrolled() -> Student:
    return await (await open_site("ju")).enrol(declarations=())


async def _own(student: Student, points: int, title: str = "Own", place: Place = SWEDEN, mode: Mode = ONSITE) -> None:
    await student.do("own", place, mode, title=title, points=points, evidence=True)


async def _reported(student: Student, kind: str = "buddy") -> Activity:
    activity = await student.propose(kind)
    await student.on_days(activity, SOME_DAY)
    await make_evidence(activity)
    await activities.report(activity, actor=student.actor, at=NOW)
    return await reload(activity)


# Registration and activities.


async def test_a_student_registers_alone_and_the_portfolio_is_there_at_once() -> None:
    site = await open_site("ju")

    student = await site.enrol(declarations=(), name="Robin", at=NOW)

    [mine] = await reading.own_enrolments(student.actor)
    assert (mine.id, mine.programme.code, mine.study_end_date) == (student.enrolment.id, "OT", STUDY_END)
    assert await student.lacks() == {"points": 100}


async def test_a_pre_defined_activity_is_chosen_and_its_points_are_the_programmes() -> None:
    student = await _enrolled()
    item = await student.site.list_activity("Buddy for a year", "buddy", points=25)
    activity = await student.choose(item)
    await student.on_days(activity, SOME_DAY)
    await make_evidence(activity)

    await student.finish(activity)

    assert await student.have("points") == 25


async def test_an_own_activity_gets_its_points_when_staff_confirm_it() -> None:
    student = await _enrolled()

    await _own(student, 40)

    assert await student.have("points") == 40


async def test_an_own_activity_is_not_confirmed_without_points() -> None:
    student = await _enrolled()
    activity = await _reported(student, "own")

    with pytest.raises(PointsMissing, match="how many points"):
        await decisions.confirm(activity, actor=student.site.staff, at=NOW)

    await decisions.confirm(activity, facts=DecidedFacts("own", "", "", 15), actor=student.site.staff, at=NOW)
    assert await student.have("points") == 15


async def test_an_own_activity_without_points_of_its_own_has_those_of_its_type() -> None:
    student = await _enrolled()

    await student.do("exchange", ABROAD, evidence=True)

    assert await student.have("points") == 50


@pytest.mark.parametrize(
    ("places", "modes"),
    [
        ((SWEDEN,), (ONSITE,)),
        ((SWEDEN,), (ONLINE,)),
        ((ABROAD,), (ONSITE,)),
        ((SWEDEN, ABROAD), (ONSITE, HYBRID)),
    ],
)
async def test_it_can_all_be_done_on_campus_off_campus_abroad_or_in_a_mix(
    places: tuple[Place, ...], modes: tuple[Mode, ...]
) -> None:
    student = await _enrolled()

    for number in range(4):
        await _own(student, 25, f"Own {number}", places[number % len(places)], modes[number % len(modes)])

    assert (await student.progress()).complete


# Points and evidence.


async def test_ninety_nine_points_lack_one() -> None:
    student = await _enrolled()
    await _own(student, 60, "One")
    await _own(student, 39, "Two")

    assert await student.is_told("points") == (
        "Du saknar ett poäng. Du har 99 av 100.",
        "You lack one point. You have 99 of 100.",
    )
    with pytest.raises(RuleSays) as refusal:
        await student.apply()
    assert said(refusal.value) == [
        ("Du saknar ett poäng. Du har 99 av 100.", "You lack one point. You have 99 of 100.")
    ]


async def test_a_hundred_points_give_the_certificate() -> None:
    student = await _enrolled()
    await _own(student, 60, "One")
    await _own(student, 40, "Two")

    assert (await student.is_awarded()).number == 1


async def test_what_is_done_after_the_graduation_gives_no_points() -> None:
    student = await _enrolled()
    student.wait_until(STUDY_END + timedelta(weeks=2))

    await student.do("exchange", ABROAD, days=(STUDY_END + timedelta(days=1),), evidence=True)

    assert await student.have("points") == 0


async def test_an_activity_without_evidence_cannot_be_reported() -> None:
    student = await _enrolled()
    activity = await student.propose("buddy")
    await student.on_days(activity, SOME_DAY)

    with pytest.raises(EvidenceMissing, match="First add evidence that you took part"):
        await activities.report(activity, actor=student.actor, at=NOW)


async def test_a_pre_defined_activity_needs_evidence_too() -> None:
    student = await _enrolled()
    activity = await student.choose(await student.site.list_activity("Buddy for a year", "buddy"))
    await student.on_days(activity, SOME_DAY)

    with pytest.raises(EvidenceMissing):
        await activities.report(activity, actor=student.actor, at=NOW)


async def test_each_activity_needs_evidence_of_its_own() -> None:
    student = await _enrolled()
    await _own(student, 40, "With evidence")
    second = await student.propose("own", title="Without")
    await student.on_days(second, SOME_DAY)

    with pytest.raises(EvidenceMissing):
        await activities.report(second, actor=student.actor, at=NOW)


async def test_what_is_reported_gives_no_points_until_staff_confirm_it() -> None:
    student = await _enrolled()
    activity = await _reported(student)

    assert await student.why_not("points") == [
        (
            "Aktiviteten väntar på att programmet bekräftar den.",
            "The activity waits for the programme to confirm it.",
        )
    ]
    await decisions.confirm(activity, actor=student.site.staff, at=NOW)
    assert await student.have("points") == 20


async def test_the_student_does_not_confirm_it() -> None:
    student = await _enrolled()
    activity = await _reported(student)

    with pytest.raises(NotAllowed):
        await decisions.confirm(activity, actor=student.actor, at=NOW)


async def test_staff_ask_for_better_evidence_or_decline_with_a_reason() -> None:
    student = await _enrolled()
    first, second = await _reported(student), await _reported(student, "lecture")

    await decisions.send_back(first, "The sheet is not signed.", actor=student.site.staff, at=NOW)
    await decisions.decline(second, "It was a course exam.", actor=student.site.staff, at=NOW)

    now = [await reload(first), await reload(second)]
    assert [(one.state, one.decision_note) for one in now] == [
        (ActivityState.APPROVED, "The sheet is not signed."),
        (ActivityState.DECLINED, "It was a course exam."),
    ]


async def test_what_was_declined_is_not_confirmed_afterwards() -> None:
    student = await _enrolled()
    activity = await _reported(student)
    await decisions.decline(activity, "It was a course exam.", actor=student.site.staff, at=NOW)

    with pytest.raises(WrongState):
        await decisions.confirm(activity, actor=student.site.staff, at=NOW)


async def test_no_reflection_and_no_final_piece_are_asked_for() -> None:
    student = await _enrolled()

    assert [one.id for one in (await student.progress()).requirements] == ["points"]


# Themes.


@pytest.mark.parametrize("theme", ["intercultural-skills", "global-awareness", "professional-conduct"])
async def test_activities_are_tagged_with_the_three_aims(theme: str) -> None:
    student = await _enrolled()
    item = await student.site.list_activity("Seminar", "lecture", theme=theme)

    listed = await student.choose(item)
    own = await student.do("own", points=10, theme=theme, evidence=True)

    assert (listed.theme, own.theme) == (theme, theme)


async def test_another_aim_is_refused() -> None:
    student = await _enrolled()

    with pytest.raises(ThemeNotListed):
        await student.site.list_activity("Seminar", "lecture", theme="leadership")


async def test_the_three_aims_have_names_in_both_languages() -> None:
    site = await open_site("ju")

    assert [(theme.name.sv, theme.name.en) for theme in site.rule_set.themes] == [
        ("Interkulturell kompetens", "Intercultural skills"),
        ("Internationell och global medvetenhet", "International and global awareness"),
        (
            "Kritiskt och reflekterande yrkesmässigt förhållningssätt",
            "Critical and reflective professional conduct",
        ),
    ]
