"""/office/catalogue/{programme_code}: what a programme lists for its students: add, change, close, open again."""

from nicegui import ui

from models.actions import catalogue as actions
from models.actions.setup import ListedActivity
from models.portfolios import parsed
from models.queries import catalogue as queries
from models.queries.catalogue import Listed
from models.rules.ruleset import RuleSet
from models.tables import CatalogueItem, Programme
from webapp.components.activity_facts import short_words
from webapp.components.catalogue_item_form import catalogue_item_form
from webapp.components.notices import empty_list, muted
from webapp.errors import screen, told
from webapp.i18n import _, current_language, pick_name, pick_title, plural
from webapp.layout import frame, heading
from webapp.runtime import pages_runtime
from webapp.session import current_actor


@screen("/office/catalogue/{programme_code}")
async def page(programme_code: str) -> None:
    """Show what can be chosen, then what is closed."""
    actor = await current_actor()
    programme = await queries.programme(programme_code, actor=actor)
    listed = await queries.items(programme.id, actor=actor)
    rule_set = parsed(programme.rule_set.document)

    with frame(_("Catalogue of {programme}").format(programme=pick_name(programme)), back="/office", wide=True):
        muted(_("What students of the programme can choose without asking: you have approved it by listing it."))
        _add(programme, rule_set)
        is_open = [one for one in listed if one.item.is_open]
        closed = [one for one in listed if not one.item.is_open]
        heading(_("Students can choose: {count}").format(count=len(is_open)))
        if not is_open:
            empty_list(_("Nothing can be chosen. List an activity above."))
        _list(is_open, rule_set)
        if closed:
            heading(_("Not offered any more: {count}").format(count=len(closed)))
            _list(closed, rule_set)


def _add(programme: Programme, rule_set: RuleSet) -> None:
    async def save(activity: ListedActivity) -> None:
        await actions.add_item(programme, activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.expansion(_("List another activity"), icon="add").classes("cim-card w-full").props("data-test=add-item"):
        with ui.element("div").classes("cim-form").style("padding: 8px 0"):
            catalogue_item_form(rule_set, save)


def _list(listed: list[Listed], rule_set: RuleSet) -> None:
    with ui.element("ul").classes("cim-choice cim-items"):
        for one in listed:
            with ui.element("li"):
                _item(one, rule_set)


def _item(one: Listed, rule_set: RuleSet) -> None:
    item = one.item

    @told
    async def close() -> None:
        await actions.close_item(item, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    @told
    async def reopen() -> None:
        await actions.reopen_item(item, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.element("section").classes("cim-card" if item.is_open else "cim-card calm").props("data-test=item"):
        with ui.element("div").classes("cim-grow"):
            heading(pick_title(item), 3)
            muted(str(getattr(item, f"about_{current_language()}")))
            muted(short_words(item, rule_set))
            ui.label(
                plural("Chosen by {count} student", "Chosen by {count} students", one.chosen)
                if one.chosen
                else _("Nobody has chosen it yet")
            ).classes("cim-small").props("data-test=chosen")
        with ui.element("div").classes("cim-row"):
            ui.button(_("Change it"), on_click=lambda: _change(item, rule_set)).props("outline data-test=change-item")
            if item.is_open:
                ui.button(_("Stop offering it"), on_click=close).props("flat data-test=close-item")
            else:
                ui.button(_("Offer it again"), on_click=reopen).props("flat data-test=reopen-item")


def _change(item: CatalogueItem, rule_set: RuleSet) -> None:
    """Open the form for one activity; it is made at the click, so that a long list stays light."""

    async def save(activity: ListedActivity) -> None:
        await actions.change_item(item, activity, actor=await current_actor(), at=pages_runtime().now())
        ui.navigate.reload()

    with ui.dialog(value=True) as dialog, ui.card().classes("cim-card cim-wide-dialog cim-form"):
        heading(_("Change what is listed"))
        catalogue_item_form(rule_set, save, item=item)
        ui.button(_("Cancel"), on_click=dialog.close).props("flat").classes("self-start")
    dialog.on("hide", dialog.delete)
