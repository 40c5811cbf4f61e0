"""A transcript as one person reads it: what the machine heard, with the corrections of the version one looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor
from models.queries import media as media_queries
from models.queries import reflections as reflection_queries
from models.tables import Reflection, Transcript
from models.tables.media import JOINED
from transcription.speech import Speech, Word

LOW_CONFIDENCE = 0.5
"""Below this the machine was guessing; the word is marked."""


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One word and its place; `text` is what holds now, `heard` what the machine wrote.

    `text` may be several words, or none where the word was left out. With `is_joined` the word before stands for this
    one too, and that one's time reaches to the end of this one.
    """

    segment: int
    word: int
    text: str
    heard: str
    start_seconds: float
    end_seconds: float
    confidence: float
    is_joined: bool = False
    is_looked_at: bool = False
    """Whether the student said what holds here, be it what the machine heard."""

    @property
    def is_corrected(self) -> bool:
        """Whether the student put it right."""
        return self.text != self.heard

    @property
    def is_unsure(self) -> bool:
        """Whether the machine was guessing and nobody has looked."""
        return self.confidence < LOW_CONFIDENCE and not self.is_looked_at


@dataclass(frozen=True, slots=True)
class Reading:
    """A transcript with its words in the order they were spoken, and the corrections `until` a version was frozen."""

    transcript: Transcript
    words: tuple[ReadWord, ...]
    reflection: Reflection
    until: datetime | None = None

    @property
    def corrected(self) -> int:
        """How many words its student put right."""
        return sum(word.is_corrected for word in self.words)

    @property
    def text(self) -> str:
        """The words that hold now, as one text."""
        return " ".join(word.text for word in self.words if word.text)

    @property
    def heard_language(self) -> tuple[str, float] | None:
        """The language that the machine heard, with its probability; None where it did not listen for that."""
        speech = Speech.from_json(self.transcript.speech)
        if speech.heard_language is None:
            return None
        return speech.heard_language, speech.heard_language_probability or 0.0

    @property
    def spoken(self) -> list[Word]:
        """The words as they are shown in captions: corrected, without those that were left out."""
        return [Word(w.text, w.start_seconds, w.end_seconds, w.confidence) for w in self.words if w.text]


async def read(media_id: UUID, *, version_id: UUID | None = None, actor: Actor) -> Reading | None:
    """Load the newest transcript of a file; None when there is none.

    With `version_id` the corrections are those that were there when that version was handed in. Raises NotAllowed
    when this person may not see the file or the version. Without a version, only the owner sees the present state;
    everybody else sees the newest version that was handed in.
    """
    media = await media_queries.media(media_id, actor=actor)
    if media.reflection_id is None:
        return None  # Evidence is looked at; nobody writes down what is said in it.
    transcript = await media_queries.transcript(media_id, actor=actor)
    reflection = await reflection_queries.reflection(media.reflection_id, actor=actor)
    versions = await reflection_queries.versions(reflection, actor=actor)
    if version_id is None:
        version = versions[0] if versions else None
    else:
        version = next((v for v in versions if v.id == version_id and v.recording_id == media_id), None)
        if version is None:
            raise NotAllowed
    if transcript is None:
        return None
    return await _read(transcript, reflection, until=version.frozen_at if version else None)


async def read_earlier(reading: Reading, *, actor: Actor) -> list[Reading]:
    """Load the transcripts of the same file that were made before, newest first, each with its own corrections."""
    earlier = await media_queries.earlier_transcripts(reading.transcript, actor=actor)
    return [await _read(transcript, reading.reflection, until=reading.until) for transcript in earlier]


async def _read(transcript: Transcript, reflection: Reflection, *, until: datetime | None) -> Reading:
    corrected = await media_queries.corrections(transcript, until=until)
    words = _words(Speech.from_json(transcript.speech), corrected)
    return Reading(transcript, tuple(words), reflection, until)


def _words(speech: Speech, corrected: Mapping[tuple[int, int], str]) -> list[ReadWord]:
    words: list[ReadWord] = []
    for s, segment in enumerate(speech.segments):
        for w, heard in enumerate(segment.words):
            text = corrected.get((s, w), heard.text)
            is_joined = text == JOINED
            if is_joined:
                _reach(words, heard.end_seconds)
            words.append(
                ReadWord(
                    s,
                    w,
                    "" if is_joined else text,
                    heard.text,
                    heard.start_seconds,
                    heard.end_seconds,
                    heard.confidence,
                    is_joined=is_joined,
                    is_looked_at=(s, w) in corrected,
                )
            )
    return words


def _reach(words: list[ReadWord], end_seconds: float) -> None:
    """Let the word that stands for the joined ones last until the end of the last of them."""
    place = next((n for n in range(len(words) - 1, -1, -1) if not words[n].is_joined), None)
    if place is not None:
        words[place] = replace(words[place], end_seconds=max(words[place].end_seconds, end_seconds))
