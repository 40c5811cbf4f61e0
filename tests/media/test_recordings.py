import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from media.probe import BrokenFile, EmptyFile, NoSound, NotARecording, PictureInsteadOfRecording, TooLong
from media.recordings import extract_speech, prepare_recording
from tests.media.making import make_phone_webm, make_recording


async def test_a_phones_webm_gets_its_missing_duration_and_is_copied(tmp_path: Path, folder: Path) -> None:
    source = make_phone_webm(tmp_path / "upload")

    recording = await prepare_recording([source], folder)

    assert (recording.kind, recording.content_type) == ("video", "video/webm")
    assert recording.duration_seconds == pytest.approx(2, abs=0.1)
    assert (recording.width, recording.height, recording.has_audio) == (160, 120, True)
    assert _header_seconds(source) is None
    assert _header_seconds(recording.playable) == pytest.approx(2, abs=0.1)
    assert _codecs(recording.playable) == ["vp8", "opus"]


async def test_a_podcast_is_audio_with_a_waveform_and_no_poster(tmp_path: Path, folder: Path) -> None:
    source = make_phone_webm(tmp_path / "upload", video=None)

    recording = await prepare_recording([source], folder)

    assert (recording.kind, recording.content_type) == ("audio", "audio/webm")
    assert (recording.width, recording.height, recording.poster) == (None, None, None)
    assert recording.waveform is not None
    with Image.open(recording.waveform) as waveform:
        assert (waveform.format, waveform.mode, waveform.size) == ("PNG", "RGBA", (1200, 160))
        assert waveform.getpixel((600, 80))[3] == 255
        assert waveform.getpixel((600, 0))[3] == 0


async def test_a_poster_shows_the_video(tmp_path: Path, folder: Path) -> None:
    source = make_phone_webm(tmp_path / "upload")

    recording = await prepare_recording([source], folder)

    assert recording.poster is not None
    with Image.open(recording.poster) as poster:
        assert (poster.format, poster.size) == ("JPEG", (160, 120))
        red, green, _ = poster.getpixel((80, 20))
        assert red > 150 > green


async def test_a_cut_webm_keeps_its_prefix(tmp_path: Path, folder: Path) -> None:
    source = make_phone_webm(tmp_path / "upload", seconds=4)
    _cut(source, 0.6)

    recording = await prepare_recording([source], folder)
    seconds = await extract_speech(source, folder / "speech.raw")

    assert 1.5 < recording.duration_seconds < 3.5
    assert seconds == pytest.approx(recording.duration_seconds, abs=0.3)


async def test_a_cut_fragmented_mp4_keeps_its_prefix(tmp_path: Path, folder: Path) -> None:
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}
    source = make_recording(tmp_path / "upload", "mp4", video="libx264", audio="aac", seconds=4, options=options)
    _cut(source, 0.6)

    recording = await prepare_recording([source], folder)

    assert recording.content_type == "video/mp4"
    assert 1 < recording.duration_seconds < 3.8


async def test_a_cut_plain_mp4_is_refused(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "mp4", video="libx264", audio="aac")
    _cut(source, 0.9)

    with pytest.raises(BrokenFile):
        await prepare_recording([source], folder)


async def test_broken_bytes_in_the_middle_neither_stop_nor_shift_the_sound(tmp_path: Path, folder: Path) -> None:
    source = make_phone_webm(tmp_path / "upload", seconds=6, video=None)
    content = bytearray(source.read_bytes())
    third = len(content) // 3
    content[third : third + 3000] = b"\x55" * 3000
    source.write_bytes(content)

    recording = await prepare_recording([source], folder)
    seconds = await extract_speech(source, folder / "speech.raw")

    assert recording.duration_seconds == pytest.approx(6, abs=0.1)
    assert seconds == pytest.approx(6, abs=0.1)


