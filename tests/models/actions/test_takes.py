"""A take is what its student decides to use: nothing before, and then exactly once."""

import asyncio
import math
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from models.actions import discarding, jobs, receiving, takes, uploads
from models.actions.awaited import AwaitedElsewhere
from models.actions.processing import media_refused
from models.actions.takes import NoSuchTake, SegmentDiffers, TakeUsed, TrimNonsense
from models.actions.upload_limits import EmptyUpload, NoRoomLeft, UploadTooLarge, check_room
from models.errors import NotAllowed, WrongState
from models.queries import uploads as queries
from models.queries.media import media_of_reflection, work_on
from models.states import JobState, MediaState, ReflectionState, UploadState
from models.storage_used import bytes_stored
from models.tables import Event, Job, MediaItem, Reflection, Upload
from models.tables.media import Purpose
from tests.factories import (
    NOW,
    make_actor,
    make_assessor,
    make_enrolment,
    make_media,
    make_reflection,
    make_segment,
    make_staff,
    make_upload,
    move_on,
    programme_of,
    receive_segment,
    segment_of,
    student_of,
    use_take,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(days=1)


async def _parts(reflection: Reflection, take_id: UUID, *states: UploadState) -> list[Upload]:
    return [await make_segment(reflection, take_id, number, state) for number, state in enumerate(states)]


RECEIVED, RECEIVING = UploadState.RECEIVED, UploadState.RECEIVING


async def test_a_segment_that_has_arrived_is_no_file_and_makes_no_work() -> None:
    reflection = await make_reflection()

    segment = await make_segment(reflection, uuid4())

    assert segment.state is RECEIVED
    assert await MediaItem.all().count() == await Job.all().count() == 0


async def test_a_segment_that_is_not_decided_on_holds_no_hand_in_back() -> None:
    reflection = await make_reflection(format_="podcast")
    part = await make_segment(reflection, uuid4(), state=RECEIVING, at=LATER)
    await receiving.note_offset(part.id, 10)

    handed_in = await move_on(reflection, ReflectionState.SUBMITTED, at=LATER)

    assert handed_in.state is ReflectionState.SUBMITTED


async def test_a_take_that_is_all_here_is_prepared_at_once() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    parts = await _parts(reflection, take_id, RECEIVED, RECEIVED)
    sums = [segment_of(part.id).sha256 for part in parts]

    take = await use_take(reflection, take_id, *(segment_of(part.id) for part in parts), trim=(1.5, 9.0))

    assert (take.id, take.state, take.size_bytes) == (take_id, MediaState.PROCESSING, 2000)
    assert take.sha256 == sha256("\n".join(sums).encode()).hexdigest()
    assert (take.trim_start_seconds, take.trim_end_seconds) == (1.5, 9.0)
    assert take.segments == [
        {"upload": str(part.id), "size": 1000, "sha256": one} for part, one in zip(parts, sums, strict=True)
    ]
    assert await Job.all().values_list("kind", "subject") == [("prepare", str(take_id))]


async def test_the_sum_of_a_take_of_one_segment_is_that_segments_own() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)

    take = await use_take(reflection, take_id, segment_of(part.id))

    assert take.sha256 == segment_of(part.id).sha256


async def test_a_decided_take_is_prepared_when_its_last_segment_arrives() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    parts = await _parts(reflection, take_id, RECEIVED, RECEIVING)
    before = await use_take(reflection, take_id, *(segment_of(part.id) for part in parts))

    await receive_segment(parts[1].id, at=LATER)

    take = await MediaItem.get(id=take_id)
    assert before.state is MediaState.RECEIVING
    assert (take.state, take.received_at) == (MediaState.PROCESSING, NOW)
    assert await Job.all().count() == 1


async def test_a_take_can_be_decided_on_before_the_server_has_heard_of_a_segment() -> None:
    reflection, take_id, later = await make_reflection(), uuid4(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)

    take = await use_take(reflection, take_id, segment_of(part.id), segment_of(later))
    await make_segment(reflection, take_id, 1, upload_id=later)

    assert take.state is MediaState.RECEIVING
    assert (await MediaItem.get(id=take_id)).state is MediaState.PROCESSING


