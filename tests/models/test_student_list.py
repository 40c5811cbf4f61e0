"""Tests of the staff's list of students: what is found, in which order, on which page."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from models.queries.overview import StudentLine, StudentStanding, students_of_staff
from models.queries.student_list import (
    NEAR_DAYS,
    PAGE_SIZE,
    Order,
    Standing,
    StudentPage,
    Wanted,
    Whose,
    alphabetical,
    days_left,
    page_of,
)
from models.rules.bilingual import Bilingual
from models.rules.results import Progress, RequirementProgress
from models.rules.sentences import say
from models.states import EnrolmentState
from tests.factories import NOW, STUDY_END, make_actor, make_enrolment, make_programme, make_staff

TODAY = date(2026, 3, 2)
LAST_DAY = date(2026, 5, 8)


def requirement(name: str, have: int, needed: int = 1, sentence: str = "final_missing_open") -> RequirementProgress:
    kind = "final" if name == "Final reflection" else "count"
    return RequirementProgress(
        name.lower().replace(" ", "-"),
        kind,  # type: ignore[arg-type]
        Bilingual(f"{name} sv", name),
        needed,
        have,
        (),
        (),
        say(sentence),
    )


def standing(
    name: str,
    *,
    activities: int = 0,
    final: str = "final_missing_open",
    deadline: date | None = LAST_DAY,
    state: EnrolmentState = EnrolmentState.ACTIVE,
    code: str = "OT",
    study_end: date = STUDY_END,
) -> StudentStanding:
    is_accepted = final == "final_accepted"
    requirements = (
        requirement("Activities", activities, 3, "activities_met"),
        requirement("Final reflection", int(is_accepted), 1, final),
    )
    line = StudentLine(uuid4(), name, 1, code, 1, state, study_end, None, NOW)
    return StudentStanding(line, "ki 1", Progress(deadline, None, None, requirements))


def names(page: StudentPage) -> list[str]:
    return [row.student.name for row in page.rows]


def found(rows: list[StudentStanding], wanted: Wanted) -> list[str]:
    return names(page_of(rows, wanted, on=TODAY))


def test_names_are_sorted_as_in_swedish() -> None:
    rows = [standing(name) for name in ("Örjan", "Ärla", "Zoe", "Åke", "adam", "Bo")]

    assert found(rows, Wanted()) == ["adam", "Bo", "Zoe", "Åke", "Ärla", "Örjan"]


def test_every_word_of_a_name_is_looked_for_whatever_its_case() -> None:
    rows = [standing(name) for name in ("Åsa Lind", "Åsa Berg", "Lindy Ås")]

    assert found(rows, Wanted(name="LIND åsa")) == ["Åsa Lind"]
    assert found(rows, Wanted(name="a\u030asa")) == ["Åsa Berg", "Åsa Lind"]


def test_a_programme_can_be_chosen() -> None:
    rows = [standing("Ada", code="OT"), standing("Bo", code="DENT")]

    page = page_of(rows, Wanted(programme="DENT"), on=TODAY)

    assert (names(page), page.programmes) == (["Bo"], ["DENT", "OT"])


@pytest.mark.parametrize(
    ("whose", "expected"), [(Whose.ACTIVE, ["Ada"]), (Whose.ENDED, ["Bo", "Cim"]), (Whose.ALL, ["Ada", "Bo", "Cim"])]
)
def test_ended_enrolments_are_shown_when_they_are_asked_for(whose: Whose, expected: list[str]) -> None:
    rows = [
        standing("Ada"),
        standing("Bo", state=EnrolmentState.VOID),
        standing("Cim", state=EnrolmentState.DEREGISTERED),
    ]

    assert found(rows, Wanted(whose=whose)) == expected


def test_complete_and_incomplete_are_told_apart() -> None:
    rows = [standing("Ada", activities=3, final="final_accepted"), standing("Bo", activities=3)]

    assert found(rows, Wanted(standing=Standing.COMPLETE)) == ["Ada"]
    assert found(rows, Wanted(standing=Standing.INCOMPLETE)) == ["Bo"]


def test_one_can_ask_who_lacks_something() -> None:
    rows = [standing("Ada", activities=3), standing("Bo", activities=2)]

    page = page_of(rows, Wanted(missing="Activities"), on=TODAY)

    assert names(page) == ["Bo"]
    assert [name.en for name in page.requirements] == ["Activities", "Final reflection"]


@pytest.mark.parametrize(
    ("deadline", "near", "passed"),
    [
        (TODAY - timedelta(days=1), [], ["Ada"]),
        (TODAY, ["Ada"], []),
        (TODAY + timedelta(days=NEAR_DAYS), ["Ada"], []),
        (TODAY + timedelta(days=NEAR_DAYS + 1), [], []),
        (None, [], []),
    ],
)
def test_a_last_day_is_near_from_four_weeks_before_and_passed_the_day_after(
    deadline: date | None, near: list[str], passed: list[str]
) -> None:
    rows = [standing("Ada", deadline=deadline)]

    assert found(rows, Wanted(standing=Standing.NEAR)) == near
    assert found(rows, Wanted(standing=Standing.PASSED)) == passed


@pytest.mark.parametrize("final", ["final_waits", "final_returned", "final_accepted"])
def test_no_day_waits_for_a_student_who_handed_the_final_reflection_in(final: str) -> None:
    assert days_left(standing("Ada", final=final, deadline=TODAY).progress, on=TODAY) is None


def test_the_list_is_sorted_by_the_end_of_studies_or_by_progress() -> None:
    rows = [
        standing("Ada", activities=1, study_end=date(2027, 1, 1)),
        standing("Bo", activities=3, study_end=date(2026, 1, 1)),
        standing("Cim", activities=0, study_end=date(2028, 1, 1)),
    ]

    assert found(rows, Wanted(order=Order.STUDY_END)) == ["Bo", "Ada", "Cim"]
    assert found(rows, Wanted(order=Order.LEAST)) == ["Cim", "Ada", "Bo"]
    assert found(rows, Wanted(order=Order.MOST)) == ["Bo", "Ada", "Cim"]


def test_fifty_are_on_a_page_and_a_page_beyond_the_end_is_the_last_one() -> None:
    rows = [standing(f"Student {number:03}") for number in range(2 * PAGE_SIZE + 1)]

    first, last = (page_of(rows, Wanted(page=number), on=TODAY) for number in (1, 999))

    assert (first.count, first.page, first.pages, len(first.rows)) == (101, 1, 3, 50)
    assert (last.page, names(last)) == (3, ["Student 100"])


def test_nobody_gives_one_empty_page() -> None:
    page = page_of([], Wanted(), on=TODAY)

    assert (page.count, page.page, page.pages, names(page)) == (0, 1, 1, [])


def test_an_address_that_makes_no_sense_asks_for_everybody() -> None:
    assert Wanted.read(whose="x", standing="y", order="z", page="-1", name=" ") == Wanted()
    assert Wanted.read(page="9" * 5000) == Wanted()
    assert Wanted.read(page="²") == Wanted()


def test_an_address_is_read() -> None:
    wanted = Wanted.read(name=" Åsa ", programme="OT", whose="all", standing="near", order="least", page="3")

    assert wanted == Wanted("Åsa", "OT", Whose.ALL, Standing.NEAR, "", Order.LEAST, 3)


def test_two_spellings_of_a_letter_are_sorted_alike() -> None:
    assert alphabetical("Åke") == alphabetical("A\u030ake")


async def test_staff_find_the_students_of_their_programmes_only(database: None) -> None:
    programme, elsewhere = await make_programme("OT"), await make_programme("DENT")
    for where, name in ((programme, "Ada"), (elsewhere, "Bo")):
        await make_enrolment(where, await make_actor(name))

    page = page_of(await students_of_staff(await make_staff(programme), on=TODAY), Wanted(), on=TODAY)

    assert names(page) == ["Ada"]
