"""Resumable uploads: the row is the truth, whatever happens to the bytes."""

import asyncio
import hashlib
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pytest

from media import uploads as module
from media.store import FolderStore
from media.uploads import ChecksumDiffers, TooManyBytes, Uploads, WrongOffset
from models.actions import receiving
from models.actions import uploads as rows
from models.actions.takes import SegmentDiffers, TakeSegment
from models.actions.upload_limits import MOST_UNFINISHED, EmptyUpload, TooManyUploads, UploadTooLarge
from models.database import Where
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.queries.people import actor_of
from models.states import MediaState, ReflectionState, UploadState
from models.tables import Job, MediaItem, Person, Upload
from models.tables.media import Purpose
from tests.factories import NOW, make_actor, make_reflection, make_segment, make_upload, student_of, use_take

pytestmark = pytest.mark.usefixtures("database")

ROOT = Path(__file__).resolve().parents[2]
CONTENT = random.Random(7).randbytes(1000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
AFTER_TWO_WEEKS = NOW + timedelta(days=14, seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "media")


@pytest.fixture
def uploads(tmp_path: Path, store: FolderStore) -> Uploads:
    return Uploads(tmp_path / "incoming", store)


async def _owner(upload: Upload) -> Actor:
    return await actor_of(await Person.get(id=upload.owner_id))


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _append(uploads: Uploads, upload: Upload, offset: int, *pieces: bytes, **options: object) -> Upload:
    return await uploads.append(upload.id, offset, _pieces(*pieces), actor=await _owner(upload), at=NOW, **options)


def _part(tmp_path: Path, upload: Upload) -> Path:
    return tmp_path / "incoming" / f"{upload.id.hex}.part"


async def _stored(store: FolderStore, upload: Upload) -> bytes:
    async with store.lend((await MediaItem.get(id=upload.id)).original_key) as path:
        return path.read_bytes()


async def _half_sent(uploads: Uploads, **options: object) -> Upload:
    upload = await make_upload(**options)
    return await _append(uploads, upload, 0, CONTENT[:400])


class _Slow:
    """A phone that sends a first piece and then nothing more."""

    def __init__(self, first: bytes) -> None:
        self._first = first
        self.sent = asyncio.Event()

    async def __call__(self) -> AsyncIterator[bytes]:
        yield self._first
        self.sent.set()
        await asyncio.sleep(60)


# Beginning.


async def test_the_same_upload_begun_twice_at_once_is_one() -> None:
    reflection = await make_reflection()
    student, upload_id = await student_of(reflection.enrolment), uuid4()

    both = await asyncio.gather(
        *(
            rows.create(
                reflection,
                Purpose.RECORDING,
                upload_id=upload_id,
                size_bytes=1000,
                limit_bytes=2000,
                person_limit_bytes=2000,
                filename="",
                sha256="",
                actor=student,
                at=NOW,
            )
            for _ in range(2)
        )
    )

    assert [upload.id for upload in both] == [upload_id, upload_id]


async def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyUpload):
        await make_upload(size_bytes=0)


async def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(UploadTooLarge) as refusal:
        await make_upload(size_bytes=2_000_001, limit_bytes=2_000_000)

    assert refusal.value.arguments == {"limit_mb": 2}


async def test_a_client_that_runs_wild_is_stopped() -> None:
    reflection = await make_reflection()
    for _ in range(MOST_UNFINISHED):
        await make_upload(reflection)

    with pytest.raises(TooManyUploads):
        await make_upload(reflection)


@pytest.mark.parametrize("state", [ReflectionState.SUBMITTED, ReflectionState.ACCEPTED])
async def test_nothing_is_sent_for_a_reflection_that_is_handed_in(state: ReflectionState) -> None:
    reflection = await make_reflection(state=state)

    with pytest.raises(WrongState):
        await make_upload(reflection)


# Receiving.


async def test_a_file_in_one_piece_arrives_whole(uploads: Uploads, store: FolderStore) -> None:
    upload = await make_upload()

    received = await _append(uploads, upload, 0, CONTENT)

    assert (received.state, received.offset_bytes, received.sha256) == (UploadState.RECEIVED, 1000, SHA256)
    assert await _stored(store, upload) == CONTENT


async def test_a_whole_file_waits_to_be_prepared_by_exactly_one_job(uploads: Uploads) -> None:
    upload = await make_upload()

    await _append(uploads, upload, 0, CONTENT)
    await _append(uploads, upload, 1000)
    await uploads.sweep(at=NOW)

    assert [(job.kind, job.subject) for job in await Job.all()] == [("prepare", str(upload.id))]
    item = await MediaItem.get(id=upload.id)
    assert (item.state, item.sha256, item.size_bytes, item.received_at) == (MediaState.PROCESSING, SHA256, 1000, NOW)


