"""What phones, recorders and computers write: each becomes something that browsers play or show."""

from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from media.photos import prepare_photo
from media.recordings import OTHER_FAMILY, convert_recording, prepare_recording
from tests.media.boxes import read_boxes, whole
from tests.media.heif import make_heic
from tests.media.making import make_recording

SMALL = {"rate": 8000, "layout": "mono", "size": (176, 144)}


@pytest.mark.parametrize(
    ("muxer", "video", "audio", "more", "content_type"),
    [
        ("mov", "libx264", "aac", {}, "video/mp4"),
        ("mov", "libx265", "aac", {}, "video/mp4"),
        ("mov", "libx264", "pcm_s16le", {}, "video/mp4"),
        ("mp4", "libx265", "aac", {"rotation": 90}, "video/mp4"),
        ("3gp", "h263", "libopencore_amrnb", SMALL, "video/mp4"),
        ("3gp", "mpeg4", "aac", {"size": (176, 144)}, "video/mp4"),
        ("matroska", "libx264", "flac", {}, "video/mp4"),
        ("matroska", "libsvtav1", "libopus", {}, "video/webm"),
        ("webm", "libvpx-vp9", "libopus", {}, "video/webm"),
        ("ipod", None, "aac", {}, "audio/mp4"),
        ("ipod", None, "alac", {}, "audio/mp4"),
        ("adts", None, "aac", {}, "audio/mp4"),
        ("amr", None, "libopencore_amrnb", {"rate": 8000, "layout": "mono"}, "audio/mp4"),
        ("3gp", None, "libopencore_amrnb", {"rate": 8000, "layout": "mono"}, "audio/mp4"),
        ("ogg", None, "libopus", {}, "audio/webm"),
        ("flac", None, "flac", {}, "audio/mp4"),
        ("wav", None, "pcm_s16le", {"rate": 44_100}, "audio/mp4"),
        ("mp3", None, "libmp3lame", {}, "audio/mpeg"),
    ],
)
async def test_every_format_becomes_playable_for_its_whole_length(
    muxer: str,
    video: str | None,
    audio: str,
    more: dict[str, Any],
    content_type: str,
    tmp_path: Path,
    folder: Path,
) -> None:
    source = make_recording(tmp_path / "upload", muxer, video=video, audio=audio, **more)

    recording = await prepare_recording([source], folder)

    assert recording.content_type == content_type
    assert recording.duration_seconds == pytest.approx(2, abs=0.15)
    assert (recording.poster is not None) == (video is not None)
    assert recording.peaks is not None
    assert len(recording.peaks) == pytest.approx(20, abs=2)
    assert (max(recording.peaks), min(recording.peaks[2:-2]) > 0.8) == (1.0, True)


async def test_aac_behind_an_id3_tag_is_no_mp3(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "adts", audio="aac")
    source.write_bytes(b"ID3\4\0\0\0\0\0\x0a" + bytes(10) + source.read_bytes())

    recording = await prepare_recording([source], folder)

    assert recording.content_type == "audio/mp4"
    assert recording.duration_seconds == pytest.approx(2, abs=0.1)


async def test_tracks_that_nobody_knows_are_left_aside(tmp_path: Path, folder: Path) -> None:
    file = read_boxes(make_recording(tmp_path / "upload", "mov", video="libx264", audio="aac").read_bytes())
    (moov,) = (box for box in file.inside if box.name == b"moov")
    spatial = read_boxes(bytes(list(moov.all(b"trak"))[1])).inside[0]
    for head in spatial.all(b"tkhd"):
        head.content = head.content[:12] + b"\0\0\0\x09" + head.content[16:]
    for kinds in spatial.all(b"stsd"):
        kinds.content = kinds.content.replace(b"mp4a", b"apac")
    moov.inside.insert(1, spatial)
    (tmp_path / "upload").write_bytes(whole(file))

    recording = await prepare_recording([tmp_path / "upload"], folder)

    with av.open(str(recording.playable)) as playable:
        assert [stream.codec_context.codec.canonical_name for stream in playable.streams] == ["h264", "aac"]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
async def test_a_heic_is_shown_upright(turns: int, tmp_path: Path, folder: Path) -> None:
    picture = Image.new("RGB", (192, 128), "blue")
    picture.paste("red", (0, 0, 192, 64))
    (tmp_path / "upload").write_bytes(make_heic(picture, turns=turns))

    photo = await prepare_photo(tmp_path / "upload", folder)

    upright = picture.rotate(90 * turns, expand=True)
    with Image.open(photo.large) as large:
        assert large.size == upright.size
        for corner in [(5, 5), (upright.width - 5, upright.height - 5)]:
            assert large.getpixel(corner) == pytest.approx(upright.getpixel(corner), abs=40)


@pytest.mark.parametrize("brand", [b"mif1", b"msf1", b"heix"])
async def test_a_heic_of_every_brand_is_read(brand: bytes, tmp_path: Path, folder: Path) -> None:
    content = make_heic(Image.new("RGB", (64, 48), "teal"))
    (tmp_path / "upload").write_bytes(content.replace(b"heic", brand, 1))

    assert (await prepare_photo(tmp_path / "upload", folder)).width == 64


@pytest.mark.parametrize(
    ("muxer", "video", "audio", "first", "second", "codecs"),
    [
        ("webm", "libvpx", "libopus", "video/webm", "video/mp4", ["h264", "aac"]),
        ("mp4", "libx264", "aac", "video/mp4", "video/webm", ["vp9", "opus"]),
        ("webm", None, "libopus", "audio/webm", "audio/mp4", ["aac"]),
        ("ipod", None, "aac", "audio/mp4", "audio/webm", ["opus"]),
        ("mp4", "libx264", None, "video/mp4", "video/webm", ["vp9"]),
    ],
)
async def test_a_second_copy_is_of_the_other_family_and_as_long(
    muxer: str,
    video: str | None,
    audio: str | None,
    first: str,
    second: str,
    codecs: list[str],
    tmp_path: Path,
    folder: Path,
) -> None:
    source = make_recording(tmp_path / "upload", muxer, video=video, audio=audio, rotation=90 if muxer == "mp4" else 0)
    recording = await prepare_recording([source], folder)
    heard: list[float] = []

    made = await convert_recording(recording.playable, second, folder, on_progress=heard.append)

    assert (recording.content_type, OTHER_FAMILY[recording.content_type]) == (first, second)
    with av.open(str(made)) as alternate:
        assert [stream.codec_context.codec.canonical_name for stream in alternate.streams] == codecs
        assert alternate.duration is not None
        assert alternate.duration / av.time_base == pytest.approx(recording.duration_seconds, abs=0.1)
        if video:
            # Turned pixels, because WebM has no word for turning.
            picture = next(alternate.decode(video=0))
            assert (picture.width, picture.height, picture.rotation) == (recording.width, recording.height, 0)
    assert heard == sorted(heard)


async def test_an_mp4_as_second_copy_can_start_at_once(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "webm", video="libvpx", audio="libopus")

    made = await convert_recording(source, "video/mp4", folder)

    content = made.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


async def test_an_mp3_needs_no_second_copy(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "mp3", audio="libmp3lame")

    recording = await prepare_recording([source], folder)

    assert recording.content_type not in OTHER_FAMILY
