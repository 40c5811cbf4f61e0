"""What one window's tokens say: sentences with their times, and where to listen again."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SECONDS_PER_TIME = 0.02


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens `first` to before `last` of a window, without times; seconds count from the window's start."""

    first: int
    last: int
    start_seconds: float
    end_seconds: float


def sentences_of(
    tokens: Sequence[int], *, times_begin: int, window_seconds: float, keeps_rest: bool
) -> tuple[list[Sentence], float]:
    """Divide as `whisper.transcribe()` does; the second result is how much of the window is done.

    An end without a new start means that nobody speaks after it. What follows the last pair of times is not finished:
    mostly it is heard again with more behind it; `keeps_rest` keeps it, where the window goes on behind what is wanted.
    """
    is_time = [token >= times_begin for token in tokens]
    ends_with_time = is_time[-2:] == [False, True]
    cuts = [number for number in range(1, len(tokens)) if is_time[number - 1] and is_time[number]]

    def seconds(number: int) -> float:
        return (tokens[number] - times_begin) * SECONDS_PER_TIME

    if not cuts:
        times = [seconds(number) for number in range(len(tokens)) if is_time[number]]
        end = times[-1] if times and times[-1] > 0 else window_seconds
        return [Sentence(1 if is_time[:1] == [True] else 0, len(tokens) - ends_with_time, 0.0, end)], window_seconds
    if ends_with_time:
        cuts.append(len(tokens))
    found = [Sentence(first + 1, last - 1, seconds(first), seconds(last - 1)) for first, last in pairwise([0, *cuts])]
    if cuts[-1] == len(tokens) - 1:
        # Stopped at the start of a sentence behind what is wanted: until there, nobody speaks.
        return _said(found), seconds(cuts[-1])
    rest = cuts[-1] + 1
    if keeps_rest and not ends_with_time and rest < len(tokens):
        return [*_said(found), Sentence(rest, len(tokens), seconds(cuts[-1]), window_seconds)], window_seconds
    done = window_seconds if ends_with_time else seconds(cuts[-1] - 1)
    return _said(found), done


def _said(sentences: Sequence[Sentence]) -> list[Sentence]:
    return [one for one in sentences if one.end_seconds > one.start_seconds]
