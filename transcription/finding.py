"""Finding words in what a student wrote and said: small letters, and accents as Swedish sees them.

å, ä and ö are letters of their own: `sar` does not find `sår`. Other accents are not: `kafe` finds `kafé`. The Danish
and Norwegian æ and ø are ä and ö. Signs between words do not count, so a phrase is found across a comma.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.permissions import Actor, is_own
from models.queries import reflections as queries
from models.tables import Reflection, Version
from transcription.reading import read
from transcription.speech import Word

MOST_PLACES = 3
"""So many places of one reflection are shown; the others are counted."""

_AROUND = 60
_OWN_LETTERS = {"å": "å", "ä": "ä", "ö": "ö", "æ": "ä", "ø": "ö"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: the words, some around them, and when they are said in a recording."""

    before: str
    match: str
    after: str
    start_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One reflection in which something was found; `count` places, of which the first are here."""

    reflection: Reflection
    count: int
    places: tuple[Place, ...]

    @property
    def is_said(self) -> bool:
        """Whether it is in a recording."""
        return any(place.start_seconds is not None for place in self.places)


async def find(wanted: str, *, actor: Actor) -> list[Found]:
    """Look through the newest version of each of one's own reflections, in the order they were begun."""
    if not fold(wanted):
        return []
    found = []
    for reflection in await queries.all_reflections(actor):
        if not is_own(actor, reflection.enrolment):
            continue
        version = (await queries.versions(reflection, actor=actor))[0]
        places = await _places(version, wanted, actor)
        if places:
            found.append(Found(reflection, len(places), tuple(places[:MOST_PLACES])))
    return found


def fold(text: str) -> str:
    """Write a text as it is compared."""
    return _folded(unicodedata.normalize("NFC", text))[0].strip()


def places_in(text: str, wanted: str) -> list[Place]:
    """Every place of a text where the wanted words are, or words that contain them."""
    text = unicodedata.normalize("NFC", text)
    return [_place(text, first, last) for first, last in _spans(text, wanted)]


def places_said(words: Iterable[Word], wanted: str) -> list[Place]:
    """Every place where the wanted words are said, with the time of the first of them."""
    spoken = list(words)
    text, begins = "", []
    for word in spoken:
        begins.append(len(text))
        text += unicodedata.normalize("NFC", word.text) + " "
    found = []
    for first, last in _spans(text, wanted):
        number = max(n for n, begin in enumerate(begins) if begin <= first)
        place = _place(text, first, last)
        found.append(Place(place.before, place.match, place.after, spoken[number].start_seconds))
    return found


async def _places(version: Version, wanted: str, actor: Actor) -> list[Place]:
    if version.format in {"podcast", "video"}:
        if version.recording_id is None:
            return []
        reading = await read(version.recording_id, version_id=version.id, actor=actor)
        return [] if reading is None else places_said(reading.spoken, wanted)
    texts = [version.text]
    if version.format == "posts":
        posts = sorted(version.posts, key=lambda post: post.position)
        texts = [part for post in posts for part in (post.caption, post.alt_text)] + texts
    return [place for text in texts for place in places_in(text, wanted)]


def _spans(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Where it begins and ends in the text as it was written."""
    folded, origins = _folded(text)
    looked_for = fold(wanted)
    at = folded.find(looked_for) if looked_for else -1
    while at >= 0:
        yield origins[at], origins[at + len(looked_for) - 1] + 1
        at = folded.find(looked_for, at + len(looked_for))


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its letters the place that it comes from."""
    letters: list[str] = []
    origins: list[int] = []
    for place, sign in enumerate(text):
        for letter in _compared(sign):
            if letter != " " or (letters and letters[-1] != " "):
                letters.append(letter)
                origins.append(place)
    return "".join(letters), origins


def _compared(sign: str) -> str:
    if unicodedata.combining(sign):
        return ""
    small = sign.lower()
    if small in _OWN_LETTERS:
        return _OWN_LETTERS[small]
    bare = "".join(part for part in unicodedata.normalize("NFD", small) if not unicodedata.combining(part))
    return "".join(letter if letter.isalnum() else " " for letter in bare)


def _place(text: str, first: int, last: int) -> Place:
    begin, end = max(0, first - _AROUND), min(len(text), last + _AROUND)
    before, after = text[begin:first], text[last:end]
    # Half words at the ends say nothing.
    if begin > 0:
        before = "… " + before.partition(" ")[2]
    if end < len(text):
        after = after.rpartition(" ")[0] + " …"
    return Place(before, text[first:last], after)
