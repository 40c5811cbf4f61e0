"""Until when an answer is promised."""

from datetime import date

from models.rules.answering import answer_due


def test_the_days_are_counted_from_the_day_after_the_hand_in() -> None:
    assert answer_due(21, date(2026, 11, 12)) == date(2026, 12, 3)


def test_without_a_promise_there_is_no_day() -> None:
    assert answer_due(None, date(2026, 11, 12)) is None