async def test_an_interrupted_upload_goes_on_where_it_stopped(uploads: Uploads, store: FolderStore) -> None:
    upload = await _half_sent(uploads)

    where = await uploads.where(upload.id, actor=await _owner(upload))
    await _append(uploads, upload, where.offset_bytes, CONTENT[400:700], CONTENT[700:])

    assert where.offset_bytes == 400
    assert await _stored(store, upload) == CONTENT


async def test_bytes_beyond_the_row_are_cut(uploads: Uploads, store: FolderStore, tmp_path: Path) -> None:
    upload = await _half_sent(uploads)
    with _part(tmp_path, upload).open("ab") as file:
        file.write(b"torn write that nobody confirmed" * 100)

    await _append(uploads, upload, 400, CONTENT[400:])

    assert await _stored(store, upload) == CONTENT


@pytest.mark.parametrize("lost", [100, None])
async def test_a_file_that_is_shorter_than_the_row_says_is_asked_for_again(
    uploads: Uploads, store: FolderStore, tmp_path: Path, lost: int | None
) -> None:
    upload = await _half_sent(uploads)
    if lost is None:
        _part(tmp_path, upload).unlink()
    else:
        os.truncate(_part(tmp_path, upload), 400 - lost)

    with pytest.raises(WrongOffset):
        await _append(uploads, upload, 400, CONTENT[400:])
    where = await uploads.where(upload.id, actor=await _owner(upload))
    await _append(uploads, upload, where.offset_bytes, CONTENT[where.offset_bytes :])

    assert await _stored(store, upload) == CONTENT


@pytest.mark.parametrize("offset", [0, 399, 401, 1000, -1])
async def test_another_offset_than_the_rows_is_refused(uploads: Uploads, offset: int) -> None:
    upload = await _half_sent(uploads)

    with pytest.raises(WrongOffset):
        await _append(uploads, upload, offset, b"x")

    assert (await Upload.get(id=upload.id)).offset_bytes == 400


async def test_more_than_was_announced_is_refused_and_the_prefix_stays(uploads: Uploads, store: FolderStore) -> None:
    upload = await make_upload()

    with pytest.raises(TooManyBytes):
        await _append(uploads, upload, 0, CONTENT[:900], CONTENT)

    assert (await Upload.get(id=upload.id)).offset_bytes == 900
    await _append(uploads, upload, 900, CONTENT[900:])
    assert await _stored(store, upload) == CONTENT


async def test_more_than_the_limit_is_refused_where_no_size_was_announced(uploads: Uploads) -> None:
    upload = await make_upload(size_bytes=None, limit_bytes=999)

    with pytest.raises(TooManyBytes):
        await _append(uploads, upload, 0, CONTENT)


async def test_a_recording_is_sent_before_its_end_is_known(uploads: Uploads, store: FolderStore) -> None:
    upload = await make_upload(size_bytes=None)
    await _append(uploads, upload, 0, CONTENT[:600])

    received = await _append(uploads, upload, 600, CONTENT[600:], size_bytes=1000)

    assert received.state is UploadState.RECEIVED
    assert await _stored(store, upload) == CONTENT


async def test_the_end_can_be_told_without_more_bytes(uploads: Uploads) -> None:
    upload = await make_upload(size_bytes=None)
    await _append(uploads, upload, 0, CONTENT)

    received = await _append(uploads, upload, 1000, size_bytes=1000, sha256=SHA256)

    assert (received.state, received.sha256) == (UploadState.RECEIVED, SHA256)


@pytest.mark.parametrize("size", [300, 2000])
async def test_a_size_is_fixed_once(uploads: Uploads, size: int) -> None:
    upload = await _half_sent(uploads, size_bytes=1000)

    with pytest.raises(WrongState):
        await _append(uploads, upload, 400, size_bytes=size)

    assert (await Upload.get(id=upload.id)).size_bytes == 1000


async def test_a_size_below_what_arrived_is_refused(uploads: Uploads) -> None:
    upload = await _half_sent(uploads, size_bytes=None)

    with pytest.raises(WrongState):
        await _append(uploads, upload, 400, size_bytes=399)


async def test_a_damaged_file_is_sent_again_from_the_start(uploads: Uploads, store: FolderStore) -> None:
    upload = await make_upload(sha256=SHA256)

    with pytest.raises(ChecksumDiffers):
        await _append(uploads, upload, 0, b"x" * 1000)

    assert (await Upload.get(id=upload.id)).offset_bytes == 0
    assert await Job.all().count() == 0
    await _append(uploads, upload, 0, CONTENT)
    assert await _stored(store, upload) == CONTENT