@pytest.mark.parametrize("attempt", range(4))
async def test_deciding_and_the_last_byte_at_once_make_one_job(attempt: int) -> None:
    reflection, take_id = await make_reflection(), uuid4()
    parts = await _parts(reflection, take_id, RECEIVED, RECEIVING)
    work = [use_take(reflection, take_id, *(segment_of(part.id) for part in parts)), receive_segment(parts[1].id)]

    await asyncio.gather(*(work if attempt % 2 else work[::-1]))

    assert (await MediaItem.get(id=take_id)).state is MediaState.PROCESSING
    assert await Job.all().count() == 1
    assert await Event.filter(subject_kind="mediaitem", move="receive").count() == 1


async def test_deciding_the_same_again_changes_nothing() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)
    first = await use_take(reflection, take_id, segment_of(part.id), trim=(None, 4.0))

    again = await use_take(reflection, take_id, segment_of(part.id), trim=(None, 4.0), at=LATER)

    assert dict(again) == dict(first)
    assert await Event.filter(move="use_take").count() == 1


async def test_as_long_as_something_lacks_one_may_decide_otherwise() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    parts = await _parts(reflection, take_id, RECEIVED, RECEIVING)
    await use_take(reflection, take_id, *(segment_of(part.id) for part in parts))

    take = await use_take(reflection, take_id, segment_of(parts[0].id))

    assert (take.state, take.size_bytes) == (MediaState.PROCESSING, 1000)


async def test_what_is_being_prepared_is_decided() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)
    await use_take(reflection, take_id, segment_of(part.id))

    with pytest.raises(TakeUsed):
        await use_take(reflection, take_id, segment_of(part.id), trim=(1.0, None))
    with pytest.raises(TakeUsed):
        await make_segment(reflection, take_id, 1)

    assert (await MediaItem.get(id=take_id)).trim_start_seconds is None


async def test_segments_count_in_the_order_in_which_they_were_recorded() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    first, second = await _parts(reflection, take_id, RECEIVED, RECEIVED)

    with pytest.raises(NoSuchTake):
        await use_take(reflection, take_id, segment_of(second.id), segment_of(first.id))

    assert await MediaItem.all().count() == 0


async def test_a_segment_counts_once() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)

    with pytest.raises(NoSuchTake):
        await use_take(reflection, take_id, segment_of(part.id), segment_of(part.id))


async def test_a_take_is_made_of_something() -> None:
    reflection = await make_reflection()

    with pytest.raises(EmptyUpload):
        await use_take(reflection, uuid4())
    with pytest.raises(EmptyUpload):
        await use_take(reflection, uuid4(), segment_of(uuid4(), size=0))
    with pytest.raises(NoSuchTake):
        await use_take(reflection, uuid4(), *(segment_of(uuid4()) for _ in range(201)))


async def test_the_segments_of_a_take_together_are_within_the_limit_of_a_recording() -> None:
    reflection = await make_reflection()

    with pytest.raises(UploadTooLarge):
        await use_take(reflection, uuid4(), *(segment_of(uuid4(), size=6_000_000) for _ in range(2)))


@pytest.mark.parametrize(
    "trim",
    [
        (math.nan, None),
        (None, math.nan),
        (math.inf, None),
        (None, math.inf),
        (-0.1, None),
        (None, -1.0),
        (None, 0.0),
        (5.0, 5.0),
        (5.0, 4.0),
    ],
)
async def test_a_cut_that_leaves_nothing_is_refused(trim: tuple[float | None, float | None]) -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)

    with pytest.raises(TrimNonsense):
        await use_take(reflection, take_id, segment_of(part.id), trim=trim)

    assert await MediaItem.all().count() == 0


async def test_a_segment_that_arrived_otherwise_than_the_phone_has_it_is_refused() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)

    with pytest.raises(SegmentDiffers):
        await use_take(reflection, take_id, segment_of(part.id, size=999))
    with pytest.raises(SegmentDiffers):
        await use_take(reflection, take_id, takes.TakeSegment(part.id, 1000, "0" * 64))


async def test_a_segment_that_is_on_its_way_must_become_what_the_phone_has() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVING)

    await use_take(reflection, take_id, segment_of(part.id))

    assert (await Upload.get(id=part.id)).sha256_expected == segment_of(part.id).sha256


async def test_a_take_waits_for_the_bytes_that_were_decided_on() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVING)
    await use_take(reflection, take_id, segment_of(part.id))

    await receiving.finish(part.id, sha256="0" * 64, original_key="originals/x", at=NOW)

    assert (await MediaItem.get(id=take_id)).state is MediaState.RECEIVING
    assert await Job.all().count() == 0


