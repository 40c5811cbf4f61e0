"""A window says the same whatever is decoded beside it, so that live and later give one text."""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytestmark = [
    # openai-whisper leaves its vocabulary's file open.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # What torch announces about itself.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

SECOND = 16_000
TEXT_TOKENS = 40

ReadSpeech = Callable[[str], NDArray[np.int16]]


@pytest.fixture(scope="module")
def torch() -> Any:
    library: Any = importlib.import_module("torch")
    library.set_num_threads(1)
    library.set_grad_enabled(False)
    return library


@pytest.fixture(scope="module")
def decoder_module() -> Any:
    return importlib.import_module("transcription.engines.decoder")


@pytest.fixture(scope="module")
def small_decoder(torch: Any, decoder_module: Any) -> Any:
    """A decoder of random weights with int8 products."""
    model: Any = importlib.import_module("whisper.model")
    torch.manual_seed(3)
    dims = model.ModelDimensions(80, 300, 64, 4, 1, 1000, 100, 64, 4, 3)
    whisper_model = model.Whisper(dims)
    # The library leaves it as it finds it in memory.
    torch.nn.init.normal_(whisper_model.decoder.positional_embedding)
    return decoder_module.Decoder(whisper_model, "int8", short_sound=True)


@pytest.mark.parametrize("together", [2, 4, 8])
@pytest.mark.parametrize("seed", range(5))
def test_scores_of_a_window_are_to_the_last_bit_those_that_it_has_alone(
    torch: Any, decoder_module: Any, small_decoder: Any, together: int, seed: int
) -> None:
    chance = torch.Generator().manual_seed(seed)
    # Loud and quiet ones side by side: one scale for all would round the quiet ones away.
    loudness = [10.0 ** (row % 4 - 2) for row in range(together)]
    sounds = [small_decoder.listen(loud * torch.randn((1, 300, 64), generator=chance)) for loud in loudness]
    tokens = torch.randint(0, 1000, (together, TEXT_TOKENS), generator=chance)

    def scores(rows: Sequence[int]) -> Any:
        reading = decoder_module.Rows(small_decoder, [sounds[row] for row in rows])
        parts = [tokens[rows, :3], *tokens[rows, 3:].split(1, dim=1)]
        return torch.stack([small_decoder.scores(reading.read(part)[:, -1]) for part in parts], 1)

    beside = scores(list(range(together)))

    assert torch.equal(beside, torch.cat([scores([row]) for row in range(together)]))


@pytest.mark.weights
@pytest.mark.parametrize("together", [4, 8])
def test_what_a_window_says_is_the_same_alone_and_beside_others(
    torch: Any, decoder_module: Any, tiny_model: Path, read_speech: ReadSpeech, together: int
) -> None:
    whisper: Any = importlib.import_module("whisper")
    search_module: Any = importlib.import_module("transcription.engines.search")
    model = whisper.load_model(str(tiny_model), device="cpu")
    tokenizer = importlib.import_module("whisper.tokenizer").get_tokenizer(multilingual=False)
    decoder = decoder_module.Decoder(model, "int8", short_sound=True)
    search = search_module.Search(model, decoder, tokenizer)
    talk, other = read_speech("nonnative_200s.flac"), read_speech("librivox_short.flac")
    noise = np.random.default_rng(5).normal(0, 900, 10 * SECOND).astype(np.int16)
    windows = [
        read_speech("jfk.flac"),
        noise,
        *(talk[first * SECOND : (first + 12) * SECOND] for first in (0, 40, 90)),
        other[: 6 * SECOND] // 16,
        other[20 * SECOND : 32 * SECOND],
        np.concatenate((noise // 8, talk[60 * SECOND : 66 * SECOND])),
    ][:together]
    sounds = []
    for samples in windows:
        spectrogram = whisper.log_mel_spectrogram(samples.astype(np.float32) / 32768)
        sounds.append(decoder.listen(model.encoder(whisper.pad_or_trim(spectrogram, 3000)[None])))

    def heard(rows: Sequence[int]) -> list[Any]:
        chosen = [sounds[row] for row in rows]
        lengths = [len(windows[row]) / SECOND for row in rows]
        found: list[Any] = search.decode(chosen, tokenizer.sot_sequence, wanted_seconds=lengths, seeds=rows)
        return found

    beside = heard(list(range(together)))

    assert beside == [heard([row])[0] for row in range(together)]
