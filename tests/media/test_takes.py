"""Segments of one take become one recording: joined, cut where the student said, picture and sound together."""

import shutil
from pathlib import Path

import av
import numpy as np
import pytest

from media.probe import BrokenFile, EmptyFile, NothingLeft, TooLong
from media.recordings import Recording, extract_speech, prepare_recording
from tests.media.claps import claps_heard, claps_seen, make_claps

LIVE = {"live": "1", "cluster_time_limit": "200"}
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}


def _together(recording: Recording, moments: list[float], within: float = 0.1) -> None:
    """Picture and sound clap at these moments, and with each other."""
    seen, heard = claps_seen(recording.playable), claps_heard(recording.playable)
    assert seen == pytest.approx(moments, abs=within)
    assert heard == pytest.approx(moments, abs=within)
    assert heard == pytest.approx(seen, abs=within)


def _codecs(recording: Recording) -> list[str]:
    with av.open(str(recording.playable)) as container:
        return [stream.codec_context.codec.canonical_name for stream in container.streams]


def _cut(path: Path, part: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * part)])
    return path


async def test_three_segments_of_a_phone_are_copied_one_after_the_other(tmp_path: Path, folder: Path) -> None:
    segments = [
        make_claps(tmp_path / f"{number}", seconds=seconds, at=[0.5, 1.5], options=LIVE)
        for number, seconds in enumerate([2, 3, 2])
    ]

    recording = await prepare_recording(segments, folder)

    assert (recording.content_type, _codecs(recording)) == ("video/webm", ["vp8", "opus"])
    assert recording.duration_seconds == pytest.approx(7, abs=0.1)
    _together(recording, [0.5, 1.5, 2.5, 3.5, 5.5, 6.5])


async def test_segments_of_an_iphone_are_copied_one_after_the_other(tmp_path: Path, folder: Path) -> None:
    segments = [
        make_claps(tmp_path / f"{number}", "mp4", seconds=2, at=[1], video="libx264", audio="aac", options=FRAGMENTS)
        for number in range(3)
    ]

    recording = await prepare_recording(segments, folder)

    assert (recording.content_type, _codecs(recording)) == ("video/mp4", ["h264", "aac"])
    assert recording.duration_seconds == pytest.approx(6, abs=0.1)
    _together(recording, [1, 3, 5])


async def test_what_cannot_be_one_stream_is_encoded_as_one(tmp_path: Path, folder: Path) -> None:
    segments = [
        make_claps(tmp_path / "1", seconds=2, at=[1]),
        make_claps(tmp_path / "2", "mp4", seconds=2, at=[1], video="libx264", audio="aac", rate=44_100, rotation=90),
        make_claps(tmp_path / "3", seconds=2, at=[1], size=(120, 160), rate=24_000),
    ]

    recording = await prepare_recording(segments, folder)

    assert (recording.content_type, _codecs(recording)) == ("video/mp4", ["h264", "aac"])
    assert (recording.width, recording.height) == (160, 120)
    _together(recording, [1, 3, 5])


async def test_sound_that_ends_early_in_every_segment_does_not_run_ahead(tmp_path: Path, folder: Path) -> None:
    segments = [
        make_claps(tmp_path / f"{number}", seconds=1.2, audio_seconds=1.12, at=[0.4], size=(160, 120 + 2 * number))
        for number in range(6)
    ]

    recording = await prepare_recording(segments, folder)

    _together(recording, [0.4 + 1.2 * number for number in range(6)])


async def test_a_take_of_sound_only_is_copied(tmp_path: Path, folder: Path) -> None:
    segments = [
        make_claps(tmp_path / f"{number}", seconds=2, at=[0.5], video=None, options=LIVE) for number in range(3)
    ]

    recording = await prepare_recording(segments, folder)
    speech = folder / "speech.raw"
    seconds = await extract_speech(recording.playable, speech)

    assert (recording.content_type, _codecs(recording)) == ("audio/webm", ["opus"])
    assert claps_heard(recording.playable) == pytest.approx([0.5, 2.5, 4.5], abs=0.05)
    # The transcript is on the same clock.
    assert seconds == pytest.approx(recording.duration_seconds, abs=0.05)
    loud = np.flatnonzero(abs(np.fromfile(speech, "<i2")) > 8000) / 16_000
    assert [loud[0], loud[-1]] == pytest.approx([0.5, 4.7], abs=0.05)


async def test_a_segment_that_was_cut_by_a_crash_is_worth_its_prefix(tmp_path: Path, folder: Path) -> None:
    cut = _cut(make_claps(tmp_path / "1", seconds=4, at=[0.5, 3.5], options=LIVE), 0.6)
    whole = make_claps(tmp_path / "2", seconds=2, at=[1], options=LIVE)

    recording = await prepare_recording([cut, whole], folder)

    assert 3.5 < recording.duration_seconds < 5.9
    assert len(claps_seen(recording.playable)) == 2
    _together(recording, [0.5, recording.duration_seconds - 1], within=0.15)


@pytest.mark.parametrize("content", [b"", b"\x1a\x45\xdf\xa3\x9fwebm"])
async def test_a_segment_without_anything_is_left_out_and_counted(content: bytes, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "2").write_bytes(content)
    segments = [make_claps(tmp_path / f"{number}", seconds=1, at=[0.5]) for number in (1, 3)]

    recording = await prepare_recording([segments[0], tmp_path / "2", segments[1]], folder)

    assert recording.segments_lost == 1
    _together(recording, [0.5, 1.5])


