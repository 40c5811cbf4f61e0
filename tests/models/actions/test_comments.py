"""Comments at their place: only their writer's until they decide, then the student's, and never changed again."""

import asyncio
from uuid import UUID, uuid4

import pytest
from tortoise.exceptions import IntegrityError

from models.actions import assessments, claims, comments
from models.actions.comments import (
    LONGEST_LETTERS,
    LONGEST_QUOTE,
    CommentTooLong,
    DecidedAlready,
    NoSuchPlace,
    NothingWritten,
    OnPost,
    PlaceTooLong,
    Spoken,
    Spot,
    TooManyComments,
    Written,
)
from models.errors import NotAllowed
from models.permissions import Actor
from models.queries import reflections as queries
from models.states import ReflectionState
from models.tables import Assessment, AssessmentComment, Enrolment, Post, Reflection, Version
from tests.factories import (
    KI,
    NOW,
    edition,
    make_assessor,
    make_enrolment,
    make_programme,
    make_reflection,
    make_staff,
    move_on,
    programme_of,
    reload_reflection,
    student_of,
)

pytestmark = pytest.mark.usefixtures("database")

HERE = Written(0, 5)


async def _read(format_: str = "written", enrolment: Enrolment | None = None) -> tuple[Version, Actor, Reflection]:
    """Make a version that Astrid reads."""
    reflection = await make_reflection(enrolment, format_=format_)
    reader = await make_assessor(await programme_of(reflection.enrolment), "Astrid")
    reflection = await move_on(reflection, ReflectionState.IN_ASSESSMENT, assessor=reader)
    return await _version(reflection), reader, reflection


async def _version(reflection: Reflection) -> Version:
    frozen = Version.filter(reflection_id=reflection.id, frozen_at__isnull=False).order_by("-number")
    version = await frozen.select_related("reflection__enrolment").first()
    assert version is not None
    return version


async def _put(
    version: Version,
    text: str,
    spot: Spot = HERE,
    *,
    actor: Actor,
    comment_id: UUID | None = None,
    revision: int = 0,
) -> AssessmentComment:
    return await comments.put(version, comment_id or uuid4(), spot, text, revision=revision, actor=actor, at=NOW)


async def _seen_by(actor: Actor, reflection: Reflection) -> list[str]:
    """List what somebody reads of the comments on the pages about a reflection."""
    of = await queries.reflection(reflection.id, actor=actor)
    versions = await queries.versions(of, actor=actor)
    shown = [comment.text for v in versions for assessment in v.assessments for comment in assessment.comments]
    in_hand = [comment.text for v in versions for comment in await queries.comments_in_hand(v, actor=actor)]
    return sorted(shown + in_hand)


# Places.


async def test_words_of_a_text_are_quoted_as_they_stand_there() -> None:
    version, reader, _ = await _read()
    await Version.filter(id=version.id).update(text="Vi sågs 👩‍👩‍👧 igår.")

    kept = await _put(await _version(await reload_reflection(version.reflection)), "Who?", Written(3, 13), actor=reader)

    assert kept.quote == "sågs 👩‍👩‍👧"


async def test_moment_and_words_of_a_recording_are_kept_with_what_stood_there() -> None:
    version, reader, _ = await _read("podcast")

    moment = await _put(version, "Why?", Spoken(72.5, 72.5), actor=reader)
    range_ = await _put(version, "What?", Spoken(72.0, 73.1, " a smell, a song "), actor=reader)

    assert (moment.start_seconds, moment.end_seconds, moment.quote) == (72.5, 72.5, "")
    assert (range_.start_seconds, range_.end_seconds, range_.quote) == (72.0, 73.1, "a smell, a song")


async def test_a_post_is_commented_on_by_its_key() -> None:
    version, reader, _ = await _read("posts")
    post = await Post.filter(version_id=version.id).order_by("position").first()
    assert post is not None

    kept = await _put(version, "Beautiful.", OnPost(post.key), actor=reader)

    assert (kept.post_key, kept.quote) == (post.key, "")


@pytest.mark.parametrize(
    ("format_", "spot"),
    [
        ("written", Written(0, 1_000_000)),
        ("written", Written(5, 5)),
        ("written", Written(-1, 5)),
        ("written", Spoken(1.0, 2.0)),
        ("written", OnPost(uuid4())),
        ("podcast", Spoken(140.0, 160.0)),
        ("podcast", Spoken(3.0, 2.0)),
        ("podcast", Spoken(-1.0, 2.0)),
        ("podcast", Spoken(float("nan"), 2.0)),
        ("podcast", Written(0, 5)),
        ("posts", OnPost(uuid4())),
        ("posts", Spoken(1.0, 2.0)),
    ],
)
async def test_what_is_not_in_the_version_cannot_be_commented_on(format_: str, spot: Spot) -> None:
    version, reader, _ = await _read(format_)

    with pytest.raises(NoSuchPlace):
        await _put(version, "Where?", spot, actor=reader)

    assert await AssessmentComment.all().count() == 0


