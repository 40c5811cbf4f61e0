"""The other real schemes that the rules must be able to express (requirements.md §1), in the order of the source."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import activities, decisions, sign_offs
from models.actions.activities import AttendanceSigned
from models.actions.eligibility import AdmissionMissing
from models.actions.proof import AttendanceMissing, AttendanceTooLow, BeforeAdmission, EvidenceMissing
from models.actions.reflections import NoSuchFormat
from models.rules.ruleset import RuleSet, preset
from models.tables.activities import SignOffOutcome
from tests.factories import NOW
from tests.sites.stage import ABROAD, ADMITTED, SOME_DAY, Student, open_site, weekly

pytestmark = pytest.mark.usefixtures("database")


async def _enrolled(name: str | RuleSet) -> Student:
    return await (await open_site(name)).enrol(declarations=())


# Lund Humanities.


async def _classes(letters: str) -> Student:
    """Make a student with an activity of each class that is named."""
    student = await _enrolled("lu-hum")
    for number, letter in enumerate(letters):
        await student.do(title=f"Activity {number}", class_code=letter)
    return student


async def test_humanities_ask_for_one_a_and_two_b() -> None:
    student = await _classes("abb")

    assert (await student.progress()).complete


@pytest.mark.parametrize(
    ("letters", "id_", "sentence"),
    [
        ("bbb", "a", ("Du saknar en aktivitet i klassen A.", "You lack one activity in the class A.")),
        ("aab", "b", ("Du saknar en aktivitet i klassen B.", "You lack one activity in the class B.")),
    ],
)
async def test_humanities_other_classes_replace_neither_a_nor_b(
    letters: str, id_: str, sentence: tuple[str, str]
) -> None:
    student = await _classes(letters)

    assert await student.is_told(id_) == sentence


async def test_humanities_three_c_replace_one_b_and_the_student_reads_it() -> None:
    student = await _classes("abccc")

    assert (await student.progress()).complete
    assert (await student.progress()).notes[0].en == (
        "Together, three activities in the class C count as one in the class B."
    )


async def test_humanities_two_c_replace_nothing() -> None:
    assert await (await _classes("abcc")).lacks() == {"b": 1}


async def test_humanities_six_c_replace_only_one_b() -> None:
    assert await (await _classes("acccccc")).lacks() == {"b": 1}


async def test_humanities_the_class_is_what_staff_decide() -> None:
    student = await _enrolled("lu-hum")

    await student.do()

    assert await student.lacks() == {"a": 1, "b": 2}


# Sahlgrenska.


async def test_sahlgrenska_asks_for_three_activities_one_at_home_and_one_abroad() -> None:
    student = await _enrolled("sahlgrenska")
    await student.do(title="One")
    await student.do(title="Two")
    assert await student.lacks() == {"activities": 1, "abroad": 1}

    await student.do(place=ABROAD, title="Three")

    assert (await student.progress()).complete


async def test_sahlgrenska_three_activities_abroad_lack_one_at_home() -> None:
    student = await _enrolled("sahlgrenska")
    for title in ("One", "Two", "Three"):
        await student.do(place=ABROAD, title=title)

    assert await student.lacks() == {"sweden": 1}


async def test_sahlgrenska_three_lectures_on_three_dates_are_one_activity() -> None:
    student = await _enrolled("sahlgrenska")

    for number, day in enumerate(weekly(3)):
        await student.do("lecture", title=f"Lecture {number}", days=(day,))

    assert await student.have("activities") == 1


async def test_sahlgrenska_three_lectures_on_two_dates_are_none() -> None:
    student = await _enrolled("sahlgrenska")

    for number, day in enumerate((*weekly(2), SOME_DAY)):
        await student.do("lecture", title=f"Lecture {number}", days=(day,))

    assert await student.have("activities") == 0
    assert [(note.sv, note.en) for note in (await student.progress()).notes] == [
        (
            "Du har två föreläsningar. Först tre, på olika dagar, räknas som en aktivitet.",
            "You have two lectures. Only three, on different days, count as one activity.",
        )
    ]


async def test_sahlgrenska_what_is_written_is_in_english() -> None:
    document = preset("sahlgrenska").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    final = {"required": True, "language": "en", "format": [{"kind": "written"}]}
    student = await _enrolled(RuleSet.model_validate(document | {"version": "with-a-report", "final": final}))

    with pytest.raises(NoSuchFormat):
        await student.start_final(language="sv")

    report = await student.start_final(language="en")
    assert report.activity_id is None


# Aalborg.

POINTS = {
    "study-abroad": 30,
    "internship-abroad": 30,
    "volunteering-2-3-months": 20,
    "volunteering-1-month": 10,
    "summer-school": 5,
    "course-5-ects": 5,
    "course-10-ects": 10,
    "language-class-15-25-hours": 5,
    "language-class-45-50-hours": 10,
}


@pytest.mark.parametrize(("kind", "points"), POINTS.items())
async def test_aalborg_each_activity_has_its_points(kind: str, points: int) -> None:
    student = await _enrolled("aalborg")

    await student.do(kind, evidence=True, attendance=80)

    assert await student.have("points") == points


async def test_aalborg_ninety_five_points_and_the_workshop_are_a_hundred() -> None:
    student = await _enrolled("aalborg")
    for kind in POINTS:
        if kind != "internship-abroad":
            await student.do(kind, evidence=True, attendance=80)
    assert (await student.have("points"), await student.lacks()) == (95, {"points": 5, "workshop": 1})

    await student.attend("workshop")

    assert (await student.have("points"), (await student.progress()).complete) == (100, True)


async def test_aalborg_the_workshop_is_obligatory_however_many_points_one_has() -> None:
    student = await _enrolled("aalborg")
    for number in range(4):
        await student.do("study-abroad", ABROAD, title=f"Term {number}", evidence=True)

    assert (await student.have("points"), await student.lacks()) == (120, {"workshop": 1})


async def test_aalborg_a_theme_brings_ten_points_at_most() -> None:
    student = await _enrolled("aalborg")
    for number in range(2):
        await student.do("course-10-ects", title=f"Course {number}", theme="health", evidence=True, attendance=80)
    await student.do("course-5-ects", theme="climate", evidence=True, attendance=80)

    assert await student.have("points") == 15
    assert await student.why_not("points") == [
        ("Taket är nått: mer av det här räknas inte.", "The cap is reached: more of this does not count.")
    ]


async def test_aalborg_eighty_per_cent_attendance_are_enough_and_less_is_not() -> None:
    student = await _enrolled("aalborg")

    with pytest.raises(AttendanceTooLow):
        await student.do("course-10-ects", evidence=True, attendance=79)
    before = await student.have("points")
    await student.do("course-10-ects", evidence=True, attendance=80)

    assert (before, await student.have("points")) == (0, 10)


async def test_aalborg_too_little_attendance_is_said() -> None:
    student = await _enrolled("aalborg")

    with pytest.raises(AttendanceTooLow, match="attendance is 79 per cent, and it counts from 80 per cent"):
        await student.do("course-10-ects", evidence=True, attendance=79)


async def test_aalborg_the_attendance_is_stated() -> None:
    student = await _enrolled("aalborg")

    with pytest.raises(AttendanceMissing, match="at least 80 per cent"):
        await student.do("course-10-ects", evidence=True)


async def test_aalborg_the_signed_sheet_is_handed_in() -> None:
    student = await _enrolled("aalborg")

    with pytest.raises(EvidenceMissing):
        await student.do("course-10-ects", attendance=90)


async def test_aalborg_the_organiser_signs_for_the_attendance_and_that_stands() -> None:
    student = await _enrolled("aalborg")
    activity = await student.propose("course-10-ects")
    await decisions.approve(activity, actor=student.site.staff, at=NOW)
    await student.on_days(activity, SOME_DAY)
    token = await sign_offs.request(activity, "Course office", sign_off_id=uuid4(), actor=student.actor, at=NOW)

    await sign_offs.answer(token, SignOffOutcome.CONFIRMED, "Kim", "Teacher", 70, "", at=NOW)

    with pytest.raises(AttendanceSigned):
        await activities.state_attendance(activity, 90, actor=student.actor, at=NOW)
    with pytest.raises(AttendanceTooLow):
        await student.finish(activity)
    assert await student.have("points") == 0


async def test_aalborg_what_was_done_before_the_admission_is_refused() -> None:
    student = await _enrolled("aalborg")

    with pytest.raises(BeforeAdmission, match="2024-09-02 or later"):
        await student.do("study-abroad", ABROAD, days=(ADMITTED - timedelta(days=1),), evidence=True)


async def test_aalborg_what_was_done_from_the_day_of_the_admission_counts() -> None:
    student = await _enrolled("aalborg")

    await student.do("study-abroad", ABROAD, days=(ADMITTED,), evidence=True)

    assert await student.have("points") == 30


async def test_aalborg_one_says_when_one_was_admitted_to_the_present_programme() -> None:
    site = await open_site("aalborg")

    with pytest.raises(AdmissionMissing):
        await site.enrol(admitted_date=None)


# Bern.


async def _bfh(knowledge: int, active: int, language: int) -> Student:
    student = await _enrolled("bfh")
    for class_code, points in (("knowledge", knowledge), ("activities", active), ("language", language)):
        if points:
            await student.do(title=f"About {class_code}", class_code=class_code, points=points)
    return student


async def test_bern_thirty_thirty_twenty_and_twenty_for_the_report_are_a_hundred() -> None:
    student = await _bfh(30, 30, 20)
    assert (await student.have("points"), await student.lacks()) == (80, {"points": 20, "final": 1})

    await student.accepted(await student.hand_in_final())

    assert (await student.have("points"), (await student.progress()).complete) == (100, True)


@pytest.mark.parametrize(
    ("points", "id_", "sentence"),
    [
        (
            (25, 30, 20),
            "knowledge",
            (
                "Du saknar 5 poäng i klassen Kunskap. Du har 25 av 30.",
                "You lack 5 points in the class Knowledge. You have 25 of 30.",
            ),
        ),
        (
            (30, 20, 20),
            "activities",
            (
                "Du saknar 10 poäng i klassen Aktiviteter. Du har 20 av 30.",
                "You lack 10 points in the class Activities. You have 20 of 30.",
            ),
        ),
        (
            (30, 30, 0),
            "language",
            (
                "Du saknar 20 poäng i klassen Språk. Du har 0 av 20.",
                "You lack 20 points in the class Language. You have 0 of 20.",
            ),
        ),
    ],
)
async def test_bern_each_part_has_its_own_minimum(
    points: tuple[int, int, int], id_: str, sentence: tuple[str, str]
) -> None:
    student = await _bfh(*points)

    assert await student.is_told(id_) == sentence


async def test_bern_more_in_one_part_does_not_replace_another() -> None:
    student = await _bfh(80, 30, 0)
    await student.accepted(await student.hand_in_final())

    assert (await student.have("points"), await student.lacks()) == (80, {"language": 20, "points": 20})


async def test_bern_a_report_that_waits_gives_no_points() -> None:
    student = await _bfh(30, 30, 20)

    await student.hand_in_final()

    assert await student.have("points") == 80
