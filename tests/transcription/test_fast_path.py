"""What the fast path gives is what openai-whisper gives; importing torch takes seconds, so it happens in a fixture."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from transcription.choice import Choice, Trial, keep, kept_choice
from transcription.engines.sentences import Sentence, sentences_of

pytestmark = [
    pytest.mark.weights,
    # openai-whisper leaves its vocabulary's file open.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # What torch announces about itself.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

TIMES = 1000
"""The first time token of the made-up token lists."""


class Parts:
    """openai-whisper's tiny model, and the parts of the fast path built from it in float32."""

    def __init__(self, model_path: Path) -> None:
        self.torch: Any = importlib.import_module("torch")
        self.whisper: Any = importlib.import_module("whisper")
        self.alignment: Any = importlib.import_module("transcription.engines.alignment")
        self.decoder_module: Any = importlib.import_module("transcription.engines.decoder")
        search: Any = importlib.import_module("transcription.engines.search")
        self.torch.set_num_threads(1)
        self.torch.set_grad_enabled(False)
        self.model = self.whisper.load_model(str(model_path), device="cpu")
        self.model.set_alignment_heads(self.whisper._ALIGNMENT_HEADS["tiny.en"])
        self.tokenizer = importlib.import_module("whisper.tokenizer").get_tokenizer(multilingual=False)
        self.decoder = self.decoder_module.Decoder(self.model, "fp32", short_sound=False)
        self.search = search.Search(self.model, self.decoder, self.tokenizer)

    def features(self, samples: NDArray[np.int16]) -> Any:
        spectrogram = self.whisper.log_mel_spectrogram(samples.astype(np.float32) / 32768)
        return self.model.encoder(self.whisper.pad_or_trim(spectrogram, 3000)[None])

    def rows(self, features: Any) -> Any:
        return self.decoder_module.Rows(self.decoder, [self.decoder.listen(features)])


@pytest.fixture(scope="module")
def parts(tiny_model: Path) -> Parts:
    return Parts(tiny_model)


@pytest.fixture
def windows(parts: Parts, read_speech: Callable[[str], NDArray[np.int16]]) -> list[Any]:
    """Features of three windows whose texts have different lengths."""
    talk = read_speech("librivox_short.flac")
    return [
        parts.features(samples) for samples in (read_speech("jfk.flac"), talk[: 30 * 16_000], talk[320_000:400_000])
    ]


def test_windows_decoded_together_give_the_tokens_that_openai_whisper_gives_for_each(
    parts: Parts, windows: list[Any]
) -> None:
    options = parts.whisper.DecodingOptions(language="en", fp16=False)
    expected = [parts.model.decode(features[0], options) for features in windows]

    heard = parts.search.decode(
        [parts.decoder.listen(features) for features in windows],
        parts.tokenizer.sot_sequence,
        wanted_seconds=[30.0] * 3,
        seeds=[1, 2, 3],
    )

    assert [list(one.tokens) for one in heard] == [one.tokens for one in expected]
    assert [one.log_probability for one in heard] == pytest.approx([one.avg_logprob for one in expected], abs=1e-3)
    assert [one.no_speech_probability for one in heard] == pytest.approx(
        [one.no_speech_prob for one in expected], abs=1e-3
    )


def test_a_window_is_heard_no_further_than_wanted(parts: Parts, windows: list[Any]) -> None:
    def decode(wanted_seconds: float) -> list[int]:
        sound = parts.decoder.listen(windows[1])
        (heard,) = parts.search.decode(
            [sound], parts.tokenizer.sot_sequence, wanted_seconds=[wanted_seconds], seeds=[1]
        )
        return list(heard.tokens)

    short, whole = decode(8.0), decode(30.0)

    assert len(short) < len(whole)
    assert whole[: len(short)] == short


def test_what_is_drawn_for_a_window_is_the_same_beside_others(parts: Parts, windows: list[Any]) -> None:
    sounds = [parts.decoder.listen(features) for features in windows[:2]]
    search: Any = importlib.import_module("transcription.engines.search")
    rules: Any = importlib.import_module("transcription.engines.rules")

    def drawn(numbers: list[int]) -> list[Any]:
        lines = [rules.Line(wanted_time=99_999) for _ in numbers]
        chances = [search._chance(number, 0.6) for number in numbers]
        chosen = [sounds[number] for number in numbers]
        return list(parts.search._decode(chosen, parts.tokenizer.sot_sequence, lines, 0.6, chances))

    assert drawn([0, 1])[0].tokens == drawn([0])[0].tokens


def test_int8_weights_give_nearly_the_same_scores(parts: Parts, windows: list[Any]) -> None:
    short = parts.decoder_module.Decoder(parts.model, "int8", short_sound=False)
    tokens = parts.torch.tensor([[*parts.tokenizer.sot_sequence, 50363, 843, 523, 616]])
    exact = parts.decoder.scores(parts.rows(windows[0]).read(tokens))

    scores = short.scores(parts.decoder_module.Rows(short, [short.listen(windows[0])]).read(tokens))

    assert float((scores - exact).norm() / exact.norm()) < 0.1


