"""How long the assessor's list takes with 5,000 recordings that wait, and a search in what is said in them.

`python -m tests.benchmarks desk`: the real application on SQLite and, where it is installed, on PostgreSQL, each in a
process of its own: Tortoise keeps the SQL of one of them.
"""

import asyncio
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tortoise import Model, Tortoise

from models.actions.search_texts import index_missing
from models.database import Where, opened
from models.permissions import Actor
from models.queries.people import actor_of
from models.queries.queue import Wanted, page_of_queue
from models.states import ActivityState, MediaState, ReflectionState
from models.tables import (
    Activity,
    Enrolment,
    MediaItem,
    Person,
    Programme,
    Reflection,
    ReflectionKind,
    Transcript,
    Version,
)
from models.tables.activities import Mode, Place
from models.tables.media import Purpose
from models.tables.reflections import one_of_its_kind
from tests import chance
from tests.cluster import cluster, programs
from tests.journeys.browser import PASSWORD
from tests.journeys.site import Site, prepare
from tests.webapp.server import Server, Visitor
from webapp.runtime import clock

PIECES, WORDS = 5000, 500
VOCABULARY = 8000
TIMES = 40
PAGE_BOUND_MS, SEARCH_BOUND_MS = 300, 150


async def measure() -> None:
    """Print what the list and a search take on each database, and how many queries they ask."""
    await asyncio.to_thread(_measure)


def _measure() -> None:
    if sys.argv[2:]:
        _measure_on(sys.argv[2])
        return
    for name in ("SQLite", "PostgreSQL"):
        subprocess.run([sys.executable, "-m", "tests.benchmarks", "desk", name], check=True)


def _measure_on(database_kind: str) -> None:
    for name, where in _databases():
        if name != database_kind:
            continue
        with where as address, tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            data.mkdir()
            database = address or data / "cim.sqlite3"
            asyncio.run(prepare(data, where=database))
            print(f"{name}: {PIECES} recordings of {WORDS} words wait")
            common, rare = asyncio.run(_populate(database))
            searches = {
                "a word in most": common[0],
                "a rare word": rare[0],
                "a beginning": rare[1][:3],
                "three words": f"{common[1]} {common[2]} {rare[2]}",
                "a name": "Student 0420",
                "a name and a word": f"Student {common[3]}",
                "nothing has it": "xylofonist",
            }
            asyncio.run(_print_searches(database, searches))
            settings = {} if address is None else {"CIM_DATABASE_URL": address}
            with Server(data, **settings) as server:
                _print_pages(server, searches)


def _databases() -> Iterator[tuple[str, Any]]:
    yield "SQLite", _no_server()
    if (folder := programs()) is not None:
        yield "PostgreSQL", _empty_database(folder)


@contextmanager
def _no_server() -> Iterator[None]:
    yield None


@contextmanager
def _empty_database(folder: Path) -> Iterator[str]:
    with cluster(folder) as address:
        yield f"{address}/postgres"


async def _print_searches(database: Where, searches: dict[str, str]) -> None:
    async with opened(database):
        actor = await actor_of(await Person.get(email=Site("", Path()).assessor))
        for what, words in {"no search": "", **searches}.items():
            wanted = Wanted(words=words)
            took = []
            for _ in range(TIMES):
                begun = time.perf_counter()
                page = await page_of_queue(actor, wanted, on=clock().date())
                took.append(time.perf_counter() - begun)
            asked = await _queries(actor, wanted)
            print(f"  {what:20} {_in_ms(took)}  {asked} queries, {page.count} found")
        print(f"  (bound for a search: {SEARCH_BOUND_MS} ms)")


async def _queries(actor: Actor, wanted: Wanted) -> int:
    client: Any = Tortoise.get_connection("default")
    asked: list[str] = []
    execute, execute_dict = client.execute_query, client.execute_query_dict

    async def noted(query: str, *arguments: Any) -> Any:
        asked.append(query)
        return await execute(query, *arguments)

    async def noted_dict(query: str, *arguments: Any) -> Any:
        asked.append(query)
        return await execute_dict(query, *arguments)

    client.execute_query, client.execute_query_dict = noted, noted_dict
    try:
        await page_of_queue(actor, wanted, on=clock().date())
    finally:
        del client.execute_query, client.execute_query_dict
    return len(asked)


def _print_pages(server: Server, searches: dict[str, str]) -> None:
    """Look at whole pages, as a browser asks for them."""
    assessor = Visitor(server)
    assessor.sign_in(Site("", Path()).assessor, PASSWORD).raise_for_status()
    for what, path in {
        "the page /queue": "/queue",
        "its page 100": "/queue?page=100",
        "a page of a search": f"/queue?{urlencode({'words': searches['a word in most']})}",
    }.items():
        took = []
        for _ in range(TIMES + 3):
            begun = time.perf_counter()
            answer = assessor.get(path)
            took.append(time.perf_counter() - begun)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
        print(f"  {what:20} {_in_ms(took[3:])}  (bound {PAGE_BOUND_MS} ms)")


