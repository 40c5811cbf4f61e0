"""What the machine says in English of a recording in another language: which models can, and how it is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import N_, Refused
from models.permissions import Actor
from models.queries import media as queries
from models.tables import Translation
from transcription.captions import webvtt
from transcription.reading import Reading
from transcription.speech import Speech, Word

ENGLISH = "en"

# OpenAI did not train these two names of one model to translate: they write down the language that is spoken.
_ONLY_WRITE_DOWN = frozenset({"turbo", "large-v3-turbo"})


class ModelCannotTranslate(Refused):
    """The model for a language knows English alone, or was never taught to translate."""

    words = N_(
        "The speech model {name} cannot translate into English. Choose another one for the language of the recording."
    )


@dataclass(frozen=True, slots=True)
class InEnglish:
    """A translation; each word of `sentences` is a whole one, with its time in the recording."""

    translation: Translation
    sentences: Sequence[Word]


def check_translates(model: str) -> None:
    """Refuse a model whose name says that it cannot translate; of other files only the model itself knows."""
    if model.endswith(".en") or model in _ONLY_WRITE_DOWN:
        raise ModelCannotTranslate(name=model)


async def read_in_english(reading: Reading, *, actor: Actor) -> InEnglish | None:
    """Load the translation of a transcript that this person reads; None where there is none, or it is empty."""
    translation = await queries.translation(reading.transcript, actor=actor)
    if translation is None:
        return None
    sentences = Speech.from_json(translation.speech).words
    return InEnglish(translation, sentences) if sentences else None


def marked_webvtt(english: InEnglish, mark: str) -> str:
    """Render it as captions that say at their start what they are, where players do not show it."""
    # Two hyphens and a greater sign would end a note.
    return webvtt(english.sentences).replace("WEBVTT\n", f"WEBVTT\n\nNOTE {mark.replace('-->', '')}\n", 1)
