"""Words with times as captions (WebVTT) and as plain text; corrected words are rendered the same way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

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
_SENTENCE_ENDS = (".", "!", "?", "…", ".”", "!”", "?”", '."', '!"', '?"')
_CLAUSE_ENDS = (",", ";", ":", "–", "—")


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


def plain_text(words: Iterable[Word]) -> str:
    """Render words as paragraphs with an empty line between: a longer pause after a sentence begins a new one."""
    atoms = list(_atoms(words))
    if not atoms:
        return ""
    parts = [atoms[0].text]
    for before, atom in pairwise(atoms):
        pause = atom.start_ms - before.end_ms
        wanted = _PARAGRAPH_PAUSE_MS if before.text.endswith(_SENTENCE_ENDS) else _PARAGRAPH_PAUSE_IN_SENTENCE_MS
        parts.append(("\n\n" if pause >= wanted else " ") + atom.text)
    return "".join(parts) + "\n"


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
        for number, text in enumerate(texts):
            length = (end - start) / len(texts)
            yield _Atom(text, round(start + number * length), round(start + (number + 1) * length))


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
    return atoms[-1].end_ms - atoms[0].start_ms <= LONGEST_CUE_MS and len(_lines(atoms)) <= LINES_PER_CUE


def _is_break(before: _Atom, after: _Atom) -> bool:
    return after.start_ms - before.end_ms >= _PAUSE_MS


def _best_cut(atoms: list[_Atom], first: int, end: int) -> int:
    """The atom to go on with where not all until the next break fits; no lonely word should be left over."""
    rest = next((n for n in range(end + 1, len(atoms)) if _is_break(atoms[n - 1], atoms[n])), len(atoms))
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
    lines: list[str] = []
    for atom in atoms:
        if lines and len(lines[-1]) + 1 + len(atom.text) <= LONGEST_LINE:
            lines[-1] += f" {atom.text}"
        else:
            lines.append(atom.text)
    return lines


def _escaped(lines: Iterable[str]) -> str:
    """The three characters of WebVTT; an escaped `>` also keeps `-->` out of the text."""
    return "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"
