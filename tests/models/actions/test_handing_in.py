"""The time of the press counts, a hand-in happens once, and it can be taken back until somebody reads it."""

import asyncio
import math
from datetime import date, datetime, timedelta

import pytest

from models.actions import claims, enrolments, handing_in, reflections
from models.actions.pieces import StillPreparing, content_checksum
from models.actions.pressing import counted_time
from models.actions.reflections import RuleSays
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.portfolios import portfolio_of
from models.queries.media import all_media
from models.receipts import BeingRead, TakingBackNotOffered, TooLateToTakeBack
from models.states import MediaState, ReflectionState
from models.tables import Activity, Event, MediaItem, Reflection, Version
from tests.factories import (
    DEADLINE,
    NOW,
    at_noon,
    edition,
    make_actor,
    make_assessor,
    make_enrolment,
    make_final,
    make_media,
    make_reflection,
    make_staff,
    move_on,
    pin,
    programme_of,
    reload_reflection,
    student_of,
    versions_of,
    words,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(days=2)
DAY = 24 * 3600.0


async def _submit(
    reflection: Reflection, *, ago: float | None = None, at: datetime = LATER, revision: int | None = None
) -> Version:
    if revision is None:
        revision = (await reflections.open_draft(reflection)).revision
    student = await student_of(reflection.enrolment)
    return await handing_in.submit(reflection, revision=revision, pressed_seconds_ago=ago, actor=student, at=at)


async def _take_back(reflection: Reflection, *, at: datetime = LATER, actor: Actor | None = None) -> Version:
    fresh = await reload_reflection(reflection)
    return await handing_in.take_back(fresh, actor=actor or await student_of(reflection.enrolment), at=at)


async def _state(reflection: Reflection) -> ReflectionState:
    return (await Reflection.get(id=reflection.id)).state


# The press.


async def test_the_time_of_the_press_counts_and_the_time_of_arrival_is_kept() -> None:
    reflection = await make_reflection()
    pressed = LATER - timedelta(hours=3)

    version = await _submit(reflection, ago=3 * 3600.0)

    row = await Reflection.get(id=reflection.id)
    assert (version.handed_in_at, version.frozen_at) == (pressed, LATER)
    assert (row.submitted_at, row.first_submitted_at) == (pressed, pressed)


async def test_without_a_press_before_it_counts_from_now() -> None:
    version = await _submit(await make_reflection())

    assert version.handed_in_at == version.frozen_at == LATER


@pytest.mark.parametrize(
    ("ago", "counted"),
    [
        (60.0, LATER - timedelta(minutes=1)),
        (-60.0, LATER),
        (math.nan, LATER),
        (-math.inf, LATER),
        (2.0 * DAY, NOW),
        (3.0 * DAY, NOW),
        (math.inf, NOW),
        (1e300, NOW),
    ],
)
def test_a_press_counts_within_reason(ago: float, counted: datetime) -> None:
    assert counted_time(ago, not_before=NOW, at=LATER) == counted


def test_a_press_is_never_older_than_thirty_days() -> None:
    assert counted_time(31 * DAY, not_before=NOW - timedelta(days=90), at=NOW) == NOW - timedelta(days=30)


async def test_nobody_pressed_before_the_draft_was_opened() -> None:
    reflection = await move_on(await make_reflection(), ReflectionState.RETURNED, at=LATER)

    version = await _submit(reflection, ago=DAY, at=LATER + timedelta(hours=1))

    assert version.handed_in_at == LATER


async def test_what_was_begun_without_a_network_was_begun_then() -> None:
    enrolment = await make_enrolment()
    activity = (await make_reflection(enrolment)).activity_id
    other = await make_reflection(enrolment)
    await Version.filter(reflection_id=other.id).delete()
    await Reflection.filter(id=other.id).delete()
    on = await other.activity
    assert on is not None
    assert on.id != activity
    await on.fetch_related("enrolment")

    begun = await reflections.start(
        on, "written", "en", begun_seconds_ago=DAY, actor=await student_of(enrolment), at=LATER
    )

    assert (begun.id, begun.created_at) == (other.id, LATER - timedelta(days=1))


async def test_nobody_began_before_the_activity_was_done() -> None:
    enrolment = await make_enrolment()
    other = await make_reflection(enrolment)
    await Version.filter(reflection_id=other.id).delete()
    await Reflection.filter(id=other.id).delete()
    on = await other.activity
    assert on is not None
    await Activity.filter(id=on.id).update(changed_at=LATER - timedelta(hours=2))
    await on.fetch_related("enrolment")

    begun = await reflections.start(
        on, "written", "en", begun_seconds_ago=DAY, actor=await student_of(enrolment), at=LATER
    )

    assert begun.created_at == LATER - timedelta(hours=2)


async def _final(*, begun_at: datetime = NOW) -> Reflection:
    enrolment = await make_enrolment()
    for _ in range(3):
        await make_reflection(enrolment, ReflectionState.SUBMITTED)
    return await make_final(enrolment, at=begun_at)


async def test_what_was_pressed_before_the_deadline_is_accepted_after_it() -> None:
    final = await _final()
    after = at_noon(DEADLINE + timedelta(days=1))

    await _submit(final, ago=DAY, at=after)

    portfolio = await portfolio_of(final.enrolment)
    assert portfolio.final is not None
    assert (portfolio.final.state, portfolio.final.first_submitted_date) == ("submitted", DEADLINE)


async def test_what_was_pressed_after_the_deadline_is_refused() -> None:
    final = await _final()
    after = at_noon(DEADLINE + timedelta(days=1))

    with pytest.raises(RuleSays):
        await _submit(final, ago=3600.0, at=after)

    assert await _state(final) is ReflectionState.DRAFT


async def test_a_final_reflection_begun_before_the_deadline_without_a_network_may_begin_after_it() -> None:
    enrolment = await make_enrolment()
    for _ in range(3):
        await make_reflection(enrolment, ReflectionState.SUBMITTED)
    student, after = await student_of(enrolment), at_noon(DEADLINE + timedelta(days=1))

    with pytest.raises(RuleSays):
        await reflections.start_final(enrolment, "written", "en", actor=student, at=after)
    begun = await reflections.start_final(enrolment, "written", "en", begun_seconds_ago=DAY, actor=student, at=after)

    assert begun.created_at == at_noon(DEADLINE)


# Once.


@pytest.mark.parametrize(
    "since",
    [ReflectionState.SUBMITTED, ReflectionState.IN_ASSESSMENT, ReflectionState.RETURNED, ReflectionState.ACCEPTED],
)
async def test_the_same_hand_in_again_gives_the_same_receipt_whatever_happened_since(since: ReflectionState) -> None:
    reflection = await make_reflection(state=since)
    first = (await versions_of(reflection))[0]

    again = await _submit(reflection, ago=5.0, revision=first.revision)

    assert dict(again) == dict(first)
    assert await _state(reflection) is since
    assert await Event.filter(move="submit").count() == 1


async def test_a_late_repetition_does_not_hand_in_again_what_was_taken_back() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    first = (await versions_of(reflection))[0]
    await _take_back(reflection)

    again = await _submit(reflection, revision=first.revision)

    assert again.id == first.id
    assert await _state(reflection) is ReflectionState.TAKEN_BACK


async def test_of_two_phones_that_press_one_wins_and_the_other_is_told() -> None:
    reflection = await make_reflection()
    student, draft = await student_of(reflection.enrolment), await reflections.open_draft(reflection)
    await reflections.save_draft(reflection, base_revision=draft.revision, text=words(500), actor=student, at=NOW)

    older, newer = await asyncio.gather(
        _submit(reflection, revision=draft.revision),
        _submit(reflection, revision=draft.revision + 1),
        return_exceptions=True,
    )

    assert isinstance(older, WrongState)
    assert isinstance(newer, Version)
    assert [version.frozen_at for version in await versions_of(reflection)] == [LATER]


# Taking back.


async def test_taking_back_opens_a_copy_and_keeps_what_was_handed_in() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED, format_="posts")

    draft = await _take_back(reflection)

    first, second = await versions_of(reflection)
    assert await _state(reflection) is ReflectionState.TAKEN_BACK
    assert (first.frozen_at, first.checksum) == (NOW, await content_checksum(first))
    assert (second.id, second.number, second.revision, second.frozen_at) == (draft.id, 2, first.revision + 1, None)
    assert await content_checksum(second) == first.checksum
    assert len(await second.posts) == len(await first.posts) == 3


