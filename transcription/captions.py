"""Words with times as captions (WebVTT) and as plain text; corrected words are rendered the same way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from transcription.speech import Word

LONGEST_LINE = 42
LINES_PER_CUE = 2
LONGEST_CUE_MS = 7_000
# A cue shorter than this cannot be read; it stays on the screen until the next one, at most so long.
SHORTEST_CUE_MS = 700

_PAUSE_MS = 1_000
_SHORT_PAUSE_MS = 300
_PARAGRAPH_PAUSE_MS = 1_500
_PARAGRAPH_PAUSE_IN_SENTENCE_MS = 4_000
_LONG_PARAGRAPH = 90
_SENTENCE_ENDS = (".", "!", "?", "…", ".”", "!”", "?”", '."', '!"', '?"')
_CLAUSE_ENDS = (",", ";", ":", "–", "—")
# Words that lead to the next one: a line that ends with one of them makes the reader wait.
_LEADING = frozenset(
    (
        *("a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "is", "my", "of", "on", "or", "our", "that"),
        *("the", "their", "to", "was", "were", "with", "your", "att", "av", "de", "den", "det", "din", "du", "en"),
        *("ett", "från", "för", "han", "hon", "i", "jag", "med", "min", "och", "om", "på", "som", "så", "till", "var"),
        *("vi", "är"),
    )
)


@dataclass(frozen=True, slots=True)
class Cue:
    """Lines that are on the screen together, with whole milliseconds from the start of the recording."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def webvtt(words: Iterable[Word]) -> str:
    """Render words as a WebVTT file."""
    blocks = (f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\n{_escaped(cue.lines)}\n" for cue in cues(words))
    return "\n".join(("WEBVTT\n", *blocks))


def cues(words: Iterable[Word]) -> list[Cue]:
    """Divide words into cues of two lines of 42 characters and 7 s, rather at the end of a sentence or in a pause.

    Cues are in order and do not overlap. A single word longer than a line stays whole on a line of its own.
    """
    groups = list(_groups(list(_atoms(words))))
    if not groups:
        return []
    starts: list[int] = []
    for group in groups:
        starts.append(max(group[0].start_ms, starts[-1] + 1 if starts else 0))
    nexts = (*starts[1:], None)
    return [_cue(group, start, until) for group, start, until in zip(groups, starts, nexts, strict=True)]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that belong together, and when the first of them is said."""

    start_seconds: float
    text: str


def plain_text(words: Iterable[Word]) -> str:
    """Render words as paragraphs with an empty line between."""
    return "".join(f"{paragraph.text}\n\n" for paragraph in paragraphs(words)).removesuffix("\n")


def paragraphs(words: Iterable[Word]) -> list[Paragraph]:
    """Divide words where somebody rests: a longer pause after a sentence begins a new paragraph.

    Who speaks without rest gets one too, at the end of a sentence, once a paragraph has `_LONG_PARAGRAPH` words.
    """
    found: list[list[_Atom]] = []
    for atom in _atoms(words):
        if not found or _rests(found[-1], atom):
            found.append([])
        found[-1].append(atom)
    return [Paragraph(atoms[0].start_ms / 1000, " ".join(atom.text for atom in atoms)) for atoms in found]


def paragraph_starts(words: Sequence[Word]) -> list[int]:
    """The places of the words at which paragraphs begin; a word may have several with blanks between, or none."""
    places = [place for place, word in enumerate(words) for _part in word.text.split()]
    begun, starts = 0, []
    for paragraph in paragraphs(words):
        starts.append(places[begun])
        begun += len(paragraph.text.split())
    return starts


def _rests(paragraph: Sequence["_Atom"], after: "_Atom") -> bool:
    before = paragraph[-1]
    pause = after.start_ms - before.end_ms
    if not before.text.endswith(_SENTENCE_ENDS):
        return pause >= _PARAGRAPH_PAUSE_IN_SENTENCE_MS
    return pause >= _PARAGRAPH_PAUSE_MS or len(paragraph) >= _LONG_PARAGRAPH


@dataclass(frozen=True, slots=True)
class _Atom:
    """Text without blanks and its time: a word, or a part of one that a person corrected to several."""

    text: str
    start_ms: int
    end_ms: int


def _atoms(words: Iterable[Word]) -> Iterator[_Atom]:
    for word in words:
        texts = word.text.split()
        start, end = round(word.start_seconds * 1000), round(word.end_seconds * 1000)
        letters, before = sum(map(len, texts)), 0
        for text in texts:
            # Several words share the time by their letters: a long one takes longer to say.
            after = before + len(text)
            length = end - start
            yield _Atom(text, round(start + length * before / letters), round(start + length * after / letters))
            before = after


def _groups(atoms: list[_Atom]) -> Iterator[list[_Atom]]:
    """What is shown together: as much as fits, cut at the best place of what would fit."""
    first = 0
    while first < len(atoms):
        end = first + 1
        while end < len(atoms) and _fits(atoms[first : end + 1]) and not _is_break(atoms[end - 1], atoms[end]):
            end += 1
        if end < len(atoms) and not _is_break(atoms[end - 1], atoms[end]):
            end = _best_cut(atoms, first, end)
        yield atoms[first:end]
        first = end


def _fits(atoms: list[_Atom]) -> bool:
    return atoms[-1].end_ms - atoms[0].start_ms <= LONGEST_CUE_MS and len(_filled(atoms)) <= LINES_PER_CUE


def _is_break(before: _Atom, after: _Atom) -> bool:
    return after.start_ms - before.end_ms >= _PAUSE_MS


def _best_cut(atoms: list[_Atom], first: int, end: int) -> int:
    """The atom to go on with where not all until the next break fits; no lonely word should be left over."""
    # What lies further away than twice as much as fits changes nothing, and would make long talks slow.
    far = min(len(atoms), 2 * end - first)
    rest = next((n for n in range(end + 1, far) if _is_break(atoms[n - 1], atoms[n])), far)
    wanted = min(end, (first + rest + 1) // 2)
    return max(range(first + 1, end + 1), key=lambda cut: (_worth(atoms, first, cut, end), -abs(cut - wanted)))


def _worth(atoms: list[_Atom], first: int, cut: int, end: int) -> int:
    """How good a cue ends before atom `cut`; a cut in the first third would leave too little."""
    if cut - first < (end - first) / 3:
        return 0
    before, after = atoms[cut - 1], atoms[cut]
    if before.text.endswith(_SENTENCE_ENDS):
        return 3
    if before.text.endswith(_CLAUSE_ENDS) or after.start_ms - before.end_ms >= _SHORT_PAUSE_MS:
        return 2
    return 1


def _cue(group: list[_Atom], start_ms: int, until_ms: int | None) -> Cue:
    end_ms = min(max(group[-1].end_ms, start_ms + SHORTEST_CUE_MS), start_ms + LONGEST_CUE_MS)
    return Cue(start_ms, end_ms if until_ms is None else min(end_ms, until_ms), tuple(_lines(group)))


def _lines(atoms: list[_Atom]) -> list[str]:
    """The lines of a cue: as few as possible, and of two lines the division that reads best."""
    lines = _filled(atoms)
    if len(lines) == LINES_PER_CUE:
        lines = min(
            ([atoms[:cut], atoms[cut:]] for cut in range(1, len(atoms)) if _both_fit(atoms, cut)),
            key=_awkwardness,
            default=lines,
        )
    return [" ".join(atom.text for atom in line) for line in lines]


def _filled(atoms: list[_Atom]) -> list[list[_Atom]]:
    """As few lines as hold them, each as full as it can be."""
    lines: list[list[_Atom]] = []
    width = 0
    for atom in atoms:
        width += 1 + len(atom.text)
        if lines and width <= LONGEST_LINE:
            lines[-1].append(atom)
        else:
            lines.append([atom])
            width = len(atom.text)
    return lines


def _both_fit(atoms: list[_Atom], cut: int) -> bool:
    return _width(atoms[:cut]) <= LONGEST_LINE and _width(atoms[cut:]) <= LONGEST_LINE


def _awkwardness(lines: list[list[_Atom]]) -> int:
    """How badly two lines read: of unequal length, a clause cut, a small word parted from what it belongs to."""
    first, second = lines
    unequal = abs(_width(first) - _width(second))
    last = first[-1].text
    if last.endswith((*_SENTENCE_ENDS, *_CLAUSE_ENDS)):
        return unequal - 24
    return unequal + (10 if last.lower() in _LEADING else 0)


def _width(atoms: Sequence[_Atom]) -> int:
    return sum(len(atom.text) for atom in atoms) + len(atoms) - 1


def _escaped(lines: Iterable[str]) -> str:
    """The three characters of WebVTT; an escaped `>` also keeps `-->` out of the text."""
    return "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"