async def test_post_of_another_version_is_not_in_this_one() -> None:
    version, reader, reflection = await _read("posts")
    gone = await Post.filter(version_id=version.id).first()
    assert gone is not None
    await assessments.return_for_revision(reflection, "Say more.", actor=reader, at=NOW)
    key = uuid4()
    await Post.filter(version__reflection_id=reflection.id, key=gone.key).exclude(id=gone.id).update(key=key)

    with pytest.raises(NoSuchPlace):
        await _put(version, "This one.", OnPost(key), actor=await _colleague(reflection))


async def test_the_whole_is_no_place() -> None:
    version, reader, _ = await _read()

    with pytest.raises(PlaceTooLong):
        await _put(version, "All.", Written(0, LONGEST_QUOTE + 1), actor=reader)


@pytest.mark.parametrize(
    "columns",
    [
        {"anchor": "spoken"},
        {"anchor": "spoken", "start_seconds": 2.0},
        {"anchor": "spoken", "start_seconds": 2.0, "end_seconds": 1.0},
        {"anchor": "spoken", "start_seconds": 1.0, "end_seconds": 2.0, "start_letter": 1, "end_letter": 2},
        {"anchor": "written"},
        {"anchor": "written", "start_letter": 2, "end_letter": 2},
        {"anchor": "post"},
        {"anchor": "written", "start_letter": 1, "end_letter": 2, "post_key": uuid4()},
        {"anchor": "written", "start_letter": 1, "end_letter": 2, "text": ""},
    ],
)
async def test_the_database_itself_keeps_together_what_belongs_together(columns: dict[str, object]) -> None:
    version, reader, _ = await _read()
    rest = {"id": uuid4(), "version_id": version.id, "assessor_id": reader.person_id, "text": "Hm.", "changed_at": NOW}

    with pytest.raises(IntegrityError):
        await AssessmentComment.create(**rest | columns)


# Keeping.


async def test_the_same_request_twice_leaves_one_comment() -> None:
    version, reader, _ = await _read()
    comment_id = uuid4()

    for _ in range(2):
        kept = await _put(version, "Well seen.", actor=reader, comment_id=comment_id)

    assert (await AssessmentComment.all().count(), kept.revision) == (1, 1)


async def test_what_was_written_last_is_kept_where_it_was_begun() -> None:
    version, reader, _ = await _read()
    first = await _put(version, "Well", actor=reader)

    await _put(version, "Well seen.", Written(6, 9), actor=reader, comment_id=first.id, revision=first.revision)

    kept = await AssessmentComment.get()
    assert (kept.text, kept.start_letter, kept.revision) == ("Well seen.", 0, 2)


async def test_of_two_windows_neither_takes_the_others_words_away() -> None:
    version, reader, _ = await _read()
    comment_id = uuid4()

    await asyncio.gather(
        _put(version, "About the beginning.", actor=reader, comment_id=comment_id),
        _put(version, "About the end.", actor=reader, comment_id=comment_id),
    )

    kept = await AssessmentComment.get()
    assert sorted(kept.text.split("\n\n")) == ["About the beginning.", "About the end."]


async def test_a_comment_is_taken_away_once_and_again() -> None:
    version, reader, _ = await _read()
    kept = await _put(version, "Hm.", actor=reader)

    for _ in range(2):
        await comments.remove(version, kept.id, actor=reader)

    assert await AssessmentComment.all().count() == 0


@pytest.mark.parametrize(("text", "refusal"), [("  \n", NothingWritten), ("a" * (LONGEST_LETTERS + 1), CommentTooLong)])
async def test_comments_are_words_and_not_a_report(text: str, refusal: type[Exception]) -> None:
    version, reader, _ = await _read()

    with pytest.raises(refusal):
        await _put(version, text, actor=reader)


async def test_nobody_works_through_a_thousand_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    version, reader, _ = await _read()
    monkeypatch.setattr(comments, "MOST_COMMENTS", 2)
    first = await _put(version, "One.", actor=reader)
    await _put(version, "Two.", actor=reader)

    with pytest.raises(TooManyComments):
        await _put(version, "Three.", actor=reader)

    await _put(version, "One more word.", actor=reader, comment_id=first.id, revision=1)
    assert await AssessmentComment.all().count() == 2


# Whose it is.


async def _colleague(reflection: Reflection) -> Actor:
    return await make_assessor(await programme_of(reflection.enrolment), "Henrik")


async def test_nobody_else_sees_changes_or_takes_away_what_is_not_decided() -> None:
    version, reader, reflection = await _read()
    kept = await _put(version, "Between us.", actor=reader)
    programme = await programme_of(reflection.enrolment)
    others = [await student_of(reflection.enrolment), await make_staff(programme), await _colleague(reflection)]

    for other in others:
        assert await _seen_by(other, reflection) == []
        with pytest.raises(NotAllowed):
            await _put(version, "Mine.", actor=other, comment_id=kept.id, revision=1)
        with pytest.raises(NotAllowed):
            await comments.remove(version, kept.id, actor=other)
    assert await _seen_by(reader, reflection) == ["Between us."]


