"""The worklist: one row per approved student, for those who write into Ladok and the Diploma Supplement.

The file opens in columns by a double click in a Swedish Excel, whose list separator is the semicolon: UTF-8 with a
byte order mark, semicolons, CRLF. There is no `sep=` line: with it Excel no longer believes the byte order mark.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Receipt:
    """That one step of the hand-over was done; empty while it is not."""

    status: str = ""
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """What the receivers need to know about one approved student."""

    certificate_number: int
    name: str
    programme_code: str
    programme_name_en: str
    approved_date: date
    approved_by: str
    rule_set_id: str
    rule_set_version: str
    activities_sv: tuple[str, ...]
    activities_en: tuple[str, ...]
    diploma_supplement_en: str
    expected_degree_date: date | None
    recorded_in_ladok: Receipt = Receipt()
    sent_to_degree_office: Receipt = Receipt()


HEADINGS = (
    "Certificate number",
    "Name",
    "Programme code",
    "Programme",
    "Approved on",
    "Approved by",
    "Rule set",
    "Rule set version",
    "Activities (Swedish)",
    "Activities (English)",
    "Diploma Supplement (English)",
    "Expected degree date",
    "Recorded in Ladok",
    "Recorded in Ladok by",
    "Recorded in Ladok on",
    "Sent to the degree office",
    "Sent to the degree office by",
    "Sent to the degree office on",
)


def to_csv(rows: Iterable[WorklistRow]) -> bytes:
    """Write the file: first the student whose degree is expected first, at the end those without a date."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in sorted(rows, key=_by_degree_date):
        writer.writerow([neutralised(cell) for cell in _cells(row)])
    return file.getvalue().encode("utf-8-sig")


def neutralised(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    starts_formula = cell.lstrip()[:1] in tuple("=+-@") or cell[:1] in tuple("\t\r\n")
    return f"'{cell}" if starts_formula else cell


def _by_degree_date(row: WorklistRow) -> tuple[date, int]:
    return row.expected_degree_date or date.max, row.certificate_number


def _cells(row: WorklistRow) -> list[str]:
    return [
        str(row.certificate_number),
        row.name,
        row.programme_code,
        row.programme_name_en,
        row.approved_date.isoformat(),
        row.approved_by,
        row.rule_set_id,
        row.rule_set_version,
        _listed(row.activities_sv),
        _listed(row.activities_en),
        row.diploma_supplement_en,
        _day(row.expected_degree_date),
        *_receipt(row.recorded_in_ladok),
        *_receipt(row.sent_to_degree_office),
    ]


def _listed(titles: Sequence[str]) -> str:
    return " | ".join(titles)


def _receipt(receipt: Receipt) -> list[str]:
    return [receipt.status, receipt.by, _day(receipt.on)]


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
