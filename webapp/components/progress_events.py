"""The way to presentations and workshops, where the certificate asks for one."""

from datetime import datetime

from nicegui import ui

from models.permissions import Actor
from models.portfolios import time_zone
from models.queries.enrolments import Standing
from models.queries.gatherings import Offer, offers
from models.rules.primitives import EventRequirement, normal
from webapp.components.activity_facts import DOT
from webapp.components.gathering import when_words
from webapp.components.notices import card, muted
from webapp.i18n import _, pick_title, plural
from webapp.layout import heading


async def events_card(standing: Standing, actor: Actor, now: datetime) -> None:
    """Show the next gathering that would fulfil what is missing, and lead to all of them."""
    requirements = [one for one in standing.rule_set.requirements if isinstance(one, EventRequirement)]
    if not requirements:
        return
    unmet = {requirement.id for requirement in standing.progress.requirements if not requirement.met}
    missing = {one.event for one in requirements if one.id in unmet}
    found = [
        one
        for one in await offers(actor, at=now)
        if one.enrolment.id == standing.enrolment.id
        and one.gathering.ends_at > now
        and _would_count(one, missing, standing)
    ]
    with card(_("Presentations and workshops")):
        if found:
            await _next(found[0])
        elif missing:
            muted(_("Nothing is planned at the moment that would fulfil it. Your programme announces it here."))
        ui.link(_("To all events"), "/gatherings").props("data-test=to-gatherings")


def _would_count(offer: Offer, missing: set[str], standing: Standing) -> bool:
    gathering = offer.gathering
    kind = standing.rule_set.event_of(gathering.kind)
    if gathering.cancelled_at is not None or kind is None or kind.id not in missing:
        return False
    return not kind.forums or normal(gathering.forum or "-") in {forum.id for forum in kind.forums}


async def _next(offer: Offer) -> None:
    gathering = offer.gathering
    with ui.element("a").classes("cim-suggestion").props('href="/gatherings" data-test=next-gathering'):
        heading(pick_title(gathering), 3)
        muted(DOT.join(part for part in (when_words(gathering, await time_zone()), gathering.where) if part))
        if offer.sign_up is not None:
            ui.label(_("You have signed up")).classes("cim-badge good")
        elif offer.free is not None:
            words = plural("{count} place left", "{count} places left", offer.free)
            ui.label(words if offer.free else _("Full; you can wait for a place")).classes(
                "cim-badge go" if offer.free else "cim-badge warn"
            )
