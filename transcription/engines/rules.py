"""openai-whisper's decoding rules for a batch: which token may come next, and which one does.

The rules (`whisper.decoding`): some tokens never; text and times in turn, times in pairs and never backwards; a time
wherever times together are likelier than any single word.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from whisper.decoding import DecodingOptions, DecodingTask

_NEVER = float("-inf")
# A sentence may begin so late in a window that decodes from its start.
_LATEST_START_SECONDS = 1.0
_SECONDS_PER_TIME = 0.02


@dataclass(slots=True)
class Line:
    """What one row has said so far; it need not go on after the time token `wanted_time`."""

    wanted_time: int
    tokens: list[int] = field(default_factory=list)
    log_probabilities: list[float] = field(default_factory=list)
    """Of each token and of the end, among what the rules allowed."""
    confidences: list[float] = field(default_factory=list)
    """Of each token among all words; 1 for times."""
    last_time: int = 0
    """The latest time token; no earlier one may follow."""
    ended: bool = False


class Rules:
    """The rules for one tokenizer; `choose` adds one token to each line."""

    def __init__(self, whisper_model: Any, tokenizer: Any) -> None:
        # The library's own list of tokens that are never said; it has no other public place.
        task = DecodingTask(whisper_model, DecodingOptions(language=tokenizer.language, fp16=False))
        never = [*task._get_suppress_tokens(), tokenizer.no_timestamps]  # noqa: SLF001
        device = whisper_model.device
        self._never = torch.tensor(never, device=device)
        self._end, self._times = tokenizer.eot, tokenizer.timestamp_begin
        self._latest_start = round(_LATEST_START_SECONDS / _SECONDS_PER_TIME)
        self._time_numbers = torch.arange(whisper_model.dims.n_vocab - self._times, device=device)

    def choose(
        self,
        scores: torch.Tensor,
        lines: Sequence[Line],
        *,
        temperature: float = 0.0,
        chances: Sequence[torch.Generator] = (),
    ) -> list[int]:
        """Add the next token to each line from scores (lines × vocabulary), which are changed; ended lines say so.

        At a temperature above 0 the token is drawn with the line's own generator.
        """
        self._forbid(scores, lines)
        parts = scores[:, : self._end], scores[:, self._end : self._times], scores[:, self._times :]
        weights = torch.stack([part.logsumexp(1) for part in parts], 1).tolist()
        bests = [part.max(1) for part in parts]
        best_scores = torch.stack([best.values for best in bests], 1).tolist()
        best_places = torch.stack([best.indices for best in bests], 1).tolist()
        starts = (0, self._end, self._times)
        chosen = []
        for row, line in enumerate(lines):
            # Times together against the best single token, as if a time were one word.
            if weights[row][2] > max(best_scores[row][:2]):
                scores[row, : self._times] = _NEVER
                part, allowed = 2, weights[row][2]
            else:
                part = best_scores[row].index(max(best_scores[row]))
                allowed = _log_sum(weights[row])
            token, score = starts[part] + best_places[row][part], best_scores[row][part]
            if temperature:
                token = _drawn(scores[row], temperature, chances[row])
                score = float(scores[row, token])
            self._add(line, token, score - allowed, score - weights[row][0])
            chosen.append(token)
        return chosen

    def _add(self, line: Line, token: int, log_probability: float, log_confidence: float) -> None:
        line.log_probabilities.append(log_probability)
        if token == self._end:
            line.ended = True
            return
        line.tokens.append(token)
        line.confidences.append(math.exp(log_confidence) if token < self._end else 1.0)
        if token >= self._times:
            line.last_time = token

    def _forbid(self, scores: torch.Tensor, lines: Sequence[Line]) -> None:
        scores.index_fill_(1, self._never, _NEVER)
        if not lines[0].tokens:
            # All lines begin together, and with a time.
            scores[:, : self._times] = _NEVER
            scores[:, self._times + self._latest_start + 1 :] = _NEVER
            return
        earliest = []
        for row, line in enumerate(lines):
            last_is_time = line.tokens[-1] >= self._times
            before_is_time = len(line.tokens) < 2 or line.tokens[-2] >= self._times
            if last_is_time and before_is_time:
                earliest.append(len(self._time_numbers))
                continue
            if last_is_time:
                scores[row, : self._end] = _NEVER
            # Only the time that ends a sentence may be said again, as the start of the next one.
            earliest.append(line.last_time - self._times + (0 if last_is_time else 1))
        lowest = torch.tensor(earliest, device=scores.device)
        scores[:, self._times :].masked_fill_(self._time_numbers < lowest[:, None], _NEVER)


def _drawn(scores: torch.Tensor, temperature: float, chance: torch.Generator) -> int:
    # On the processor, so that every device draws the same.
    return int(torch.multinomial((scores / temperature).softmax(0).cpu(), 1, generator=chance))


def _log_sum(logs: Sequence[float]) -> float:
    highest = max(logs)
    return highest + math.log(sum(math.exp(one - highest) for one in logs))