async def test_a_checksum_that_comes_at_the_end_counts(uploads: Uploads) -> None:
    upload = await make_upload()

    with pytest.raises(ChecksumDiffers):
        await _append(uploads, upload, 0, b"x" * 1000, sha256=SHA256)


@pytest.mark.parametrize("said", [{"sha256": "0" * 64}, {"size_bytes": 900}])
async def test_a_segment_stays_what_its_take_was_decided_with(uploads: Uploads, said: dict[str, object]) -> None:
    reflection, take_id = await make_reflection(), uuid4()
    segment = await make_segment(reflection, take_id, state=UploadState.RECEIVING, size_bytes=None)
    await use_take(reflection, take_id, TakeSegment(segment.id, len(CONTENT), SHA256))

    with pytest.raises(SegmentDiffers):
        await _append(uploads, segment, 0, CONTENT, **said)
    await _append(uploads, segment, 0, CONTENT, size_bytes=len(CONTENT))

    assert (await MediaItem.get(id=take_id)).state is MediaState.PROCESSING


# Who.


async def test_a_foreign_and_an_unknown_upload_are_the_same_refusal(uploads: Uploads, tmp_path: Path) -> None:
    upload = await _half_sent(uploads)
    stranger = await make_actor()

    for upload_id in (upload.id, uuid4()):
        with pytest.raises(NotAllowed):
            await uploads.append(upload_id, 400, _pieces(b"evil"), actor=stranger, at=NOW)
        with pytest.raises(NotAllowed):
            await uploads.where(upload_id, actor=stranger)
        with pytest.raises(NotAllowed):
            await uploads.abandon(upload_id, actor=stranger, at=NOW)

    assert _part(tmp_path, upload).read_bytes() == CONTENT[:400]


async def test_a_stranger_does_not_stop_the_one_who_sends(uploads: Uploads) -> None:
    upload, phone = await make_upload(), _Slow(CONTENT[:400])
    sending = asyncio.ensure_future(uploads.append(upload.id, 0, phone(), actor=await _owner(upload), at=NOW))
    await phone.sent.wait()
    stranger = await make_actor()

    with pytest.raises(NotAllowed):
        await uploads.where(upload.id, actor=stranger)
    with pytest.raises(NotAllowed):
        await uploads.abandon(upload.id, actor=stranger, at=NOW)

    await asyncio.sleep(0)
    assert not sending.done()
    sending.cancel()
    await asyncio.wait([sending])


# Taking over.


async def test_a_new_connection_stops_the_dead_one_and_goes_on(uploads: Uploads, store: FolderStore) -> None:
    upload, phone = await make_upload(), _Slow(CONTENT[:400])
    owner = await _owner(upload)
    dead = asyncio.ensure_future(uploads.append(upload.id, 0, phone(), actor=owner, at=NOW))
    await phone.sent.wait()

    where = await uploads.where(upload.id, actor=owner)
    await _append(uploads, upload, where.offset_bytes, CONTENT[where.offset_bytes :])

    await asyncio.wait([dead])
    assert (dead.cancelled(), where.offset_bytes) == (True, 400)
    assert await _stored(store, upload) == CONTENT


