"""Evidence of an activity: who adds what until when, and what stays when it is taken away."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import activities, evidence, processing, transcripts, upload_limits, uploads
from models.errors import NotAllowed, WrongState
from models.evidence import has_evidence
from models.permissions import Actor
from models.queries import media as queries
from models.states import ActivityState, EnrolmentState, JobState, MediaState, UploadState
from models.tables import Activity, Enrolment, Event, Job, MediaItem, Upload
from models.tables.jobs import PREPARE, TRANSCRIBE
from models.tables.media import Purpose
from tests.factories import (
    NOW,
    make_activity,
    make_actor,
    make_assessor,
    make_evidence,
    make_reflection,
    make_staff,
    programme_of,
    running_job,
    student_of,
)
from transcription.reading import read

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(hours=1)
OPEN = (ActivityState.PROPOSED, ActivityState.APPROVED)
CLOSED = (ActivityState.DONE, ActivityState.DECLINED, ActivityState.WITHDRAWN)


async def _begin(activity: Activity, actor: Actor | None = None, **changes: object) -> Upload:
    wanted: dict[str, object] = {
        "upload_id": uuid4(),
        "size_bytes": 500,
        "limit_bytes": 1_000_000,
        "person_limit_bytes": 1_000_000_000,
        "filename": "list.pdf",
        "sha256": "",
    }
    actor = actor or await student_of(activity.enrolment)
    return await uploads.create_evidence(activity, actor=actor, at=NOW, **(wanted | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [*OPEN, ActivityState.REPORTED])
async def test_an_activity_that_is_not_decided_takes_evidence(state: ActivityState) -> None:
    activity = await make_activity(state=state)

    upload = await _begin(activity)

    item = await MediaItem.get(id=upload.id)
    assert (item.purpose, item.state, item.activity_id, item.reflection_id) == (
        Purpose.EVIDENCE,
        MediaState.RECEIVING,
        activity.id,
        None,
    )
    assert (upload.activity_id, upload.reflection_id, upload.filename) == (activity.id, None, "list.pdf")


@pytest.mark.parametrize("state", CLOSED)
async def test_an_activity_that_is_decided_takes_none(state: ActivityState) -> None:
    activity = await make_activity(state=state)

    with pytest.raises(uploads.EvidenceClosed):
        await _begin(activity)

    assert not await MediaItem.exists(activity_id=activity.id)


@pytest.mark.parametrize("state", [EnrolmentState.VOID, EnrolmentState.DEREGISTERED])
async def test_an_enrolment_that_ended_meanwhile_takes_none(state: EnrolmentState) -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    await Enrolment.filter(id=activity.enrolment_id).update(state=state, ended_at=NOW, ended_reason="Moved.")

    with pytest.raises(uploads.EvidenceClosed):
        await _begin(activity)
    with pytest.raises(NotAllowed):
        await _begin(await Activity.get(id=activity.id).select_related("enrolment"))


async def test_only_the_student_adds_evidence() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    programme = await programme_of(activity.enrolment)

    for actor in (await make_actor(), await make_staff(programme), await make_assessor(programme)):
        with pytest.raises(NotAllowed):
            await _begin(activity, actor)


async def test_the_same_id_again_finds_what_was_begun() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    first = await _begin(activity)

    again = await _begin(activity, upload_id=first.id)

    assert again.id == first.id
    assert await MediaItem.filter(activity_id=activity.id).count() == 1


async def test_an_id_of_another_activity_or_of_a_reflection_is_not_taken_over() -> None:
    activity, other = await make_activity(state=ActivityState.APPROVED), await make_activity()
    reflection = await make_reflection(activity=other)
    student = await student_of(other.enrolment)
    recording = await uploads.create(
        reflection,
        Purpose.RECORDING,
        upload_id=uuid4(),
        size_bytes=5,
        limit_bytes=10,
        person_limit_bytes=1_000_000_000,
        filename="",
        sha256="",
        actor=student,
        at=NOW,
    )

    with pytest.raises(NotAllowed):
        await _begin(activity, upload_id=recording.id)
    with pytest.raises(NotAllowed):
        await uploads.create(
            reflection,
            Purpose.RECORDING,
            upload_id=(await _begin(activity)).id,
            size_bytes=5,
            limit_bytes=10,
            person_limit_bytes=1_000_000_000,
            filename="",
            sha256="",
            actor=student,
            at=NOW,
        )


async def test_evidence_does_not_belong_to_a_reflection() -> None:
    reflection = await make_reflection()

    with pytest.raises(NotAllowed):
        await uploads.create(
            reflection,
            Purpose.EVIDENCE,
            upload_id=uuid4(),
            size_bytes=5,
            limit_bytes=10,
            person_limit_bytes=1_000_000_000,
            filename="",
            sha256="",
            actor=await student_of(reflection.enrolment),
            at=NOW,
        )


async def test_an_empty_and_a_too_large_file_are_refused_before_they_are_sent() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    with pytest.raises(upload_limits.EmptyUpload):
        await _begin(activity, size_bytes=0)
    with pytest.raises(upload_limits.UploadTooLarge, match="at most 1 MB"):
        await _begin(activity, size_bytes=1_000_001)


async def test_the_twenty_first_file_is_refused_until_one_is_removed() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    files = [await make_evidence(activity) for _ in range(20)]

    with pytest.raises(uploads.TooMuchEvidence, match="at most 20 files"):
        await _begin(activity)

    await evidence.remove(files[0], actor=await student_of(activity.enrolment), at=LATER)
    assert await _begin(activity)


async def test_a_file_that_could_not_be_used_takes_no_place() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    for state in [MediaState.REFUSED, *[MediaState.READY] * 19]:
        await make_evidence(activity, state)

    assert await _begin(activity)


async def test_evidence_that_was_received_is_prepared_and_never_transcribed() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)

    item = await make_evidence(activity)

    assert await Job.filter(subject=str(item.id)).values_list("kind", "status") == [(PREPARE, JobState.DONE)]
    assert (item.state, item.kind, item.pages) == (MediaState.READY, "document", 2)
    assert await read(item.id, actor=await student_of(activity.enrolment)) is None
    with pytest.raises(WrongState):
        await transcripts.work_again(item, TRANSCRIBE, actor=await student_of(activity.enrolment), at=NOW)


@pytest.mark.parametrize("state", list(MediaState))
async def test_what_is_removed_is_seen_by_nobody_and_stays_on_record(state: MediaState) -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    student, staff = await student_of(activity.enrolment), await make_staff(await programme_of(activity.enrolment))
    item = await make_evidence(activity, state)

    await evidence.remove(item, actor=student, at=LATER)

    assert await queries.evidence_of_activity(activity.id, actor=student) == []
    assert await queries.evidence_of_activity(activity.id, actor=staff) == []
    for actor in (student, staff):
        with pytest.raises(NotAllowed):
            await queries.media_to_serve(item.id, actor=actor)
        with pytest.raises(NotAllowed):
            await queries.evidence(item.id, actor=actor)
    assert await has_evidence([activity.id]) == set()
    kept, event = await MediaItem.get(id=item.id), await Event.get(move="remove_evidence")
    assert (kept.state, kept.refusal_code, kept.original_key) == (MediaState.REFUSED, "removed", item.original_key)
    assert (event.actor_id, event.subject_id, event.facts["was"]) == (student.person_id, str(item.id), state.value)


async def test_a_file_that_was_removed_while_it_was_prepared_does_not_come_back() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    item = await make_evidence(activity, MediaState.PROCESSING)
    job = await running_job(PREPARE, item.id)
    await evidence.remove(item, actor=await student_of(activity.enrolment), at=LATER)

    await processing.media_ready(job, processing.Prepared("photo", "image/jpeg", "late.jpg"), at=LATER)

    kept, done = await MediaItem.get(id=item.id), await Job.get(id=job.id)
    assert (kept.state, kept.refusal_code, kept.playable_key) == (MediaState.REFUSED, "removed", "")
    assert (done.status, done.cancel_requested) == (JobState.DONE, True)
    assert not await Event.exists(move="prepare")


async def test_a_refusal_that_comes_late_does_not_hide_that_it_was_removed() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    item = await make_evidence(activity, MediaState.PROCESSING)
    job = await running_job(PREPARE, item.id)
    await evidence.remove(item, actor=await student_of(activity.enrolment), at=LATER)

    await processing.media_refused(job, "broken_file", {}, at=LATER)

    assert (await MediaItem.get(id=item.id)).refusal_code == "removed"


async def test_the_bytes_of_a_removed_file_that_are_still_to_come_are_not_taken() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    item = await make_evidence(activity, MediaState.RECEIVING)

    await evidence.remove(item, actor=await student_of(activity.enrolment), at=LATER)

    assert (await Upload.get(id=item.id)).state is UploadState.EXPIRED
    with pytest.raises(uploads.EvidenceRemoved):
        await _begin(activity, upload_id=item.id)


async def test_an_upload_that_expired_begins_again_under_its_id() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    upload = await _begin(activity)
    await uploads.expire(upload, at=LATER)

    await _begin(activity, upload_id=upload.id)

    item = await MediaItem.get(id=upload.id)
    assert (item.state, item.refusal_code) == (MediaState.RECEIVING, "")


@pytest.mark.parametrize("state", [ActivityState.REPORTED, ActivityState.DONE, ActivityState.DECLINED])
async def test_evidence_of_what_is_reported_or_decided_stays(state: ActivityState) -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    item = await make_evidence(activity)
    await Activity.filter(id=activity.id).update(state=state, decision_note="So it is.")

    with pytest.raises(evidence.EvidenceInUse):
        await evidence.remove(item, actor=await student_of(activity.enrolment), at=LATER)

    assert (await MediaItem.get(id=item.id)).state is MediaState.READY


async def test_evidence_of_a_withdrawn_activity_is_the_students_alone_and_can_be_removed() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    item = await make_evidence(activity)
    student, staff = await student_of(activity.enrolment), await make_staff(await programme_of(activity.enrolment))
    assert (await queries.media(item.id, actor=staff)).id == item.id

    await activities.withdraw(await Activity.get(id=activity.id).select_related("enrolment"), actor=student, at=LATER)

    with pytest.raises(NotAllowed):
        await queries.media(item.id, actor=staff)
    await evidence.remove(item, actor=student, at=LATER)
    assert (await MediaItem.get(id=item.id)).refusal_code == "removed"


async def test_only_its_student_removes_evidence() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    item = await make_evidence(activity)

    for actor in (await make_actor(), await make_staff(await programme_of(activity.enrolment))):
        with pytest.raises(NotAllowed):
            await evidence.remove(item, actor=actor, at=LATER)


async def test_what_is_removed_cannot_be_removed_again() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    item, student = await make_evidence(activity), await student_of(activity.enrolment)
    await evidence.remove(item, actor=student, at=LATER)

    with pytest.raises(WrongState):
        await evidence.remove(item, actor=student, at=LATER)

    assert await Event.filter(move="remove_evidence").count() == 1


async def test_a_recording_of_a_reflection_is_not_removed_as_evidence() -> None:
    reflection = await make_reflection(format_="podcast")
    recording = await MediaItem.get(reflection_id=reflection.id)

    with pytest.raises(NotAllowed):
        await evidence.remove(recording, actor=await student_of(reflection.enrolment), at=LATER)


async def test_evidence_is_listed_in_the_order_in_which_it_came_under_its_students_names() -> None:
    activity = await make_activity(state=ActivityState.APPROVED)
    student, staff = await student_of(activity.enrolment), await make_staff(await programme_of(activity.enrolment))
    late = await make_evidence(activity, at=LATER)
    early = await make_evidence(activity, MediaState.REFUSED)
    coming = await make_evidence(activity, MediaState.RECEIVING)

    own = await queries.evidence_of_activity(activity.id, actor=student)
    seen = await queries.evidence_of_activity(activity.id, actor=staff)

    assert [item.media.id for item in own] == [early.id, late.id, coming.id]
    assert [item.media.id for item in seen] == [early.id, late.id]
    assert {item.name for item in own} == {"certificate of attendance.pdf"}