async def test_what_was_taken_back_can_be_written_on_and_handed_in_again() -> None:
    reflection = await make_reflection(state=ReflectionState.TAKEN_BACK)
    draft = await reflections.open_draft(reflection)
    await reflections.save_draft(
        reflection,
        base_revision=draft.revision,
        text=words(700),
        actor=await student_of(reflection.enrolment),
        at=LATER,
    )

    version = await _submit(reflection)

    assert (version.number, version.text) == (2, words(700))
    assert await _state(reflection) is ReflectionState.SUBMITTED


async def test_what_an_assessor_has_claimed_stays() -> None:
    reflection = await make_reflection(state=ReflectionState.IN_ASSESSMENT)

    with pytest.raises(BeingRead, match="An assessor has begun to read it"):
        await _take_back(reflection)

    assert await _state(reflection) is ReflectionState.IN_ASSESSMENT
    assert len(await versions_of(reflection)) == 1


async def test_what_was_given_back_to_the_queue_unread_can_be_taken_back() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    assessor = await make_assessor(await programme_of(reflection.enrolment))
    await claims.claim(reflection, actor=assessor, at=NOW)
    await claims.release(await reload_reflection(reflection), actor=assessor, at=NOW)

    await _take_back(reflection)

    assert await _state(reflection) is ReflectionState.TAKEN_BACK


async def test_what_the_first_of_two_readers_has_accepted_stays() -> None:
    reflection = await make_reflection()
    rules = edition("two", reflection=edition("two").reflection.model_copy(update={"readers": 2}))
    await pin(reflection.enrolment, rules)
    await move_on(reflection, ReflectionState.ACCEPTED)

    with pytest.raises(BeingRead):
        await _take_back(reflection)

    assert await _state(reflection) is ReflectionState.SUBMITTED


