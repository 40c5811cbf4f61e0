"""What a programme lists for its students, as its staff see it: also what is closed, and how often it was chosen."""

from dataclasses import dataclass

from tortoise.functions import Count

from models.errors import NotAllowed
from models.permissions import Actor, may_edit_catalogue, require
from models.states import ActivityState
from models.tables import Activity, CatalogueItem, Programme
from models.tables.programmes import LONGEST_CODE


@dataclass(frozen=True, slots=True)
class Listed:
    """One activity of the list; `chosen` counts what students did not withdraw."""

    item: CatalogueItem
    chosen: int


async def programme(code: str, *, actor: Actor) -> Programme:
    """Get a programme with its rules, for those who keep its list; raises NotAllowed for everybody else."""
    found = await Programme.get_or_none(code=code).select_related("rule_set") if len(code) <= LONGEST_CODE else None
    if found is None or not may_edit_catalogue(actor, found.id):
        raise NotAllowed
    return found


async def items(programme_id: int, *, actor: Actor) -> list[Listed]:
    """List all that a programme has ever listed, for its staff: what is open first, by name."""
    require(may_edit_catalogue(actor, programme_id))
    rows = await CatalogueItem.filter(programme_id=programme_id).order_by("-is_open", "title_en")
    counted = (
        Activity.filter(catalogue_item__programme_id=programme_id)
        .exclude(state=ActivityState.WITHDRAWN)
        .annotate(chosen=Count("id"))
        .group_by("catalogue_item_id")
    )
    chosen = {row["catalogue_item_id"]: row["chosen"] for row in await counted.values("catalogue_item_id", "chosen")}
    return [Listed(row, chosen.get(row.id, 0)) for row in rows]


async def item(item_id: int, *, actor: Actor) -> CatalogueItem:
    """Get one activity of the list with its programme, for staff; raises NotAllowed for everybody else."""
    found = await CatalogueItem.get_or_none(id=item_id).select_related("programme__rule_set")
    if found is None or not may_edit_catalogue(actor, found.programme_id):
        raise NotAllowed
    return found