async def test_a_take_of_nothing_but_broken_segments_is_refused(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "1").touch()
    (tmp_path / "2").write_bytes(b"\x1a\x45\xdf\xa3\x9fwebm")

    with pytest.raises(EmptyFile):
        await prepare_recording([tmp_path / "1", tmp_path / "2"], folder)
    with pytest.raises(BrokenFile):
        await prepare_recording([tmp_path / "2"], folder)


async def test_a_trim_between_key_frames_is_exact(tmp_path: Path, folder: Path) -> None:
    source = make_claps(tmp_path / "1", seconds=6, at=[0.5, 2.0, 5.5], options=LIVE)

    recording = await prepare_recording([source], folder, trim_start_seconds=1.3, trim_end_seconds=4.8)

    assert (recording.content_type, _codecs(recording)) == ("video/mp4", ["h264", "aac"])
    assert recording.duration_seconds == pytest.approx(3.5, abs=0.05)
    _together(recording, [0.7], within=0.05)


async def test_a_trim_at_key_frames_copies_the_picture(tmp_path: Path, folder: Path) -> None:
    source = make_claps(tmp_path / "1", seconds=6, at=[0.5, 2.6, 4, 5.5], options=LIVE)

    recording = await prepare_recording([source], folder, trim_start_seconds=2.6, trim_end_seconds=5)

    assert (recording.content_type, _codecs(recording)) == ("video/webm", ["vp8", "opus"])
    assert recording.duration_seconds == pytest.approx(2.4, abs=0.05)
    _together(recording, [0, 1.4], within=0.05)


async def test_a_trim_of_sound_is_exact_to_the_packet(tmp_path: Path, folder: Path) -> None:
    source = make_claps(tmp_path / "1", seconds=6, at=[0.5, 2.0, 5.5], video=None, options=LIVE)

    recording = await prepare_recording([source], folder, trim_start_seconds=1.31, trim_end_seconds=4.83)

    assert _codecs(recording) == ["opus"]
    assert recording.duration_seconds == pytest.approx(3.52, abs=0.03)
    assert claps_heard(recording.playable) == pytest.approx([0.69], abs=0.03)


async def test_a_trim_counts_from_the_start_of_the_joined_take(tmp_path: Path, folder: Path) -> None:
    segments = [make_claps(tmp_path / f"{number}", seconds=2, at=[0.5, 1.5], options=LIVE) for number in range(3)]

    recording = await prepare_recording(segments, folder, trim_start_seconds=2.0, trim_end_seconds=5.0)

    assert recording.duration_seconds == pytest.approx(3, abs=0.1)
    assert _codecs(recording) == ["vp8", "opus"]
    _together(recording, [0.5, 1.5, 2.5])


async def test_what_is_cut_off_is_not_in_the_copy(tmp_path: Path, folder: Path) -> None:
    sizes = []
    for trim_end_seconds in (None, 0.5):
        result = folder / str(trim_end_seconds)
        result.mkdir()
        source = make_claps(tmp_path / "1", seconds=20, at=[0.2, 10], options=LIVE)
        recording = await prepare_recording([source], result, trim_end_seconds=trim_end_seconds)
        sizes.append(recording.playable.stat().st_size)

    assert sizes[1] < sizes[0] / 5


@pytest.mark.parametrize(("start", "end"), [(2.5, None), (0.5, 0.55), (1.5, 1.0), (None, 0.0), (90, 100)])
async def test_a_trim_that_leaves_nothing_is_refused(
    start: float | None, end: float | None, tmp_path: Path, folder: Path
) -> None:
    source = make_claps(tmp_path / "1", seconds=2, at=[1])

    with pytest.raises(NothingLeft, match="Nothing is left"):
        await prepare_recording([source], folder, trim_start_seconds=start, trim_end_seconds=end)


async def test_an_end_behind_the_end_is_the_end(tmp_path: Path, folder: Path) -> None:
    source = make_claps(tmp_path / "1", seconds=2, at=[1], options=LIVE)

    recording = await prepare_recording([source], folder, trim_end_seconds=500)

    assert recording.duration_seconds == pytest.approx(2, abs=0.1)


async def test_a_take_of_more_than_two_hours_is_refused(tmp_path: Path, folder: Path) -> None:
    hour = make_claps(tmp_path / "1", "wav", seconds=2, at=[], video=None, audio="pcm_s16le", rate=100)
    shutil.copy(hour, tmp_path / "2")
    for name in ("1", "2"):
        with (tmp_path / name).open("ab") as file:
            # Eighty minutes at 100 samples a second; the length in a WAV's head may say less than there is.
            file.write(bytes(80 * 60 * 100 * 2))
        content = bytearray((tmp_path / name).read_bytes())
        content[4:8] = (len(content) - 8).to_bytes(4, "little")
        at = content.index(b"data") + 4
        content[at : at + 4] = (len(content) - at - 4).to_bytes(4, "little")
        (tmp_path / name).write_bytes(content)

    with pytest.raises(TooLong):
        await prepare_recording([tmp_path / "1", tmp_path / "2"], folder)


async def test_progress_of_a_take_goes_up_to_one(tmp_path: Path, folder: Path) -> None:
    segments = [make_claps(tmp_path / f"{number}", seconds=6, at=[1], options=LIVE) for number in range(3)]
    heard: list[float] = []

    await prepare_recording(segments, folder, on_progress=heard.append)

    assert heard == sorted(heard)
    assert (len(heard) > 3, heard[-1]) == (True, 1)
