"""The text about the certificate for section 6.1 of the Diploma Supplement: facts only, in English."""

import textwrap
from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

MAXIMUM_LINES = 8
MAXIMUM_CHARACTERS = 400
"""Section 6.1 takes at most 8 lines of at most 400 characters each."""

_LONGEST_TITLE = 200


def diploma_supplement_line(
    *,
    certificate_name: str,
    certificate_number: str,
    institution: str,
    activities: Sequence[str],
    certified_by: str,
    certified_date: date,
) -> str:
    """State what was certified, by whom and when; lines are separated by a line feed, and mostly there is one.

    Where not all activities fit, the last words say how many more there are: the text never grows too long.
    """
    titles = [textwrap.shorten(title, _LONGEST_TITLE, placeholder=" …") for title in activities]
    for shown in range(len(titles), -1, -1):
        sentences = [
            f"{certificate_name}, certificate number {certificate_number}, {institution}.",
            *_activities(titles, shown),
            f"Certified by {certified_by} on {format_date(certified_date, 'd MMMM y', locale='en')}.",
        ]
        lines = textwrap.wrap(" ".join(sentences), MAXIMUM_CHARACTERS, break_on_hyphens=False)
        if len(lines) <= MAXIMUM_LINES:
            break
    return "\n".join(lines)


def _activities(titles: Sequence[str], shown: int) -> list[str]:
    if not titles:
        return []
    named = "; ".join(titles[:shown])
    left = len(titles) - shown
    more = f"{'; and ' if named else ''}{left} more" if left else ""
    return [f"Completed activities ({len(titles)}): {named}{more}."]
