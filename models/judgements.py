"""Which versions have been judged, by a reader or by the assessor group."""

from collections.abc import Collection
from uuid import UUID

from models.tables import Assessment, Settlement


async def judged_versions(reflection_ids: Collection[UUID] | Collection[str]) -> set[tuple[UUID, int]]:
    """Find the numbers of the judged versions of these reflections."""
    found: set[tuple[UUID, int]] = set()
    for table in (Assessment, Settlement):
        rows = table.filter(version__reflection_id__in=reflection_ids)
        found |= set(await rows.values_list("version__reflection_id", "version__number"))
    return found