async def test_two_takeovers_in_a_row_do_not_lose_what_the_dead_one_still_writes_down(
    uploads: Uploads, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, phone = await make_upload(), _Slow(CONTENT[:400])
    owner = await _owner(upload)
    monkeypatch.setattr(module, "_sync", _slow_sync)
    dead = asyncio.ensure_future(uploads.append(upload.id, 0, phone(), actor=owner, at=NOW))
    await phone.sent.wait()

    first = asyncio.ensure_future(uploads.where(upload.id, actor=owner))
    await asyncio.sleep(0.1)
    second = await uploads.where(upload.id, actor=owner)
    await asyncio.wait([dead, first])
    await _append(uploads, upload, second.offset_bytes, CONTENT[second.offset_bytes :])

    assert (first.result().offset_bytes, second.offset_bytes) == (400, 400)
    assert await _stored(store, upload) == CONTENT


_sync = module._sync


def _slow_sync(file: BinaryIO) -> None:
    time.sleep(0.3)
    _sync(file)


async def test_a_piece_that_is_still_being_written_when_somebody_takes_over_hurts_nothing(
    uploads: Uploads, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, phone = await make_upload(), _Slow(CONTENT[:400])
    owner = await _owner(upload)
    monkeypatch.setattr(module, "_write_all", _slow_write_all)
    dead = asyncio.ensure_future(uploads.append(upload.id, 0, phone(), actor=owner, at=NOW))
    await asyncio.sleep(0.1)

    where = await uploads.where(upload.id, actor=owner)
    await asyncio.wait([dead])
    await _append(uploads, upload, where.offset_bytes, CONTENT[where.offset_bytes :])

    assert await _stored(store, upload) == CONTENT


_write_all = module._write_all


def _slow_write_all(file: BinaryIO, chunk: bytes) -> None:
    time.sleep(0.3)
    _write_all(file, chunk)


async def test_a_request_that_is_cancelled_keeps_what_arrived(uploads: Uploads) -> None:
    upload, phone = await make_upload(), _Slow(CONTENT[:400])
    sending = asyncio.ensure_future(uploads.append(upload.id, 0, phone(), actor=await _owner(upload), at=NOW))
    await phone.sent.wait()

    sending.cancel()
    await asyncio.wait([sending])

    assert (await Upload.get(id=upload.id)).offset_bytes == 400


# Ending.


async def test_an_abandoned_upload_leaves_no_bytes(uploads: Uploads, tmp_path: Path) -> None:
    upload = await _half_sent(uploads)

    await uploads.abandon(upload.id, actor=await _owner(upload), at=NOW)

    assert (await Upload.get(id=upload.id)).state is UploadState.EXPIRED
    assert not _part(tmp_path, upload).exists()


async def test_a_received_file_cannot_be_abandoned(uploads: Uploads, store: FolderStore) -> None:
    upload = await make_upload()
    await _append(uploads, upload, 0, CONTENT)

    with pytest.raises(WrongState):
        await uploads.abandon(upload.id, actor=await _owner(upload), at=NOW)

    assert await _stored(store, upload) == CONTENT


async def test_an_upload_that_was_not_finished_in_two_weeks_ends(uploads: Uploads) -> None:
    upload = await _half_sent(uploads)

    await uploads.sweep(at=AFTER_TWO_WEEKS)

    item = await MediaItem.get(id=upload.id)
    assert (await Upload.get(id=upload.id)).state is UploadState.EXPIRED
    assert (item.state, item.refusal_code) == (MediaState.REFUSED, "upload_expired")


async def test_an_upload_lives_for_two_weeks(uploads: Uploads) -> None:
    upload = await _half_sent(uploads)

    await uploads.sweep(at=NOW + timedelta(days=14))

    assert (await Upload.get(id=upload.id)).state is UploadState.RECEIVING


async def test_nothing_is_written_to_an_upload_that_ended(uploads: Uploads) -> None:
    upload = await _half_sent(uploads)
    await uploads.sweep(at=AFTER_TWO_WEEKS)

    answer = await _append(uploads, upload, 400, CONTENT[400:])

    assert (answer.state, answer.offset_bytes) == (UploadState.EXPIRED, 400)
    assert await Job.all().count() == 0


# After a crash.


async def _whole_but_not_told(uploads: Uploads, tmp_path: Path) -> Upload:
    """All bytes and the last offset are there; the application died before it said that the file is whole."""
    upload = await _half_sent(uploads)
    with _part(tmp_path, upload).open("ab") as file:
        file.write(CONTENT[400:])
    await receiving.note_offset(upload.id, 1000)
    return upload


async def test_the_sweep_finishes_a_file_that_was_still_in_its_first_place(
    uploads: Uploads, store: FolderStore, tmp_path: Path
) -> None:
    upload = await _whole_but_not_told(uploads, tmp_path)

    await uploads.sweep(at=NOW)

    assert (await Upload.get(id=upload.id)).sha256 == SHA256
    assert await _stored(store, upload) == CONTENT
    assert await Job.all().count() == 1


async def test_the_sweep_finishes_a_file_that_was_already_in_the_store(
    uploads: Uploads, store: FolderStore, tmp_path: Path
) -> None:
    upload = await _whole_but_not_told(uploads, tmp_path)
    await store.put(f"originals/{upload.id.hex}", _part(tmp_path, upload))

    await uploads.sweep(at=NOW)

    assert (await Upload.get(id=upload.id)).state is UploadState.RECEIVED
    assert await _stored(store, upload) == CONTENT
    assert await Job.all().count() == 1


async def test_a_phone_that_asks_before_the_sweep_finishes_its_file_too(
    uploads: Uploads, store: FolderStore, tmp_path: Path
) -> None:
    upload = await _whole_but_not_told(uploads, tmp_path)
    await store.put(f"originals/{upload.id.hex}", _part(tmp_path, upload))

    received = await _append(uploads, upload, 1000)

    assert received.state is UploadState.RECEIVED
    assert await _stored(store, upload) == CONTENT


async def test_a_file_that_is_in_neither_place_is_asked_for_again(uploads: Uploads, tmp_path: Path) -> None:
    upload = await _whole_but_not_told(uploads, tmp_path)
    _part(tmp_path, upload).unlink()

    await uploads.sweep(at=NOW)

    assert (await Upload.get(id=upload.id)).offset_bytes == 0


async def test_a_damaged_file_does_not_stop_the_sweep(uploads: Uploads, tmp_path: Path) -> None:
    damaged = await _whole_but_not_told(uploads, tmp_path)
    await receiving.note_expected(damaged.id, "0" * 64)
    whole = await _whole_but_not_told(uploads, tmp_path)

    await uploads.sweep(at=NOW)

    assert (await Upload.get(id=damaged.id)).offset_bytes == 0
    assert (await Upload.get(id=whole.id)).state is UploadState.RECEIVED


async def test_the_sweep_leaves_an_upload_alone_that_is_being_sent(uploads: Uploads) -> None:
    upload, phone = await make_upload(), _Slow(CONTENT[:400])
    sending = asyncio.ensure_future(uploads.append(upload.id, 0, phone(), actor=await _owner(upload), at=NOW))
    await phone.sent.wait()

    await uploads.sweep(at=AFTER_TWO_WEEKS)

    assert not sending.done()
    assert (await Upload.get(id=upload.id)).state is UploadState.RECEIVING
    sending.cancel()
    await asyncio.wait([sending])


async def test_stray_files_are_removed_after_a_day_and_no_others(uploads: Uploads, tmp_path: Path) -> None:
    upload = await _half_sent(uploads)
    old, young = tmp_path / "incoming" / "old.part", tmp_path / "incoming" / "young.part"
    for file, age in ((old, 25), (young, 23), (_part(tmp_path, upload), 48)):
        file.touch()
        moment = (NOW - timedelta(hours=age)).timestamp()
        os.utime(file, (moment, moment))

    await uploads.sweep(at=NOW)

    assert sorted(file.name for file in (tmp_path / "incoming").iterdir()) == sorted(
        ["young.part", f"{upload.id.hex}.part"]
    )


# The real thing.

_SENDER = """
import asyncio, random, sys
from datetime import datetime, UTC
from pathlib import Path
from typing import BinaryIO
from uuid import UUID
from media.store import FolderStore
from media.uploads import Uploads
from models.database import opened
from models.queries.people import actor_of
from models.tables import Person, Upload
from tests.databases import where

folder, upload_id, size = Path(sys.argv[1]), UUID(sys.argv[2]), int(sys.argv[3])
content = random.Random(7).randbytes(size)

async def main():
    async with opened(where(sys.argv[4])):
        uploads = Uploads(folder / "incoming", FolderStore(folder / "media"))
        await uploads.sweep(at=datetime(2026, 3, 2, 9, tzinfo=UTC))
        upload = await Upload.get(id=upload_id)
        actor = await actor_of(await Person.get(id=upload.owner_id))

        async def pieces(start):
            print("sending", flush=True)
            for at in range(start, size, 100_000):
                yield content[at : at + 100_000]
                await asyncio.sleep(0.002)

        upload = await uploads.where(upload_id, actor=actor)
        await uploads.append(
            upload_id, upload.offset_bytes, pieces(upload.offset_bytes), actor=actor,
            at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        )

asyncio.run(main())
"""


async def test_an_upload_survives_ten_kills(tmp_path: Path, store: FolderStore, database: Where) -> None:
    size = 40_000_000
    content = random.Random(7).randbytes(size)
    upload = await make_upload(size_bytes=size, limit_bytes=size)
    moments, kills, offsets = random.Random(11), 0, [0]

    async def send() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _SENDER,
            str(tmp_path),
            str(upload.id),
            str(size),
            str(database),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        await process.stdout.readline()
        return process

    for _ in range(11):
        process = await send()
        await asyncio.sleep(moments.uniform(0.0, 0.12))
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        kills += await process.wait() == -signal.SIGKILL
        offsets.append((await Upload.get(id=upload.id)).offset_bytes)
    last = await send()
    code = await last.wait()

    received = await Upload.get(id=upload.id)
    assert (code, kills) == (0, 11)
    assert offsets == sorted(offsets)
    assert (received.state, received.sha256) == (UploadState.RECEIVED, hashlib.sha256(content).hexdigest())
    assert await _stored(store, upload) == content
    assert await Job.all().count() == 1
