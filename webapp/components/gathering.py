"""Parts that the pages about gatherings share: when and where, which kind, how many places."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from models.actions.attendance import CLOSES_AFTER, OPENS_BEFORE
from models.queries.gatherings import forum_name, kind_name
from models.tables import Enrolment, Gathering, Programme
from models.tables.gatherings import Part
from webapp.components.notices import facts
from webapp.i18n import _, pick, say_time


def gathering_facts(gathering: Gathering, rules: Sequence[Programme | Enrolment], zone: ZoneInfo) -> None:
    """List when, where and what kind; `rules` name the kind and the forum, and come with their rule set."""
    rows = [(_("When"), when_words(gathering, zone))]
    if gathering.where:
        rows.append((_("Where"), gathering.where))
    rows.append((_("Counts as"), pick(kind_name(gathering, rules))))
    if (forum := forum_name(gathering, rules)) is not None:
        rows.append((_("Forum"), pick(forum)))
    facts(rows)


def when_words(gathering: Gathering, zone: ZoneInfo) -> str:
    """Say from when until when, as the institution's clock shows it."""
    start, end = gathering.starts_at.astimezone(zone), gathering.ends_at.astimezone(zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else say_time(gathering.ends_at, zone)
    return f"{say_time(gathering.starts_at, zone)} – {until}"


def clock_words(at: datetime, zone: ZoneInfo) -> str:
    """Say a time of day: 14:05."""
    return f"{at.astimezone(zone):%H:%M}"


def about_words(gathering: Gathering) -> str:
    """Take the description in one's own language, or in the other one where there is only that."""
    return pick({"sv": gathering.about_sv or gathering.about_en, "en": gathering.about_en or gathering.about_sv})


def part_words(part: Part) -> str:
    """Say what somebody does there."""
    return {Part.PRESENTER: _("Presents"), Part.LISTENER: _("Listens")}[part]


def is_code_open(gathering: Gathering, now: datetime) -> bool:
    """Tell whether the code of the day can be entered."""
    is_time = gathering.starts_at - OPENS_BEFORE <= now <= gathering.ends_at + CLOSES_AFTER
    return is_time and gathering.cancelled_at is None
