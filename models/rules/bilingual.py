"""One text in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same text in Swedish and in English."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    sv: str
    en: str

    @classmethod
    def of(cls, text: Bilingual | str) -> Bilingual:
        """Take a plain text for both languages."""
        return text if isinstance(text, Bilingual) else cls(text, text)


LANGUAGE_NAMES: dict[Language, Bilingual] = {
    "sv": Bilingual("svenska", "Swedish"),
    "en": Bilingual("engelska", "English"),
}
