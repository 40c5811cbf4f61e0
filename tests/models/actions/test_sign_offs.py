"""What an outside organiser is asked through a link, and answers once."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import activities, sign_offs
from models.actions.enrolments import EnrolmentEnded
from models.errors import NotAllowed, Refused, WrongState
from models.permissions import Actor
from models.queries.sign_offs import sign_offs_of
from models.states import ActivityState, EnrolmentState
from models.tables import Activity, Enrolment, Event, SignOff
from models.tables.activities import SignOffOutcome
from tests.factories import (
    AFTER,
    NOW,
    OCCASION,
    make_activity,
    make_assessor,
    make_staff,
    pin,
    programme_of,
    student_of,
)

YES, NO = SignOffOutcome.CONFIRMED, SignOffOutcome.DENIED
FORTNIGHT = timedelta(days=14)


@pytest.fixture
async def activity(database: object) -> Activity:
    return await make_activity(state=ActivityState.APPROVED)


@pytest.fixture
async def student(activity: Activity) -> Actor:
    return await student_of(activity.enrolment)


@pytest.fixture
async def token(activity: Activity, student: Actor) -> str:
    return await ask(activity, student)


async def ask(activity: Activity, student: Actor) -> str:
    return await sign_offs.request(activity, "Café Babel", sign_off_id=uuid4(), actor=student, at=NOW)


async def answer(token: str, outcome: SignOffOutcome = YES, percent: int | None = None) -> None:
    await sign_offs.answer(token, outcome, "Kim Alm", "Host", percent, "Well done.", at=NOW)


async def test_the_holder_of_the_link_is_told_who_what_and_when(token: str) -> None:
    asked = await sign_offs.read_request(token, at=NOW)

    assert (asked.student_name, asked.title_en, asked.programme_en) == ("Robin", "Language café", "Programme OT")
    assert asked.days == (OCCASION,)


async def test_the_secret_is_not_kept(token: str) -> None:
    row = await SignOff.get()

    assert token not in str(dict(row))


async def test_an_answer_counts_once(activity: Activity, token: str) -> None:
    await answer(token, percent=85)

    row = await SignOff.get()
    assert (row.outcome, row.signed_name, row.signed_role, row.attendance_percent) == (YES, "Kim Alm", "Host", 85)
    assert (await Activity.get(id=activity.id)).attendance_percent == 85
    with pytest.raises(sign_offs.AlreadyAnswered):
        await answer(token, NO)


async def test_an_answer_does_not_move_what_waits_to_the_end_of_the_list(activity: Activity, token: str) -> None:
    before = (await Activity.get(id=activity.id)).changed_at

    await sign_offs.answer(token, YES, "Kim Alm", "Host", 85, "", at=NOW + timedelta(days=3))

    assert (await Activity.get(id=activity.id)).changed_at == before


async def test_of_two_answers_at_once_one_counts(token: str) -> None:
    results = await asyncio.gather(answer(token, YES), answer(token, NO), return_exceptions=True)

    assert [type(result) for result in results].count(sign_offs.AlreadyAnswered) == 1
    assert await Event.filter(move="answer_organiser").count() == 1


async def test_the_record_says_that_the_student_passed_the_link_on(token: str) -> None:
    await answer(token)

    event = await Event.get(move="answer_organiser")
    assert event.actor_id is None
    assert event.facts["how"] == sign_offs.HOW_IT_CAME


async def test_a_denial_sets_nothing_on_the_activity(activity: Activity, token: str) -> None:
    await answer(token, NO, 90)

    after = await Activity.get(id=activity.id)
    assert (after.state, after.attendance_percent) == (activity.state, None)


async def test_without_a_name_or_with_an_impossible_attendance_it_is_refused_and_can_be_tried_again(
    token: str,
) -> None:
    with pytest.raises(sign_offs.SignerMissing):
        await sign_offs.answer(token, YES, "Kim", " ", None, "", at=NOW)
    with pytest.raises(sign_offs.NotAPercentage):
        await answer(token, percent=101)

    await answer(token)


async def test_an_unknown_link_is_refused_in_words(token: str) -> None:
    with pytest.raises(sign_offs.LinkUnknown):
        await sign_offs.read_request(token[:-1], at=NOW)


async def test_a_link_ends_after_two_weeks(token: str) -> None:
    await sign_offs.read_request(token, at=NOW + FORTNIGHT - timedelta(seconds=1))

    with pytest.raises(sign_offs.LinkExpired):
        await sign_offs.read_request(token, at=NOW + FORTNIGHT)
    with pytest.raises(sign_offs.LinkExpired):
        await sign_offs.answer(token, YES, "Kim", "Host", None, "", at=NOW + FORTNIGHT)


async def test_the_student_takes_the_question_back(token: str, student: Actor) -> None:
    await sign_offs.cancel(await SignOff.get(), actor=student, at=NOW)

    with pytest.raises(sign_offs.RequestCancelled):
        await answer(token)


async def test_an_answer_is_not_taken_back_by_the_student(token: str, student: Actor) -> None:
    await answer(token, NO)

    with pytest.raises(WrongState):
        await sign_offs.cancel(await SignOff.get(), actor=student, at=NOW)


async def test_a_withdrawn_activity_needs_no_answer(activity: Activity, token: str, student: Actor) -> None:
    await activities.withdraw(activity, actor=student, at=NOW)

    with pytest.raises(sign_offs.NoLongerAsked):
        await answer(token)


async def test_an_ended_enrolment_needs_no_answer(activity: Activity, token: str) -> None:
    await Enrolment.filter(id=activity.enrolment_id).update(state=EnrolmentState.VOID, ended_reason="Wrong faculty.")

    with pytest.raises(sign_offs.NoLongerAsked):
        await answer(token)


async def test_an_answer_about_what_is_done_is_kept_and_changes_nothing_that_was_decided(
    activity: Activity, token: str, student: Actor
) -> None:
    await activities.state_attendance(activity, 90, actor=student, at=NOW)
    await activities.complete(activity, actor=student, at=NOW)
    before = await Activity.filter(id=activity.id).values()

    await sign_offs.answer(token, YES, "Kim Alm", "Host", 10, "", at=NOW + timedelta(days=3))

    assert await Activity.filter(id=activity.id).values() == before
    assert (await SignOff.get()).attendance_percent == 10


async def test_an_answer_about_what_is_reported_sets_the_attendance(
    activity: Activity, token: str, student: Actor
) -> None:
    await pin(activity.enrolment, AFTER)
    await activities.report(activity, actor=student, at=NOW)

    await answer(token, percent=85)

    assert (await Activity.get(id=activity.id)).attendance_percent == 85


async def test_nobody_is_asked_about_an_ended_enrolment(activity: Activity, student: Actor) -> None:
    await Enrolment.filter(id=activity.enrolment_id).update(state=EnrolmentState.VOID, ended_reason="Wrong faculty.")

    with pytest.raises(EnrolmentEnded):
        await ask(activity, student)


@pytest.mark.parametrize("state", [ActivityState.DONE, ActivityState.DECLINED, ActivityState.WITHDRAWN])
@pytest.mark.usefixtures("database")
async def test_one_asks_only_about_what_is_open(state: ActivityState) -> None:
    activity = await make_activity(state=state)

    with pytest.raises(WrongState):
        await ask(activity, await student_of(activity.enrolment))


async def test_one_names_whom_one_asks(activity: Activity, student: Actor) -> None:
    with pytest.raises(sign_offs.OrganiserMissing):
        await sign_offs.request(activity, " ", sign_off_id=uuid4(), actor=student, at=NOW)


async def test_the_same_request_again_makes_no_second_row_and_its_newest_link_works(
    activity: Activity, student: Actor
) -> None:
    id_ = uuid4()
    first, second = [
        await sign_offs.request(activity, "Café Babel", sign_off_id=id_, actor=student, at=NOW) for _ in range(2)
    ]

    await answer(second)

    assert await SignOff.all().count() == 1
    with pytest.raises(Refused):
        await sign_offs.read_request(first, at=NOW)


async def test_five_links_wait_at_most(activity: Activity, student: Actor) -> None:
    for _ in range(5):
        await ask(activity, student)

    with pytest.raises(sign_offs.TooManyRequests):
        await ask(activity, student)


async def test_nobody_asks_for_another(activity: Activity) -> None:
    with pytest.raises(NotAllowed):
        await ask(activity, await make_staff(await programme_of(activity.enrolment)))


async def test_staff_and_the_student_see_the_question_and_nobody_else(
    activity: Activity, token: str, student: Actor
) -> None:
    programme = await programme_of(activity.enrolment)
    people = [student, await make_staff(programme), await make_assessor(programme)]

    seen = [len(await sign_offs_of(activity, actor=actor)) for actor in people]

    assert seen == [1, 1, 0]
