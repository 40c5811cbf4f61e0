"""Until when a student hears from an assessor, where the rules promise it."""

from datetime import date, timedelta


def answer_due(days: int | None, handed_in: date) -> date | None:
    """Tell the last day of the promise `answer_days`, counted from the day of the hand-in; None: nothing is promised.

    Both days are those of the institution.
    """
    return None if days is None else handed_in + timedelta(days=days)
