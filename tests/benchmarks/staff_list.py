"""How long the staff's list of 5,000 students with their progress takes, and how many queries it asks."""

import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from tortoise import Tortoise

from models.database import migrate, opened
from models.permissions import Actor
from models.queries.overview import students_of_staff
from models.rules.ruleset import preset
from models.states import ActivityState, ReflectionState
from models.tables import (
    Activity,
    Enrolment,
    Institution,
    Occasion,
    Person,
    Programme,
    Reflection,
    ReflectionKind,
    RoleKind,
    RuleSetVersion,
    Version,
)
from models.tables.activities import Mode, Place

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TIMES = 5


async def measure() -> None:
    """Print seconds and queries for 500 and for 5,000 students; the aim is 1.5 s for 5,000 and equal queries."""
    print(f"the list of all students with their progress, median of {TIMES}")
    for students in (500, 5000):
        with tempfile.TemporaryDirectory(prefix="cim-") as folder:
            file = Path(folder) / "cim.sqlite3"
            await migrate(file, at=NOW)
            async with opened(file):
                staff = await _populate(students)
                took = []
                for _ in range(TIMES):
                    start = time.perf_counter()
                    listed = await students_of_staff(staff, on=NOW.date())
                    took.append(time.perf_counter() - start)
                queries = await _queries(staff)
        print(f"  {len(listed):5} students {statistics.median(took):6.2f} s {queries:3} queries")


async def _queries(staff: Actor) -> int:
    """Count what one list asks of the database."""
    connection: Any = Tortoise.get_connection("default")
    asked: list[str] = []
    execute = connection.execute_query

    async def counted(query: str, *arguments: Any) -> Any:
        asked.append(query)
        return await execute(query, *arguments)

    connection.execute_query = counted
    await students_of_staff(staff, on=NOW.date())
    return len(asked)


async def _populate(students: int) -> Actor:
    """Store students of one programme, each with three activities on three days and their reflections."""
    chance = random.Random(3)
    rule_set = preset("ki")
    await Institution.create(name_sv="Norra högskolan", name_en="Northern University")
    published = await RuleSetVersion.create(
        rule_set=rule_set.id,
        version=rule_set.version,
        document=rule_set.canonical_json(),
        fingerprint=rule_set.fingerprint,
        published_at=NOW,
    )
    programme = await Programme.create(code="OT", name_sv="OT", name_en="OT", rule_set=published)
    people = [
        Person(id=uuid4(), name=f"Student {n:05}", email=f"{n}@example.edu", created_at=NOW) for n in range(students)
    ]
    enrolments = [
        Enrolment(
            id=uuid4(),
            person_id=person.id,
            programme=programme,
            rule_set=published,
            study_end_date=date(2026, 6, 5),
            enrolled_at=NOW,
        )
        for person in people
    ]
    activities = [
        Activity(
            id=uuid4(),
            enrolment_id=enrolment.id,
            kind="language_cafe",
            title_sv=f"Språkcafé {number}",
            title_en=f"Language café {number}",
            place=Place.SWEDEN,
            mode=Mode.ONSITE,
            state=chance.choice((ActivityState.DONE, ActivityState.DONE, ActivityState.APPROVED)),
            created_at=NOW,
            changed_at=NOW,
        )
        for enrolment in enrolments
        for number in range(3)
    ]
    occasions = [
        Occasion(id=uuid4(), activity_id=activity.id, took_place_on=NOW.date() - timedelta(days=day))
        for activity in activities
        for day in range(1, 4)
    ]
    reflections = [
        Reflection(
            id=uuid4(),
            enrolment_id=activity.enrolment_id,
            kind=ReflectionKind.ACTIVITY,
            activity_id=activity.id,
            one_of_its_kind=f"activity:{activity.id}",
            state=ReflectionState.ACCEPTED,
            first_submitted_at=NOW,
            submitted_at=NOW,
            created_at=NOW,
            changed_at=NOW,
        )
        for activity in activities
        if activity.state is ActivityState.DONE
    ]
    versions = [
        Version(
            id=uuid4(),
            reflection_id=reflection.id,
            number=1,
            format="written",
            language="en",
            words=1000,
            changed_at=NOW,
            frozen_at=NOW,
        )
        for reflection in reflections
    ]
    for rows in (people, enrolments, activities, occasions, reflections, versions):
        await type(rows[0]).bulk_create(rows, batch_size=500)
    return Actor(uuid4(), "Sten", frozenset({(RoleKind.STAFF, programme.id)}))
