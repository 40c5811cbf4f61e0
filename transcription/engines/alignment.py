"""When each word was spoken, from what the decoder listens to while it reads the finished text.

openai-whisper's method (`whisper.timing`): normalise the chosen heads, smooth them, and find the cheapest way through
tokens and frames; here without a second encoding, and with whole rows at a time instead of compiled loops.
"""

import numpy as np
import torch
from numpy.typing import NDArray

FRAMES_PER_SECOND = 50
# Closed lips before a `p` are silent for less.
_SHORTEST_PAUSE_FRAMES = 20
# Exchanges that bring the median of seven into the fourth place.
_MEDIAN_OF_SEVEN = (
    (0, 5),
    (0, 3),
    (1, 6),
    (2, 4),
    (0, 1),
    (3, 5),
    (2, 6),
    (2, 3),
    (3, 6),
    (4, 5),
    (1, 4),
    (1, 3),
    (3, 4),
)


def token_times(attention: torch.Tensor, *, first: int, frames: int) -> NDArray[np.float64]:
    """Start of each token and the end of the last, in seconds of the window.

    `attention` is heads × tokens × frames before softmax; row `first` listens to the first word, and the last row, the
    end of the text, to nothing. `frames` are those with sound.
    """
    weights = attention[:, :, :frames].softmax(-1)
    deviation, mean = torch.std_mean(weights, dim=1, keepdim=True, correction=0)
    smooth = _median_of_seven((weights - mean) / deviation)
    return cheapest_starts(-smooth.mean(0)[first:-1].double().cpu().numpy()) / FRAMES_PER_SECOND


def cheapest_starts(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """The first frame of each row on the cheapest way from corner to corner that goes down, right or both at once.

    One row at a time: with the sum of the row's costs taken off, a step to the right is free, and the way comes down
    where the row above was cheapest so far.
    """
    entered: list[NDArray[np.int64]] = []
    frames = np.arange(costs.shape[1])
    before = np.full(costs.shape[1] + 1, np.inf)
    before[0] = 0.0
    down_from: list[NDArray[np.bool_]] = []
    for row in costs:
        along = np.cumsum(row)
        # From the same frame of the row above, or from the one before it.
        straight = before[1:] <= before[:-1]
        reached = np.where(straight, before[1:], before[:-1]) + row - along
        lowest = np.minimum.accumulate(reached)
        entered.append(np.maximum.accumulate(np.where(reached == lowest, frames, 0)))
        down_from.append(straight)
        before = np.concatenate(([np.inf], lowest + along))
    starts = np.empty(len(costs), np.int64)
    frame = costs.shape[1] - 1
    for row in range(len(costs) - 1, -1, -1):
        frame = starts[row] = entered[row][frame]
        if not down_from[row][frame]:
            frame -= 1
    return starts


def loud_frames(spectrogram: torch.Tensor) -> NDArray[np.bool_]:
    """For each frame of a window (mels × frames) whether it is nearer to the loud ones than to the silent ones."""
    loudness = spectrogram.mean(0).cpu().numpy()
    silent, loud = np.percentile(loudness, (5, 90))
    return np.asarray(loudness > silent + 0.4 * (loud - silent))


def within_sound(start: float, end: float, loud: NDArray[np.bool_]) -> tuple[float, float]:
    """The longest stretch of a word's time without a pause: the tokens' times are given to silence beside words too.

    `loud` has a value for each 10 ms; where nothing is loud the times stay.
    """
    first = round(start * 100)
    inside = np.flatnonzero(loud[first : round(end * 100)])
    if not len(inside):
        return start, end
    stretches = np.split(inside, np.flatnonzero(np.diff(inside) > _SHORTEST_PAUSE_FRAMES) + 1)
    longest = max(stretches, key=lambda one: one[-1] - one[0])
    return (first + int(longest[0])) / 100, (first + int(longest[-1]) + 1) / 100


def _median_of_seven(rows: torch.Tensor) -> torch.Tensor:
    """The median of each value with three neighbours on both sides, mirrored at the ends."""
    if rows.shape[-1] <= 3:
        return rows
    padded = torch.nn.functional.pad(rows, (3, 3), mode="reflect")
    places = list(padded.unfold(-1, rows.shape[-1], 1).unbind(-2))
    for low, high in _MEDIAN_OF_SEVEN:
        places[low], places[high] = torch.minimum(places[low], places[high]), torch.maximum(places[low], places[high])
    return places[3]
