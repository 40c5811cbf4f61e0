"""Sets an installation up for the pilot: the institution, its four programmes and their catalogues."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from media.store import FolderStore
from media.uploads import Uploads
from models.actions import setup
from models.actions.setup import ListedActivity
from models.rules.bilingual import Bilingual
from models.rules.ruleset import preset
from models.settings import Settings
from models.tables.activities import Mode, Place
from webapp.application import opened
from webapp.runtime import Runtime, clock


@dataclass(frozen=True, slots=True)
class PilotProgramme:
    """A programme with the activities that it has selected."""

    code: str
    name: Bilingual
    catalogue: tuple[ListedActivity, ...]


@dataclass(frozen=True, slots=True)
class Pilot:
    """What `pilot.toml` says; `rule_set` is the name of a preset."""

    rule_set: str
    programmes: tuple[PilotProgramme, ...]


async def set_up_institution(settings: Settings, *, name_sv: str, name_en: str) -> None:
    """Bring the data folder up to date and set the pilot up in it; raises DataFolderInUse."""
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    async with opened(runtime_for(settings)):
        await apply(pilot(), Bilingual(name_sv, name_en), at=clock())


async def apply(wanted: Pilot, institution: Bilingual, *, at: datetime) -> None:
    """Set everything up in the open database."""
    await setup.name_institution(institution, at=at)
    rule_set = await setup.publish(preset(wanted.rule_set), at=at)
    for one in wanted.programmes:
        programme = await setup.set_up_programme(one.code, one.name, rule_set, at=at)
        for activity in one.catalogue:
            await setup.list_activity(programme, activity, at=at)


def pilot() -> Pilot:
    """Read `pilot.toml`."""
    content = tomllib.loads((files("webapp") / "pilot.toml").read_text(encoding="utf-8"))
    activities = content["activity"]
    return Pilot(
        content["rule_set"],
        tuple(
            PilotProgramme(
                one["code"],
                Bilingual(**one["name"]),
                tuple(_listed(a) for a in activities if one["code"] in a.get("programmes", [one["code"]])),
            )
            for one in content["programme"]
        ),
    )


def runtime_for(settings: Settings) -> Runtime:
    """Make what an open data folder needs, for a command that serves nothing."""
    store = FolderStore(settings.media_folder)
    return Runtime(settings, store, Uploads(settings.data_folder / "uploads", store))


def _listed(activity: dict[str, Any]) -> ListedActivity:
    return ListedActivity(
        activity["kind"],
        Bilingual(**activity["title"]),
        Bilingual(**activity["about"]),
        Place(activity["place"]),
        Mode(activity["mode"]),
    )
