"""The programme's list for one student: what helps first, with filters, and what is chosen already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from nicegui import ui

from models.actions import activities
from models.queries.suggestions import Listing
from models.rules.primitives import normal
from models.rules.ruleset import RuleSet
from models.tables import Enrolment
from models.tables.activities import Mode, Place
from webapp.components.activity_facts import asks_for_evidence, short_words, type_words
from webapp.components.badges import mode_words, place_words
from webapp.components.notices import muted
from webapp.components.progress_suggestions import gain_words
from webapp.errors import told
from webapp.i18n import _, current_language, pick_title, plural
from webapp.layout import heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor

FILTERS_FROM = 7
"""A shorter list is read faster than it is filtered."""


@dataclass(slots=True)
class Wanted:
    """What the student is looking for; empty: anything."""

    text: str = ""
    kind: str = ""
    place: str = ""
    mode: str = ""

    def fits(self, listing: Listing) -> bool:
        """Tell whether an item is meant; every word must occur in its title or its description."""
        item = listing.item
        words = f"{item.title_sv} {item.title_en} {item.about_sv} {item.about_en}".casefold()
        return (
            all(word in words for word in self.text.casefold().split())
            and self.kind in {"", normal(item.kind)}
            and self.place in {"", item.place.value}
            and self.mode in {"", item.mode.value}
        )


def catalogue_view(enrolment: Enrolment, rule_set: RuleSet, listed: Sequence[Listing]) -> None:
    """Show the list; filters redraw it."""
    wanted = Wanted()

    @ui.refreshable  # Inside the function: at module level it would redraw everybody's page.
    def shown() -> None:
        found = [listing for listing in listed if wanted.fits(listing)]
        if not found:
            muted(_("Nothing in the list fits. Choose less, or propose your own activity below."))
        with ui.element("div").classes("cim-choice cim-catalogue"):
            for listing in found:
                _item_card(enrolment, rule_set, listing)

    if len(listed) >= FILTERS_FROM:
        _filters(wanted, rule_set, listed, lambda: shown.refresh())
    shown()


def _filters(wanted: Wanted, rule_set: RuleSet, listed: Sequence[Listing], on_change: Callable[[], object]) -> None:
    kinds = {normal(one.item.kind): type_words(one.item.kind, rule_set) for one in listed}
    named = {kind: words for kind, words in kinds.items() if words}
    with ui.element("div").classes("cim-filters"):
        search = ui.input(_("Search"), on_change=on_change).bind_value(wanted, "text")
        search.props("outlined clearable debounce=250 data-test=filter-text")
        if len(named) > 1:
            _choice(wanted, "kind", _("Type"), {"": _("All types")} | named, on_change)
        places = {"": _("Everywhere")} | {place.value: place_words(place) for place in Place}
        _choice(wanted, "place", _("Where?"), places, on_change)
        modes = {"": _("Any way")} | {mode.value: mode_words(mode) for mode in Mode}
        _choice(wanted, "mode", _("How?"), modes, on_change)


def _item_card(enrolment: Enrolment, rule_set: RuleSet, listing: Listing) -> None:
    item, activity_id = listing.item, uuid4()

    @told
    async def choose() -> None:
        actor = await current_actor()
        activity = await activities.choose(
            enrolment, item, activity_id=activity_id, actor=actor, at=pages_runtime().now()
        )
        ui.navigate.to(f"/activities/{activity.id}")

    with ui.element("section").classes("cim-card").props(f'id="item-{item.id}" data-test=item'):
        with ui.element("div").classes("cim-grow"):
            heading(pick_title(item), 2)
            ui.label(str(getattr(item, f"about_{current_language()}"))).classes("cim-small")
            muted(short_words(item, rule_set))
            _badges(rule_set, listing)
        if listing.chosen is not None:
            ui.link(_("You have chosen it"), f"/activities/{listing.chosen.id}").props("data-test=chosen-item")
            return
        button = ui.button(_("Choose"), on_click=choose).props("outline data-test=choose-item")
        button.props["aria-label"] = _("Choose {title}").format(title=pick_title(item))


def _badges(rule_set: RuleSet, listing: Listing) -> None:
    kind = listing.item.kind
    type_ = rule_set.type_of(kind)
    with ui.element("div").classes("cim-row").style("gap: 6px"):
        if type_ is not None and type_.occasions > 1:
            words = plural("{count} occasion makes one", "{count} occasions make one", type_.occasions)
            ui.label(words).classes("cim-badge")
        if asks_for_evidence(kind, rule_set):
            ui.label(_("Evidence is required")).classes("cim-badge")
        if listing.gains:
            words = gain_words(listing.gains, rule_set)
            ui.label(words).classes("cim-badge go cim-brings").props("data-test=fits")


def _choice(wanted: Wanted, name: str, label: str, choices: dict[str, str], on_change: Callable[[], object]) -> None:
    select = ui.select(choices, label=label, on_change=on_change).bind_value(wanted, name)
    select.props(f"outlined data-test=filter-{name}")
