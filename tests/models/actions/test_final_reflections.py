"""When the final reflection opens and when it is too late."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from models.actions import handing_in, reflections, study_dates
from models.actions.reflections import NoSuchFormat, RuleSays
from models.states import ReflectionState
from models.tables import Enrolment, Reflection
from tests.factories import (
    DEADLINE,
    NOW,
    at_noon,
    make_activity,
    make_enrolment,
    make_final,
    make_reflection,
    make_staff,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

DAY_AFTER = at_noon(DEADLINE + timedelta(days=1))


async def _enrolment_with(handed_in: int, drafts: int = 0) -> Enrolment:
    enrolment = await make_enrolment()
    for _ in range(handed_in):
        await make_reflection(enrolment, ReflectionState.SUBMITTED)
    for _ in range(drafts):
        await make_reflection(enrolment, ReflectionState.DRAFT)
    return enrolment


async def _start(enrolment: Enrolment, at: datetime = NOW) -> Reflection:
    return await reflections.start_final(enrolment, "written", "en", actor=await student_of(enrolment), at=at)


async def _submit(final: Reflection, at: datetime = NOW) -> None:
    draft = await reflections.open_draft(final)
    await handing_in.submit(final, revision=draft.revision, actor=await student_of(final.enrolment), at=at)


async def _extend(enrolment: Enrolment, until: date) -> None:
    staff = await make_staff(await programme_of(enrolment))
    await study_dates.grant_extension(enrolment, until, "Illness.", extension_id=uuid4(), actor=staff, at=NOW)


@pytest.mark.parametrize("handed_in", [0, 1, 2])
async def test_it_does_not_open_before_three_reflections_are_handed_in(handed_in: int) -> None:
    enrolment = await _enrolment_with(handed_in, drafts=3 - handed_in)

    with pytest.raises(RuleSays) as refusal:
        await _start(enrolment)

    assert [(sentence.sv, sentence.en) for sentence in refusal.value.sentences] == [
        (
            f"Slutreflektionen öppnas när du har lämnat in 3 reflektioner. Inlämnade hittills: {handed_in}.",
            f"The final reflection opens when you have handed in 3 reflections. Handed in so far: {handed_in}.",
        )
    ]


async def test_it_does_not_open_before_three_activities_are_done() -> None:
    enrolment = await _enrolment_with(2)

    with pytest.raises(RuleSays) as refusal:
        await _start(enrolment)

    assert [sentence.id for sentence in refusal.value.sentences] == ["final_needs_activities"]


async def test_it_opens_with_three_handed_in() -> None:
    final = await _start(await _enrolment_with(3))

    assert final.state is ReflectionState.DRAFT


async def test_a_returned_reflection_counts_as_handed_in() -> None:
    enrolment = await _enrolment_with(2)
    await make_reflection(enrolment, ReflectionState.RETURNED)

    final = await _start(enrolment)

    assert final.state is ReflectionState.DRAFT


async def test_a_second_start_gives_the_first_one() -> None:
    enrolment = await _enrolment_with(3)
    first = await _start(enrolment)

    second = await _start(enrolment)

    assert second.id == first.id


@pytest.mark.parametrize(("format_", "language"), [("written", "sv"), ("posts", "en")])
async def test_it_is_in_english_and_in_the_final_formats(format_: str, language: str) -> None:
    enrolment = await _enrolment_with(3)

    with pytest.raises(NoSuchFormat):
        await reflections.start_final(enrolment, format_, language, actor=await student_of(enrolment), at=NOW)


async def test_it_cannot_be_started_after_the_deadline() -> None:
    enrolment = await _enrolment_with(3)

    with pytest.raises(RuleSays) as refusal:
        await _start(enrolment, DAY_AFTER)

    assert [(sentence.sv, sentence.en) for sentence in refusal.value.sentences] == [
        (
            "Slutreflektionen skulle ha lämnats in senast den 8 maj 2026.",
            "The final reflection had to be handed in by 8 May 2026.",
        )
    ]


async def test_it_cannot_be_handed_in_after_the_deadline_with_the_date_in_words() -> None:
    final = await make_final(await _enrolment_with(3))

    with pytest.raises(RuleSays) as refusal:
        await _submit(final, DAY_AFTER)

    assert str(refusal.value) == "Not yet: The final reflection had to be handed in by 8 May 2026."
    assert (await Reflection.get(id=final.id)).state is ReflectionState.DRAFT


async def test_it_can_be_handed_in_on_the_deadline_day_until_midnight_in_stockholm() -> None:
    final = await make_final(await _enrolment_with(3))

    await _submit(final, at_noon(DEADLINE).replace(hour=21, minute=59))

    assert (await Reflection.get(id=final.id)).state is ReflectionState.SUBMITTED


async def test_it_is_too_late_after_midnight_in_stockholm_although_the_day_goes_on_elsewhere() -> None:
    final = await make_final(await _enrolment_with(3))

    with pytest.raises(RuleSays):
        await _submit(final, at_noon(DEADLINE).replace(hour=22, minute=1))


async def test_it_can_be_handed_in_after_an_extension() -> None:
    final = await make_final(await _enrolment_with(3))
    await _extend(final.enrolment, DEADLINE + timedelta(days=7))

    await _submit(final, at_noon(DEADLINE + timedelta(days=7)))

    assert (await Reflection.get(id=final.id)).state is ReflectionState.SUBMITTED


async def test_an_extension_ends_too() -> None:
    final = await make_final(await _enrolment_with(3))
    await _extend(final.enrolment, DEADLINE + timedelta(days=7))

    with pytest.raises(RuleSays) as refusal:
        await _submit(final, at_noon(DEADLINE + timedelta(days=8)))

    assert refusal.value.sentences[0].en == "The final reflection had to be handed in by 15 May 2026."


async def test_another_students_extension_helps_nobody_else() -> None:
    final = await make_final(await _enrolment_with(3))
    await _extend(await make_enrolment(await programme_of(final.enrolment)), DEADLINE + timedelta(days=7))

    with pytest.raises(RuleSays):
        await _submit(final, DAY_AFTER)


async def test_a_returned_one_may_be_handed_in_again_after_the_deadline() -> None:
    final = await make_final(await _enrolment_with(3), ReflectionState.RETURNED)

    await _submit(final, DAY_AFTER)

    assert (await Reflection.get(id=final.id)).state is ReflectionState.SUBMITTED


async def test_the_first_hand_in_keeps_its_moment_when_it_is_handed_in_again() -> None:
    final = await make_final(await _enrolment_with(3), ReflectionState.RETURNED)

    await _submit(final, DAY_AFTER)

    again = await Reflection.get(id=final.id)
    assert (again.first_submitted_at, again.submitted_at) == (NOW, DAY_AFTER)


async def test_too_short_a_final_text_is_refused() -> None:
    final = await make_final(await _enrolment_with(3))
    await reflections.save_draft(final, base_revision=1, text="Short.", actor=await student_of(final.enrolment), at=NOW)

    with pytest.raises(RuleSays) as refusal:
        await _submit(final)

    assert refusal.value.sentences[0].en == "The text has one word; at least 1500 are needed."


async def test_a_done_activity_without_reflection_does_not_open_it() -> None:
    enrolment = await _enrolment_with(2)
    await make_activity(enrolment)

    with pytest.raises(RuleSays):
        await _start(enrolment)
