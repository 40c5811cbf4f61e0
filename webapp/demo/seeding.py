"""Makes the demonstration: an installation with invented people in every role and work in every state."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from pathlib import Path
from time import monotonic

from models.actions import notices, setup
from models.errors import N_, Refused
from models.queries.people import actor_of
from models.rules.bilingual import Bilingual
from models.settings import Settings
from models.tables import Person, RoleKind
from transcription.pool import Transcriber
from webapp import demo_people as people
from webapp.application import find_engine, held, opened, working
from webapp.demo.cast import Cast, Story
from webapp.demo.group import tell_of_the_group
from webapp.demo.hands import Assessor
from webapp.demo.office import Office
from webapp.demo.rules import pilot_rules
from webapp.demo.stage import PastClock, Stage
from webapp.demo.stories import stories
from webapp.demo.stories_elsewhere import HEALTH, SOCIETY, stories_elsewhere
from webapp.runtime import clock
from webapp.sites.reading import site
from webapp.sites.setting_up import apply, runtime_for

MARK = "cim-demo-made"
"""The file that says that a data folder holds a whole demonstration."""
BEGUN = "cim-demo-being-made"
NEW_DAYS = 21
"""What people were told before so many days they have read."""
INSTITUTION = Bilingual("Norrvikens universitet", "Norrviken University")
PILOT = "ki"
SITES = (PILOT, "lu-soc", "ju")
FIRST_DAY = 255
"""So many days ago the story begins."""

_MADE_BY_SEEDING = ("cim.sqlite3*", "media", "uploads", "work")
_NOBODYS = {"models", "in-use.lock"}  # Weights may be fetched before a demonstration is made.


class FolderTaken(Refused):
    """A demonstration is made in a folder of its own."""

    words = N_("{folder} holds something else. Name an empty folder for the demonstration, or one that does not exist.")


async def seed(
    settings: Settings,
    *,
    say: Callable[[str], None],
    fresh: bool = False,
    engine_for: Callable[[Settings], Awaitable[Transcriber | None]] = find_engine,
) -> None:
    """Make the demonstration, unless the folder holds it already; one that was left half-made is made again.

    `fresh` throws an old demonstration away first, and nothing but a demonstration.

    Raises FolderTaken, DataFolderInUse.
    """
    folder = settings.data_folder
    if fresh and await asyncio.to_thread((folder / MARK).is_file):
        await asyncio.to_thread((folder / MARK).replace, folder / BEGUN)
    if await asyncio.to_thread((folder / MARK).is_file):
        say(f"The demonstration in {folder} is left as it is.")
        return
    started = monotonic()
    await asyncio.to_thread(_make_room, folder)
    say(f"Making a demonstration in {folder}, which takes about a minute …")
    engine = await engine_for(settings)
    if engine is None:
        say("There is no speech model: the recordings get their transcripts when there is one (cim model fetch base).")
    await _tell(settings, engine, say, today=clock())
    await asyncio.to_thread(_close, folder)
    say(f"The demonstration was made in {monotonic() - started:.0f} seconds.")


async def _tell(settings: Settings, engine: Transcriber | None, say: Callable[[str], None], *, today: datetime) -> None:
    now = PastClock(_morning(today, FIRST_DAY))
    runtime = replace(runtime_for(settings), now=now)
    async with opened(runtime), working(runtime, engine) as worker:
        await setup.name_institution(INSTITUTION, at=now())
        for name in SITES:
            await apply(site(name), rules=pilot_rules() if name == PILOT else None, at=now())
        stage = Stage(settings, runtime.uploads, worker, now, today, say)
        await stage.open(people.ROBIN)
        cast = await _cast(stage)
        second = await stage.invite(people.RUNA, RoleKind.ASSESSOR, "4TF25")
        convener = await stage.invite(people.KERSTIN, RoleKind.CONVENER, "4TF25")
        await _in_order_of_time([*stories(stage, cast), *stories_elsewhere(stage, cast)], now, today)
        await tell_of_the_group(stage, cast, second=second, convener=convener)
        await _read_what_is_old(today)


async def _cast(stage: Stage) -> Cast:
    astrid = await stage.invite(people.ASTRID, RoleKind.ASSESSOR, "1AT25", "4BE25")
    henrik = await stage.invite(people.HENRIK, RoleKind.ASSESSOR, "2TL25", "4TF25")
    await stage.invite(people.BERIT, RoleKind.ASSESSOR, SOCIETY, HEALTH)
    ingrid = await stage.invite(people.INGRID, RoleKind.STAFF, "1AT25", "4BE25", "2TL25", "4TF25")
    gunnel = await stage.invite(people.GUNNEL, RoleKind.STAFF, SOCIETY, "SAM-INT")
    torkel = await stage.invite(people.TORKEL, RoleKind.STAFF, HEALTH, SOCIETY, "SAM-INT")
    return Cast(
        Assessor(stage, astrid),
        Assessor(stage, henrik),
        Office(stage, ingrid),
        Office(stage, gunnel),
        Office(stage, torkel),
    )


async def _in_order_of_time(told: list[Story], now: PastClock, today: datetime) -> None:
    """Let always that story go on whose next day comes first; each has its own hour of the day."""
    waiting = [(-(await anext(story)), number, story) for number, story in enumerate(told)]
    heapify(waiting)
    while waiting:
        day, number, story = heappop(waiting)
        now.move_to(_morning(today, -day) + timedelta(minutes=37 * number))
        days_ago = await anext(story, None)
        if days_ago is not None:
            heappush(waiting, (-days_ago, number, story))


async def _read_what_is_old(today: datetime) -> None:
    until = today - timedelta(days=NEW_DAYS)
    for person in await Person.all():
        await notices.mark_all_read(told_until=until, actor=await actor_of(person), at=until)


def _morning(today: datetime, days_ago: int) -> datetime:
    return today.replace(hour=7, minute=12, second=0, microsecond=0) - timedelta(days=days_ago)


def _make_room(folder: Path) -> None:
    """Take a new folder, or empty one in which seeding was cut off; raises FolderTaken, DataFolderInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / BEGUN).is_file():
        if {path.name for path in folder.iterdir()} - _NOBODYS:
            raise FolderTaken(folder=folder)
        (folder / BEGUN).write_text("cim demo began to fill this folder.\n", encoding="utf-8")
    with held(folder):
        for pattern in _MADE_BY_SEEDING:
            for path in folder.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _close(folder: Path) -> None:
    (folder / MARK).write_text("cim demo made what is in this folder.\n", encoding="utf-8")
    (folder / BEGUN).unlink(missing_ok=True)
