"""When something was pressed on a phone that told the server later: that time counts, within reason."""

from datetime import datetime, timedelta

LONGEST_AGO = timedelta(days=30)


def counted_time(seconds_ago: float | None, *, not_before: datetime, at: datetime) -> datetime:
    """Tell the moment that counts: so long before `at`, but neither before `not_before` nor 30 days ago.

    A phone counts seconds, because its clock may be wrong. Without a number, or with one that is none, it is now.
    """
    longest = LONGEST_AGO.total_seconds()
    # Written so that "not a number", which compares with nothing, is now as well.
    ago = min(seconds_ago, longest) if seconds_ago is not None and seconds_ago > 0 else 0.0
    return min(at, max(not_before, at - timedelta(seconds=ago)))
