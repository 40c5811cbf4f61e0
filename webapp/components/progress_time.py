"""Until when, whether that is enough, and what to do first."""

from nicegui import ui

from models.permissions import is_active
from models.queries.enrolments import Standing
from models.queries.reflections import extensions_of
from models.rules.outlook import Outlook
from webapp.components.notices import card, facts, muted
from webapp.i18n import _, pick, plural, say_date

_LOOKS = {"calm": "", "soon": "warn", "late": "bad"}


async def time_card(standing: Standing, outlook: Outlook) -> None:
    """Say how the student is placed for time, and list the last days; the end of the studies can be changed."""
    progress, enrolment = standing.progress, standing.enrolment
    with card(_("Is there time enough?"), look=_LOOKS[outlook.urgency]):
        for sentence in outlook.sentences:
            ui.label(pick(sentence)).props("data-test=outlook")
        rows = []
        if progress.final_deadline is not None:
            rows.append((_("Final reflection"), _by(say_date(progress.final_deadline), progress.days_left)))
        if progress.application_deadline is not None:
            rows.append((_("Application"), _by(say_date(progress.application_deadline), None)))
        rows.append((_("Studies end"), say_date(enrolment.study_end_date)))
        facts(rows)
        for extension in (await extensions_of(enrolment.id))[:1]:
            muted(
                _("Extended until {day}: {reason}").format(day=say_date(extension.until_date), reason=extension.reason)
            )
        if is_active(enrolment):
            ui.link(_("Change the day on which my studies end"), f"/enrolments/{enrolment.id}/end")


def _by(day: str, days_left: int | None) -> str:
    words = _("by {day}").format(day=day)
    if days_left is None or days_left < 0:
        return words
    left = plural("{count} day left", "{count} days left", days_left)
    return f"{words} – {left}"
