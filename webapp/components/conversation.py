"""What was handed in and what came back, newest first."""

from collections.abc import Sequence
from itertools import zip_longest

from nicegui import ui

from models.permissions import Actor
from models.portfolios import time_zone
from models.tables import Assessment, Settlement, Version
from models.tables.assessments import Decision, SettledBy
from webapp.components.comments import CommentList
from webapp.components.criteria import levels_given
from webapp.components.handed_in import when_handed_in
from webapp.components.notices import card, muted
from webapp.components.piece import piece_view, player_of
from webapp.i18n import _, say_time
from webapp.layout import heading


async def answer_card(assessment: Assessment, version: Version, *, player: str = "") -> None:
    """Show a decision with its levels by criterion, its comments, who and when.

    What was said at places of the version is heard in `player`, or where there is none beside it in a small one.
    """
    accepted = assessment.decision is Decision.ACCEPTED
    title = _("Accepted") if accepted else _("Came back for revision")
    with card(title, look="good" if accepted else "warn"):
        levels_given(assessment)
        if assessment.comment:
            ui.label(assessment.comment).classes("cim-text")
        if comments := list(assessment.comments):
            heading(_("At their places"), 3)
            CommentList(version, comments, name=str(assessment.id), player=player)
        when = say_time(assessment.decided_at, await time_zone())
        muted(_("{name}, {when}").format(name=assessment.assessor.name, when=when))


async def answers(version: Version, *, player: str = "") -> None:
    """Show what its readers decided, as far as it may be seen, and what settled it; all of that comes loaded."""
    for assessment in version.assessments:
        await answer_card(assessment, version, player=player)
    settlement: Settlement | None = version.settlement
    if settlement is not None:
        await _settlement_card(settlement)


async def _settlement_card(settlement: Settlement) -> None:
    accepted = settlement.decision is Decision.ACCEPTED
    with card(settled_words(settlement), look="good" if accepted else "warn"):
        if settlement.comment:
            ui.label(settlement.comment).classes("cim-text")
        when = say_time(settlement.decided_at, await time_zone())
        muted(_("{name}, {when}").format(name=settlement.decided_by.name, when=when))


def settled_words(settlement: Settlement) -> str:
    """Say what was decided beside the readers, and by whom."""
    accepted = settlement.decision is Decision.ACCEPTED
    if settlement.settled_by is SettledBy.READER:
        return _("The readers agreed to accept it") if accepted else _("The readers agreed to send it back")
    if settlement.settled_by is SettledBy.CONVENER:
        return _("The convener accepted it") if accepted else _("The convener sent it back for revision")
    return _("The assessor group accepted it") if accepted else _("The assessor group sent it back for revision")


async def earlier_versions(versions: Sequence[Version], *, actor: Actor) -> None:
    """Show frozen versions, folded, each with the decision about it; posts and assessments come loaded.

    The newest of them is open where something was said at its places.
    """
    if not versions:
        return
    heading(_("What was handed in"))
    for version, before in zip_longest(versions, versions[1:]):
        title = _("Version {number}, handed in {when}").format(
            number=version.number, when=await when_handed_in(version)
        )
        is_open = version is versions[0] and any(one.comments for one in version.assessments)
        with ui.expansion(title, value=is_open).classes("cim-card calm w-full"):
            with ui.element("div").style("display: grid; gap: 12px; padding: 8px"):
                await piece_view(version, actor=actor, before=before)
                await answers(version, player=player_of(version))
                muted(_("Checksum (SHA-256): {checksum}").format(checksum=version.checksum[:16] + "…"))