def test_times_of_words_are_those_of_openai_whisper(parts: Parts, windows: list[Any]) -> None:
    options = parts.whisper.DecodingOptions(language="en", fp16=False, without_timestamps=True)
    said = [t for t in parts.model.decode(windows[0][0], options).tokens if t < parts.tokenizer.eot]
    tokens = [*parts.tokenizer.sot_sequence, parts.tokenizer.no_timestamps, *said, parts.tokenizer.eot]
    heads = [(layer, head) for layer, head in parts.model.alignment_heads.indices().T.tolist()]
    seen: dict[int, Any] = {}
    hooks = [
        block.cross_attn.register_forward_hook(lambda _m, _i, out, number=number: seen.update({number: out[-1][0]}))
        for number, block in enumerate(parts.model.decoder.blocks)
    ]
    with importlib.import_module("whisper.model").disable_sdpa():
        parts.model.decoder(parts.torch.tensor([tokens]), windows[0])
    for hook in hooks:
        hook.remove()
    expected = parts.torch.stack([seen[layer][head] for layer, head in heads])

    attention = parts.rows(windows[0]).attention(parts.torch.tensor([tokens]), heads)
    times = parts.alignment.token_times(attention, first=1, frames=550)

    assert float((attention - expected).abs().max()) < 1e-3
    assert len(times) == len(said) + 1
    assert list(times) == sorted(times)
    assert times[0] < 1.0
    assert 9.5 < times[-1] < 11.0


def test_the_cheapest_way_is_that_of_a_plain_search(parts: Parts) -> None:
    costs = np.random.default_rng(4).normal(size=(12, 40))
    whole = np.full((13, 41), np.inf)
    whole[0, 0] = 0
    for row in range(1, 13):
        for frame in range(1, 41):
            before = min(whole[row - 1, frame - 1], whole[row - 1, frame], whole[row, frame - 1])
            whole[row, frame] = costs[row - 1, frame - 1] + before
    row, frame, expected = 12, 40, [0] * 12
    while row:
        expected[row - 1] = frame - 1
        ways = ((row - 1, frame - 1), (row - 1, frame), (row, frame - 1))
        row, frame = min(ways, key=lambda way: whole[way])

    assert parts.alignment.cheapest_starts(costs).tolist() == expected


def test_the_median_of_seven_is_a_median(parts: Parts) -> None:
    values = parts.torch.randn(2, 3, 50)
    padded = parts.torch.nn.functional.pad(values, (3, 3), mode="reflect")

    assert parts.torch.equal(parts.alignment._median_of_seven(values), padded.unfold(-1, 7, 1).median(-1).values)


def test_sentences_lie_between_pairs_of_times_and_the_rest_is_heard_again() -> None:
    tokens = [TIMES, 5, 6, TIMES + 100, TIMES + 100, 7, TIMES + 150, TIMES + 150, 8]

    sentences, done = sentences_of(tokens, times_begin=TIMES, window_seconds=30.0, keeps_rest=False)

    assert sentences == [Sentence(1, 3, 0.0, 2.0), Sentence(5, 6, 2.0, 3.0)]
    assert done == 3.0


def test_the_rest_is_kept_where_the_window_goes_on_behind_what_is_wanted() -> None:
    tokens = [TIMES, 5, TIMES + 100, TIMES + 100, 7, 8]

    sentences, done = sentences_of(tokens, times_begin=TIMES, window_seconds=30.0, keeps_rest=True)

    assert sentences == [Sentence(1, 2, 0.0, 2.0), Sentence(4, 6, 2.0, 30.0)]
    assert done == 30.0


def test_until_the_start_of_the_next_sentence_nobody_speaks() -> None:
    tokens = [TIMES, 5, TIMES + 100, TIMES + 140]

    sentences, done = sentences_of(tokens, times_begin=TIMES, window_seconds=30.0, keeps_rest=True)

    assert sentences == [Sentence(1, 2, 0.0, 2.0)]
    assert done == pytest.approx(2.8)


def test_a_single_time_at_the_end_means_that_nobody_speaks_after_it() -> None:
    tokens = [TIMES, 5, TIMES + 100, TIMES + 120, 7, TIMES + 200]

    sentences, done = sentences_of(tokens, times_begin=TIMES, window_seconds=30.0, keeps_rest=False)

    assert sentences == [Sentence(1, 2, 0.0, 2.0), Sentence(4, 5, 2.4, 4.0)]
    assert done == 30.0


def test_the_self_test_keeps_its_choice_for_the_next_start(parts: Parts, tiny_model: Path, tmp_path: Path) -> None:
    selftest: Any = importlib.import_module("transcription.engines.selftest")

    choice = selftest.chosen(parts.model, tiny_model, tmp_path)

    assert kept_choice(tmp_path, "tiny.en") == choice
    assert selftest.chosen(parts.model, tiny_model, tmp_path) == choice
    assert {trial.half for trial in choice.trials} == {"encoder", "decoder"}


def test_a_choice_is_lost_with_its_file_and_nothing_else_breaks(tmp_path: Path) -> None:
    choice = Choice("bf16", "int8", short_sound=True, trials=(Trial("encoder", "bf16", 200.0, 0.02),), key="here")
    keep(choice, tmp_path, "base")
    keep(choice, tmp_path / "missing", "base")

    assert kept_choice(tmp_path, "base") == choice
    assert choice.words == "encoder bf16, decoder int8 (encoder bf16 200 ms)"
    (tmp_path / "base.self-test.json").write_text('{"encoder": 1}')
    assert kept_choice(tmp_path, "base") is None


def test_a_word_is_where_its_sound_is(parts: Parts) -> None:
    loud = np.zeros(300, np.bool_)
    loud[0:10] = loud[150:200] = True

    assert parts.alignment.within_sound(0.05, 2.5, loud) == (1.5, 2.0)
    assert parts.alignment.within_sound(1.6, 1.8, loud) == (1.6, 1.8)
    assert parts.alignment.within_sound(2.2, 2.6, loud) == (2.2, 2.6)
