import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media.store import FolderStore, Store

KEY = "recordings/ab12/playable.webm"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "media")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A file that cannot be renamed into the store."""
    shared = Path("/dev/shm")  # noqa: S108
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield _file(Path(folder), b"content")


async def test_a_file_that_was_put_in_is_lent_back(store: Store, tmp_path: Path) -> None:
    source = _file(tmp_path, b"content")

    await store.put(KEY, source)

    async with store.lend(KEY) as path:
        assert path.read_bytes() == b"content"
    assert not source.exists()
    assert await store.exists(KEY)


async def test_putting_again_replaces(store: Store, tmp_path: Path) -> None:
    await store.put(KEY, _file(tmp_path, b"first"))

    await store.put(KEY, _file(tmp_path, b"second"))

    async with store.lend(KEY) as path:
        assert path.read_bytes() == b"second"


async def test_a_file_from_another_file_system_is_copied_in(store: Store, tmp_path: Path, elsewhere: Path) -> None:
    await store.put(KEY, elsewhere)

    async with store.lend(KEY) as path:
        assert path.read_bytes() == b"content"
    assert not elsewhere.exists()
    assert await _all_keys(store) == [KEY]
    assert not any((tmp_path / "media" / ".incoming").iterdir())


async def test_a_deleted_file_is_gone_and_deleting_it_again_is_fine(store: Store, tmp_path: Path) -> None:
    await store.put(KEY, _file(tmp_path, b"content"))

    await store.delete(KEY)
    await store.delete(KEY)

    assert not await store.exists(KEY)
    with pytest.raises(FileNotFoundError):
        async with store.lend(KEY):
            pass


async def test_keys_lists_everything(store: Store, tmp_path: Path) -> None:
    for key in (KEY, "photos/cd34/large.jpg", "top"):
        await store.put(key, _file(tmp_path, b"content"))

    assert set(await _all_keys(store)) == {KEY, "photos/cd34/large.jpg", "top"}


async def test_keys_can_leave_out_what_is_new(store: Store, tmp_path: Path) -> None:
    await store.put(KEY, _file(tmp_path, b"content"))
    now = datetime.now(UTC)

    assert [key async for key in store.keys(put_before=now - timedelta(hours=1))] == []
    assert [key async for key in store.keys(put_before=now + timedelta(hours=1))] == [KEY]


async def test_an_empty_store_has_no_keys(store: Store) -> None:
    assert await _all_keys(store) == []


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../secret", "a/../../b", "a//b", "a/", ".hidden", "a/.incoming", "a\\b", "C:/a", "a\n"]
)
async def test_a_name_that_could_lead_elsewhere_is_no_key(key: str, store: Store, tmp_path: Path) -> None:
    source = _file(tmp_path, b"content")

    with pytest.raises(ValueError, match="Not a key"):
        await store.put(key, source)

    assert source.exists()


async def _all_keys(store: Store) -> list[str]:
    listed = store.keys()
    return [key async for key in listed]


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(content)
    return path
