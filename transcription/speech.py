"""What an engine heard: words with their times, in segments; plain data that can be stored as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its punctuation and without blanks around it; times count from the start of the recording."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that the engine gave as one unit, mostly a sentence or a part of one."""

    start_seconds: float
    end_seconds: float
    text: str
    words: tuple[Word, ...]
    no_speech_probability: float


@dataclass(frozen=True, slots=True)
class Speech:
    """A whole recording as text.

    `language` is the declared or heard code, `und` where neither exists. Where nobody speaks there are no segments.
    `heard_language` is what it sounds like, whatever was declared; None where the model cannot tell or nobody speaks.
    """

    language: str
    segments: tuple[Segment, ...]
    engine: str
    model: str
    heard_language: str | None = None
    heard_language_probability: float | None = None

    @property
    def text(self) -> str:
        """The text of all segments on one line."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of all segments in the order they were spoken."""
        return tuple(word for segment in self.segments for word in segment.words)

    def to_json(self) -> dict[str, Any]:
        """Plain dicts and lists; times rounded to 10 ms, probabilities to three decimals."""
        return {
            "language": self.language,
            "engine": self.engine,
            "model": self.model,
            "heard_language": self.heard_language,
            "heard_language_probability": _rounded(self.heard_language_probability),
            "segments": [segment_to_json(segment) for segment in self.segments],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote, also before it told the heard language; another missing key raises KeyError."""
        return cls(
            language=stored["language"],
            segments=tuple(segment_from_json(segment) for segment in stored["segments"]),
            engine=stored["engine"],
            model=stored["model"],
            heard_language=stored.get("heard_language"),
            heard_language_probability=stored.get("heard_language_probability"),
        )


def shifted(segment: Segment, seconds: float) -> Segment:
    """The same words so much later."""
    return replace(
        segment,
        start_seconds=segment.start_seconds + seconds,
        end_seconds=segment.end_seconds + seconds,
        words=tuple(
            replace(word, start_seconds=word.start_seconds + seconds, end_seconds=word.end_seconds + seconds)
            for word in segment.words
        ),
    )


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 3)


def segment_to_json(segment: Segment) -> dict[str, Any]:
    """Plain dicts and lists of one segment, rounded as in a whole speech."""
    return {
        "start_seconds": round(segment.start_seconds, 2),
        "end_seconds": round(segment.end_seconds, 2),
        "text": segment.text,
        "no_speech_probability": round(segment.no_speech_probability, 3),
        "words": [
            {
                "text": word.text,
                "start_seconds": round(word.start_seconds, 2),
                "end_seconds": round(word.end_seconds, 2),
                "confidence": round(word.confidence, 3),
            }
            for word in segment.words
        ],
    }


def segment_from_json(stored: Mapping[str, Any]) -> Segment:
    """Read what `segment_to_json` wrote."""
    return Segment(
        start_seconds=stored["start_seconds"],
        end_seconds=stored["end_seconds"],
        text=stored["text"],
        words=tuple(
            Word(word["text"], word["start_seconds"], word["end_seconds"], word["confidence"])
            for word in stored["words"]
        ),
        no_speech_probability=stored["no_speech_probability"],
    )
