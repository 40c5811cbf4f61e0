"""How fast somebody speaks and how much of a recording is speech: facts beside it, from the times of the words."""

from collections.abc import Sequence

from transcription.speech import Word

BREATH_SECONDS = 1.0
"""A pause up to this long belongs to speaking."""


def speaking_seconds(words: Sequence[Word]) -> float:
    """Add up the time in which somebody speaks; short pauses count as speaking, long ones do not."""
    total, until = 0.0, float("-inf")
    for word in sorted(words, key=lambda word: word.start_seconds):
        begins = until if word.start_seconds - until <= BREATH_SECONDS else word.start_seconds
        total += max(0.0, word.end_seconds - begins)
        until = max(until, word.end_seconds)
    return total


def words_a_minute(words: Sequence[Word]) -> int | None:
    """Say how many words come in a minute of speaking; None where too little is said to tell."""
    seconds = speaking_seconds(words)
    count = sum(len(word.text.split()) for word in words)
    return round(count * 60 / seconds) if seconds >= BREATH_SECONDS else None


def speaking_share(words: Sequence[Word], length_seconds: float) -> float | None:
    """Say which part of a recording is speech, from 0 to 1; None where its length is not known."""
    return min(1.0, speaking_seconds(words) / length_seconds) if length_seconds > 0 else None
