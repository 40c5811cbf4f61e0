"""The form for an activity of one's own."""

from uuid import uuid4

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from models.actions import activities
from models.actions.facts import OWN
from models.rules.ruleset import RuleSet
from models.tables import Enrolment
from models.tables.activities import Mode, Place
from webapp.components.activity_days import earlier_words
from webapp.components.badges import mode_words, place_words
from webapp.components.notices import card, muted
from webapp.components.precedent_search import precedents_beside
from webapp.errors import told
from webapp.i18n import _, pick
from webapp.runtime import pages_runtime
from webapp.session import current_actor


def proposal_form(enrolment: Enrolment, rule_set: RuleSet) -> None:
    """Ask what it is; while the name is typed, past decisions about the like are shown."""
    activity_id = uuid4()

    @told
    async def propose() -> None:
        activity = await activities.propose(
            enrolment,
            title.value or "",
            about.value or "",
            Place(place.value),
            Mode(mode.value),
            kind=kind.value if kind is not None and kind.value else OWN,
            activity_id=activity_id,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.to(f"/activities/{activity.id}")

    async def look(event: ValueChangeEventArguments[str | None]) -> None:
        await look_for(event.value or "")

    with card(_("Propose an activity of your own")):
        muted(_decided(rule_set))
        muted(earlier_words(rule_set, enrolment))
        title = ui.input(_("What is it called?"), on_change=look).classes("w-full")
        title.props("outlined maxlength=200 debounce=400 data-test=proposal-title")
        look_for = precedents_beside(enrolment)
        about = ui.textarea(_("What is it, and what is international about it?")).classes("w-full")
        about.props("outlined autogrow maxlength=5000 data-test=proposal-about")
        kind = _type_choice(rule_set)
        with ui.element("div").classes("cim-row w-full"):
            place = ui.select({p.value: place_words(p) for p in Place}, label=_("Where?"), value="sweden")
            place.props("outlined data-test=proposal-place").classes("col")
            mode = ui.select({m.value: mode_words(m) for m in Mode}, label=_("How?"), value="onsite")
            mode.props("outlined data-test=proposal-mode").classes("col")
        ui.button(_("Propose it"), on_click=propose).props("data-test=propose")


def _decided(rule_set: RuleSet) -> str:
    if rule_set.activities.approval == "after":
        return _(
            "You report it when you have done it. Programme staff decide then whether it counts, and tell you why."
        )
    return _("Programme staff decide whether it counts, and tell you why.")


def _type_choice(rule_set: RuleSet) -> "ui.select | None":
    if not rule_set.types:
        return None
    names = {type_.id: pick(type_.name) for type_ in rule_set.types}
    choices = names if OWN in names else {OWN: _("None of these, or I do not know")} | names
    chosen = ui.select(choices, label=_("What type is it?"), value=OWN).classes("w-full")
    chosen.props("outlined data-test=proposal-type")
    return chosen
