"""Reads the files of this folder: each one a certificate, with programmes and the activities that they list."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from models.actions.setup import ListedActivity
from models.errors import N_, Refused
from models.rules.bilingual import Bilingual
from models.tables.activities import Mode, Place

FOLDER = files("webapp") / "sites"


class NoSuchSite(Refused):
    """No file has this name."""

    words = N_("There is no site called {name}; there are {names}.")


@dataclass(frozen=True, slots=True)
class SiteProgramme:
    """A programme with the activities that it has selected."""

    code: str
    name: Bilingual
    has_international_syllabus: bool
    catalogue: tuple[ListedActivity, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What a file says; `rule_set` is the name of a preset."""

    rule_set: str
    programmes: tuple[SiteProgramme, ...]


def site(name: str) -> Site:
    """Read a site, for example `ki`; raises NoSuchSite."""
    if name not in site_names():
        raise NoSuchSite(name=name, names=", ".join(site_names()))
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    activities = content["activity"]
    return Site(
        content["rule_set"],
        tuple(
            SiteProgramme(
                one["code"],
                Bilingual(**one["name"]),
                one.get("has_international_syllabus", False),
                tuple(_listed(a) for a in activities if one["code"] in a.get("programmes", [one["code"]])),
            )
            for one in content["programme"]
        ),
    )


def site_names() -> tuple[str, ...]:
    """Name the sites, in alphabetical order."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in FOLDER.iterdir() if f.name.endswith(".toml")))


def _listed(activity: dict[str, Any]) -> ListedActivity:
    return ListedActivity(
        activity["kind"],
        Bilingual(**activity["title"]),
        Bilingual(**activity["about"]),
        Place(activity["place"]),
        Mode(activity["mode"]),
        class_code=activity.get("class", ""),
        theme=activity.get("theme", ""),
        points=activity.get("points"),
    )
