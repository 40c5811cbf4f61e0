"""A page of the list of students: one plain table, written as HTML so that a phone draws it at once."""

from collections.abc import Sequence
from datetime import date
from html import escape

from nicegui import ui

from models.queries.overview import StudentStanding
from models.queries.student_list import NEAR_DAYS, days_left, last_day
from models.rules.results import Progress
from models.states import EnrolmentState
from webapp.components.badges import enrolment_words
from webapp.components.certificate_picture import percent_of
from webapp.components.requirement_lines import missing_words
from webapp.i18n import _, plural, say_date


def student_table(rows: Sequence[StudentStanding], *, today: date) -> None:
    """Show the rows; on a phone each becomes a block."""
    # Everything that people wrote is escaped where it goes into the table.
    table = ui.html(table_html(rows, today=today), sanitize=False)
    table.classes("cim-card cim-students").props("data-test=students")


def table_html(rows: Sequence[StudentStanding], *, today: date) -> str:
    """Write the table."""
    names = (_("Name"), _("Programme"), _("How far"), _("Missing"), _("Last day"), _("Studies end"))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(_row(row, names, today) for row in rows)
    return f'<table class="cim-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(row: StudentStanding, names: Sequence[str], today: date) -> str:
    student, progress = row.student, row.progress
    link = f'<a href="/office/students/{student.id}">{escape(student.name)}</a>'
    ended = ""
    if student.state is not EnrolmentState.ACTIVE:
        words, look = enrolment_words(student.state)
        ended = f' <span class="cim-badge {look}">{escape(words)}</span>'
    cells = (
        escape(student.programme_code),
        _bar(progress),
        escape(missing_words(progress) or _("Nothing: complete")),
        _deadline(progress, today) if student.state is EnrolmentState.ACTIVE else "–",
        escape(say_date(student.study_end_date)),
    )
    said = "".join(f'<td data-name="{escape(name)}">{cell}</td>' for name, cell in zip(names[1:], cells, strict=True))
    return f'<tr data-test="student"><th scope="row">{link}{ended}</th>{said}</tr>'


def _bar(progress: Progress) -> str:
    percent = percent_of(progress)
    full = " full" if progress.complete else ""
    return (
        f'<span class="cim-bar{full}"><span style="width:{percent}%"></span></span>'
        f'<span class="cim-small">{percent} %</span>'
    )


def _deadline(progress: Progress, today: date) -> str:
    deadline = last_day(progress)
    if deadline is None:
        return "–"
    left = days_left(progress, on=today)
    words, look = "", ""
    if left is not None and left < 0:
        words, look = _("passed"), "bad"
    elif left == 0:
        words, look = _("today"), "warn"
    elif left is not None and left <= NEAR_DAYS:
        words, look = plural("{count} day left", "{count} days left", left), "warn"
    badge = f' <span class="cim-badge {look}">{escape(words)}</span>' if words else ""
    return f"{escape(say_date(deadline))}{badge}"
