"""The activities that a programme lists for its students; its staff keep the list.

What students have chosen already keeps its words and facts: they were copied.
"""

from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.actions.facts import DecidedFacts, checked
from models.actions.precedents import check_titles
from models.actions.setup import ListedActivity
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_edit_catalogue, require
from models.portfolios import parsed
from models.tables import CatalogueItem, Programme


class AboutMissing(Refused):
    """Students choose by what they read."""

    words = N_("Describe it in Swedish and in English, so that students know what it is.")


class ListedAlready(Refused):
    """Two of the same name could not be told apart."""

    words = N_("The programme lists an activity with this English name already. Give this one another name.")


async def add_item(programme: Programme, activity: ListedActivity, *, actor: Actor, at: datetime) -> CatalogueItem:
    """List an activity: from now on students of the programme can choose it."""
    require(may_edit_catalogue(actor, programme.id))
    async with in_transaction():
        columns = await _checked_columns(programme.id, activity)
        item = await CatalogueItem.create(programme_id=programme.id, **columns)
        await record("add_item", item, by=actor.person_id, at=at, programme=programme.id)
    return item


async def change_item(item: CatalogueItem, activity: ListedActivity, *, actor: Actor, at: datetime) -> None:
    """Change what is listed; nobody's chosen activity changes."""
    require(may_edit_catalogue(actor, item.programme_id))
    async with in_transaction():
        columns = await _checked_columns(item.programme_id, activity, but_not=item.id)
        before = await CatalogueItem.get(id=item.id)
        changed = sorted(column for column, value in columns.items() if getattr(before, column) != value)
        if changed:
            await CatalogueItem.filter(id=item.id).update(**columns)
            await record("change_item", item, by=actor.person_id, at=at, changed=changed)


async def close_item(item: CatalogueItem, *, actor: Actor, at: datetime) -> None:
    """Let nobody choose it any more; who has chosen it keeps it."""
    require(may_edit_catalogue(actor, item.programme_id))
    async with in_transaction():
        if not await CatalogueItem.filter(id=item.id, is_open=True).update(is_open=False):
            raise WrongState
        await record("close_item", item, by=actor.person_id, at=at)


async def reopen_item(item: CatalogueItem, *, actor: Actor, at: datetime) -> None:
    """Let students choose it again."""
    require(may_edit_catalogue(actor, item.programme_id))
    async with in_transaction():
        if not await CatalogueItem.filter(id=item.id, is_open=False).update(is_open=True):
            raise WrongState
        await record("reopen_item", item, by=actor.person_id, at=at)


async def _checked_columns(
    programme_id: int, activity: ListedActivity, *, but_not: int | None = None
) -> dict[str, Any]:
    """Give the columns of a row, spelled as the programme's present rule set does, or refuse."""
    title, about = activity.title, activity.about
    check_titles(title.sv, title.en)
    if not about.sv.strip() or not about.en.strip():
        raise AboutMissing
    programme = await Programme.get(id=programme_id).select_related("rule_set")
    said = DecidedFacts(activity.kind, activity.class_code, activity.theme, activity.points)
    facts = checked(said, parsed(programme.rule_set.document))
    others = await CatalogueItem.filter(programme_id=programme_id).exclude(id=but_not or 0)
    if title.en.strip().casefold() in {other.title_en.casefold() for other in others}:
        raise ListedAlready
    return {
        "kind": facts.kind,
        "title_sv": title.sv.strip(),
        "title_en": title.en.strip(),
        "about_sv": about.sv.strip(),
        "about_en": about.en.strip(),
        "place": activity.place,
        "mode": activity.mode,
        "class_code": facts.class_code,
        "theme": facts.theme,
        "points": facts.points,
    }