async def test_an_id_of_another_version_is_nobodys_business() -> None:
    version, reader, reflection = await _read()
    kept = await _put(version, "Here.", actor=reader)
    other = await make_reflection(reflection.enrolment)
    other = await move_on(other, ReflectionState.IN_ASSESSMENT, assessor=reader)

    with pytest.raises(NotAllowed):
        await _put(await _version(other), "There.", actor=reader, comment_id=kept.id)


async def test_whoever_lost_the_piece_keeps_their_words_and_nobody_is_shown_them() -> None:
    version, reader, reflection = await _read()
    await _put(version, "Half a thought", actor=reader)
    colleague = await _colleague(reflection)
    await claims.take_over(reflection, actor=colleague, at=NOW + claims.LEASE)
    await _put(version, "And its other half.", actor=reader)

    await _put(version, "Another thought.", actor=colleague)
    await assessments.return_for_revision(await reload_reflection(reflection), "More.", actor=colleague, at=NOW)

    assert await _seen_by(await student_of(reflection.enrolment), reflection) == ["Another thought."]
    assert await _seen_by(reader, reflection) == ["And its other half.", "Another thought.", "Half a thought"]


# Deciding.


@pytest.mark.parametrize("decide", ["accept", "return_for_revision"])
async def test_the_decision_hands_the_comments_over(decide: str) -> None:
    version, reader, reflection = await _read()
    await _put(version, "Say more here.", actor=reader)

    await getattr(assessments, decide)(reflection, "Thank you.", actor=reader, at=NOW)

    assert (await AssessmentComment.get()).assessment_id == (await Assessment.get()).id
    assert await _seen_by(await student_of(reflection.enrolment), reflection) == ["Say more here."]


async def test_comments_at_their_places_do_not_replace_the_words_about_the_whole() -> None:
    version, reader, reflection = await _read()
    await _put(version, "Say more here.", actor=reader)

    with pytest.raises(assessments.CommentMissing):
        await assessments.return_for_revision(reflection, " ", actor=reader, at=NOW)

    assert (await AssessmentComment.get()).assessment_id is None


async def test_after_the_decision_nothing_is_added_changed_or_taken_away() -> None:
    version, reader, reflection = await _read()
    kept = await _put(version, "Say more here.", actor=reader)
    await assessments.return_for_revision(reflection, "Say more.", actor=reader, at=NOW)
    before = await AssessmentComment.all().values()

    with pytest.raises(DecidedAlready):
        await _put(version, "Or less.", actor=reader, comment_id=kept.id, revision=1)
    with pytest.raises(DecidedAlready):
        await _put(version, "And here.", actor=reader)
    with pytest.raises(DecidedAlready):
        await comments.remove(version, kept.id, actor=reader)

    assert await AssessmentComment.all().values() == before


async def test_a_request_whose_answer_was_lost_is_answered_after_the_decision_too() -> None:
    version, reader, reflection = await _read()
    kept = await _put(version, "Say more here.", actor=reader)
    await assessments.return_for_revision(reflection, "Say more.", actor=reader, at=NOW)

    again = await _put(version, "Say more here.", actor=reader, comment_id=kept.id)

    assert again.id == kept.id


async def test_a_comment_beside_a_decision_goes_with_it_or_is_refused() -> None:
    version, reader, reflection = await _read()

    outcomes = await asyncio.gather(
        *(_put(version, f"Thought {number}.", actor=reader) for number in range(10)),
        assessments.return_for_revision(reflection, "Say more.", actor=reader, at=NOW),
        *(_put(version, f"Afterthought {number}.", actor=reader) for number in range(10)),
        return_exceptions=True,
    )

    kept = [outcome.id for outcome in outcomes if isinstance(outcome, AssessmentComment)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, DecidedAlready)]
    assert len(kept) + len(refused) == 20
    assert sorted(await AssessmentComment.all().values_list("id", flat=True)) == sorted(kept)
    assert await AssessmentComment.filter(assessment_id=None).count() == 0


async def test_the_first_readers_comments_stay_hidden_until_the_second_has_decided() -> None:
    two = edition("two-readers", reflection=KI.reflection.model_copy(update={"readers": 2}))
    programme = await make_programme("TWO", two)
    version, first, reflection = await _read(enrolment=await make_enrolment(programme))
    await _put(version, "What the first one says.", actor=first)
    second, staff = await make_assessor(programme, "Sam Second"), await make_staff(programme)
    student = await student_of(reflection.enrolment)

    await assessments.accept(reflection, actor=first, at=NOW)
    await claims.claim(await reload_reflection(reflection), actor=second, at=NOW)
    await _put(version, "What the second one says.", actor=second)

    assert [await _seen_by(who, reflection) for who in (student, staff)] == [[], []]
    assert await _seen_by(first, reflection) == ["What the first one says."]
    assert await _seen_by(second, reflection) == ["What the second one says."]

    await assessments.accept(await reload_reflection(reflection), actor=second, at=NOW)

    both = ["What the first one says.", "What the second one says."]
    assert [await _seen_by(who, reflection) for who in (student, staff, first, second)] == [both] * 4
