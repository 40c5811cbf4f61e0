"""The real model on whole recordings: no words where nobody speaks, the same words whatever the file is."""

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from media.recordings import extract_speech
from tests.transcription import sounds
from tests.transcription.conftest import plain_words
from transcription.speech import Speech, Word
from transcription.warm import WarmEngine
from transcription.windows import CHUNK_SAMPLES

pytestmark = [pytest.mark.weights, pytest.mark.asyncio(loop_scope="session")]

ReadSpeech = Callable[[str], NDArray[np.int16]]
WriteSamples = Callable[[NDArray[np.int16]], Path]
SECOND = 16_000

# A file's end, the sound's coder, how many samples a second, and whether there is a picture too.
KINDS = (
    ("wav", "pcm_s16le", 16_000, False),
    ("mp4", "aac", 44_100, True),
    ("mp4", "aac", 44_100, False),
    ("m4a", "aac", 44_100, False),
    ("webm", "libopus", 48_000, False),
    ("mp3", "libmp3lame", 44_100, False),
    ("ogg", "libopus", 48_000, False),
    ("ogg", "libvorbis", 44_100, False),
)


def unheard(_seconds: float) -> None:
    pass


@pytest.mark.parametrize("make", sounds.NO_SPEECH)
@pytest.mark.parametrize("loudness", [1.0, 0.1])
async def test_nobody_is_heard_where_nobody_speaks(
    tiny: WarmEngine, write_samples: WriteSamples, make: Callable[[float], NDArray[np.int16]], loudness: float
) -> None:
    samples = (make(30) * loudness).astype(np.int16)

    speech = await tiny.transcribe(write_samples(samples), language="en", on_progress=unheard)

    assert speech.text == ""


async def test_after_a_long_silence_words_are_where_they_were_said(
    tiny: WarmEngine, read_speech: ReadSpeech, write_samples: WriteSamples
) -> None:
    # Whole chunks of the voice detector, so that it listens to the same ones.
    talk = np.tile(read_speech("jfk.flac"), 2)[: 687 * CHUNK_SAMPLES]
    pause, silence = np.zeros(320 * CHUNK_SAMPLES, np.int16), np.zeros(6250 * CHUNK_SAMPLES, np.int16)
    second_at = (len(talk) + len(silence)) / SECOND

    async def heard(*parts: NDArray[np.int16]) -> Speech:
        return await tiny.transcribe(write_samples(np.concatenate(parts)), language="en", on_progress=unheard)

    before, after = await heard(talk, pause), await heard(pause, talk)
    both = await heard(talk, silence, talk)

    early = [word for word in both.words if word.start_seconds < 120]
    late = [word for word in both.words if word.start_seconds >= 120]
    assert early[-1].end_seconds < len(talk) / SECOND + 0.5
    assert late[0].start_seconds > second_at - 0.5
    _compare(before.words, early, later_seconds=0.0)
    _compare(after.words, late, later_seconds=second_at - len(pause) / SECOND)


def _compare(expected: Sequence[Word], given: Sequence[Word], *, later_seconds: float) -> None:
    """Nearly all words are the same, and each of them is where it was said."""
    texts = [plain_words(" ".join(word.text for word in words)) for words in (expected, given)]
    blocks = SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks()
    pairs = [(expected[one.a + n], given[one.b + n]) for one in blocks for n in range(one.size)]
    late = [(own, there) for own, there in pairs if abs(there.start_seconds - own.start_seconds - later_seconds) > 0.3]
    assert len(pairs) >= 0.9 * max(len(expected), len(given))
    assert late == []


async def test_a_recording_says_the_same_in_every_kind_of_file(
    tiny: WarmEngine, read_speech: ReadSpeech, tmp_path: Path
) -> None:
    said = read_speech("librivox_short.flac")
    texts = {}
    for number, (end, coder, rate, has_picture) in enumerate(KINDS):
        path = tmp_path / f"{number}.{end}"
        try:
            write_file(path, said, coder, rate, has_picture=has_picture)
        except av.codec.codec.UnknownCodecError:
            continue
        samples = tmp_path / f"{number}.s16"
        await extract_speech(path, samples)
        speech = await tiny.transcribe(samples, language="en", on_progress=unheard)
        texts[path.name, coder] = plain_words(speech.text)

    plain = texts.pop(("0.wav", "pcm_s16le"))
    assert len(texts) >= 6
    different = {name: (Counter(words) - Counter(plain)).total() for name, words in texts.items()}
    # One word in a hundred, and these are 123.
    assert {name: count for name, count in different.items() if count > 2} == {}


async def test_a_file_that_was_cut_off_gives_the_words_of_its_beginning(
    tiny: WarmEngine, read_speech: ReadSpeech, tmp_path: Path
) -> None:
    whole, cut, samples = tmp_path / "whole.webm", tmp_path / "cut.webm", tmp_path / "samples.s16"
    write_file(whole, read_speech("librivox_short.flac")[: 40 * SECOND], "libopus", 48_000)
    await extract_speech(whole, samples)
    all_words = plain_words((await tiny.transcribe(samples, language="en", on_progress=unheard)).text)
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    await extract_speech(cut, samples)
    speech = await tiny.transcribe(samples, language="en", on_progress=unheard)

    words = plain_words(speech.text)
    blocks = SequenceMatcher(None, words, all_words[: len(words) + 3], autojunk=False).get_matching_blocks()
    assert 0.35 * len(all_words) <= len(words) <= 0.65 * len(all_words)
    assert sum(one.size for one in blocks) >= 0.85 * len(words)


def write_file(path: Path, samples: NDArray[np.int16], coder: str, rate: int, *, has_picture: bool = False) -> None:
    """Write a file as phones and programs do, with a grey picture where it is a video."""
    with av.open(str(path), "w", format="mp4" if path.suffix == ".m4a" else None) as container:
        sound = container.add_stream(coder, rate=rate, layout="mono")
        pictures = container.add_stream("libx264", rate=5, width=64, height=64) if has_picture else None
        resampler = av.AudioResampler(
            sound.format.name, "mono", rate, frame_size=sound.codec_context.frame_size or None
        )
        frame = av.AudioFrame.from_ndarray(samples[None], "s16", "mono")
        frame.sample_rate = SECOND
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(sound.encode(piece))
        if pictures is not None:
            for number in range(len(samples) * 5 // SECOND):
                picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number % 256, np.uint8))
                container.mux(pictures.encode(picture))
            container.mux(pictures.encode(None))
        container.mux(sound.encode(None))