async def test_an_mp4_is_copied_without_its_place_and_can_start_at_once(tmp_path: Path, folder: Path) -> None:
    metadata = {"location": "+59.3480+018.0230/", "title": "Spring day"}
    options = {"movflags": "use_metadata_tags"}
    source = make_recording(
        tmp_path / "upload", "mp4", video="libx264", audio="aac", metadata=metadata, options=options
    )

    recording = await prepare_recording([source], folder)

    assert b"59.348" in source.read_bytes()
    content = recording.playable.read_bytes()
    assert b"59.34" not in content
    assert b"Spring day" not in content
    assert content.index(b"moov") < content.index(b"mdat")
    assert _codecs(recording.playable) == ["h264", "aac"]


async def test_a_turned_video_stays_turned(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "mp4", video="libx264", rotation=90)

    recording = await prepare_recording([source], folder)

    assert (recording.width, recording.height) == (120, 160)
    assert _rotation(recording.playable) == _rotation(source) != 0
    assert recording.poster is not None
    with Image.open(recording.poster) as poster:
        assert poster.size == (120, 160)
        # Turned by 90 degrees against the clock, what was above is at the left.
        assert poster.getpixel((10, 80))[0] > 150 > poster.getpixel((110, 80))[0]


async def test_a_video_without_sound_says_so(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "webm", video="libvpx")

    recording = await prepare_recording([source], folder)

    assert (recording.kind, recording.has_audio, recording.waveform) == ("video", False, None)
    with pytest.raises(NoSound):
        await extract_speech(source, folder / "speech.raw")


async def test_silence_is_sound(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "webm", audio="libopus", volume=0)

    recording = await prepare_recording([source], folder)

    assert recording.has_audio
    assert recording.waveform is not None


@pytest.mark.parametrize(
    ("muxer", "codec", "content_type", "codecs"),
    [
        ("wav", "pcm_s16le", "audio/mp4", ["aac"]),
        ("ogg", "libopus", "audio/webm", ["opus"]),
        ("mp3", "libmp3lame", "audio/mpeg", ["mp3float"]),
        ("ipod", "aac", "audio/mp4", ["aac"]),
        ("matroska", "flac", "audio/mp4", ["aac"]),
    ],
)
async def test_sound_of_every_container_becomes_playable(
    muxer: str, codec: str, content_type: str, codecs: list[str], tmp_path: Path, folder: Path
) -> None:
    source = make_recording(tmp_path / "upload", muxer, audio=codec)

    recording = await prepare_recording([source], folder)

    assert recording.content_type == content_type
    assert recording.duration_seconds == pytest.approx(2, abs=0.1)
    assert _codecs(recording.playable) == codecs


async def test_a_video_that_browsers_do_not_play_is_encoded_with_at_most_720_lines(
    tmp_path: Path, folder: Path
) -> None:
    source = make_recording(
        tmp_path / "upload", "mp4", video="mpeg4", audio="aac", seconds=1, size=(1920, 1080), rotation=90
    )

    recording = await prepare_recording([source], folder)

    assert (recording.content_type, recording.width, recording.height) == ("video/mp4", 720, 1280)
    assert recording.duration_seconds == pytest.approx(1, abs=0.1)
    assert _codecs(recording.playable) == ["h264", "aac"]
    assert (_rotation(source), _rotation(recording.playable)) == (90, 0)
    with av.open(str(recording.playable)) as playable:
        upright = next(playable.decode(video=0)).to_ndarray(format="rgb24")
    # Turned by 90 degrees against the clock, what was above is at the left.
    assert upright.shape == (1280, 720, 3)
    assert upright[640, 60, 0] > 150 > upright[640, 660, 0]


async def test_h264_with_opus_keeps_its_picture_and_gets_new_sound(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "matroska", video="libx264", audio="libopus")

    recording = await prepare_recording([source], folder)

    assert recording.content_type == "video/mp4"
    assert _codecs(recording.playable) == ["h264", "aac"]


