"""A sample of the bad files; `python -m tests.long bad_files` sends all 2,600, and CIM_LONG_TESTS=1 does here."""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import av
import pytest
from PIL import Image

from media.children import MIB
from media.photos import PHOTO_LIMITS, prepare_photo
from media.probe import BrokenFile
from media.recordings import PREPARE_LIMITS
from tests.media.boxes import Box
from tests.media.heif import make_heic
from tests.media.hostile import spread
from tests.media.hostile.images import bad_images
from tests.media.hostile.recordings import bad_recordings
from tests.media.hostile.sending import LONGEST_SECONDS, Tally, send_photos, send_recordings
from tests.media.hostile.snares import Snares, is_possible, snares

needs_watch = pytest.mark.skipif(not is_possible(), reason="only Linux tells who opens a file")
IS_LONG = bool(os.environ.get("CIM_LONG_TESTS"))
IMAGES = 2000 if IS_LONG else 150
RECORDINGS = 600 if IS_LONG else 60


@pytest.fixture
def laid(folder: Path) -> Iterator[Snares]:
    with snares(folder) as laid:
        laid.opened()  # Its making counts as well.
        yield laid


def _is_borne(tally: Tally, memory_bytes: int) -> None:
    assert tally.crashes == []
    assert [outcome for outcome in tally.outcomes if not outcome.is_a_sentence] == []
    assert tally.slowest.seconds < LONGEST_SECONDS, tally.slowest
    assert tally.largest_bytes <= memory_bytes
    # Most are refused, and some were damaged where it does not matter.
    answers = {outcome.answer for outcome in tally.outcomes}
    assert {"ready", "broken_file"} < answers


@needs_watch
async def test_bad_images_are_borne(folder: Path, laid: Snares) -> None:
    tally = await send_photos(spread(bad_images(), IMAGES), folder)

    _is_borne(tally, PHOTO_LIMITS.memory_bytes)
    assert (laid.opened(), laid.called()) == (0, 0)


@needs_watch
async def test_bad_recordings_are_borne_and_reach_no_other_file_and_no_network(folder: Path, laid: Snares) -> None:
    bad = bad_recordings(canary=laid.canary, address=laid.address)

    tally = await send_recordings(spread(bad, RECORDINGS), folder)

    _is_borne(tally, PREPARE_LIMITS.memory_bytes)
    assert (laid.opened(), laid.called()) == (0, 0)


@needs_watch
@pytest.mark.parametrize("name", ["concat to a path", "m3u8 to a server", "mov whose data are at a neighbour by alias"])
def test_the_snares_notice_whoever_opens_these_files_carelessly(name: str, folder: Path, laid: Snares) -> None:
    """Without this, nothing in the snares would prove nothing."""
    bad = {one.name: one for one in bad_recordings(canary=laid.canary, address=laid.address)}
    source = folder / f"upload.{name.split()[0]}"
    source.write_bytes(bad[name].make())
    loose = {"safe": "0", "extension_picky": "0", "enable_drefs": "1", "protocol_whitelist": "file,http,tcp"}

    try:
        with av.open(str(source), options=loose, timeout=5) as container:
            list(container.demux())
    except (av.error.FFmpegError, OSError, IndexError):
        pass

    assert laid.opened() + laid.called() > 0


def test_the_bad_files_are_the_same_each_time() -> None:
    first, second = (spread(bad_images(), 40) for _ in range(2))

    assert [one.make() for one in first] == [one.make() for one in second]
    assert len({one.name for one in bad_images()}) == 2000


async def test_a_heic_whose_items_have_names_of_noise_is_refused(tmp_path: Path, folder: Path) -> None:
    """pi-heif 1.4.0 ends with a segmentation fault on them."""
    content = make_heic(Image.new("RGB", (64, 48)), xmp=b"<x/>")
    (tmp_path / "upload").write_bytes(content.replace(b"application/rdf", b"\x7f\xff\xff\xffication/rdf"))

    with pytest.raises(BrokenFile):
        await prepare_photo(tmp_path / "upload", folder)


async def test_the_largest_photo_stays_within_its_memory(tmp_path: Path, folder: Path) -> None:
    pixels = Random(1).randbytes(7000 * 3)
    Image.frombytes("RGB", (7000, 1), pixels).resize((7000, 7000)).save(tmp_path / "upload", "PNG", compress_level=1)

    photo = await prepare_photo(tmp_path / "upload", folder)

    assert (photo.width, photo.height) == (2048, 2048)
    assert PHOTO_LIMITS.memory_bytes <= 1536 * MIB


def test_boxes_are_written_as_they_were_read() -> None:
    assert bytes(Box(b"free", b"12")) == b"\0\0\0\x0afree12"
