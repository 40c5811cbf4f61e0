"""What an assessor writes is kept from the first word on, for them alone, until it is decided."""

import pytest

from models.actions import assessment_drafts, assessments, claims
from models.actions.assessment_drafts import LONGEST_LETTERS, TextTooLong
from models.errors import NotAllowed
from models.permissions import Actor
from models.queries import reflections as queries
from models.states import ReflectionState
from models.tables import AssessmentDraft, Reflection, Version
from tests.factories import (
    NOW,
    make_assessor,
    make_programme,
    make_reflection,
    make_staff,
    move_on,
    programme_of,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")


async def _read() -> tuple[Version, Actor, Reflection]:
    """Make a version that Astrid reads."""
    reflection = await make_reflection()
    reader = await make_assessor(await programme_of(reflection.enrolment), "Astrid")
    reflection = await move_on(reflection, ReflectionState.IN_ASSESSMENT, assessor=reader)
    version = await Version.get(reflection_id=reflection.id).select_related("reflection__enrolment")
    return version, reader, reflection


async def _keep(version: Version, comment: str, note: str = "", *, revision: int, actor: Actor) -> AssessmentDraft:
    return await assessment_drafts.keep(version, comment, note, revision=revision, actor=actor, at=NOW)


async def test_what_was_written_last_is_kept() -> None:
    version, reader, _ = await _read()

    first = await _keep(version, "Well", revision=0, actor=reader)
    await _keep(version, "Well seen.", "Ask Henrik", revision=first.revision, actor=reader)

    kept = await queries.assessment_draft(version, actor=reader)
    assert kept is not None
    assert (kept.comment, kept.note, kept.revision) == ("Well seen.", "Ask Henrik", 2)


async def test_words_that_were_taken_out_are_out() -> None:
    version, reader, _ = await _read()
    first = await _keep(version, "Well seen, but too long.", revision=0, actor=reader)

    await _keep(version, "Well seen.", revision=first.revision, actor=reader)

    assert (await AssessmentDraft.get()).comment == "Well seen."


async def test_the_same_words_sent_twice_are_there_once() -> None:
    version, reader, _ = await _read()

    for _ in range(2):
        kept = await _keep(version, "Well seen.", revision=0, actor=reader)

    assert (kept.comment, kept.revision) == ("Well seen.", 1)


async def test_of_two_windows_neither_takes_the_others_words_away() -> None:
    version, reader, _ = await _read()
    await _keep(version, "About the beginning.", revision=0, actor=reader)

    kept = await _keep(version, "About the end.", revision=0, actor=reader)

    assert kept.comment == "About the beginning.\n\nAbout the end."


async def test_nobody_else_finds_or_writes_it() -> None:
    version, reader, reflection = await _read()
    programme = await programme_of(reflection.enrolment)
    colleague = await make_assessor(programme)
    await _keep(version, "Between us.", "Weak", revision=0, actor=reader)

    for other in (
        await student_of(reflection.enrolment),
        await make_staff(programme),
        await make_assessor(await make_programme("PT")),
    ):
        with pytest.raises(NotAllowed):
            await _keep(version, "Me too.", revision=0, actor=other)
    assert await queries.assessment_draft(version, actor=colleague) is None


async def test_colleague_writes_beside_and_not_over() -> None:
    version, reader, reflection = await _read()
    colleague = await make_assessor(await programme_of(reflection.enrolment))
    await _keep(version, "Mine.", revision=0, actor=reader)

    await _keep(version, "Another.", revision=0, actor=colleague)

    rows = await AssessmentDraft.all().values_list("assessor_id", "comment")
    assert set(rows) == {(reader.person_id, "Mine."), (colleague.person_id, "Another.")}


async def test_words_of_whom_it_was_taken_from_are_kept_and_can_grow() -> None:
    version, reader, reflection = await _read()
    colleague = await make_assessor(await programme_of(reflection.enrolment))
    first = await _keep(version, "Half a thought", revision=0, actor=reader)
    await claims.take_over(reflection, actor=colleague, at=NOW + claims.LEASE)

    await _keep(version, "Half a thought, and the other half.", revision=first.revision, actor=reader)

    kept = await queries.assessment_draft(version, actor=reader)
    assert kept is not None
    assert kept.comment == "Half a thought, and the other half."


async def test_decision_takes_the_comment_along_and_leaves_the_note() -> None:
    version, reader, reflection = await _read()
    first = await _keep(version, "Say more.", "Second time", revision=0, actor=reader)

    await assessments.return_for_revision(reflection, "Say more.", actor=reader, at=NOW)
    late = await _keep(version, "Say more.", "Second time, really", revision=first.revision, actor=reader)

    assert (late.comment, late.note) == ("", "Second time, really")


async def test_chosen_levels_are_kept_from_the_first_click_and_can_be_taken_back() -> None:
    version, reader, _ = await _read()

    first = await _choose(version, {"depth": "clear", "line": "weak"}, revision=0, actor=reader)
    await _choose(version, {"depth": "clear"}, revision=first.revision, actor=reader)

    kept = await queries.assessment_draft(version, actor=reader)
    assert kept is not None
    assert (kept.levels, kept.revision) == ({"depth": "clear"}, 2)


async def test_of_two_windows_each_ones_levels_are_kept_and_of_two_for_one_criterion_the_newer() -> None:
    version, reader, _ = await _read()
    await _choose(version, {"depth": "clear", "line": "weak"}, revision=0, actor=reader)

    kept = await _choose(version, {"line": "strong"}, revision=0, actor=reader)

    assert kept.levels == {"depth": "clear", "line": "strong"}


async def test_window_that_knows_no_levels_leaves_those_that_are_kept() -> None:
    version, reader, _ = await _read()
    first = await _choose(version, {"depth": "clear"}, revision=0, actor=reader)

    kept = await _keep(version, "Well seen.", revision=first.revision, actor=reader)

    assert (kept.comment, kept.levels) == ("Well seen.", {"depth": "clear"})


async def test_decision_takes_the_levels_along() -> None:
    version, reader, reflection = await _read()
    first = await _choose(version, {"depth": "clear"}, revision=0, actor=reader)

    await assessments.return_for_revision(reflection, "Say more.", actor=reader, at=NOW)
    late = await _choose(version, {"depth": "clear"}, revision=first.revision, actor=reader)

    assert not late.levels


async def _choose(version: Version, levels: dict[str, str], *, revision: int, actor: Actor) -> AssessmentDraft:
    return await assessment_drafts.keep(version, "", "", levels, revision=revision, actor=actor, at=NOW)


async def test_nothing_is_written_about_a_draft() -> None:
    reflection = await make_reflection()
    reader = await make_assessor(await programme_of(reflection.enrolment))
    draft = await Version.get(reflection_id=reflection.id).select_related("reflection__enrolment")

    with pytest.raises(NotAllowed):
        await _keep(draft, "Early.", revision=0, actor=reader)


async def test_endless_comment_is_refused_in_words() -> None:
    version, reader, _ = await _read()

    with pytest.raises(TextTooLong) as refused:
        await _keep(version, "a" * (LONGEST_LETTERS + 1), revision=0, actor=reader)

    assert str(refused.value) == "Write at most 20000 characters here."
