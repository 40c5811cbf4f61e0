"""Sets an installation up: the institution, its programmes with their rule sets, and their catalogues."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from media.store import FolderStore
from media.uploads import Uploads
from models.actions import setup
from models.errors import N_, Refused
from models.rules.bilingual import Bilingual
from models.rules.ruleset import RuleSet, preset
from models.settings import Settings
from models.tables import Programme
from webapp.application import opened
from webapp.runtime import Runtime, clock
from webapp.sites.reading import Site


class RulesUnsaid(Refused):
    """Whoever enrols is promised rules, so a new programme needs some."""

    words = N_("There is no programme {code} yet. Say with --rule-set which rules the new one follows.")


async def set_up_institution(
    settings: Settings, sites: Sequence[Site], *, name_sv: str, name_en: str
) -> list[Programme]:
    """Bring the data folder up to date and set the sites up in it; raises DataFolderInUse.

    Gives the programmes that follow other rules than their site's and go on doing so, with their versions.
    """
    async with _data_folder(settings):
        at = clock()
        await setup.name_institution(Bilingual(name_sv, name_en), at=at)
        return [programme for one in sites for programme in await apply(one, at=at)]


async def set_up_programme(
    settings: Settings,
    code: str,
    name: Bilingual,
    rule_set: RuleSet | None,
    *,
    has_international_syllabus: bool | None = None,
) -> Programme:
    """Make a programme, or rename it and let it follow another rule set; without one it keeps its own.

    Gives the programme with the version that it follows. Raises DataFolderInUse, AlreadyPublished and RulesUnsaid.
    """
    async with _data_folder(settings):
        at = clock()
        if rule_set is not None:
            version = await setup.publish(rule_set, at=at)
        else:
            known = await Programme.get_or_none(code=code).select_related("rule_set")
            if known is None:
                raise RulesUnsaid(code=code)
            version = known.rule_set
        return await setup.set_up_programme(
            code,
            name,
            version,
            has_international_syllabus=has_international_syllabus,
            may_repoint=rule_set is not None,
            at=at,
        )


async def apply(wanted: Site, *, rules: RuleSet | None = None, at: datetime) -> list[Programme]:
    """Set a site up in the open database, under its ready-made rules or others.

    Gives the programmes that follow other rules than these.
    """
    published = await setup.publish(rules or preset(wanted.rule_set), at=at)
    others = []
    for one in wanted.programmes:
        programme = await setup.set_up_programme(
            one.code, one.name, published, has_international_syllabus=one.has_international_syllabus, at=at
        )
        if programme.rule_set_id != published.id:
            others.append(programme)
        for activity in one.catalogue:
            await setup.list_activity(programme, activity, at=at)
    return others


def runtime_for(settings: Settings) -> Runtime:
    """Make what an open data folder needs, for a command that serves nothing."""
    store = FolderStore(settings.media_folder)
    uploading = Uploads(settings.data_folder / "uploads", store, person_limit_bytes=settings.person_limit_bytes)
    return Runtime(settings, store, uploading)


@asynccontextmanager
async def _data_folder(settings: Settings) -> AsyncIterator[None]:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    async with opened(runtime_for(settings)):
        yield
