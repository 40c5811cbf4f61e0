"""Tests of the text for the Diploma Supplement."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from models.handover.diploma_supplement import diploma_supplement_line


def make_text(*activities: str) -> str:
    return diploma_supplement_line(
        certificate_name="Certificate of International Merits",
        certificate_number="KI-2026-7",
        institution="Karolinska Institutet",
        activities=activities,
        certified_by="Nils Ek",
        certified_date=date(2026, 5, 20),
    )


def test_it_states_the_facts_in_one_line() -> None:
    text = make_text("Language café", "Student ambassador", "TedX")

    assert text == (
        "Certificate of International Merits, certificate number KI-2026-7, Karolinska Institutet. "
        "Completed activities (3): Language café; Student ambassador; TedX. "
        "Certified by Nils Ek on 20 May 2026."
    )


def test_without_activities_it_names_none() -> None:
    assert make_text() == (
        "Certificate of International Merits, certificate number KI-2026-7, Karolinska Institutet. "
        "Certified by Nils Ek on 20 May 2026."
    )


def test_a_line_break_in_a_title_does_not_break_the_line() -> None:
    assert make_text("Language\ncafé").splitlines() == [
        "Certificate of International Merits, certificate number KI-2026-7, Karolinska Institutet. "
        "Completed activities (1): Language café. Certified by Nils Ek on 20 May 2026."
    ]


def test_activities_that_do_not_fit_are_counted() -> None:
    text = make_text(*(f"Lecture {number} on {'public ' * 20}health" for number in range(30)))

    assert len(text.splitlines()) == 8
    assert text.endswith("; and 12 more. Certified by Nils Ek on 20 May 2026.")


@given(st.lists(st.text(max_size=900), max_size=40))
def test_it_never_has_more_than_eight_lines_of_four_hundred_characters(activities: list[str]) -> None:
    lines = make_text(*activities).split("\n")

    assert len(lines) <= 8
    assert max(len(line) for line in lines) <= 400