async def test_a_rule_set_can_say_that_nothing_is_taken_back() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    await pin(reflection.enrolment, edition("final-word", take_back=False))

    with pytest.raises(TakingBackNotOffered):
        await _take_back(reflection)

    assert await _state(reflection) is ReflectionState.SUBMITTED


@pytest.mark.parametrize("state", [ReflectionState.DRAFT, ReflectionState.RETURNED, ReflectionState.TAKEN_BACK])
async def test_what_is_open_cannot_be_taken_back(state: ReflectionState) -> None:
    reflection = await make_reflection(state=state)

    with pytest.raises(WrongState):
        await _take_back(reflection)

    assert await _state(reflection) is state


async def test_nobody_else_takes_it_back() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    programme = await programme_of(reflection.enrolment)

    for stranger in (await make_actor(), await make_staff(programme), await make_assessor(programme)):
        with pytest.raises(NotAllowed):
            await _take_back(reflection, actor=stranger)


async def test_nothing_of_an_ended_enrolment_is_taken_back() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    staff = await make_staff(await programme_of(reflection.enrolment))
    stale = await reload_reflection(reflection)
    await enrolments.void(reflection.enrolment, "Never enrolled.", actor=staff, at=NOW)

    with pytest.raises(enrolments.EnrolmentEnded):
        await handing_in.take_back(stale, actor=await student_of(stale.enrolment), at=LATER)


@pytest.mark.parametrize("attempt", range(5))
async def test_of_taking_back_and_claiming_at_once_one_wins(attempt: int) -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    assessor = await make_assessor(await programme_of(reflection.enrolment))
    work = [_take_back(reflection), claims.claim(reflection, actor=assessor, at=LATER)]

    done = await asyncio.gather(*(work if attempt % 2 else work[::-1]), return_exceptions=True)

    row = await Reflection.get(id=reflection.id)
    assert [isinstance(one, WrongState) for one in done].count(True) == 1
    assert (row.state, row.assessor_id) in {
        (ReflectionState.TAKEN_BACK, None),
        (ReflectionState.IN_ASSESSMENT, assessor.person_id),
    }
    assert len(await versions_of(reflection)) == (2 if row.state is ReflectionState.TAKEN_BACK else 1)


async def test_a_final_reflection_stays_once_its_deadline_has_passed() -> None:
    final = await _final()
    await _submit(final, at=NOW)

    with pytest.raises(TooLateToTakeBack):
        await _take_back(final, at=at_noon(DEADLINE + timedelta(days=1)))
    await _take_back(final, at=at_noon(DEADLINE))

    assert await _state(final) is ReflectionState.TAKEN_BACK


async def test_a_final_reflection_that_came_back_in_time_can_be_taken_back_after_the_deadline() -> None:
    final = await move_on(await _final(), ReflectionState.RETURNED)
    after = at_noon(DEADLINE + timedelta(days=1))
    await _submit(final, at=after)

    await _take_back(final, at=after)
    await _submit(final, at=after)

    portfolio = await portfolio_of(final.enrolment)
    assert portfolio.final is not None
    assert portfolio.final.first_submitted_date == NOW.date()


async def test_handing_in_early_and_taking_back_wins_no_time() -> None:
    final = await _final()
    await _submit(final, at=NOW)
    await _take_back(final, at=NOW)
    after = at_noon(DEADLINE + timedelta(days=1))

    with pytest.raises(RuleSays):
        await _submit(final, at=after)
    await _submit(final, at=at_noon(DEADLINE))

    row = await Reflection.get(id=final.id)
    assert row.first_submitted_at == at_noon(DEADLINE)


@pytest.mark.parametrize(
    ("before", "standing", "first"),
    [(ReflectionState.DRAFT, "draft", None), (ReflectionState.RETURNED, "returned", NOW.date())],
)
async def test_rules_see_what_was_taken_back_as_it_was_before(
    before: ReflectionState, standing: str, first: date | None
) -> None:
    final = await move_on(await _final(), before)
    await _submit(final, at=NOW)
    await _take_back(final, at=NOW)

    portfolio = await portfolio_of(final.enrolment)

    assert portfolio.final is not None
    assert (portfolio.final.state, portfolio.final.first_submitted_date) == (standing, first)


async def test_a_recording_of_a_draft_that_was_opened_again_is_the_students_alone() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED, format_="podcast")
    handed_in = (await versions_of(reflection))[0].recording_id
    await _take_back(reflection)
    newer = await make_media(reflection, at=LATER)
    programme = await programme_of(reflection.enrolment)

    seen = {item.id for item in await all_media(await make_assessor(programme))}

    assert (await reflections.open_draft(reflection)).recording_id == newer.id
    assert seen == {handed_in}


async def test_a_decided_take_that_has_not_arrived_holds_the_hand_in_back() -> None:
    reflection = await make_reflection(format_="podcast")
    coming = await make_media(reflection, MediaState.RECEIVING)
    await MediaItem.filter(id=coming.id).update(segments=[], received_at=LATER)

    with pytest.raises(StillPreparing):
        await _submit(reflection)