def _in_ms(took: list[float]) -> str:
    p95 = statistics.quantiles(took, n=20)[-1]
    return f"median {statistics.median(took) * 1000:6.1f} ms, p95 {p95 * 1000:6.1f} ms"


async def _populate(database: Where) -> tuple[list[str], list[str]]:
    """Store what waits; gives words that most recordings have and words that few have."""
    choose = random.Random(chance.seed())
    vocabulary = _vocabulary(choose)
    # As in any language: the second word is said half as often as the first.
    weights = [1 / (place + 10) for place in range(VOCABULARY)]
    async with opened(database):
        programmes = await Programme.all()
        for start in range(0, PIECES, 500):
            texts = [" ".join(choose.choices(vocabulary, weights, k=WORDS)) for _ in range(500)]
            await _store(start, texts, programmes)
        begun = time.perf_counter()
        count = await index_missing()
        print(f"  made findable: {count} in {time.perf_counter() - begun:.1f} s")
    return vocabulary[:5], vocabulary[-400:-390]


def _vocabulary(choose: random.Random) -> list[str]:
    syllables = [a + b for a in "bdfghjklmnprstv" for b in ("a", "e", "i", "o", "u", "å", "ö", "an", "er", "is")]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(choose.choices(syllables, k=choose.randint(2, 4)))] = None
    return list(words)


async def _store(start: int, texts: list[str], programmes: list[Programme]) -> None:
    now = clock() - timedelta(days=30)
    people, enrolments, activities, reflections, recordings, versions, transcripts = ([] for _ in range(7))
    for place, text in enumerate(texts, start):
        programme = programmes[place % len(programmes)]
        at = now + timedelta(minutes=place)
        person = Person(id=uuid4(), name=f"Student {place:04}", email=f"{place}@example.edu", created_at=at)
        enrolment = Enrolment(
            id=uuid4(),
            person_id=person.id,
            programme=programme,
            rule_set_id=programme.rule_set_id,
            study_end_date=(at + timedelta(days=20 + place % 400)).date(),
            enrolled_at=at,
        )
        activity = Activity(
            id=uuid4(),
            enrolment_id=enrolment.id,
            kind="language_cafe",
            title_sv=f"Språkcafé {place % 90}",
            title_en=f"Language café {place % 90}",
            place=Place.SWEDEN,
            mode=Mode.ONSITE,
            state=ActivityState.DONE,
            created_at=at,
            changed_at=at,
        )
        reflection = Reflection(
            id=uuid4(),
            enrolment_id=enrolment.id,
            kind=ReflectionKind.ACTIVITY,
            activity_id=activity.id,
            one_of_its_kind=one_of_its_kind(activity),
            state=ReflectionState.SUBMITTED,
            first_submitted_at=at,
            submitted_at=at,
            created_at=at,
            changed_at=at,
        )
        recording = MediaItem(
            id=uuid4(),
            owner_id=person.id,
            reflection_id=reflection.id,
            purpose=Purpose.RECORDING,
            state=MediaState.READY,
            kind="audio",
            has_audio=True,
            duration_seconds=180.0,
            received_at=at,
        )
        version = Version(
            id=uuid4(),
            reflection_id=reflection.id,
            number=1,
            format="podcast",
            language=("en", "sv")[place % 2],
            recording_id=recording.id,
            changed_at=at,
            handed_in_at=at,
            frozen_at=at,
        )
        spoken = [
            {"text": word, "start_seconds": n / 3, "end_seconds": (n + 1) / 3, "confidence": 0.9}
            for n, word in enumerate(text.split())
        ]
        segment = {"start_seconds": 0.0, "end_seconds": 180.0, "text": text, "no_speech_probability": 0.1}
        transcript = Transcript(
            id=uuid4(),
            media_id=recording.id,
            job_id=uuid4(),
            language="en",
            engine="invented",
            model="invented",
            speech={
                "language": "en",
                "engine": "invented",
                "model": "invented",
                "segments": [segment | {"words": spoken}],
            },
            text=text,
            made_at=at,
        )
        for rows, row in zip(
            (people, enrolments, activities, reflections, recordings, versions, transcripts),
            (person, enrolment, activity, reflection, recording, version, transcript),
            strict=True,
        ):
            rows.append(row)
    tables: list[list[Model]] = [people, enrolments, activities, reflections, recordings, versions, transcripts]
    for rows in tables:
        await type(rows[0]).bulk_create(rows, batch_size=100)
