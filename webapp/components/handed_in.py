"""When a version was handed in, and when it arrived where that was later."""

from datetime import datetime, timedelta

from models.portfolios import time_zone
from models.tables import Version
from webapp.i18n import _, say_time

_SAME = timedelta(minutes=1)


async def when_handed_in(version: Version) -> str:
    """Say when a frozen version was handed in: 3 May 2027, 14:05 (arrived 3 May 2027, 16:20)."""
    pressed, arrived = await _times(version)
    if arrived is None:
        return pressed
    return _("{pressed} (pressed without a network; arrived {arrived})").format(pressed=pressed, arrived=arrived)


async def handed_in_words(version: Version) -> str:
    """Say it as a sentence, for its student's receipt."""
    pressed, arrived = await _times(version)
    if arrived is None:
        return _("Handed in on {when}.").format(when=pressed)
    return _("Handed in on {pressed} (pressed without a network; arrived {arrived}).").format(
        pressed=pressed, arrived=arrived
    )


async def _times(version: Version) -> tuple[str, str | None]:
    """Write when it was pressed, and when it arrived unless that was at once."""
    zone, arrived = await time_zone(), _moment(version.frozen_at)
    pressed = version.handed_in_at or arrived
    return say_time(pressed, zone), say_time(arrived, zone) if arrived - pressed > _SAME else None


def _moment(frozen_at: datetime | None) -> datetime:
    assert frozen_at is not None  # noqa: S101  Callers pass frozen versions.
    return frozen_at
