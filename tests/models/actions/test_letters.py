"""Letters on their way: whose turn it is, what is tried again and for how long, and what goes out once a day."""

from datetime import UTC, datetime, timedelta

import pytest

from models.actions import letters, notices
from models.permissions import Actor
from models.queries import notices as queries
from models.queries.people import actor_of
from models.states import LetterState, ReflectionState
from models.tables import Letter, Notice, Person, Role
from models.tables.notices import How, Topic
from tests.factories import (
    NOW,
    make_assessor,
    make_enrolment,
    make_programme,
    make_reflection,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

HOST = "cim.example.edu"
MORNING = datetime(NOW.year, NOW.month, NOW.day, 8, tzinfo=UTC)


async def _letter() -> Letter:
    """Make a letter about an accepted reflection, and take it."""
    await make_reflection(state=ReflectionState.ACCEPTED)
    taken = await letters.take(host=HOST, at=NOW)
    assert taken is not None
    return taken


async def _stored(letter: Letter) -> Letter:
    return await Letter.get(id=letter.id)


async def test_letter_is_taken_once_and_its_message_id_is_fixed_by_then() -> None:
    letter = await _letter()

    assert letter.message_id == f"<{letter.id}@{HOST}>"
    assert letter.state is LetterState.SENDING
    assert await letters.take(host=HOST, at=NOW) is None


async def test_letter_whose_sender_fell_silent_is_taken_again_with_the_same_message_id() -> None:
    first = await _letter()

    early = await letters.take(host="elsewhere", at=NOW + letters.LEASE - timedelta(seconds=1))
    again = await letters.take(host="elsewhere", at=NOW + letters.LEASE)

    assert early is None
    assert again is not None
    assert (again.id, again.message_id, again.attempts) == (first.id, first.message_id, 2)


async def test_who_was_thought_dead_cannot_close_a_letter_that_another_sends() -> None:
    first = await _letter()
    await letters.take(host=HOST, at=NOW + letters.LEASE)

    is_closed = await letters.note_sent(first, at=NOW + letters.LEASE)

    assert not is_closed
    assert (await _stored(first)).state is LetterState.SENDING


async def test_letter_that_was_sent_is_never_taken_again() -> None:
    letter = await _letter()

    assert await letters.note_sent(letter, at=NOW)

    assert await letters.take(host=HOST, at=NOW + timedelta(days=1)) is None
    assert (await _stored(letter)).state is LetterState.SENT


async def test_pauses_grow_and_after_two_days_it_is_given_up() -> None:
    letter, at, pauses = await _letter(), NOW, []
    while True:
        await letters.try_later(letter, "421 busy", at=at)
        waits_until = (await _stored(letter)).run_at
        pauses.append((waits_until - at).total_seconds() / 60)
        at = waits_until
        taken = await letters.take(host=HOST, at=at)
        if taken is None:
            break
        letter = taken

    stored = await _stored(letter)
    assert pauses[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 240]
    assert (stored.state, stored.error) == (LetterState.GIVEN_UP, "421 busy")
    assert NOW + letters.PATIENCE <= at < NOW + letters.PATIENCE + letters.LONGEST_PAUSE
    assert stored.attempts <= letters.MOST_ATTEMPTS


async def test_letter_that_kills_its_sender_is_not_tried_for_ever() -> None:
    letter = await _letter()

    times = 1
    while await letters.take(host=HOST, at=NOW + times * letters.LEASE):
        times += 1

    assert times == letters.MOST_ATTEMPTS
    assert (await _stored(letter)).state is LetterState.GIVEN_UP


async def test_what_lay_there_before_there_was_a_mail_server_is_not_sent_after_two_days() -> None:
    await make_reflection(state=ReflectionState.ACCEPTED)

    assert await letters.take(host=HOST, at=NOW + letters.PATIENCE) is None
    assert (await Letter.get()).state is LetterState.GIVEN_UP


async def test_at_a_start_what_was_being_sent_is_queued_at_once() -> None:
    letter = await _letter()

    await letters.requeue_sending(at=NOW)

    again = await letters.take(host=HOST, at=NOW)
    assert again is not None
    assert (again.id, again.message_id) == (letter.id, letter.message_id)


# What is in them.


async def test_letter_says_nothing_that_its_reader_has_seen_meanwhile() -> None:
    letter = await _letter()
    student = await actor_of(letter.person)
    before = await queries.inside(letter)

    await notices.mark_all_read(told_until=NOW, actor=student, at=NOW)

    assert ([notice.letter_id for notice in before], await queries.inside(letter)) == ([letter.id], [])


async def test_letter_says_nothing_about_what_its_reader_wants_no_letters_about() -> None:
    letter = await _letter()

    await notices.choose(Topic.DECISIONS, How.IN_APP, on_devices=False, actor=await actor_of(letter.person))

    assert await queries.inside(letter) == []


async def _assessor_with_work(count: int) -> Actor:
    programme = await make_programme()
    assessor = await make_assessor(programme)
    enrolment = await make_enrolment(programme)
    for _ in range(count):
        await make_reflection(enrolment, ReflectionState.SUBMITTED)
    return assessor


async def test_what_waits_goes_out_in_one_letter_a_day() -> None:
    assessor = await _assessor_with_work(3)

    for hour in range(3):
        at = MORNING + timedelta(hours=hour)
        await letters.gather(await queries.waiting_for_a_letter(at=at), at=at)

    (letter,) = await Letter.filter(person_id=assessor.person_id).prefetch_related("person", "notices")
    assert len(await queries.inside(letter)) == 3


async def test_what_comes_after_the_letter_of_the_day_goes_out_the_next_day() -> None:
    assessor = await _assessor_with_work(1)
    await letters.gather(await queries.waiting_for_a_letter(at=MORNING), at=MORNING)
    enrolment = await make_enrolment()

    await make_reflection(enrolment, ReflectionState.SUBMITTED, at=MORNING)
    made = [
        await letters.gather(await queries.waiting_for_a_letter(at=at), at=at)
        for at in (MORNING + timedelta(hours=1), MORNING + timedelta(days=1))
    ]

    assert made == [0, 1]
    assert await Letter.filter(person_id=assessor.person_id).count() == 2


async def test_who_is_not_an_assessor_any_more_gets_no_letter_about_the_programme() -> None:
    assessor = await _assessor_with_work(2)
    await letters.gather(await queries.waiting_for_a_letter(at=MORNING), at=MORNING)
    (letter,) = await Letter.filter(person_id=assessor.person_id).select_related("person")

    await Role.filter(person_id=assessor.person_id).delete()

    assert await queries.inside(letter) == []
    assert await queries.waiting_for_a_letter(at=MORNING) == {}


async def test_assessor_can_choose_a_letter_for_each_piece() -> None:
    programme = await make_programme()
    assessor = await make_assessor(programme)
    await notices.choose(Topic.WORK, How.AT_ONCE, on_devices=False, actor=assessor)

    for _ in range(2):
        await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED)

    assert await Letter.filter(person_id=assessor.person_id).count() == 2


async def test_what_nobody_mailed_for_days_is_not_mailed_once_it_is_old() -> None:
    await _assessor_with_work(1)

    assert await queries.waiting_for_a_letter(at=NOW + queries.TOO_OLD) == {}


async def test_notice_that_is_in_no_letter_waits_for_none_where_none_is_wanted() -> None:
    reflection = await make_reflection(state=ReflectionState.ACCEPTED)
    student = await student_of(reflection.enrolment)
    await Notice.all().update(letter_id=None)

    waiting = await queries.waiting_for_a_letter(at=MORNING)
    await notices.choose(Topic.DECISIONS, How.IN_APP, on_devices=False, actor=student)

    assert (list(waiting), await queries.waiting_for_a_letter(at=MORNING)) == ([student.person_id], {})
    assert await Person.filter(id=student.person_id).count() == 1