async def test_deciding_again_finds_out_that_something_else_has_arrived() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVING)
    await use_take(reflection, take_id, segment_of(part.id))
    await receiving.finish(part.id, sha256="0" * 64, original_key="originals/x", at=NOW)

    with pytest.raises(SegmentDiffers):
        await use_take(reflection, take_id, segment_of(part.id))


async def test_deciding_again_says_once_more_what_the_bytes_must_become() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVING)
    await use_take(reflection, take_id, segment_of(part.id))
    await Upload.filter(id=part.id).update(sha256_expected="0" * 64)

    await use_take(reflection, take_id, segment_of(part.id))

    assert (await Upload.get(id=part.id)).sha256_expected == segment_of(part.id).sha256


async def test_deciding_again_completes_a_take_whose_last_byte_came_unnoticed() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVING)
    await use_take(reflection, take_id, segment_of(part.id))
    await Upload.filter(id=part.id).update(state=RECEIVED, sha256=segment_of(part.id).sha256)

    take = await use_take(reflection, take_id, segment_of(part.id))

    assert take.state is MediaState.PROCESSING
    assert await Job.all().count() == 1


@pytest.mark.parametrize(("size", "sum_"), [(999, ""), (1000, "0" * 64), (None, "0" * 64)])
async def test_a_segment_of_a_decided_take_begins_as_what_was_decided_on(size: int | None, sum_: str) -> None:
    reflection, take_id, upload_id = await make_reflection(), uuid4(), uuid4()
    await use_take(reflection, take_id, segment_of(upload_id))

    with pytest.raises(SegmentDiffers):
        await make_segment(reflection, take_id, upload_id=upload_id, size_bytes=size, sha256=sum_)

    assert not await Upload.exists(id=upload_id)


@pytest.mark.parametrize("other", ["take", "segment", "file"])
async def test_what_a_decided_take_waits_for_belongs_to_no_other(other: str) -> None:
    reflection, take_id, upload_id = await make_reflection(), uuid4(), uuid4()
    await use_take(reflection, take_id, segment_of(upload_id))
    begin = {
        "take": lambda: use_take(reflection, uuid4(), segment_of(upload_id)),
        "segment": lambda: make_segment(reflection, uuid4(), upload_id=upload_id),
        "file": lambda: make_upload(reflection, upload_id=upload_id),
    }

    with pytest.raises(AwaitedElsewhere):
        await begin[other]()
    await make_segment(reflection, take_id, upload_id=upload_id)

    assert (await MediaItem.get(id=take_id)).state is MediaState.PROCESSING
    assert await MediaItem.all().count() == 1


async def test_what_a_take_has_been_given_up_for_is_free_for_another_one() -> None:
    reflection, take_id, upload_id = await make_reflection(), uuid4(), uuid4()
    given_up = await use_take(reflection, uuid4(), segment_of(upload_id))
    await discarding.give_up(given_up, actor=await student_of(reflection.enrolment), at=NOW)

    await use_take(reflection, take_id, segment_of(upload_id))
    await make_segment(reflection, take_id, upload_id=upload_id)

    assert (await MediaItem.get(id=take_id)).state is MediaState.PROCESSING


async def test_the_take_decided_on_last_is_the_drafts_whichever_arrives_first() -> None:
    reflection = await make_reflection(format_="podcast")
    early, late = uuid4(), uuid4()
    (slow,) = await _parts(reflection, early, RECEIVING)
    (quick,) = await _parts(reflection, late, RECEIVED)
    await use_take(reflection, early, segment_of(slow.id), at=NOW)
    await use_take(reflection, late, segment_of(quick.id), at=LATER)

    await receive_segment(slow.id, at=LATER + timedelta(hours=1))

    arrived = [await MediaItem.get(id=take) for take in (early, late)]
    assert [take.received_at for take in arrived] == [NOW, LATER]


# Whose.


async def test_a_take_of_somebody_else_does_not_exist() -> None:
    theirs, take_id = await make_reflection(), uuid4()
    mine = await make_reflection(await make_enrolment(await programme_of(theirs.enrolment)))
    await make_segment(theirs, take_id)

    with pytest.raises(NotAllowed):
        await make_segment(mine, take_id)
    with pytest.raises(NotAllowed):
        await use_take(mine, take_id, segment_of(uuid4()))


