"""Where a photo or a film was made, and with what, is in nothing that we store."""

from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from media.photos import prepare_photo
from media.recordings import OTHER_FAMILY, convert_recording, prepare_recording
from tests.media.located import MARK, Located, located_files

_CODED = [MARK.encode(), MARK.encode("utf-16-be"), MARK.encode("utf-16-le"), b"59.348", b"+018.06"]
# What our own encoders and muxers say about themselves.
_OURS = {"major_brand", "minor_version", "compatible_brands", "encoder", "handler_name", "vendor_id", "language"}
_OURS |= {"ENCODER", "DURATION"}
_HANDLERS = {"VideoHandler", "SoundHandler"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Located]:
    return located_files(tmp_path_factory.mktemp("located"))


def test_there_are_fifty_files_that_tell_it(files: list[Located]) -> None:
    assert len({file.name for file in files}) == len(files) >= 50
    for file in files:
        assert file.is_packed or _marks_in(file.content), file.name


async def test_no_stored_photo_tells_it(files: list[Located], tmp_path: Path) -> None:
    for number, file in enumerate(file for file in files if file.kind == "photo"):
        source, folder = _put(file, tmp_path / str(number))

        photo = await prepare_photo(source, folder)

        for path in (photo.large, photo.small):
            assert _marks_in(path.read_bytes()) == [], file.name
            with Image.open(path) as made:
                assert dict(made.getexif()) == {}, file.name
                assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & made.info.keys(), file.name
                assert {name for name, _ in made.applist} <= {"APP0"}, file.name


async def test_no_playable_copy_tells_it(files: list[Located], tmp_path: Path) -> None:
    for number, file in enumerate(file for file in files if file.kind == "recording"):
        source, folder = _put(file, tmp_path / str(number))

        recording = await prepare_recording([source], folder)
        copies = [recording.playable]
        if recording.content_type in OTHER_FAMILY:
            copies.append(await convert_recording(copies[0], OTHER_FAMILY[recording.content_type], folder))

        for path in folder.iterdir():
            assert _marks_in(path.read_bytes()) == [], (file.name, path.name)
        for copy in copies:
            assert _told_by(copy) == {}, (file.name, copy.name)


def _put(file: Located, folder: Path) -> tuple[Path, Path]:
    results = folder / "results"
    results.mkdir(parents=True)
    (folder / "upload").write_bytes(file.content)
    return folder / "upload", results


def _marks_in(content: bytes) -> list[bytes]:
    return [mark for mark in _CODED if mark in content]


def _told_by(path: Path) -> dict[str, Any]:
    """Give what a player could show of a file beside the picture and the sound."""
    with av.open(str(path)) as container:
        told: dict[str, Any] = {name: text for name, text in container.metadata.items() if name not in _OURS}
        for stream in container.streams:
            if stream.type not in {"audio", "video"}:
                told[f"stream {stream.index}"] = stream.type
            told |= {name: text for name, text in stream.metadata.items() if name not in _OURS}
            if stream.metadata.get("handler_name", "SoundHandler") not in _HANDLERS:
                told["handler_name"] = stream.metadata["handler_name"]
        if container.chapters():
            told["chapters"] = container.chapters()
    return told
