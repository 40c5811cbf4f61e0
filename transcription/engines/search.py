"""Finds the text of several windows together: the likeliest tokens, and drawn ones where those came out wrong."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from whisper.utils import compression_ratio

from transcription.engines.decoder import Decoder, Rows, Sound
from transcription.engines.rules import Line, Rules
from transcription.engines.sentences import SECONDS_PER_TIME

# openai-whisper's own thresholds and temperatures.
_MOST_COMPRESSION = 2.4
_LEAST_LOG_PROBABILITY = -1.0
_SILENCE_PROBABILITY = 0.6
_TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

# Text that goes round for so long never stops by itself; its compression would be found too high at the end.
_LONGEST_LOOP = 12
_LOOPED_TOKENS = 36


@dataclass(frozen=True, slots=True)
class Heard:
    """One window's tokens without the end; `confidences` are of each token among all words."""

    tokens: tuple[int, ...]
    confidences: tuple[float, ...]
    log_probability: float
    """The mean over the tokens and the end."""
    compression: float
    no_speech_probability: float

    @property
    def is_silence(self) -> bool:
        """Probably nobody speaks, and what came out is not likely either."""
        return self.no_speech_probability > _SILENCE_PROBABILITY and self.log_probability <= _LEAST_LOG_PROBABILITY

    @property
    def is_wrong(self) -> bool:
        """Too repetitive or too unlikely to be kept while another temperature may do better."""
        is_unlikely = self.log_probability < _LEAST_LOG_PROBABILITY
        return not self.is_silence and (self.compression > _MOST_COMPRESSION or is_unlikely)


class Search:
    """Decodes windows with one model."""

    def __init__(self, whisper_model: Any, decoder: Decoder, tokenizer: Any) -> None:
        self._decoder = decoder
        self._rules = Rules(whisper_model, tokenizer)
        self._tokenizer = tokenizer
        self._most_tokens = whisper_model.dims.n_text_ctx // 2

    def languages(self, sounds: Sequence[Sound]) -> dict[str, float]:
        """The mean probability of each language code over some windows."""
        states = Rows(self._decoder, sounds).read(self._prompts([self._tokenizer.sot], len(sounds)))
        tokens = torch.tensor(self._tokenizer.all_language_tokens, device=self._decoder.device)
        probabilities = self._decoder.scores(states[:, -1])[:, tokens].softmax(1).mean(0).tolist()
        return dict(zip(self._tokenizer.all_language_codes, probabilities, strict=True))

    def decode(
        self, sounds: Sequence[Sound], prompt: Sequence[int], *, wanted_seconds: Sequence[float], seeds: Sequence[int]
    ) -> list[Heard]:
        """The text of each window after the prompt, at least for its first `wanted_seconds`.

        A window's seed decides what is drawn for it.
        """
        last_times = [self._tokenizer.timestamp_begin + round(seconds / SECONDS_PER_TIME) for seconds in wanted_seconds]
        found: dict[int, Heard] = {}
        wanted = list(range(len(sounds)))
        for temperature in _TEMPERATURES:
            chances = [_chance(seeds[number], temperature) for number in wanted]
            lines = [Line(wanted_time=last_times[number]) for number in wanted]
            heard = self._decode([sounds[number] for number in wanted], prompt, lines, temperature, chances)
            found |= zip(wanted, heard, strict=True)
            wanted = [number for number in wanted if found[number].is_wrong]
            if not wanted:
                break
        return [found[number] for number in range(len(sounds))]

    def _decode(
        self,
        sounds: Sequence[Sound],
        prompt: Sequence[int],
        lines: Sequence[Line],
        temperature: float,
        chances: Sequence[torch.Generator],
    ) -> list[Heard]:
        rows = Rows(self._decoder, sounds)
        states = rows.read(self._prompts(prompt, len(sounds)))
        at_start = self._decoder.scores(states[:, prompt.index(self._tokenizer.sot)])
        no_speech = at_start.softmax(1)[:, self._tokenizer.no_speech].tolist()
        active = list(range(len(sounds)))
        for _ in range(self._most_tokens):
            chosen = self._rules.choose(
                self._decoder.scores(states[:, -1]),
                [lines[number] for number in active],
                temperature=temperature,
                chances=[chances[number] for number in active],
            )
            going = [row for row, number in enumerate(active) if not _is_over(lines[number])]
            if not going:
                break
            if len(going) < len(active):
                rows.keep(going)
                active, chosen = [active[row] for row in going], [chosen[row] for row in going]
            states = rows.read(torch.tensor(chosen, device=self._decoder.device)[:, None])
        return [self._heard(line, silence) for line, silence in zip(lines, no_speech, strict=True)]

    def _heard(self, line: Line, no_speech_probability: float) -> Heard:
        text = self._tokenizer.decode([token for token in line.tokens if token < self._tokenizer.eot]).strip()
        return Heard(
            tuple(line.tokens),
            tuple(line.confidences),
            sum(line.log_probabilities) / len(line.log_probabilities),
            math.inf if _goes_round(line) else compression_ratio(text),
            no_speech_probability,
        )

    def _prompts(self, prompt: Sequence[int], count: int) -> torch.Tensor:
        return torch.tensor([list(prompt)] * count, device=self._decoder.device)


def _is_over(line: Line) -> bool:
    return line.ended or line.last_time >= line.wanted_time or _goes_round(line)


def _goes_round(line: Line) -> bool:
    tokens = line.tokens
    if len(tokens) < _LOOPED_TOKENS + _LONGEST_LOOP:
        return False
    last = tokens[-_LOOPED_TOKENS:]
    return any(tokens[-_LOOPED_TOKENS - n : -n] == last for n in range(1, _LONGEST_LOOP + 1))


def _chance(seed: int, temperature: float) -> torch.Generator:
    return torch.Generator().manual_seed(seed * 10 + round(temperature * 5))
