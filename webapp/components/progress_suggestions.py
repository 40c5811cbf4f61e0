"""What would fit from the catalogue, for what is still missing."""

from collections.abc import Sequence

from nicegui import ui

from models.queries.suggestions import Listing
from models.rules.lacking import lacking_words
from models.rules.ruleset import RuleSet
from models.rules.suggestions import Gain
from models.rules.wording import all_of
from models.tables import Enrolment
from webapp.components.activity_facts import DOT
from webapp.components.badges import mode_words, place_words
from webapp.components.notices import card, muted
from webapp.i18n import _, pick, pick_title
from webapp.layout import heading


def suggestions_card(enrolment: Enrolment, rule_set: RuleSet, listed: Sequence[Listing]) -> None:
    """Suggest a few items of the catalogue, each with what it would bring."""
    if not listed:
        return
    with card(_("This would fit")), ui.element("ul").classes("cim-list"):
        for listing in listed:
            address = f"/enrolments/{enrolment.id}/add?item={listing.item.id}"
            with ui.element("li"), ui.element("a").classes("cim-suggestion").props(f'href="{address}"') as link:
                link.props("data-test=suggestion")
                heading(pick_title(listing.item), 3)
                muted(DOT.join((place_words(listing.item.place), mode_words(listing.item.mode))))
                ui.label(gain_words(listing.gains, rule_set)).classes("cim-badge go cim-brings")


def gain_words(gains: Sequence[Gain], rule_set: RuleSet) -> str:
    """Say what something would bring; that a reflection belongs to it goes without saying."""
    told = [gain for gain in gains if gain.requirement_id != "reflections"] or gains
    words = [lacking_words(gain.requirement_id, gain.amount, rule_set) for gain in told]
    return _("Would bring you {things}").format(things=pick(all_of(words)))
