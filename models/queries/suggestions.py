"""What of a programme's list would bring a student closer to the certificate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.portfolios import portfolio_of, rule_set_of
from models.queries.enrolments import catalogue
from models.rules.bilingual import Bilingual
from models.rules.portfolio import PortfolioActivity
from models.rules.suggestions import Gain, fitting
from models.states import ActivityState
from models.tables import Activity, CatalogueItem, Enrolment


@dataclass(frozen=True, slots=True)
class Listing:
    """An item of the list for one student: what it would bring, and their own activity where they have chosen it."""

    item: CatalogueItem
    gains: tuple[Gain, ...]
    chosen: Activity | None


async def listings(of: Enrolment, *, on: date) -> list[Listing]:
    """List what the programme has selected: what helps most comes first, what is chosen already last.

    Of an enrolment that the caller was given.
    """
    items = await catalogue(of)
    own = Activity.filter(enrolment_id=of.id, catalogue_item_id__isnull=False)
    mine = {row.catalogue_item_id: row for row in await own.exclude(state=ActivityState.WITHDRAWN)}
    free = [item for item in items if item.id not in mine]
    candidates = [_candidate(item) for item in free]
    fits = fitting(await portfolio_of(of), await rule_set_of(of), candidates, on)
    helpful = {fit.position for fit in fits}
    return [
        *(Listing(free[fit.position], fit.gains, None) for fit in fits),
        *(Listing(item, (), None) for position, item in enumerate(free) if position not in helpful),
        *(Listing(item, (), mine[item.id]) for item in items if item.id in mine),
    ]


def helpful(listed: Sequence[Listing], most: int) -> list[Listing]:
    """Take those that would bring something, no more than so many."""
    return [one for one in listed if one.gains][:most]


def _candidate(item: CatalogueItem) -> PortfolioActivity:
    return PortfolioActivity(
        title=Bilingual(item.title_sv, item.title_en),
        type=item.kind,
        place=item.place.value,
        mode=item.mode.value,
        state="approved",
        class_=item.class_code or None,
        theme=item.theme or None,
        points=item.points,
    )
