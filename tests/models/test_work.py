"""What a student's phone is given to work on: everything that is theirs and open, in a few queries."""

from datetime import timedelta

import pytest

from models.actions import enrolments
from models.permissions import Actor
from models.queries.work import MOST_WAITING, Piece, piece, work_of
from models.states import ActivityState, ReflectionState
from models.tables import Reflection
from models.tables.reflections import reflection_id_for
from tests.factories import (
    DEADLINE,
    NOW,
    at_noon,
    edition,
    make_activity,
    make_actor,
    make_enrolment,
    make_final,
    make_programme,
    make_reflection,
    make_staff,
    move_on,
    pin,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")


async def _work(actor: Actor, language: str = "en") -> list[Piece]:
    return await work_of(actor, language=language, at=NOW)


async def test_the_work_is_what_is_open_then_what_may_begin_then_what_waits() -> None:
    enrolment = await make_enrolment()
    waiting = await make_reflection(enrolment, ReflectionState.SUBMITTED)
    opened = [
        await make_reflection(enrolment, state)
        for state in (ReflectionState.DRAFT, ReflectionState.RETURNED, ReflectionState.TAKEN_BACK)
    ]
    read = await make_reflection(enrolment, ReflectionState.IN_ASSESSMENT, at=NOW + timedelta(hours=1))
    await make_reflection(enrolment, ReflectionState.ACCEPTED)
    done = await make_activity(enrolment)
    await make_activity(enrolment, ActivityState.APPROVED)

    work = await _work(await student_of(enrolment))

    assert [one.reflection.id for one in work if one.reflection.activity_id is not None] == [
        *(reflection.id for reflection in opened),
        reflection_id_for(done),
        read.id,
        waiting.id,
    ]
    assert [one.is_begun for one in work if one.reflection.activity_id == done.id] == [False]


async def test_what_may_begin_has_what_it_will_have() -> None:
    enrolment = await make_enrolment()
    done = await make_activity(enrolment)

    (one,) = await _work(await student_of(enrolment), "sv")

    assert (one.reflection.id, one.reflection.activity_id) == (reflection_id_for(done), done.id)
    assert (one.newest.number, one.newest.revision, one.newest.format, one.newest.language) == (1, 0, "written", "sv")
    assert await Reflection.all().count() == 0


async def test_the_final_reflection_is_there_when_it_may_begin_and_in_its_own_language() -> None:
    enrolment = await make_enrolment()
    for _ in range(2):
        await make_reflection(enrolment, ReflectionState.SUBMITTED)
    last = await make_reflection(enrolment)
    student = await student_of(enrolment)
    before = [one.reflection.kind for one in await _work(student, "sv")]

    await move_on(last, ReflectionState.SUBMITTED)
    final = next(one for one in await _work(student, "sv") if one.reflection.kind == "final")

    assert "final" not in before
    assert (final.reflection.id, final.newest.language, final.deadline) == (
        reflection_id_for(enrolment),
        "en",
        DEADLINE,
    )


async def test_where_no_reflections_are_asked_for_none_may_begin() -> None:
    enrolment = await make_enrolment()
    await make_activity(enrolment)
    none = edition("none").reflection.model_copy(update={"required": False})
    await pin(enrolment, edition("none", reflection=none))

    assert await _work(await student_of(enrolment)) == []


async def test_nothing_of_an_ended_enrolment_and_nothing_of_others_is_work() -> None:
    programme = await make_programme()
    enrolment, other = await make_enrolment(programme), await make_enrolment(programme)
    for one in (enrolment, other):
        await make_reflection(one)
        await make_reflection(one, ReflectionState.SUBMITTED)
        await make_activity(one)
    student = await student_of(enrolment)

    before = {work.reflection.enrolment_id for work in await _work(student)}
    await enrolments.void(enrolment, "Never.", actor=await make_staff(programme), at=NOW)

    assert before == {enrolment.id}
    assert await _work(student) == []
    assert await _work(await make_actor()) == []


async def test_of_what_waits_the_newest_come_first_and_not_all() -> None:
    enrolment = await make_enrolment()
    made = [
        await make_reflection(enrolment, ReflectionState.SUBMITTED, at=NOW + timedelta(minutes=number))
        for number in range(MOST_WAITING + 2)
    ]

    work = [one for one in await _work(await student_of(enrolment)) if one.is_begun]

    assert [one.reflection.id for one in work] == [one.id for one in made[:1:-1]]


async def test_each_piece_has_its_own_files_posts_and_receipt() -> None:
    enrolment = await make_enrolment()
    podcast = await make_reflection(enrolment, format_="podcast")
    posts = await make_reflection(enrolment, ReflectionState.TAKEN_BACK, "posts")

    work = {one.reflection.id: one for one in await _work(await student_of(enrolment))}

    assert {item.reflection_id for item in work[podcast.id].media} == {podcast.id}
    assert [post.version_id for post in work[posts.id].posts] == [work[posts.id].newest.id] * 3
    assert work[podcast.id].last is None
    assert work[posts.id].last is not None


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (ReflectionState.SUBMITTED, True),
        (ReflectionState.IN_ASSESSMENT, False),
        (ReflectionState.RETURNED, False),
        (ReflectionState.TAKEN_BACK, False),
        (ReflectionState.ACCEPTED, False),
    ],
)
async def test_a_receipt_tells_whether_it_may_be_taken_back(state: ReflectionState, may: bool) -> None:
    reflection = await make_reflection(state=state)

    shown = await piece(reflection.id, actor=await student_of(reflection.enrolment), at=NOW)

    assert shown.last is not None
    assert shown.may_take_back is may


async def test_a_receipt_of_a_final_reflection_after_the_deadline_cannot_be_taken_back() -> None:
    enrolment = await make_enrolment()
    for _ in range(3):
        await make_reflection(enrolment, ReflectionState.SUBMITTED)
    final = await make_final(enrolment, ReflectionState.SUBMITTED)
    student = await student_of(enrolment)

    answers = [
        (await piece(final.id, actor=student, at=at_noon(day))).may_take_back
        for day in (DEADLINE, DEADLINE + timedelta(days=1))
    ]

    assert answers == [True, False]
