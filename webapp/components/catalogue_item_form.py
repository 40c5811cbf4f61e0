"""The form in which staff list an activity for their students, or change what is listed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from models.actions.facts import DecidedFacts
from models.actions.setup import ListedActivity
from models.rules.bilingual import Bilingual
from models.rules.ruleset import RuleSet
from models.tables import CatalogueItem
from models.tables.activities import Mode, Place
from webapp.components.badges import mode_words, place_words
from webapp.components.fact_form import FactForm
from webapp.components.notices import muted
from webapp.errors import told
from webapp.i18n import _


def catalogue_item_form(
    rule_set: RuleSet, save: Callable[[ListedActivity], Awaitable[None]], *, item: CatalogueItem | None = None
) -> None:
    """Ask for everything that a listed activity has; Swedish and English stand side by side."""

    def said(column: str) -> str:
        return str(getattr(item, column, ""))

    @told
    async def send() -> None:
        facts = form.facts()
        await save(
            ListedActivity(
                kind=facts.kind,
                title=texts.title(),
                about=texts.about(),
                place=Place(place.value),
                mode=Mode(mode.value),
                class_code=facts.class_code,
                theme=facts.theme,
                points=facts.points,
            )
        )

    texts = _Texts.asked(said)
    with ui.element("div").classes("cim-form-pair"):
        place = ui.select(
            {one.value: place_words(one) for one in Place}, label=_("Place"), value=said("place") or Place.SWEDEN.value
        )
        mode = ui.select(
            {one.value: mode_words(one) for one in Mode}, label=_("Form"), value=said("mode") or Mode.ONSITE.value
        )
        place.props("outlined data-test=item-place")
        mode.props("outlined data-test=item-mode")
    points = None if item is None else item.points
    before = DecidedFacts(said("kind"), said("class_code"), said("theme"), points)
    form = FactForm(before, rule_set, may_be_own=False)
    muted(_("Students who have chosen it already keep what it was when they chose it."))
    ui.button(_("Save"), icon="check", on_click=send).props("data-test=save-item").classes("self-start")


@dataclass(frozen=True, slots=True)
class _Texts:
    """The four fields of words."""

    title_sv: ui.input
    title_en: ui.input
    about_sv: ui.textarea
    about_en: ui.textarea

    @classmethod
    def asked(cls, said: Callable[[str], str]) -> "_Texts":
        with ui.element("div").classes("cim-form-pair"):
            titles = [
                ui.input(words, value=said(column)).props(f"outlined maxlength=200 data-test=item-{column}")
                for words, column in ((_("Name in Swedish"), "title_sv"), (_("Name in English"), "title_en"))
            ]
        with ui.element("div").classes("cim-form-pair"):
            abouts = [
                ui.textarea(words, value=said(column)).props(f"outlined autogrow data-test=item-{column}")
                for words, column in (
                    (_("What it is, in Swedish"), "about_sv"),
                    (_("What it is, in English"), "about_en"),
                )
            ]
        return cls(titles[0], titles[1], abouts[0], abouts[1])

    def title(self) -> Bilingual:
        return Bilingual(self.title_sv.value or "", self.title_en.value or "")

    def about(self) -> Bilingual:
        return Bilingual(self.about_sv.value or "", self.about_en.value or "")
