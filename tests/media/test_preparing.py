"""The job that makes something playable, or a reason in words, of a received file."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from media.preparing import convert, page_key, prepare
from media.probe import refusal
from media.store import FolderStore
from media.uploads import Uploads
from models.actions import handing_in, reflections, uploads
from models.errors import NotAllowed
from models.queries.people import actor_of
from models.states import ActivityState, JobState, MediaState, ReflectionState
from models.tables import Event, Job, MediaItem, Person, Reflection, Upload
from models.tables.media import Purpose
from tests.factories import (
    NOW,
    make_activity,
    make_media,
    make_ready,
    make_reflection,
    make_upload,
    running_job,
    student_of,
    versions_of,
)
from tests.media.making import make_phone_webm, make_recording
from tests.media.pdfs import make_pdf

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def phone_webm(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds as a phone records them, without a length in the file."""
    return make_phone_webm(tmp_path_factory.mktemp("phone") / "recording.webm").read_bytes()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "media")


@pytest.fixture
def work_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def _podcast() -> Reflection:
    activity = await make_activity()
    return await reflections.start(
        activity,
        "video",
        "en",
        actor=await student_of(activity.enrolment),
        at=NOW,
    )


async def _send(
    reflection: Reflection, content: bytes, store: FolderStore, tmp_path: Path, purpose: Purpose = Purpose.RECORDING
) -> Upload:
    upload = await make_upload(reflection, purpose=purpose, size_bytes=len(content))

    async def pieces() -> AsyncIterator[bytes]:
        yield content

    actor = await actor_of(await Person.get(id=upload.owner_id))
    return await Uploads(tmp_path / "incoming", store).append(upload.id, 0, pieces(), actor=actor, at=NOW)


async def _prepare(job: Job, store: FolderStore, work_folder: Path) -> None:
    await prepare(job, store=store, work_folder=work_folder, now=lambda: LATER, on_progress=lambda share: None)


