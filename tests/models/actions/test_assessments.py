"""Reading and judging."""

import asyncio
from datetime import timedelta

import pytest

from models.actions import accounts, assessments, claims
from models.actions.assessments import CommentMissing
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.queries.people import actor_of
from models.queries.queue import queue
from models.queries.reflections import decided_by
from models.states import ReflectionState
from models.tables import Assessment, Person, Post, Reflection, Role, RoleKind, Version
from models.tables.assessments import Decision
from tests.factories import (
    NOW,
    make_actor,
    make_assessor,
    make_enrolment,
    make_media,
    make_programme,
    make_reflection,
    move_on,
    programme_of,
    reload_reflection,
    student_of,
    versions_of,
    words,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(days=1)


async def _claimed(assessor_name: str = "Astrid") -> tuple[Reflection, Actor]:
    reflection = await make_reflection()
    assessor = await make_assessor(await programme_of(reflection.enrolment), assessor_name)
    return await move_on(reflection, ReflectionState.IN_ASSESSMENT, assessor=assessor), assessor


async def test_of_two_assessors_who_claim_at_once_exactly_one_wins() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)
    programme = await programme_of(reflection.enrolment)
    one, other = await make_assessor(programme), await make_assessor(programme)

    results = await asyncio.gather(
        claims.claim(reflection, actor=one, at=NOW),
        claims.claim(reflection, actor=other, at=NOW),
        return_exceptions=True,
    )

    winner = one if results[0] is None else other
    assert sorted(type(result).__name__ for result in results) == ["HeldBySomebody", "NoneType"]
    assert (await Reflection.get(id=reflection.id)).assessor_id == winner.person_id


async def test_a_released_reflection_can_be_claimed_by_somebody_else() -> None:
    reflection, assessor = await _claimed()
    other = await make_assessor(await programme_of(reflection.enrolment))

    await claims.release(reflection, actor=assessor, at=NOW)
    await claims.claim(await reload_reflection(reflection), actor=other, at=NOW)

    assert (await Reflection.get(id=reflection.id)).assessor_id == other.person_id


async def test_somebody_else_cannot_release_it() -> None:
    reflection, _ = await _claimed()
    other = await make_assessor(await programme_of(reflection.enrolment))

    with pytest.raises(NotAllowed):
        await claims.release(reflection, actor=other, at=NOW)


async def test_only_the_holder_of_the_claim_decides() -> None:
    reflection, _ = await _claimed()
    other = await make_assessor(await programme_of(reflection.enrolment))

    with pytest.raises(NotAllowed):
        await assessments.accept(reflection, actor=other, at=NOW)
    with pytest.raises(NotAllowed):
        await assessments.return_for_revision(reflection, "Hm.", actor=other, at=NOW)

    assert await Assessment.all().count() == 0


async def test_a_page_left_open_decides_nothing_after_the_claim_went_to_somebody_else() -> None:
    old_page, assessor = await _claimed()
    other = await make_assessor(await programme_of(old_page.enrolment))
    await claims.release(old_page, actor=assessor, at=NOW)
    await claims.claim(await reload_reflection(old_page), actor=other, at=NOW)

    with pytest.raises(WrongState):
        await assessments.accept(old_page, actor=assessor, at=LATER)

    assert await Assessment.all().count() == 0


@pytest.mark.parametrize("comment", ["", "  \n"])
async def test_returning_needs_a_comment(comment: str) -> None:
    reflection, assessor = await _claimed()

    with pytest.raises(CommentMissing):
        await assessments.return_for_revision(reflection, comment, actor=assessor, at=NOW)

    assert (await Reflection.get(id=reflection.id)).state is ReflectionState.IN_ASSESSMENT


async def test_accepting_needs_no_comment() -> None:
    reflection, assessor = await _claimed()

    await assessments.accept(reflection, actor=assessor, at=NOW)

    assert (await Reflection.get(id=reflection.id)).state is ReflectionState.ACCEPTED


async def test_a_decision_says_who_what_when_and_about_which_version() -> None:
    reflection, assessor = await _claimed()

    await assessments.return_for_revision(reflection, " Say more. ", actor=assessor, at=LATER)

    [assessment] = await Assessment.all().select_related("version")
    assert (assessment.assessor_id, assessment.decided_at, assessment.version.number) == (assessor.person_id, LATER, 1)
    assert (assessment.decision, assessment.comment) == (Decision.RETURNED, "Say more.")


