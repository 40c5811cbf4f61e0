"""The record of everything that happened."""

import json
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from models.actions.events import FIRST, link_hash, record
from models.database import Where
from models.states import ApplicationState
from models.tables import Event
from tests.factories import (
    NOW,
    make_application,
    make_finished_enrolment,
    make_person,
    make_programme,
    make_reflection,
    make_transcript,
    words,
)
from tests.factories import make_actor as _make_actor


async def _broken_links() -> list[int]:
    previous, broken = FIRST, []
    for event in await Event.all().order_by("id"):
        expected = link_hash(
            previous, event.at, event.actor_id, event.subject_kind, event.subject_id, event.move, event.facts
        )
        if (event.previous_hash, event.hash) != (previous, expected):
            broken.append(event.id)
        previous = event.hash
    return broken


async def test_the_chain_of_a_whole_journey_holds(database: Where) -> None:
    await make_application(state=ApplicationState.APPROVED)

    broken = await _broken_links()

    assert broken == []
    assert await Event.all().count() > 20


async def test_the_chain_holds_whatever_the_time_zone_of_the_clock(database: Where) -> None:
    person = await make_person()
    stockholm = timezone(timedelta(hours=1))

    async with in_transaction():
        await record("enrol", person, by=None, at=NOW.astimezone(stockholm))

    assert await _broken_links() == []


async def test_a_fact_that_was_changed_breaks_the_chain_from_there_on(database: Where) -> None:
    await make_reflection()
    connection = Tortoise.get_connection("default")
    of_table = "" if isinstance(database, Path) else " ON event"
    await connection.execute_query(f"DROP TRIGGER event_no_update{of_table}")
    await connection.execute_query("UPDATE event SET move = 'forged' WHERE id = 2")

    broken = await _broken_links()

    assert broken == [2]


@pytest.mark.parametrize("statement", ["UPDATE event SET move = 'forged'", "DELETE FROM event"])
async def test_the_database_itself_refuses_to_change_the_record(database: Where, statement: str) -> None:
    await make_reflection()
    before = await Event.all().order_by("id").values()

    with pytest.raises(IntegrityError, match="events are never changed"):
        await Tortoise.get_connection("default").execute_query(statement)

    assert await Event.all().order_by("id").values() == before


async def test_the_facts_hold_no_content(database: Where) -> None:
    programme = await make_programme()
    enrolment = await make_finished_enrolment(programme, await _make_actor("Robin Secretson"))
    reflection = await make_reflection(enrolment, format_="podcast")
    await make_transcript(await reflection.media.all().first(), "A private thought.")
    await make_reflection(enrolment, format_="posts")
    await make_application(enrolment, ApplicationState.DECLINED)

    said = json.dumps([event.facts for event in await Event.all()])

    secrets = ("Robin Secretson", "private", "Caption", "A street", words(5), "Say more.", "holiday in Lund", "@")
    assert [secret for secret in secrets if secret in said] == []