async def test_a_decided_take_of_somebody_else_does_not_exist() -> None:
    theirs, take_id = await make_reflection(), uuid4()
    mine = await make_reflection(await make_enrolment(await programme_of(theirs.enrolment)))
    await use_take(theirs, take_id, segment_of(uuid4()))

    with pytest.raises(NotAllowed):
        await make_segment(mine, take_id)
    with pytest.raises(NotAllowed):
        await use_take(mine, take_id, segment_of(uuid4()))
    with pytest.raises(NotAllowed):
        await queries.take(take_id, actor=await student_of(mine.enrolment))


@pytest.mark.parametrize("whose", ["another student's", "another reflection's", "another take's", "a whole file"])
async def test_a_segment_of_something_else_does_not_exist(whose: str) -> None:
    reflection, take_id = await make_reflection(), uuid4()
    foreign = {
        "another student's": lambda: _foreign(reflection, take_id),
        "another reflection's": lambda: _of_another_reflection(reflection),
        "another take's": lambda: make_segment(reflection, uuid4()),
        "a whole file": lambda: make_upload(reflection),
    }
    segment = await foreign[whose]()

    with pytest.raises(NotAllowed):
        await use_take(reflection, take_id, segment_of(segment.id))

    assert not await MediaItem.exists(id=take_id)


async def _foreign(reflection: Reflection, _take_id: UUID) -> Upload:
    other = await make_reflection(await make_enrolment(await programme_of(reflection.enrolment)))
    return await make_segment(other, uuid4())


async def _of_another_reflection(reflection: Reflection) -> Upload:
    return await make_segment(await make_reflection(reflection.enrolment), uuid4())


async def test_only_its_student_uploads_to_a_reflection() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    programme = await programme_of(reflection.enrolment)
    (part,) = await _parts(reflection, take_id, RECEIVED)

    for stranger in (await make_actor(), await make_staff(programme), await make_assessor(programme)):
        with pytest.raises(NotAllowed):
            await use_take(reflection, take_id, segment_of(part.id), actor=stranger)


async def test_a_file_and_a_take_do_not_share_an_id() -> None:
    reflection = await make_reflection()
    photo = await make_media(reflection, purpose=Purpose.PHOTO)
    take = await use_take(reflection, uuid4(), segment_of(uuid4()))
    student = await student_of(reflection.enrolment)

    with pytest.raises(NotAllowed):
        await use_take(reflection, photo.id, segment_of(uuid4()))
    with pytest.raises(NotAllowed):
        await make_segment(reflection, uuid4(), upload_id=photo.id)
    with pytest.raises(NotAllowed):
        await uploads.create(
            reflection,
            Purpose.RECORDING,
            upload_id=take.id,
            size_bytes=5,
            limit_bytes=10,
            person_limit_bytes=1_000_000,
            filename="",
            sha256="",
            actor=student,
            at=NOW,
        )


async def test_nothing_is_recorded_for_what_was_handed_in() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)
    await move_on(reflection, ReflectionState.SUBMITTED)

    with pytest.raises(WrongState):
        await use_take(reflection, take_id, segment_of(part.id))
    with pytest.raises(WrongState):
        await make_segment(reflection, take_id, 1)


# Doing without.


async def test_a_segment_that_no_take_uses_can_be_thrown_away() -> None:
    reflection = await make_reflection()
    segment = await make_segment(reflection, uuid4())

    await discarding.discard(segment, actor=await student_of(reflection.enrolment), at=LATER)

    assert (await Upload.get(id=segment.id)).state is UploadState.EXPIRED
    assert await bytes_stored(segment.owner_id) == 0


async def test_a_segment_that_a_take_uses_stays() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    used, left_out = await _parts(reflection, take_id, RECEIVED, RECEIVED)
    await use_take(reflection, take_id, segment_of(used.id))
    student = await student_of(reflection.enrolment)

    with pytest.raises(WrongState):
        await discarding.discard(used, actor=student, at=LATER)
    await discarding.discard(left_out, actor=student, at=LATER)

    assert [(await Upload.get(id=part.id)).state for part in (used, left_out)] == [RECEIVED, UploadState.EXPIRED]


async def test_doing_without_a_take_refuses_it_and_deciding_again_brings_it_back() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    parts = await _parts(reflection, take_id, RECEIVED, RECEIVING)
    listed = [segment_of(part.id) for part in parts]
    student = await student_of(reflection.enrolment)

    await discarding.give_up(await use_take(reflection, take_id, *listed), actor=student, at=NOW)
    gone, shown = await MediaItem.get(id=take_id), await media_of_reflection(reflection.id, actor=student)
    await use_take(reflection, take_id, *listed, at=LATER)
    await make_segment(reflection, take_id, 1, upload_id=parts[1].id, at=LATER)

    assert (gone.state, gone.refusal_code, shown) == (MediaState.REFUSED, "upload_expired", [])
    assert (await MediaItem.get(id=take_id)).state is MediaState.PROCESSING