async def test_a_decision_can_be_made_once() -> None:
    reflection, assessor = await _claimed()

    results = await asyncio.gather(
        assessments.accept(reflection, actor=assessor, at=NOW),
        assessments.return_for_revision(reflection, "Hm.", actor=assessor, at=NOW),
        return_exceptions=True,
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "WrongState"]
    assert await Assessment.all().count() == 1


async def test_the_new_draft_of_a_returned_report_is_a_copy_with_its_posts() -> None:
    reflection = await make_reflection(state=ReflectionState.RETURNED, format_="posts")

    first, second = await versions_of(reflection)

    fields = ("key", "position", "photo_id", "caption", "alt_text")
    assert (second.number, second.revision, second.frozen_at) == (2, first.revision + 1, None)
    assert (second.format, second.language, second.text) == (first.format, first.language, words(500))
    assert await Post.filter(version_id=second.id).values(*fields) == await Post.filter(version_id=first.id).values(
        *fields
    )


async def test_the_new_draft_of_a_returned_podcast_keeps_the_recording() -> None:
    reflection = await make_reflection(state=ReflectionState.RETURNED, format_="podcast")

    first, second = await versions_of(reflection)

    assert first.recording_id is not None
    assert second.recording_id == first.recording_id


async def test_every_version_stays() -> None:
    reflection = await make_reflection(state=ReflectionState.RETURNED)
    await move_on(reflection, ReflectionState.RETURNED, at=LATER)

    await move_on(reflection, ReflectionState.ACCEPTED, at=LATER)

    versions = await Version.filter(reflection_id=reflection.id).order_by("number").prefetch_related("assessments")
    decisions = [[assessment.decision for assessment in version.assessments] for version in versions]
    assert decisions == [[Decision.RETURNED], [Decision.RETURNED], [Decision.ACCEPTED]]


async def test_an_accepted_reflection_is_closed_for_its_student() -> None:
    reflection = await make_reflection(state=ReflectionState.ACCEPTED)

    with pytest.raises(WrongState):
        await move_on(reflection, ReflectionState.SUBMITTED)


async def test_a_new_recording_after_a_return_leaves_the_first_version_alone() -> None:
    reflection = await make_reflection(state=ReflectionState.RETURNED, format_="podcast")
    first = (await versions_of(reflection))[0].recording_id

    newer = await make_media(reflection, at=LATER)

    assert [version.recording_id for version in await versions_of(reflection)] == [first, newer.id]


async def test_an_assessor_whose_role_was_taken_away_is_refused() -> None:
    reflection, assessor = await _claimed()
    administrator = await make_actor("Ada", (RoleKind.ADMINISTRATOR, None))
    await accounts.take_role(await Role.get(person_id=assessor.person_id), actor=administrator, at=NOW)
    now_without = await actor_of(await Person.get(id=assessor.person_id))

    with pytest.raises(NotAllowed):
        await assessments.accept(reflection, actor=now_without, at=NOW)

    assert await Assessment.all().count() == 0


async def test_an_assessor_whose_role_was_taken_away_no_longer_lists_what_they_decided() -> None:
    reflection, assessor = await _claimed()
    await assessments.accept(reflection, actor=assessor, at=NOW)
    await Role.filter(person_id=assessor.person_id).delete()

    listed = await decided_by(await actor_of(await Person.get(id=assessor.person_id)))

    assert listed == []


async def test_an_assessor_lists_what_they_decided() -> None:
    reflection, assessor = await _claimed()
    await assessments.accept(reflection, actor=assessor, at=NOW)

    listed = await decided_by(assessor)

    assert [assessment.version.reflection_id for assessment in listed] == [reflection.id]


async def test_nobody_assesses_their_own() -> None:
    programme = await make_programme()
    assessor = await make_assessor(programme)
    reflection = await make_reflection(await make_enrolment(programme, assessor), ReflectionState.SUBMITTED)

    with pytest.raises(NotAllowed):
        await claims.claim(reflection, actor=assessor, at=NOW)

    assert await queue(assessor) == []


async def test_the_student_cannot_accept_what_an_assessor_holds() -> None:
    reflection, _ = await _claimed()

    with pytest.raises(NotAllowed):
        await assessments.accept(reflection, actor=await student_of(reflection.enrolment), at=NOW)