async def test_a_clock_that_starts_late_starts_at_zero_in_the_copy_and_in_the_speech(
    tmp_path: Path, folder: Path
) -> None:
    source = make_recording(tmp_path / "upload", "webm", audio="libopus", options={"output_ts_offset": "300"})

    recording = await prepare_recording([source], folder)
    seconds = await extract_speech(source, folder / "speech.raw")

    assert recording.duration_seconds == pytest.approx(2, abs=0.1)
    assert _header_seconds(recording.playable) == pytest.approx(2, abs=0.1)
    assert seconds == pytest.approx(2, abs=0.1)


async def test_speech_of_stereo_at_44100_has_16000_samples_a_second(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "wav", audio="pcm_s16le", rate=44_100, seconds=3)
    target = folder / "speech.raw"

    seconds = await extract_speech(source, target)

    assert seconds == pytest.approx(3, abs=0.01)
    assert target.stat().st_size == round(seconds * 16_000) * 2


@pytest.mark.parametrize("pause_seconds", [5, 100])
async def test_what_is_lost_is_silence_in_the_speech(pause_seconds: int, tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "webm", audio="libopus", pause_after=1, pause_seconds=pause_seconds)
    target = folder / "speech.raw"

    seconds = await extract_speech(source, target)

    assert seconds == pytest.approx(2 + pause_seconds, abs=0.1)
    samples = np.fromfile(target, "<i2")
    assert abs(samples[: 16_000 - 2000]).max() > 4000
    assert abs(samples[16_000 + 2000 : (1 + pause_seconds) * 16_000 - 2000]).max() == 0
    assert abs(samples[(1 + pause_seconds) * 16_000 + 2000 :]).max() > 4000


async def test_sound_that_is_encoded_anew_keeps_its_clock(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "matroska", audio="flac", pause_after=1, pause_seconds=60)

    recording = await prepare_recording([source], folder)

    assert recording.duration_seconds == pytest.approx(62, abs=0.1)
    assert _header_seconds(recording.playable) == pytest.approx(62, abs=0.1)


async def test_a_recording_of_more_than_two_hours_is_refused(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "webm", audio="libopus", pause_after=1, pause_seconds=2 * 60 * 60)

    with pytest.raises(TooLong):
        await prepare_recording([source], folder)
    with pytest.raises(TooLong):
        await extract_speech(source, folder / "speech.raw")


async def test_an_empty_file_is_refused(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    source.touch()

    with pytest.raises(EmptyFile):
        await prepare_recording([source], folder)


@pytest.mark.parametrize(
    "text",
    [
        "Only some words.",
        "ffconcat version 1.0\nfile '{other}'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n",
    ],
)
async def test_text_that_is_named_webm_reaches_no_demuxer(text: str, tmp_path: Path, folder: Path) -> None:
    other = make_phone_webm(tmp_path / "other.webm", seconds=0.2)
    source = tmp_path / "upload.webm"
    source.write_text(text.format(other=other))

    with pytest.raises(NotARecording):
        await prepare_recording([source], folder)

    assert _names_in(folder) == []


async def test_a_photo_is_no_recording(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    Image.new("RGB", (32, 32)).save(source, "JPEG")

    with pytest.raises(PictureInsteadOfRecording):
        await prepare_recording([source], folder)


@pytest.mark.parametrize("head", [b"OggS", b"ID3\x04", b"RIFF\x10\x00\x00\x00WAVEfmt ", b"\x1a\x45\xdf\xa3\x93webm"])
async def test_a_right_head_with_nonsense_behind_it_is_refused(head: bytes, tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(head + bytes(range(256)) * 40)

    with pytest.raises(BrokenFile):
        await prepare_recording([source], folder)


def test_the_server_does_not_load_a_parser() -> None:
    loaded = "import sys, media.recordings, media.photos; print({'av', 'PIL', 'numpy'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def _names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _cut(path: Path, part: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * part)])


def _header_seconds(path: Path) -> float | None:
    with av.open(str(path)) as container:
        return container.duration / av.time_base if container.duration is not None else None


def _codecs(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        return [stream.codec_context.name for stream in container.streams]


def _rotation(path: Path) -> int:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).rotation