async def test_a_take_that_could_not_be_used_is_tried_again() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)
    await use_take(reflection, take_id, segment_of(part.id))
    await media_refused(await _taken_up(), "no_sound_or_picture", {"what": "x"}, at=NOW)

    again = await use_take(reflection, take_id, segment_of(part.id), at=LATER)

    assert (again.state, again.refusal_code, again.refusal_arguments) == (MediaState.PROCESSING, "", {})
    assert await Job.filter(kind="prepare", status=JobState.QUEUED).count() == 1


async def test_a_cut_that_left_nothing_can_be_another_one() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)
    await use_take(reflection, take_id, segment_of(part.id), trim=(500.0, None))
    await media_refused(await _taken_up(), "nothing_left", {}, at=NOW)

    again = await use_take(reflection, take_id, segment_of(part.id), trim=(1.0, None), at=LATER)

    assert (again.state, again.trim_start_seconds) == (MediaState.PROCESSING, 1.0)


async def test_a_take_that_machines_gave_up_is_tried_again() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    (part,) = await _parts(reflection, take_id, RECEIVED)
    await use_take(reflection, take_id, segment_of(part.id))
    await Job.all().update(max_attempts=1)
    await jobs.fail(await _taken_up(), "OSError", "the disk is full", at=NOW)

    await use_take(reflection, take_id, segment_of(part.id), at=LATER)

    assert sorted(job.status.value for job in await Job.all()) == ["failed", "queued"]


async def _taken_up() -> Job:
    job = await jobs.claim(["prepare"], "worker", at=NOW)
    assert job is not None
    return job


async def test_a_take_whose_segment_never_came_is_refused() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    used, left_out = await _parts(reflection, take_id, RECEIVING, RECEIVING)
    await use_take(reflection, take_id, segment_of(used.id))

    await uploads.expire(left_out, at=LATER)
    before = (await MediaItem.get(id=take_id)).state
    await uploads.expire(used, at=LATER)

    assert before is MediaState.RECEIVING
    assert (await MediaItem.get(id=take_id)).refusal_code == "upload_expired"


async def test_what_has_arrived_of_a_take_is_summed_up() -> None:
    reflection, take_id = await make_reflection(), uuid4()
    parts = await _parts(reflection, take_id, RECEIVING, RECEIVING)
    take = await use_take(reflection, take_id, *(segment_of(part.id) for part in parts))
    for part in parts:
        await receiving.note_offset(part.id, 300)

    assert (await work_on([take]))[take_id].arrived_bytes == 600


# Room.


async def test_what_is_stored_and_announced_takes_room() -> None:
    reflection = await make_reflection()
    whole = await make_upload(reflection, size_bytes=500)
    open_end = await make_upload(reflection, size_bytes=None)
    await receiving.note_offset(open_end.id, 70)
    await make_segment(reflection, uuid4(), size_bytes=1000)
    gone = await make_upload(reflection, size_bytes=900)
    await uploads.expire(gone, at=NOW)
    await make_upload(await make_reflection(await make_enrolment(await programme_of(reflection.enrolment))))

    assert await bytes_stored(whole.owner_id) == 1570


async def test_one_person_fills_the_disk_for_nobody_else() -> None:
    reflection = await make_reflection()
    owner = (await make_upload(reflection, size_bytes=2_000_000)).owner_id

    await check_room(owner, 3_000_000, person_limit_bytes=5_000_000)
    with pytest.raises(NoRoomLeft, match="of the 5 MB that you may store, 2 MB are taken"):
        await check_room(owner, 3_000_001, person_limit_bytes=5_000_000)


async def test_a_size_that_is_said_later_needs_room_too() -> None:
    reflection = await make_reflection()
    await make_upload(reflection, size_bytes=2_000_000)
    open_end = await make_upload(reflection, size_bytes=None)
    student = await student_of(reflection.enrolment)

    with pytest.raises(NoRoomLeft):
        await uploads.say_size(open_end, 3_000_001, person_limit_bytes=5_000_000, actor=student)
    await uploads.say_size(open_end, 3_000_000, person_limit_bytes=5_000_000, actor=student)

    assert (await Upload.get(id=open_end.id)).size_bytes == 3_000_000
