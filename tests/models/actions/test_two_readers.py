"""Two people read one piece, each without the other; the second one's word holds."""

import asyncio
from dataclasses import dataclass

import pytest

from models.actions import assessments, claims, enrolments
from models.actions.claims import ReadAlready
from models.errors import NotAllowed, WrongState
from models.permissions import Actor, open_reflection_moves
from models.queries.people import actor_of
from models.queries.queue import queue
from models.queries.reflections import has_read, reflection, versions
from models.states import CLAIM, PASS_ON, ReflectionState
from models.tables import Assessment, Event, Person, Programme, Reflection
from tests.factories import (
    NOW,
    TWO,
    make_activity,
    make_assessor,
    make_convener,
    make_enrolment,
    make_final,
    make_programme,
    make_reflection,
    make_rule_set,
    make_staff,
    move_on,
    programme_of,
    reload_reflection,
    versions_of,
)

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Reading:
    """A reflection that two read, and everybody around it."""

    reflection: Reflection
    student: Actor
    first: Actor
    second: Actor
    staff: Actor

    async def now(self) -> Reflection:
        """Load it as it is."""
        return await reload_reflection(self.reflection)

    async def claim(self, reader: Actor) -> None:
        """Let a reader take it."""
        await claims.claim(await self.now(), actor=reader, at=NOW)

    async def accept(self, reader: Actor, comment: str = "") -> None:
        """Let a reader take and accept it."""
        await self.claim(reader)
        await assessments.accept(await self.now(), comment, actor=reader, at=NOW)

    async def send_back(self, reader: Actor, comment: str = "Say more.") -> None:
        """Let a reader take it and send it back."""
        await self.claim(reader)
        await assessments.return_for_revision(await self.now(), comment, actor=reader, at=NOW)

    async def comments(self, actor: Actor) -> list[list[str]]:
        """List, version by version, which comments somebody sees."""
        of = await reflection(self.reflection.id, actor=actor)
        return [sorted(a.comment for a in version.assessments) for version in await versions(of, actor=actor)]


async def _handed_in() -> Reading:
    programme = await make_programme("TWO", TWO)
    enrolment = await make_enrolment(programme)
    return Reading(
        await make_reflection(enrolment, ReflectionState.SUBMITTED),
        await actor_of(await Person.get(id=enrolment.person_id)),
        await make_assessor(programme, "Fia First"),
        await make_assessor(programme, "Sam Second"),
        await make_staff(programme),
    )


async def test_what_the_first_reader_accepts_waits_again_for_another() -> None:
    reading = await _handed_in()

    await reading.accept(reading.first)

    now = await reading.now()
    assert (now.state, now.assessor_id) == (ReflectionState.SUBMITTED, None)
    assert now.submitted_at == reading.reflection.submitted_at
    assert (await Event.get(move=PASS_ON.name)).actor_id == reading.first.person_id


async def test_what_the_second_reader_accepts_is_accepted() -> None:
    reading = await _handed_in()

    await reading.accept(reading.first)
    await reading.accept(reading.second)

    assert (await reading.now()).state is ReflectionState.ACCEPTED
    assert await Assessment.all().count() == 2


async def test_what_both_send_back_is_sent_back() -> None:
    reading = await _handed_in()

    await reading.send_back(reading.first)
    await reading.send_back(reading.second)

    assert (await reading.now()).state is ReflectionState.RETURNED
    assert [version.number for version in await versions_of(reading.reflection)] == [1, 2]


async def test_what_the_first_reader_sends_back_waits_for_another_as_well() -> None:
    reading = await _handed_in()

    await reading.send_back(reading.first)

    now = await reading.now()
    assert (now.state, now.assessor_id) == (ReflectionState.SUBMITTED, None)
    assert [version.number for version in await versions_of(now)] == [1]
    assert [row.id for row in await queue(reading.second)] == [now.id]
    assert await queue(reading.first) == []


@pytest.mark.parametrize("first_accepts", [True, False])
async def test_two_who_decide_differently_are_in_dispute(first_accepts: bool) -> None:
    reading = await _handed_in()

    await (reading.accept if first_accepts else reading.send_back)(reading.first, "So I say.")
    await (reading.send_back if first_accepts else reading.accept)(reading.second, "Not I.")

    now = await reading.now()
    assert (now.state, now.assessor_id, now.claimed_until) == (ReflectionState.DISPUTED, None, None)
    assert len(await versions_of(now)) == 1
    assert await queue(reading.first) == await queue(reading.second) == []


async def test_a_new_version_is_read_by_two_again_and_by_the_same_ones_too() -> None:
    reading = await _handed_in()
    await reading.send_back(reading.first)
    await reading.send_back(reading.second)
    await move_on(await reading.now(), ReflectionState.SUBMITTED)

    await reading.accept(reading.first)
    waiting = (await reading.now()).state
    await reading.accept(reading.second)

    assert (waiting, (await reading.now()).state) == (ReflectionState.SUBMITTED, ReflectionState.ACCEPTED)


async def test_whoever_read_this_version_leaves_it_to_another() -> None:
    reading = await _handed_in()
    await reading.accept(reading.first)

    with pytest.raises(ReadAlready):
        await reading.claim(reading.first)

    assert (await reading.now()).state is ReflectionState.SUBMITTED


