"""Tests of the ready-made rule sets: a portfolio for each rule of requirements.md §1."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from models.rules.limits import misfit
from models.rules.portfolio import FinalPiece, Portfolio, PortfolioActivity, PortfolioEvent
from models.rules.primitives import CountAs
from models.rules.progress import Progress, RequirementProgress, progress
from models.rules.ruleset import preset

ADMITTED = date(2024, 9, 2)
STUDY_END = date(2026, 6, 5)
TODAY = date(2026, 3, 2)
SOME_DAY = date(2025, 10, 1)
PRESENTED = PortfolioEvent("presentation", date(2026, 2, 2), attended=True)
REPORT = FinalPiece("written", "accepted", words=3000, language="sv", first_submitted_date=date(2026, 2, 20))


def act(type_: str, place: str = "sweden", title: str = "", **facts: Any) -> PortfolioActivity:
    """Make something that was done on a day in October 2025."""
    facts = {"mode": "onsite", "state": "done", "occasions": (SOME_DAY,)} | facts
    return PortfolioActivity(title=title or f"{type_} {place}", type=type_, place=place, **facts)  # type: ignore[arg-type]


def days(number: int, start: date = SOME_DAY) -> tuple[date, ...]:
    """Name so many days, a week apart."""
    return tuple(start + timedelta(weeks=week) for week in range(number))


def many(type_: str, number: int, **facts: Any) -> Iterator[PortfolioActivity]:
    """Make so many different activities of a type."""
    return (act(type_, title=f"{type_} {one}", **facts) for one in range(number))


def judged(
    name: str,
    *activities: PortfolioActivity,
    events: tuple[PortfolioEvent, ...] = (),
    on: date = TODAY,
    **student: Any,
) -> Progress:
    """Judge a portfolio under a ready-made rule set."""
    facts = {"admitted_date": ADMITTED, "study_end_date": STUDY_END} | student
    return progress(Portfolio(activities=activities, events=events, **facts), preset(name), on=on)


def of(judgement: Progress, id_: str) -> RequirementProgress:
    [found] = [requirement for requirement in judgement.requirements if requirement.id == id_]
    return found


def lacking(judgement: Progress) -> dict[str, int]:
    """What is missing: requirement → how many."""
    return {one.id: one.missing for one in judgement.requirements if not one.met}


def reasons(requirement: RequirementProgress) -> list[str]:
    return [why.id for _title, why in requirement.not_counted]


# Lund University, Faculty of Medicine.

LU_MED = (act("exchange", "abroad"), act("conference"), act("workshop"))


@pytest.mark.parametrize("name", ["lu-med", "lu-med-2022"])
def test_lu_med_is_three_activities_one_of_them_abroad_and_one_in_sweden_a_report_and_a_presentation(name: str) -> None:
    assert judged(name, *LU_MED, events=(PRESENTED,), final=REPORT).complete


def test_lu_med_lists_everything_that_is_missing() -> None:
    assert lacking(judged("lu-med")) == {"activities": 3, "sweden": 1, "abroad": 1, "presentation": 1, "final": 1}


def test_lu_med_three_activities_in_sweden_lack_one_abroad() -> None:
    at_home = judged("lu-med", *many("conference", 3), events=(PRESENTED,), final=REPORT)

    assert lacking(at_home) == {"abroad": 1}
    assert of(at_home, "abroad").sentence.en == "You lack one activity abroad."


def test_lu_med_three_activities_abroad_lack_one_in_sweden() -> None:
    away = judged("lu-med", *many("conference", 3, place="abroad"), events=(PRESENTED,), final=REPORT)

    assert lacking(away) == {"sweden": 1}


@pytest.mark.parametrize("type_", ["buddy-group", "language-cafe", "lecture"])
@pytest.mark.parametrize(("occasions", "have"), [(1, 0), (2, 0), (3, 1), (5, 1)])
def test_lu_med_small_things_count_after_three_times(type_: str, occasions: int, have: int) -> None:
    assert of(judged("lu-med", act(type_, occasions=days(occasions))), "activities").have == have


def test_lu_med_three_lectures_with_titles_of_their_own_are_one_activity() -> None:
    lectures = (act("lecture", title=f"Lecture {n}", occasions=(day,)) for n, day in enumerate(days(3)))

    assert of(judged("lu-med", *lectures), "activities").have == 1


def test_lu_med_creating_a_journal_club_counts_at_once() -> None:
    assert of(judged("lu-med", act("journal-club")), "activities").have == 1


def test_lu_med_a_presentation_counts_at_the_ceremony() -> None:
    at_the_ceremony = replace(PRESENTED, forum="cim-ceremony")
    elsewhere = replace(PRESENTED, forum="web")

    assert of(judged("lu-med", events=(at_the_ceremony,)), "presentation").met
    assert not of(judged("lu-med", events=(elsewhere,)), "presentation").met


DIGITAL = (act("course", mode="online"), act("conference"), act("workshop"))
END_2022 = {"admitted_date": date(2019, 9, 2), "study_end_date": date(2022, 6, 5)}
IN_2022 = {**END_2022, "on": date(2022, 5, 2)}


def in_2021(activities: tuple[PortfolioActivity, ...]) -> tuple[PortfolioActivity, ...]:
    return tuple(replace(one, occasions=(date(2021, 10, 1),)) for one in activities)


def test_lu_med_2022_a_digital_activity_replaces_one_abroad() -> None:
    assert of(judged("lu-med-2022", *in_2021(DIGITAL), **IN_2022), "abroad").met
    assert of(judged("lu-med-2022", *in_2021(DIGITAL), **IN_2022), "activities").have == 3


@pytest.mark.parametrize(
    ("study_end", "is_replaced"),
    [
        (date(2021, 12, 31), False),
        (date(2022, 1, 1), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
def test_lu_med_2022_is_for_those_who_finish_in_that_year(study_end: date, is_replaced: bool) -> None:
    student = {"admitted_date": date(2019, 9, 2), "study_end_date": study_end, "on": study_end}

    assert of(judged("lu-med-2022", *in_2021(DIGITAL), **student), "abroad").met == is_replaced


def test_lu_med_without_the_exception_a_digital_activity_is_not_abroad() -> None:
    assert not of(judged("lu-med", *in_2021(DIGITAL), **IN_2022), "abroad").met


def test_lu_med_2022_replaces_one_activity_and_says_why() -> None:
    [exception] = preset("lu-med-2022").substitutions

    assert isinstance(exception, CountAs)
    assert (exception.at_most, exception.reason is None) == (1, False)


def test_lu_med_2022_one_digital_activity_cannot_be_at_home_and_abroad() -> None:
    only_digital = in_2021((act("course", mode="online"), act("exchange", "abroad"), act("conference", "abroad")))

    assert lacking(judged("lu-med-2022", *only_digital, events=(), **IN_2022)).keys() == {"presentation", "final"}
    assert lacking(judged("lu-med-2022", only_digital[0], **IN_2022)).keys() & {"sweden", "abroad"} != set()


# Lund University, Faculty of Social Sciences.

LU_SOC = (act("exchange", "abroad"), act("buddy-group"), act("lecture", occasions=days(3)))


@pytest.mark.parametrize("name", ["lu-soc", "soch"])
def test_lu_soc_is_three_types_home_and_abroad_a_report_and_a_presentation(name: str) -> None:
    assert judged(name, *LU_SOC, events=(PRESENTED,), final=REPORT).complete


@pytest.mark.parametrize("name", ["lu-soc", "soch"])
def test_lu_soc_two_activities_of_a_type_are_one_type(name: str) -> None:
    same = (act("exchange", "abroad"), *many("buddy-group", 2))

    assert of(judged(name, *same), "types").have == 2


def test_lu_soc_two_lectures_are_no_activity_yet() -> None:
    found = judged("lu-soc", *LU_SOC[:2], act("lecture", occasions=days(2)))

    assert lacking(found) == {"types": 1, "presentation": 1, "final": 1}


def test_lu_soc_tells_a_student_with_lectures_exchange_and_buddy_group_what_is_missing() -> None:
    assert lacking(judged("lu-soc", *LU_SOC)) == {"presentation": 1, "final": 1}


def test_lu_soc_needs_one_abroad_and_one_in_sweden() -> None:
    assert lacking(judged("lu-soc", act("buddy-group"))).keys() >= {"abroad"}
    assert lacking(judged("lu-soc", act("exchange", "abroad"))).keys() >= {"sweden"}


def test_lu_soc_a_presentation_that_was_missed_or_is_to_come_does_not_count() -> None:
    missed = replace(PRESENTED, attended=False)
    to_come = replace(PRESENTED, date=TODAY + timedelta(days=1))

    assert of(judged("lu-soc", events=(missed, to_come)), "presentation").have == 0


@pytest.mark.parametrize(("evidence", "have"), [(False, 0), (True, 1)])
def test_lu_soc_what_was_done_before_the_registration_needs_proof(evidence: bool, have: int) -> None:
    earlier = act("exchange", "abroad", evidence=evidence)

    found = of(judged("lu-soc", earlier, registered_date=SOME_DAY + timedelta(days=1)), "abroad")

    assert (found.have, reasons(found)) == (have, [] if have else ["earlier_needs_proof"])


@pytest.mark.parametrize(
    ("day", "have"),
    [
        (ADMITTED - timedelta(days=1), 0),
        (ADMITTED, 1),
        (STUDY_END, 1),
        (STUDY_END + timedelta(days=1), 0),
    ],
)
def test_lu_soc_is_gathered_while_enrolled_at_the_university(day: date, have: int) -> None:
    found = judged("lu-soc", act("exchange", "abroad", occasions=(day,)), on=STUDY_END + timedelta(weeks=4))

    assert of(found, "abroad").have == have


@pytest.mark.parametrize("name", ["lu-soc", "soch"])
def test_lu_soc_is_not_for_programmes_with_international_experience_in_the_syllabus(name: str) -> None:
    found = judged(name, *LU_SOC, events=(PRESENTED,), final=REPORT, has_international_syllabus=True)

    assert lacking(found) == {"eligibility": 1}
    assert found.requirements[0].id == "eligibility"


def test_lu_soc_asks_for_two_declarations() -> None:
    declared = preset("lu-soc").eligibility.declarations

    assert [(one.id, one.at) for one in declared] == [("enrolled", "enrolment"), ("registered", "application")]


def test_lu_soc_report_is_about_three_thousand_words_and_no_length_refuses_it() -> None:
    final = preset("lu-soc").final

    bounds = final.format_of("written").words  # type: ignore[union-attr]
    assert bounds is not None
    assert (bounds.target_min, bounds.target_max, bounds.minimum, bounds.maximum) == (2700, 3300, None, None)
    assert [misfit(final, replace(REPORT, language=language)) for language in ("sv", "en")] == [None, None]


# School of Social Work.


def test_soch_has_two_readers_and_lu_soc_one() -> None:
    assert (preset("soch").final.readers, preset("lu-soc").final.readers) == (2, 1)


@pytest.mark.parametrize(
    ("forum", "is_met"),
    [
        (None, True),
        ("fellow-students", True),
        ("cohort-lesson", True),
        ("placement-information", True),
        ("international-cafe", True),
        ("teacher-meeting", True),
        ("web", True),
        ("living-room", False),
    ],
)
def test_soch_presentation_is_in_an_approved_forum(forum: str | None, is_met: bool) -> None:
    presented = replace(PRESENTED, forum=forum)

    assert of(judged("soch", events=(presented,)), "presentation").met == is_met


def test_soch_a_report_may_come_one_term_after_the_study_end() -> None:
    last_day = STUDY_END + timedelta(weeks=26)
    in_time = replace(REPORT, first_submitted_date=last_day)
    late = replace(REPORT, first_submitted_date=last_day + timedelta(days=1))
    on = last_day + timedelta(days=10)

    assert judged("soch", final=in_time).final_deadline == last_day
    assert of(judged("soch", final=in_time, on=on), "final").met
    assert not of(judged("soch", final=late, on=on), "final").met
    assert of(judged("lu-soc", final=late, on=on), "final").met


def test_soch_a_longer_time_may_be_agreed() -> None:
    agreed = STUDY_END + timedelta(weeks=40)

    assert judged("soch", extension_until=agreed).final_deadline == agreed


def test_soch_an_activity_on_the_web_is_not_abroad() -> None:
    assert not of(judged("soch", act("summer-course", mode="online")), "abroad").met


# Jönköping.


def worth(points: int, title: str, **facts: Any) -> PortfolioActivity:
    return act("own", title=title, **{"points": points, "evidence": True} | facts)


def test_ju_is_a_hundred_points() -> None:
    almost = judged("ju", worth(60, "One"), worth(39, "Two"))
    reached = judged("ju", worth(60, "One"), worth(40, "Two"))

    assert (lacking(almost), reached.complete) == ({"points": 1}, True)


def test_ju_needs_evidence_for_each_activity() -> None:
    found = of(judged("ju", worth(60, "One"), worth(40, "Two", evidence=False)), "points")

    assert (found.have, reasons(found)) == (60, ["evidence_missing"])


def test_ju_one_need_not_leave_campus_nor_sweden() -> None:
    online = judged("ju", *(worth(25, f"Number {n}", mode="online") for n in range(4)))

    assert online.complete


def test_ju_points_of_a_type_hold_where_the_activity_has_none() -> None:
    assert of(judged("ju", act("exchange", "abroad", evidence=True)), "points").have == 50


def test_ju_the_points_are_gathered_by_graduation() -> None:
    after = worth(100, "Too late", occasions=(STUDY_END + timedelta(days=1),))

    assert of(judged("ju", after, on=STUDY_END + timedelta(weeks=2)), "points").have == 0


def test_ju_takes_own_activities_and_confirms_them_afterwards() -> None:
    ju = preset("ju")

    assert (ju.own_proposals, ju.activities.approval, ju.final.required, ju.reflection.required) == (
        True,
        "after",
        False,
        False,
    )


def test_ju_tags_activities_with_its_three_aims() -> None:
    assert [theme.name.en for theme in preset("ju").themes] == [
        "Intercultural skills",
        "International and global awareness",
        "Critical and reflective professional conduct",
    ]


# Lund Humanities.


def klass(letter: str, number: int = 1) -> Iterator[PortfolioActivity]:
    return many(f"type-{letter}", number, class_=letter)


def test_lu_hum_is_one_a_and_two_b() -> None:
    assert judged("lu-hum", *klass("A"), *klass("B", 2)).complete
    assert lacking(judged("lu-hum", *klass("b", 3))) == {"a": 1}
    assert lacking(judged("lu-hum", *klass("a", 3))) == {"b": 2}


def test_lu_hum_three_c_replace_one_b() -> None:
    assert judged("lu-hum", *klass("a"), *klass("b"), *klass("c", 3)).complete
    assert lacking(judged("lu-hum", *klass("a"), *klass("b"), *klass("c", 2))) == {"b": 1}


def test_lu_hum_six_c_replace_only_one_b() -> None:
    assert lacking(judged("lu-hum", *klass("a"), *klass("c", 6))) == {"b": 1}


# Sahlgrenska.


def test_sahlgrenska_is_three_activities_one_home_and_one_abroad() -> None:
    assert judged("sahlgrenska", act("exchange", "abroad"), *many("conference", 2)).complete
    assert lacking(judged("sahlgrenska", *many("conference", 3))) == {"abroad": 1}
    assert lacking(judged("sahlgrenska", *many("conference", 3, place="abroad"))) == {"sweden": 1}


def test_sahlgrenska_lectures_on_three_different_dates_are_one() -> None:
    on_three = (act("lecture", title=f"Lecture {n}", occasions=(day,)) for n, day in enumerate(days(3)))
    on_two = (act("lecture", title=f"Lecture {n}", occasions=(day,)) for n, day in enumerate((*days(2), SOME_DAY)))

    assert of(judged("sahlgrenska", *on_three), "activities").have == 1
    assert of(judged("sahlgrenska", *on_two), "activities").have == 0


def test_sahlgrenska_is_in_english_and_asks_for_no_report() -> None:
    rules = preset("sahlgrenska")

    assert (rules.reflection.allowed_languages, rules.final.allowed_languages) == (("en",), ("en",))
    assert (rules.reflection.required, rules.final.required) == (False, False)


# Aalborg.

AALBORG_POINTS = {
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
WORKSHOP = PortfolioEvent("workshop", date(2026, 1, 12), attended=True)


def signed(type_: str, **facts: Any) -> PortfolioActivity:
    return act(type_, **{"evidence": True, "attendance": 80} | facts)


@pytest.mark.parametrize(("type_", "points"), AALBORG_POINTS.items())
def test_aalborg_gives_points_by_type(type_: str, points: int) -> None:
    assert of(judged("aalborg", signed(type_)), "points").have == points


def test_aalborg_is_ninety_five_points_and_a_workshop() -> None:
    everything = [signed(type_) for type_ in AALBORG_POINTS if type_ != "internship-abroad"]

    without = judged("aalborg", *everything)
    complete = judged("aalborg", *everything, events=(WORKSHOP,))

    assert (of(without, "points").have, lacking(without)) == (95, {"points": 5, "workshop": 1})
    assert (of(complete, "points").have, complete.complete) == (100, True)


def test_aalborg_the_workshop_is_obligatory_and_counts_once() -> None:
    terms = (signed("study-abroad", title=f"Term {n}", place="abroad") for n in range(4))
    twice = judged("aalborg", events=(WORKSHOP, replace(WORKSHOP, date=date(2026, 2, 1))))

    assert lacking(judged("aalborg", *terms)) == {"workshop": 1}
    assert of(twice, "points").have == 5


def test_aalborg_a_theme_brings_ten_points_at_most() -> None:
    health = (signed("course-10-ects", title=f"Course {n}", theme="health") for n in range(2))
    climate = signed("course-5-ects", title="Another", theme="climate")

    assert of(judged("aalborg", *health, climate), "points").have == 15


@pytest.mark.parametrize(
    ("attendance", "have", "why"),
    [(80, 10, []), (79, 0, ["attendance_too_low"]), (None, 0, ["attendance_unknown"])],
)
def test_aalborg_needs_eighty_per_cent_attendance(attendance: int | None, have: int, why: list[str]) -> None:
    found = of(judged("aalborg", signed("course-10-ects", attendance=attendance)), "points")

    assert (found.have, reasons(found)) == (have, why)


def test_aalborg_a_term_abroad_has_no_sheet_of_attendance() -> None:
    assert of(judged("aalborg", signed("study-abroad", attendance=None)), "points").have == 30


def test_aalborg_needs_the_signed_sheet() -> None:
    found = of(judged("aalborg", signed("course-10-ects", evidence=False)), "points")

    assert (found.have, reasons(found)) == (0, ["evidence_missing"])


@pytest.mark.parametrize(("day", "have"), [(ADMITTED - timedelta(days=1), 0), (ADMITTED, 30)])
def test_aalborg_counts_only_after_the_admission(day: date, have: int) -> None:
    assert of(judged("aalborg", signed("study-abroad", occasions=(day,))), "points").have == have


# Bern.

BFH = (
    worth(30, "Course", class_="knowledge"),
    worth(30, "Festival", class_="activities"),
    worth(20, "French", class_="language"),
)


def test_bfh_is_thirty_thirty_twenty_and_twenty_for_the_report() -> None:
    without = judged("bfh", *BFH)
    complete = judged("bfh", *BFH, final=REPORT)

    assert (of(without, "points").have, lacking(without)) == (80, {"points": 20, "final": 1})
    assert (of(complete, "points").have, complete.complete) == (100, True)


def test_bfh_more_in_one_class_does_not_replace_another() -> None:
    much = worth(60, "Long course", class_="knowledge")

    found = judged("bfh", much, *BFH[1:2], final=REPORT)

    assert (of(found, "points").have, lacking(found)) == (80, {"language": 20, "points": 20})
