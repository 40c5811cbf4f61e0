"""What can be found in a text: its words in one spelling, and the places where words that were looked for stand."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_WORD = 60
AROUND = 80
"""So many characters of a text are shown before and after what was found."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt, and whether it is what was looked for."""

    text: str
    is_found: bool


def folded(text: str) -> str:
    """Spell it in one way: upper and lower case are the same, and so are the two ways in which keyboards send å."""
    return unicodedata.normalize("NFC", text).casefold()


def words_of(text: str) -> list[str]:
    """List the words, each once and cut to its first letters where it is longer than any word people write."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(folded(text))))


def has_word(text: str, beginning: str) -> bool:
    """Tell whether a word of a text that is `folded` already begins so."""
    at = text.find(beginning)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(beginning, at + 1)
    return at >= 0


def excerpt(text: str, wanted: Sequence[str]) -> list[Piece]:
    """Cut out what is around the first word that begins as one of those `wanted`; nothing where none does."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    hits = [hit for hit in _WORD.finditer(text) if hit.group().casefold().startswith(tuple(wanted))] if wanted else []
    if not hits:
        return []
    start, end = max(0, hits[0].start() - AROUND), hits[0].end() + AROUND
    pieces = [Piece("… ", is_found=False)] if start else []
    for hit in hits:
        if hit.end() <= end:
            pieces += [Piece(text[start : hit.start()], is_found=False), Piece(hit.group(), is_found=True)]
            start = hit.end()
    pieces.append(Piece(text[start:end] + (" …" if end < len(text) else ""), is_found=False))
    return [piece for piece in pieces if piece.text]