async def test_the_first_reader_accepts_once() -> None:
    reading = await _handed_in()
    await reading.claim(reading.first)
    held = await reading.now()

    results = await asyncio.gather(
        *(assessments.accept(held, actor=reading.first, at=NOW) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "WrongState"]
    assert (await reading.now()).state is ReflectionState.SUBMITTED


async def test_a_page_of_the_first_reader_that_was_left_open_decides_nothing_for_the_second() -> None:
    reading = await _handed_in()
    await reading.claim(reading.first)
    old_page = await reading.now()
    await assessments.accept(old_page, actor=reading.first, at=NOW)
    await reading.claim(reading.second)

    with pytest.raises(WrongState):
        await assessments.return_for_revision(old_page, "No.", actor=reading.first, at=NOW)

    assert (await reading.now()).assessor_id == reading.second.person_id


@pytest.mark.parametrize("accepts", [True, False])
async def test_until_it_is_decided_only_the_first_reader_sees_what_they_said(accepts: bool) -> None:
    reading = await _handed_in()
    await (reading.accept if accepts else reading.send_back)(reading.first, "Fine to me.")
    await reading.claim(reading.second)

    seen = {
        name: await reading.comments(actor)
        for name, actor in (
            ("first", reading.first),
            ("second", reading.second),
            ("student", reading.student),
            ("staff", reading.staff),
            ("convener", await make_convener(await programme_of(reading.reflection.enrolment))),
        )
    }

    assert seen == {"first": [["Fine to me."]], "second": [[]], "student": [[]], "staff": [[]], "convener": [[]]}


@pytest.mark.parametrize("accepts", [True, False])
async def test_once_it_is_decided_everybody_sees_both(accepts: bool) -> None:
    reading = await _handed_in()
    await (reading.accept if accepts else reading.send_back)(reading.first, "Fine to me.")
    await (reading.accept if accepts else reading.send_back)(reading.second, "So I say.")

    for actor in (reading.first, reading.second, reading.student, reading.staff):
        assert (await reading.comments(actor))[-1] == ["Fine to me.", "So I say."]


async def test_what_was_said_about_an_earlier_version_stays_readable_while_the_next_one_is_read() -> None:
    reading = await _handed_in()
    await reading.send_back(reading.first, "Fine to me.")
    await reading.send_back(reading.second, "Say more.")
    await move_on(await reading.now(), ReflectionState.SUBMITTED)
    await reading.accept(reading.second, "Better.")

    assert await reading.comments(reading.student) == [[], ["Fine to me.", "Say more."]]
    assert await reading.comments(reading.first) == [[], ["Fine to me.", "Say more."]]
    assert await reading.comments(reading.second) == [["Better."], ["Fine to me.", "Say more."]]


async def test_what_one_has_read_is_no_longer_in_ones_queue_but_in_that_of_others() -> None:
    reading = await _handed_in()

    await reading.accept(reading.first)

    assert await queue(reading.first) == []
    assert [row.id for row in await queue(reading.second)] == [reading.reflection.id]


async def test_what_another_holds_as_second_reader_is_not_in_the_first_ones_queue() -> None:
    reading = await _handed_in()
    await reading.accept(reading.first)

    await reading.claim(reading.second)

    assert await queue(reading.first) == []
    assert [row.id for row in await queue(reading.second)] == [reading.reflection.id]


async def test_it_is_known_who_has_read() -> None:
    reading = await _handed_in()

    await reading.accept(reading.first)

    now = await reading.now()
    assert await has_read(now, actor=reading.first)
    assert not await has_read(now, actor=reading.second)


async def test_a_new_version_begins_with_the_first_reader() -> None:
    reading = await _handed_in()
    await reading.send_back(reading.first)
    await reading.send_back(reading.second)

    await move_on(await reading.now(), ReflectionState.SUBMITTED)

    assert not await has_read(await reading.now(), actor=reading.first)
    assert [row.id for row in await queue(reading.first)] == [reading.reflection.id]


async def test_the_second_reader_can_give_it_back() -> None:
    reading = await _handed_in()
    await reading.accept(reading.first)
    await reading.claim(reading.second)

    await claims.release(await reading.now(), actor=reading.second, at=NOW)

    assert CLAIM in open_reflection_moves(reading.second, await reading.now())
    assert [row.id for row in await queue(reading.second)] == [reading.reflection.id]
    assert await queue(reading.first) == []


async def test_who_does_not_hold_it_passes_nothing_on() -> None:
    reading = await _handed_in()
    await reading.claim(reading.first)

    with pytest.raises(NotAllowed):
        await assessments.accept(await reading.now(), actor=reading.second, at=NOW)

    assert await Assessment.all().count() == 0


async def test_a_final_reflection_is_read_by_two_as_well() -> None:
    enrolment = await make_enrolment(await make_programme("TWO", TWO))
    programme = await programme_of(enrolment)
    for title in ("Language café", "Student ambassador", "TedX"):
        await make_reflection(activity=await make_activity(enrolment, title=title), state=ReflectionState.SUBMITTED)
    final = await make_final(enrolment, ReflectionState.ACCEPTED, assessor=await make_assessor(programme))
    second = await make_assessor(programme)

    await claims.claim(final, actor=second, at=NOW)
    await assessments.accept(await reload_reflection(final), actor=second, at=NOW)

    assert final.state is ReflectionState.SUBMITTED
    assert (await Reflection.get(id=final.id)).state is ReflectionState.ACCEPTED


async def test_the_rules_that_hold_now_say_how_many_read_it() -> None:
    reading = await _handed_in()
    programme = await Programme.get(code="TWO")
    one_reader = await make_rule_set()
    await Programme.filter(id=programme.id).update(rule_set_id=one_reader.id)
    await reading.claim(reading.first)
    held = await reading.now()
    await enrolments.move_to_version(held.enrolment, one_reader, "One is enough.", actor=reading.staff, at=NOW)

    await assessments.accept(held, actor=reading.first, at=NOW)

    assert (await reading.now()).state is ReflectionState.ACCEPTED
