"""The bytes of a take's segments: private, thrown away on request, and swept when nobody decides."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from media.store import FolderStore
from media.uploads import Uploads
from models.actions import discarding
from models.actions.takes import TakeSegment
from models.actions.upload_limits import NoRoomLeft
from models.errors import NotAllowed, WrongState
from models.states import MediaState, UploadState
from models.tables import Job, MediaItem, Reflection, Upload
from tests.factories import NOW, make_actor, make_reflection, make_segment, make_upload, student_of, use_take

pytestmark = pytest.mark.usefixtures("database")

CONTENT = bytes(range(250)) * 4
AFTER_TWO_WEEKS = NOW + timedelta(days=14, seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "media")


@pytest.fixture
def uploads(tmp_path: Path, store: FolderStore) -> Uploads:
    return Uploads(tmp_path / "incoming", store, person_limit_bytes=5_000_000)


async def _send(
    uploads: Uploads, reflection: Reflection, upload: Upload, content: bytes = CONTENT, at: datetime = NOW
) -> Upload:
    async def pieces() -> AsyncIterator[bytes]:
        yield content

    return await uploads.append(
        upload.id, upload.offset_bytes, pieces(), actor=await student_of(reflection.enrolment), at=at
    )


async def _sent(uploads: Uploads, reflection: Reflection, number: int = 0, take_id: object = None) -> Upload:
    segment = await make_segment(reflection, take_id or uuid4(), number, UploadState.RECEIVING)  # type: ignore[arg-type]
    return await _send(uploads, reflection, segment)


async def _decide(reflection: Reflection, *parts: Upload) -> MediaItem:
    assert parts[0].take_id is not None
    listed = [TakeSegment(part.id, len(CONTENT), part.sha256) for part in parts]
    return await use_take(reflection, parts[0].take_id, *listed)


def _key(upload: Upload) -> str:
    return f"originals/{upload.id.hex}"


async def test_the_last_byte_of_the_last_segment_queues_the_work(uploads: Uploads, store: FolderStore) -> None:
    reflection, take_id = await make_reflection(), uuid4()
    first = await _sent(uploads, reflection, 0, take_id)
    second = await make_segment(reflection, take_id, 1, UploadState.RECEIVING)
    await use_take(reflection, take_id, *(TakeSegment(part.id, len(CONTENT), first.sha256) for part in (first, second)))

    await _send(uploads, reflection, second)

    assert (await MediaItem.get(id=take_id)).state is MediaState.PROCESSING
    assert await Job.all().values_list("subject", flat=True) == [str(take_id)]
    assert [await store.exists(_key(part)) for part in (first, second)] == [True, True]


async def test_a_segment_that_nobody_uses_is_thrown_away_with_its_bytes(uploads: Uploads, store: FolderStore) -> None:
    reflection = await make_reflection()
    segment = await _sent(uploads, reflection)

    await uploads.abandon(segment.id, actor=await student_of(reflection.enrolment), at=NOW)

    assert (await Upload.get(id=segment.id)).state is UploadState.EXPIRED
    assert not await store.exists(_key(segment))


async def test_a_segment_of_a_take_that_is_used_is_not_thrown_away(uploads: Uploads, store: FolderStore) -> None:
    reflection = await make_reflection()
    segment = await _sent(uploads, reflection)
    await _decide(reflection, segment)

    with pytest.raises(WrongState):
        await uploads.abandon(segment.id, actor=await student_of(reflection.enrolment), at=NOW)

    assert await store.exists(_key(segment))


async def test_nobody_else_throws_a_segment_away(uploads: Uploads, store: FolderStore) -> None:
    segment = await _sent(uploads, await make_reflection())

    with pytest.raises(NotAllowed):
        await uploads.abandon(segment.id, actor=await make_actor(), at=NOW)

    assert await store.exists(_key(segment))


async def test_a_whole_file_that_has_arrived_is_not_thrown_away(uploads: Uploads, store: FolderStore) -> None:
    reflection = await make_reflection()
    upload = await _send(uploads, reflection, await make_upload(reflection))

    with pytest.raises(WrongState):
        await uploads.abandon(upload.id, actor=await student_of(reflection.enrolment), at=NOW)

    assert await store.exists(_key(upload))


async def test_what_nobody_decided_on_is_swept_after_two_weeks(uploads: Uploads, store: FolderStore) -> None:
    reflection = await make_reflection()
    undecided, used = await _sent(uploads, reflection), await _sent(uploads, reflection)
    left_out = await _sent(uploads, reflection, 1, used.take_id)
    given_up = await _sent(uploads, reflection)
    await _decide(reflection, used)
    await MediaItem.filter(id=(await _decide(reflection, given_up)).id).update(
        state=MediaState.REFUSED, refusal_code="upload_expired"
    )

    await uploads.sweep(at=NOW + timedelta(days=13))
    kept = [await store.exists(_key(part)) for part in (undecided, used, left_out, given_up)]
    await uploads.sweep(at=AFTER_TWO_WEEKS)

    assert kept == [True, True, True, True]
    assert [await store.exists(_key(part)) for part in (undecided, used, left_out, given_up)] == [
        False,
        True,
        False,
        False,
    ]


async def test_what_was_swept_can_be_sent_again(uploads: Uploads, store: FolderStore) -> None:
    reflection = await make_reflection()
    segment = await _sent(uploads, reflection)
    await uploads.sweep(at=AFTER_TWO_WEEKS)
    assert segment.take_id is not None

    again = await make_segment(
        reflection, segment.take_id, 0, UploadState.RECEIVING, upload_id=segment.id, at=AFTER_TWO_WEEKS
    )
    await _send(uploads, reflection, again, at=AFTER_TWO_WEEKS)
    take = await _decide(reflection, await Upload.get(id=segment.id))

    assert take.state is MediaState.PROCESSING
    assert await store.exists(_key(segment))


async def test_the_sweep_removes_what_a_crash_left_of_a_forgotten_segment(uploads: Uploads, store: FolderStore) -> None:
    segment = await _sent(uploads, await make_reflection())
    await discarding.forget(segment, at=NOW)

    await uploads.sweep(at=NOW)

    assert not await store.exists(_key(segment))
    assert (await Upload.get(id=segment.id)).sha256 == ""


async def test_a_take_given_up_while_its_last_byte_arrives_leaves_no_bytes(
    uploads: Uploads, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reflection, take_id = await make_reflection(), uuid4()
    segment = await make_segment(reflection, take_id, 0, UploadState.RECEIVING)
    student = await student_of(reflection.enrolment)
    take = await use_take(reflection, take_id, TakeSegment(segment.id, len(CONTENT), sha256(CONTENT).hexdigest()))
    put = store.put

    async def put_and_give_up(key: str, file: Path) -> None:
        await put(key, file)
        await discarding.give_up(take, actor=student, at=NOW)

    monkeypatch.setattr(store, "put", put_and_give_up)
    sent = await _send(uploads, reflection, segment)

    assert sent.state is UploadState.EXPIRED
    assert not await store.exists(_key(segment))


async def test_a_recording_without_an_announced_end_stops_where_the_room_does(uploads: Uploads) -> None:
    reflection = await make_reflection()
    await make_segment(reflection, uuid4(), state=UploadState.RECEIVING, size_bytes=4_000_000)
    endless = await make_segment(reflection, uuid4(), state=UploadState.RECEIVING, size_bytes=None)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield bytes(100_000)

    with pytest.raises(NoRoomLeft):
        await uploads.append(endless.id, 0, pieces(), actor=await student_of(reflection.enrolment), at=NOW)

    assert 1_000_000 < (await Upload.get(id=endless.id)).offset_bytes < 2_200_000