async def test_a_phones_recording_becomes_playable_and_goes_into_the_open_draft(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    reflection = await _podcast()
    upload = await _send(reflection, phone_webm, store, tmp_path)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    item = await MediaItem.get(id=upload.id)
    [draft] = await versions_of(reflection)
    assert (item.state, item.kind, item.content_type, item.has_audio) == (MediaState.READY, "video", "video/webm", True)
    assert item.duration_seconds == pytest.approx(2.0, abs=0.2)
    assert (draft.recording_id, draft.revision) == (upload.id, 1)
    assert [await store.exists(key) for key in (item.playable_key, item.poster_key, item.waveform_key)] == [True] * 3
    assert _names(work_folder) == []


async def test_a_playable_recording_waits_for_its_transcript(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send(await _podcast(), phone_webm, store, tmp_path)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    jobs = await Job.filter(subject=str(upload.id)).order_by("kind").values_list("kind", "status")
    assert ("prepare", JobState.DONE) in jobs
    assert ("transcribe", JobState.QUEUED) in jobs


async def test_the_upload_itself_is_kept_as_it_came(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send(await _podcast(), phone_webm, store, tmp_path)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    async with store.lend((await MediaItem.get(id=upload.id)).original_key) as path:
        assert path.read_bytes() == phone_webm


async def test_a_file_that_cannot_be_used_is_told_in_words_and_touches_nothing_else(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    reflection = await _podcast()
    good = await _send(reflection, phone_webm, store, tmp_path)
    await _prepare(await running_job("prepare", good.id), store, work_folder)
    before = await versions_of(reflection)
    bad = await _send(reflection, b"%PDF-1.7 not a recording" * 50, store, tmp_path)

    await _prepare(await running_job("prepare", bad.id), store, work_folder)

    item = await MediaItem.get(id=bad.id)
    after = await versions_of(reflection)
    assert (item.state, item.refusal_code) == (MediaState.REFUSED, "not_a_recording")
    assert str(refusal(item.refusal_code, **item.refusal_arguments)).startswith("This is not a sound or video file")
    assert [dict(version) for version in after] == [dict(version) for version in before]
    assert (await MediaItem.get(id=good.id)).state is MediaState.READY
    assert not await Job.exists(kind="transcribe", subject=str(bad.id))


async def test_a_refused_file_is_done_and_not_tried_again(
    store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send(await _podcast(), b"nothing that plays" * 50, store, tmp_path)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    job = await Job.get(kind="prepare")
    assert (job.status, job.error_code) == (JobState.DONE, "")


async def test_a_recording_where_a_photo_is_expected_is_refused(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send(await _podcast(), phone_webm, store, tmp_path, Purpose.PHOTO)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    assert (await MediaItem.get(id=upload.id)).refusal_code == "recording_instead_of_picture"


async def test_a_missing_original_is_an_error_that_is_tried_again(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send(await _podcast(), phone_webm, store, tmp_path)
    shutil.rmtree(store.root)

    with pytest.raises(FileNotFoundError):
        await _prepare(await running_job("prepare", upload.id), store, work_folder)

    assert (await MediaItem.get(id=upload.id)).state is MediaState.PROCESSING


async def test_a_late_worker_of_an_earlier_try_stores_nothing(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send(await _podcast(), phone_webm, store, tmp_path)
    zombie = await running_job("prepare", upload.id)
    await Job.filter(id=zombie.id).update(attempt=2)
    await _prepare(await Job.get(id=zombie.id), store, work_folder)
    shown = (await MediaItem.get(id=upload.id)).playable_key

    await _prepare(zombie, store, work_folder)

    assert (await MediaItem.get(id=upload.id)).playable_key == shown
    assert await store.exists(shown)
    assert await Event.filter(move="prepare").count() == 1


async def test_an_older_recording_that_was_slow_does_not_replace_a_newer_one() -> None:
    reflection = await make_reflection(format_="podcast")
    older = await make_media(reflection, MediaState.PROCESSING, at=NOW)
    newer = await make_media(reflection, at=LATER)

    await make_ready(older.id, at=LATER + timedelta(minutes=1))

    [draft] = await versions_of(reflection)
    assert draft.recording_id == newer.id
    assert (await MediaItem.get(id=older.id)).state is MediaState.READY


async def test_a_newer_recording_replaces_an_older_one() -> None:
    reflection = await make_reflection(format_="podcast")

    newer = await make_media(reflection, at=LATER)

    [draft] = await versions_of(reflection)
    assert draft.recording_id == newer.id


async def test_a_recording_that_is_ready_after_the_hand_in_leaves_the_frozen_version_alone() -> None:
    reflection = await make_reflection()
    late = await make_media(reflection, MediaState.PROCESSING)
    await handing_in.submit(reflection, revision=1, actor=await student_of(reflection.enrolment), at=NOW)
    before = [dict(version) for version in await versions_of(reflection)]

    is_stored = await make_ready(late.id, at=LATER)

    assert is_stored
    assert [dict(version) for version in await versions_of(reflection)] == before


async def test_a_recording_that_is_ready_after_the_return_goes_into_the_new_draft_only() -> None:
    reflection = await make_reflection(state=ReflectionState.RETURNED, format_="podcast")
    frozen, _ = await versions_of(reflection)

    newer = await make_media(reflection, at=LATER)

    first, second = await versions_of(reflection)
    assert dict(first) == dict(frozen)
    assert second.recording_id == newer.id


async def _send_evidence(content: bytes, store: FolderStore, tmp_path: Path) -> Upload:
    activity = await make_activity(state=ActivityState.APPROVED)
    actor = await student_of(activity.enrolment)
    upload = await uploads.create_evidence(
        activity,
        upload_id=UUID(int=8),
        size_bytes=len(content),
        limit_bytes=10_000_000,
        person_limit_bytes=10_000_000,
        filename="list.pdf",
        sha256="",
        actor=actor,
        at=NOW,
    )

    async def pieces() -> AsyncIterator[bytes]:
        yield content

    return await Uploads(tmp_path / "incoming", store).append(upload.id, 0, pieces(), actor=actor, at=NOW)


async def test_a_pdf_as_evidence_becomes_its_pages_and_is_kept_as_it_came(
    store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    content = make_pdf(2)
    upload = await _send_evidence(content, store, tmp_path)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    item = await MediaItem.get(id=upload.id)
    assert (item.state, item.kind, item.pages, item.content_type) == (MediaState.READY, "document", 2, "image/jpeg")
    assert [await store.exists(page_key(item, number)) for number in (1, 2)] == [True, True]
    assert await store.exists(item.small_key)
    async with store.lend(item.original_key) as path:
        assert path.read_bytes() == content
    assert not await Job.exists(kind="transcribe")
    assert _names(work_folder) == []


@pytest.mark.parametrize("number", [-1, 0, 3])
async def test_a_page_that_is_not_there_has_no_key(
    number: int, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send_evidence(make_pdf(2), store, tmp_path)
    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    with pytest.raises(NotAllowed):
        page_key(await MediaItem.get(id=upload.id), number)


async def test_a_photo_as_evidence_is_prepared_as_every_photo(
    store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    picture = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "PNG")
    upload = await _send_evidence(picture.getvalue(), store, tmp_path)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    item = await MediaItem.get(id=upload.id)
    assert (item.state, item.kind, item.pages, item.width) == (MediaState.READY, "photo", None, 64)


async def test_a_recording_is_no_evidence(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send_evidence(phone_webm, store, tmp_path)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    assert (await MediaItem.get(id=upload.id)).refusal_code == "not_evidence"


async def test_a_photo_goes_into_no_draft_by_itself() -> None:
    reflection = await make_reflection()

    await make_media(reflection, purpose=Purpose.PHOTO)

    [draft] = await versions_of(reflection)
    assert (draft.recording_id, draft.revision) == (None, 1)
    assert not await Job.exists(kind="transcribe")


async def _take(
    reflection: Reflection, contents: list[bytes], store: FolderStore, tmp_path: Path, **trim: float
) -> UUID:
    """Send the segments, and let the student have decided on the take, as `models.actions.takes` leaves its row."""
    sent = [await _send(reflection, content, store, tmp_path) for content in contents]
    first, *others = sent
    await Job.filter(subject__in=[str(upload.id) for upload in others]).delete()
    await MediaItem.filter(id__in=[upload.id for upload in others]).delete()
    segments = [{"upload": str(upload.id), "size": upload.size_bytes, "sha256": upload.sha256} for upload in sent]
    await MediaItem.filter(id=first.id).update(segments=segments, original_key="", **trim)
    return first.id


async def test_a_take_is_joined_and_trimmed_from_its_segments(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    reflection = await _podcast()
    take = await _take(reflection, [phone_webm] * 3, store, tmp_path, trim_start_seconds=1.0, trim_end_seconds=5.0)

    await _prepare(await running_job("prepare", take), store, work_folder)

    item = await MediaItem.get(id=take)
    assert item.state is MediaState.READY
    assert item.duration_seconds == pytest.approx(4.0, abs=0.1)
    assert item.peaks is not None
    assert len(item.peaks) == pytest.approx(40, abs=2)
    assert all(0 <= peak <= 1 for peak in item.peaks)
    [draft] = await versions_of(reflection)
    assert draft.recording_id == take
    assert "segments_lost" not in (await Event.get(move="prepare")).facts


async def test_a_segment_that_was_lost_is_in_the_log_of_events(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    broken = b"\x1a\x45\xdf\xa3\x9fwebm"
    take = await _take(await _podcast(), [phone_webm, broken], store, tmp_path)

    await _prepare(await running_job("prepare", take), store, work_folder)

    assert (await Event.get(move="prepare")).facts["segments_lost"] == 1


async def test_a_trim_that_leaves_nothing_is_told_in_words(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    take = await _take(await _podcast(), [phone_webm], store, tmp_path, trim_start_seconds=30.0)

    await _prepare(await running_job("prepare", take), store, work_folder)

    item = await MediaItem.get(id=take)
    assert (item.state, item.refusal_code) == (MediaState.REFUSED, "nothing_left")


async def _convert(job: Job, store: FolderStore, work_folder: Path) -> None:
    await convert(job, store=store, work_folder=work_folder, now=lambda: LATER, on_progress=lambda share: None)


async def test_a_recording_gets_a_second_copy_for_other_browsers(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send(await _podcast(), phone_webm, store, tmp_path)
    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    await _convert(await running_job("convert", upload.id), store, work_folder)

    item = await MediaItem.get(id=upload.id)
    assert (item.content_type, item.alternate_type) == ("video/webm", "video/mp4")
    assert item.alternate_key != item.playable_key
    assert await store.exists(item.alternate_key)
    assert (await Job.get(kind="convert")).status is JobState.DONE
    assert _names(work_folder) == []


async def test_a_second_copy_that_cannot_be_made_harms_nothing(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    reflection = await _podcast()
    upload = await _send(reflection, phone_webm, store, tmp_path)
    await _prepare(await running_job("prepare", upload.id), store, work_folder)
    before = dict(await MediaItem.get(id=upload.id))
    (store.root / before["playable_key"]).write_bytes(b"\x1a\x45\xdf\xa3\x9fwebm")

    await _convert(await running_job("convert", upload.id), store, work_folder)

    assert dict(await MediaItem.get(id=upload.id)) == before
    assert (await Job.get(kind="convert")).status is JobState.DONE
    assert (await Event.get(move="convert_refused")).facts == {"code": "broken_file"}


async def test_a_second_copy_of_what_was_taken_away_is_not_stored(
    phone_webm: bytes, store: FolderStore, tmp_path: Path, work_folder: Path
) -> None:
    upload = await _send(await _podcast(), phone_webm, store, tmp_path)
    await _prepare(await running_job("prepare", upload.id), store, work_folder)
    await MediaItem.filter(id=upload.id).update(state=MediaState.REFUSED)

    await _convert(await running_job("convert", upload.id), store, work_folder)

    assert (await MediaItem.get(id=upload.id)).alternate_key == ""


async def test_an_mp3_waits_for_no_second_copy(store: FolderStore, tmp_path: Path, work_folder: Path) -> None:
    content = make_recording(tmp_path / "take.mp3", "mp3", audio="libmp3lame").read_bytes()
    upload = await _send(await _podcast(), content, store, tmp_path)

    await _prepare(await running_job("prepare", upload.id), store, work_folder)

    assert (await MediaItem.get(id=upload.id)).state is MediaState.READY
    assert not await Job.exists(kind="convert")
