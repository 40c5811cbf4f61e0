"""Tests of the worklist."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.handover.worklist import HEADINGS, Receipt, WorklistRow, neutralised, to_csv


def make_row(certificate_number: int = 1, expected_degree_date: date | None = date(2026, 6, 5)) -> WorklistRow:
    return WorklistRow(
        certificate_number=certificate_number,
        name="Åsa Öberg",
        programme_code="2TL13",
        programme_name_en="Dental programme",
        approved_date=date(2026, 5, 20),
        approved_by="Nils Ek",
        rule_set_id="ki",
        rule_set_version="2025-26",
        activities_sv=("Språkkafé", "Mentor"),
        activities_en=("Language café", "Mentor"),
        diploma_supplement_en="Certificate of International Merits.",
        expected_degree_date=expected_degree_date,
    )


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_row_is_written_as_it_stands() -> None:
    headings, cells = read(to_csv([make_row()]))

    assert tuple(headings) == HEADINGS
    assert cells == [
        "1",
        "Åsa Öberg",
        "2TL13",
        "Dental programme",
        "2026-05-20",
        "Nils Ek",
        "ki",
        "2025-26",
        "Språkkafé | Mentor",
        "Language café | Mentor",
        "Certificate of International Merits.",
        "2026-06-05",
        *[""] * 6,
    ]


def test_the_file_starts_with_a_byte_order_mark_and_ends_its_lines_with_crlf() -> None:
    content = to_csv([make_row()])

    assert content.startswith(b"\xef\xbb\xbfCertificate number;Name;")
    assert content.count(b"\r\n") == content.count(b"\n") == 2


def test_without_rows_the_headings_remain() -> None:
    assert read(to_csv([])) == [list(HEADINGS)]


def test_receipts_say_who_and_when() -> None:
    row = replace(make_row(), recorded_in_ladok=Receipt("recorded", "Eva Lind", date(2026, 5, 22)))

    (_, cells) = read(to_csv([row]))

    assert cells[-6:] == ["recorded", "Eva Lind", "2026-05-22", "", "", ""]


def test_the_first_expected_degree_comes_first_and_an_unknown_one_last() -> None:
    rows = [
        make_row(1, None),
        make_row(2, date(2026, 6, 5)),
        make_row(4, date(2026, 1, 16)),
        make_row(3, date(2026, 1, 16)),
    ]

    numbers = [cells[0] for cells in read(to_csv(rows))[1:]]

    assert numbers == ["3", "4", "2", "1"]


def test_separators_quotes_and_lines_stay_inside_their_cell() -> None:
    row = replace(make_row(), name='Åsa "Ö"; Berg', diploma_supplement_en="First line.\nSecond line.")

    (_, cells) = read(to_csv([row]))

    assert (cells[1], cells[10]) == ('Åsa "Ö"; Berg', "First line.\nSecond line.")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0="])
def test_a_formula_is_neutralised(start: str) -> None:
    row = replace(make_row(), name=f"{start}cmd()")

    (_, cells) = read(to_csv([row]))

    assert cells[1] == f"'{start}cmd()"


@pytest.mark.parametrize("cell", ["", "Åsa", "a=b", "2026-05-20", "'quoted"])
def test_an_ordinary_cell_stays_as_it_is(cell: str) -> None:
    assert neutralised(cell) == cell


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_no_text_becomes_a_formula_and_none_is_lost(name: str, code: str, activities: list[str]) -> None:
    row = replace(make_row(), name=name, programme_code=code, activities_sv=tuple(activities))

    (_, cells) = read(to_csv([row]))

    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
    assert [cells[1].removeprefix("'"), cells[2].removeprefix("'")] == [name.removeprefix("'"), code.removeprefix("'")]
