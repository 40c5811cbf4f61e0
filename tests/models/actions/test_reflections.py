"""Writing, recording and handing in."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import assessments, claims, handing_in, reflections, transcripts
from models.actions.pieces import PhotoMissing, StillPreparing, content_checksum
from models.actions.reflections import (
    ActivityNotDone,
    NewerDraft,
    NoSuchFormat,
    PostDraft,
    RuleSays,
    TextTooLong,
)
from models.errors import NotAllowed, WrongState
from models.states import ActivityState, JobState, MediaState, ReflectionState
from models.tables import Job, MediaItem, Post, Reflection, Version
from models.tables.media import Purpose
from models.tables.reflections import reflection_id_for
from tests.factories import (
    NOW,
    make_activity,
    make_actor,
    make_assessor,
    make_enrolment,
    make_media,
    make_ready,
    make_reflection,
    make_transcript,
    student_of,
    versions_of,
    words,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(days=1)


async def _save(reflection: Reflection, base_revision: int = 1, **changes: object) -> Version:
    student = await student_of(reflection.enrolment)
    return await reflections.save_draft(reflection, base_revision=base_revision, actor=student, at=NOW, **changes)


async def _submit(reflection: Reflection) -> Version:
    draft = await reflections.open_draft(reflection)
    return await handing_in.submit(
        reflection, revision=draft.revision, actor=await student_of(reflection.enrolment), at=NOW
    )


@pytest.mark.parametrize("state", [state for state in ActivityState if state is not ActivityState.DONE])
async def test_a_reflection_needs_an_activity_that_is_done(state: ActivityState) -> None:
    activity = await make_activity(state=state)

    with pytest.raises(ActivityNotDone):
        await reflections.start(activity, "written", "en", actor=await student_of(activity.enrolment), at=NOW)


async def test_a_second_start_on_the_same_activity_gives_the_first_reflection() -> None:
    activity = await make_activity()
    student = await student_of(activity.enrolment)

    first, second = await asyncio.gather(
        reflections.start(activity, "written", "en", actor=student, at=NOW),
        reflections.start(activity, "video", "sv", actor=student, at=NOW),
    )

    assert first.id == second.id
    assert await Version.all().count() == 1


async def test_the_id_of_a_reflection_is_known_before_it_is_begun() -> None:
    activity = await make_activity()
    foretold = reflection_id_for(activity), reflection_id_for(activity.enrolment)

    reflection = await make_reflection(activity=activity)

    assert reflection.id == foretold[0]
    assert len({*foretold, reflection_id_for(await make_activity(activity.enrolment))}) == 3


@pytest.mark.parametrize(("format_", "language"), [("essay", "en"), ("written", "de")])
async def test_only_offered_formats_and_languages_can_be_started(format_: str, language: str) -> None:
    activity = await make_activity()

    with pytest.raises(NoSuchFormat):
        await reflections.start(activity, format_, language, actor=await student_of(activity.enrolment), at=NOW)


async def test_saving_counts_revisions() -> None:
    reflection = await make_reflection()

    draft = await _save(reflection, 1, text="Two.")

    assert (draft.revision, draft.text) == (2, "Two.")


async def test_saving_on_an_old_revision_overwrites_nothing() -> None:
    reflection = await make_reflection()
    await _save(reflection, 1, text="From the phone.")

    with pytest.raises(NewerDraft):
        await _save(reflection, 1, text="From the computer.")

    assert (await reflections.open_draft(reflection)).text == "From the phone."


async def test_two_devices_that_save_at_once_do_not_overwrite_each_other() -> None:
    reflection = await make_reflection()

    results = await asyncio.gather(
        _save(reflection, 1, text="Phone."), _save(reflection, 1, text="Computer."), return_exceptions=True
    )

    assert [isinstance(result, NewerDraft) for result in results].count(True) == 1


async def test_saving_nothing_but_the_text_leaves_the_rest() -> None:
    reflection = await make_reflection(format_="posts")

    draft = await _save(reflection, 1, text="New.")

    assert (draft.format, draft.language) == ("posts", "en")
    assert await Post.filter(version_id=draft.id).count() == 3


@pytest.mark.parametrize("changes", [{"format_": "essay"}, {"language": "de"}])
async def test_a_draft_cannot_change_to_what_is_not_offered(changes: dict[str, str]) -> None:
    reflection = await make_reflection()

    with pytest.raises(NoSuchFormat):
        await _save(reflection, 1, **changes)


async def test_a_text_that_could_hurt_the_server_is_refused() -> None:
    reflection = await make_reflection()

    with pytest.raises(TextTooLong):
        await _save(reflection, 1, text="x" * (reflections.LONGEST_TEXT + 1))


async def test_posts_are_replaced_in_the_order_given() -> None:
    reflection = await make_reflection(format_="posts")
    photo = await make_media(reflection, purpose=Purpose.PHOTO)

    draft = await _save(
        reflection, 1, posts=[PostDraft(uuid4(), photo.id, "First", "A"), PostDraft(uuid4(), None, "Second", "B")]
    )

    posts = await Post.filter(version_id=draft.id).order_by("position")
    assert [(post.caption, post.photo_id) for post in posts] == [("First", photo.id), ("Second", None)]


async def test_a_post_with_somebody_elses_photo_is_refused_and_changes_nothing() -> None:
    reflection = await make_reflection(format_="posts")
    foreign = await make_media(await make_reflection(await make_enrolment(await reflection.enrolment.programme)))

    with pytest.raises(NotAllowed):
        await _save(reflection, 1, text="New.", posts=[PostDraft(uuid4(), foreign.id, "Mine?", "")])

    draft = await reflections.open_draft(reflection)
    assert (draft.revision, draft.text) == (1, words(500))
    assert await Post.filter(version_id=draft.id).count() == 3


async def test_a_post_with_a_photo_of_ones_other_reflection_is_refused() -> None:
    enrolment = await make_enrolment()
    other = await make_media(await make_reflection(enrolment), purpose=Purpose.PHOTO)
    reflection = await make_reflection(enrolment, format_="posts")

    with pytest.raises(NotAllowed):
        await _save(reflection, 1, posts=[PostDraft(uuid4(), other.id, "", "")])


async def test_a_post_with_a_recording_instead_of_a_photo_is_refused() -> None:
    reflection = await make_reflection(format_="posts")
    recording = await make_media(reflection)

    with pytest.raises(NotAllowed):
        await _save(reflection, 2, posts=[PostDraft(uuid4(), recording.id, "", "")])


@pytest.mark.parametrize("format_", ["written", "podcast", "video", "posts"])
async def test_a_full_draft_can_be_handed_in_in_every_format(format_: str) -> None:
    reflection = await make_reflection(format_=format_)

    version = await _submit(reflection)

    assert version.frozen_at == NOW
    assert (await Reflection.get(id=reflection.id)).state is ReflectionState.SUBMITTED


@pytest.mark.parametrize("revision", [0, 2, -1])
async def test_handing_in_another_revision_than_the_present_one_is_refused(revision: int) -> None:
    reflection = await make_reflection()

    with pytest.raises(WrongState):
        await handing_in.submit(reflection, revision=revision, actor=await student_of(reflection.enrolment), at=NOW)

    assert (await Reflection.get(id=reflection.id)).state is ReflectionState.DRAFT


async def test_handing_in_twice_at_once_freezes_one_version() -> None:
    reflection = await make_reflection()

    first, second = await asyncio.gather(_submit(reflection), _submit(reflection))

    assert first.id == second.id
    assert [version.id for version in await versions_of(reflection)] == [first.id]


async def test_nothing_is_handed_in_while_a_recording_is_prepared() -> None:
    reflection = await make_reflection(format_="podcast")
    await make_media(reflection, MediaState.PROCESSING)

    with pytest.raises(StillPreparing):
        await _submit(reflection)


async def test_a_recording_whose_preparation_was_given_up_does_not_block_the_good_one() -> None:
    reflection = await make_reflection(format_="podcast")
    stuck = await make_media(reflection, MediaState.PROCESSING)
    await Job.filter(subject=str(stuck.id)).update(status=JobState.FAILED)

    version = await _submit(reflection)

    assert version.recording_id != stuck.id


async def test_nothing_is_handed_in_while_a_photo_is_prepared() -> None:
    reflection = await make_reflection(format_="posts")
    photo = await make_media(reflection, MediaState.PROCESSING, purpose=Purpose.PHOTO)
    await _save(reflection, 1, posts=[PostDraft(uuid4(), photo.id, "", "")])

    with pytest.raises(StillPreparing):
        await _submit(reflection)


@pytest.mark.parametrize("state", [MediaState.REFUSED, None])
async def test_a_post_needs_a_photo_that_could_be_read(state: MediaState | None) -> None:
    reflection = await make_reflection(format_="posts")
    photo_id = None if state is None else (await make_media(reflection, state, purpose=Purpose.PHOTO)).id
    await _save(reflection, 1, posts=[PostDraft(uuid4(), photo_id, "", "")])

    with pytest.raises(PhotoMissing):
        await _submit(reflection)


async def test_a_recording_that_cannot_be_used_does_not_block_the_good_one() -> None:
    reflection = await make_reflection(format_="podcast")
    await make_media(reflection, MediaState.REFUSED)

    version = await _submit(reflection)

    assert version.recording_id is not None


async def test_too_short_a_text_is_refused_in_both_languages() -> None:
    reflection = await make_reflection()
    await _save(reflection, 1, text=words(99))

    with pytest.raises(RuleSays) as refusal:
        await _submit(reflection)

    assert [(sentence.sv, sentence.en) for sentence in refusal.value.sentences] == [
        ("Texten har 99 ord; minst 100 krävs.", "The text has 99 words; at least 100 are needed.")
    ]


async def test_too_long_a_recording_is_refused_in_both_languages() -> None:
    reflection = await make_reflection(format_="podcast")
    await make_media(reflection, seconds=901.0)

    with pytest.raises(RuleSays) as refusal:
        await _submit(reflection)

    assert [(sentence.sv, sentence.en) for sentence in refusal.value.sentences] == [
        (
            "Inspelningen är 15:01 lång; den får vara högst 15:00 (minuter:sekunder).",
            "The recording is 15:01 long; it may be at most 15:00 (minutes:seconds).",
        )
    ]


async def test_two_posts_are_too_few() -> None:
    reflection = await make_reflection(format_="posts")
    photos = await MediaItem.filter(reflection_id=reflection.id).limit(2)
    await _save(reflection, 1, posts=[PostDraft(uuid4(), photo.id, "", "") for photo in photos])

    with pytest.raises(RuleSays) as refusal:
        await _submit(reflection)

    assert [sentence.id for sentence in refusal.value.sentences] == ["posts_too_few"]


async def test_an_empty_recording_draft_says_what_is_missing() -> None:
    activity = await make_activity()
    reflection = await reflections.start(activity, "video", "sv", actor=await student_of(activity.enrolment), at=NOW)

    with pytest.raises(RuleSays) as refusal:
        await _submit(reflection)

    assert [sentence.id for sentence in refusal.value.sentences] == ["recording_missing"]


async def test_a_frozen_version_cannot_be_saved() -> None:
    reflection = await make_reflection(state=ReflectionState.SUBMITTED)

    with pytest.raises(WrongState):
        await _save(reflection, 1, text="Afterthought.")

    assert [version.text for version in await versions_of(reflection)] == [words(1000)]


async def test_a_frozen_version_never_changes_whatever_happens_afterwards() -> None:
    reflection = await make_reflection(format_="posts")
    await _submit(reflection)
    frozen = (await versions_of(reflection))[0]
    before = [dict(row) for row in await Version.filter(id=frozen.id).values()]
    posts_before = await Post.filter(version_id=frozen.id).order_by("id").values()

    returned = await move_on_from_submitted(reflection)
    await _save(returned, frozen.revision + 1, format_="written", language="sv", text=words(700), posts=[])
    await make_media(returned, at=LATER)
    await _submit(returned)

    assert [dict(row) for row in await Version.filter(id=frozen.id).values()] == before
    assert await Post.filter(version_id=frozen.id).order_by("id").values() == posts_before
    assert await content_checksum(frozen) == frozen.checksum


async def test_a_late_save_of_the_draft_that_was_handed_in_does_not_reach_the_next_one() -> None:
    reflection = await make_reflection()
    handed_in = await _submit(reflection)
    returned = await move_on_from_submitted(reflection)

    with pytest.raises(NewerDraft):
        await _save(returned, handed_in.revision, text=words(300))

    assert (await reflections.open_draft(returned)).text == handed_in.text


async def test_a_take_that_was_ready_only_after_the_hand_in_is_the_next_drafts() -> None:
    reflection = await make_reflection(format_="podcast")
    late = await make_media(reflection, MediaState.RECEIVING)
    handed_in = await _submit(reflection)
    await MediaItem.filter(id=late.id).update(state=MediaState.READY, received_at=LATER)

    returned = await move_on_from_submitted(reflection)

    assert (await versions_of(returned))[0].recording_id == handed_in.recording_id
    assert (await reflections.open_draft(returned)).recording_id == late.id


async def move_on_from_submitted(reflection: Reflection) -> Reflection:
    """Let an assessor return what was handed in."""
    from_queue = await Reflection.get(id=reflection.id).select_related("enrolment__programme")
    assessor = await make_assessor(from_queue.enrolment.programme)
    await claims.claim(from_queue, actor=assessor, at=LATER)
    claimed = await Reflection.get(id=reflection.id).select_related("enrolment")
    await assessments.return_for_revision(claimed, "Say more.", actor=assessor, at=LATER)
    return await Reflection.get(id=reflection.id).select_related("enrolment")


async def test_a_recording_that_is_ready_after_the_hand_in_changes_no_version() -> None:
    reflection = await make_reflection()
    late = await make_media(reflection, MediaState.PROCESSING)
    await _submit(reflection)

    await make_ready(late.id, at=LATER)

    assert [version.recording_id for version in await versions_of(reflection)] == [None]


async def test_a_correction_before_the_hand_in_is_kept() -> None:
    reflection = await make_reflection(format_="podcast")
    transcript = await make_transcript(await MediaItem.get(reflection_id=reflection.id), "Good morning.")

    correction = await transcripts.correct(
        transcript, 0, 1, "  evening. ", actor=await student_of(reflection.enrolment), at=NOW
    )

    assert (correction.segment, correction.word, correction.text) == (0, 1, "evening.")


async def test_a_correction_after_the_hand_in_is_refused() -> None:
    reflection = await make_reflection(format_="podcast")
    transcript = await make_transcript(await MediaItem.get(reflection_id=reflection.id), "Good morning.")
    await _submit(reflection)

    with pytest.raises(WrongState):
        await transcripts.correct(transcript, 0, 1, "evening.", actor=await student_of(reflection.enrolment), at=NOW)


@pytest.mark.parametrize(("segment", "word"), [(0, 2), (1, 0), (-1, 0), (0, -1)])
async def test_a_word_that_was_not_heard_cannot_be_corrected(segment: int, word: int) -> None:
    reflection = await make_reflection(format_="podcast")
    transcript = await make_transcript(await MediaItem.get(reflection_id=reflection.id), "Good morning.")

    with pytest.raises(transcripts.NoSuchWord):
        await transcripts.correct(transcript, segment, word, "x", actor=await student_of(reflection.enrolment), at=NOW)


async def test_a_correction_is_one_word_not_a_speech() -> None:
    reflection = await make_reflection(format_="podcast")
    transcript = await make_transcript(await MediaItem.get(reflection_id=reflection.id))

    with pytest.raises(transcripts.WordsTooLong):
        await transcripts.correct(transcript, 0, 0, "x" * 201, actor=await student_of(reflection.enrolment), at=NOW)


async def test_nobody_else_corrects_a_transcript() -> None:
    reflection = await make_reflection(format_="podcast")
    transcript = await make_transcript(await MediaItem.get(reflection_id=reflection.id))

    with pytest.raises(NotAllowed):
        await transcripts.correct(transcript, 0, 0, "x", actor=await make_actor(), at=NOW)
