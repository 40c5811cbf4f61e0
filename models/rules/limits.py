"""Whether a piece fits its format: what refuses the hand-in, and what is only worth knowing."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from models.rules.bilingual import LANGUAGE_NAMES, Bilingual
from models.rules.pieces import MEASURES, Bounds, Format, FormatKind, PieceRules
from models.rules.portfolio import ReflectionFact
from models.rules.sentences import Sentence, say

FORMAT_NAMES: dict[FormatKind, Bilingual] = {
    "written": Bilingual("text", "text"),
    "podcast": Bilingual("podd", "podcast"),
    "video": Bilingual("video", "video"),
    "posts": Bilingual("inlägg", "posts"),
}


Measure = Literal["seconds", "posts", "words"]
ORDER: tuple[Measure, ...] = ("seconds", "posts", "words")


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """What can be measured in a piece; seconds are rounded to whole ones."""

    words: int | None = None
    seconds: int | None = None
    posts: int | None = None


def problems(fmt: Format, facts: PieceFacts) -> list[Sentence]:
    """Say what refuses the hand-in: something is missing, or beyond a hard bound."""
    return _missing(fmt, facts) + _out_of_bounds(fmt, facts)


def hints(fmt: Format, facts: PieceFacts) -> list[Sentence]:
    """Say what is off the target; a hint never blocks, and nothing is said about what is still empty."""
    found: list[Sentence] = []
    if facts.words and fmt.words and _is_off_target(facts.words, fmt.words):
        found.append(say("words_off_target", words=facts.words, target=_middle(fmt.words)))
    if facts.seconds and fmt.seconds and _is_off_target(facts.seconds, fmt.seconds):
        found.append(
            say(
                "recording_off_target",
                length=timedelta(seconds=facts.seconds),
                target_min=timedelta(seconds=fmt.seconds.target_min or 0),
                target_max=timedelta(seconds=fmt.seconds.target_max or 0),
            )
        )
    if facts.posts and fmt.posts and _is_off_target(facts.posts, fmt.posts):
        found.append(
            say(
                "posts_off_target",
                posts=facts.posts,
                target_min=fmt.posts.target_min or 0,
                target_max=fmt.posts.target_max or 0,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing that is measured in a piece, beside what is wanted and allowed of it; `said` is what is off."""

    measure: Measure
    value: int
    bounds: Bounds
    said: tuple[Sentence, ...]


def measured(fmt: Format, facts: PieceFacts) -> list[Measured]:
    """List what is measured and has limits in this format, each by itself; what is still empty is not measured."""
    found = []
    for measure in ORDER:
        value, bounds = getattr(facts, measure), getattr(fmt, measure)
        if value and bounds is not None:
            alone = PieceFacts(**{measure: value})
            found.append(Measured(measure, value, bounds, (*_out_of_bounds(fmt, alone), *hints(fmt, alone))))
    return found


def language_problem(rules: PieceRules, language: str) -> Sentence | None:
    """Say which languages the piece may be in, if not in this one."""
    allowed = rules.allowed_languages
    if language in allowed:
        return None
    names = [LANGUAGE_NAMES[code] for code in allowed]
    return say(
        "language_not_allowed",
        languages=Bilingual(" eller ".join(n.sv for n in names), " or ".join(n.en for n in names)),
    )


def misfit(rules: PieceRules, fact: ReflectionFact) -> Sentence | None:
    """Say why the rule set could never take this piece; what is not known about it is not held against it."""
    fmt = rules.format_of(fact.format)
    if fmt is None:
        return say("format_not_offered", format=FORMAT_NAMES[fact.format])
    beyond = _out_of_bounds(fmt, PieceFacts(fact.words, fact.seconds, fact.posts))
    if beyond:
        return beyond[0]
    return None if fact.language is None else language_problem(rules, fact.language)


def count_words(text: str) -> int:
    """Count runs of letters and digits; apostrophes and hyphens inside a word, and 3.5 or 14:30, do not split it.

    Accents that are written as characters of their own and invisible characters belong to their word.
    """
    return len(_WORD.findall("".join(c for c in unicodedata.normalize("NFD", text) if not _is_part_of_a_letter(c))))


_WORD = re.compile(r"[^\W_]+(?:(?:['’‐‑-]|(?<=\d)[.,:](?=\d))[^\W_]+)*")
_ZERO_WIDTH_SPACE = "\u200b"


def _is_part_of_a_letter(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "M" or (category == "Cf" and character != _ZERO_WIDTH_SPACE)


def _missing(fmt: Format, facts: PieceFacts) -> list[Sentence]:
    measures = MEASURES[fmt.kind]
    found: list[Sentence] = []
    if "posts" in measures and not facts.posts:
        found.append(say("posts_missing"))
    if "words" in measures and not facts.words:
        found.append(say("text_empty"))
    if "seconds" in measures and not facts.seconds:
        found.append(say("recording_missing"))
    return found


def _out_of_bounds(fmt: Format, facts: PieceFacts) -> list[Sentence]:
    found: list[Sentence] = []
    if facts.posts and fmt.posts:
        if fmt.posts.minimum is not None and facts.posts < fmt.posts.minimum:
            found.append(say("posts_too_few", posts=facts.posts, minimum=fmt.posts.minimum))
        if fmt.posts.maximum is not None and facts.posts > fmt.posts.maximum:
            found.append(say("posts_too_many", posts=facts.posts, maximum=fmt.posts.maximum))
    if facts.words and fmt.words:
        if fmt.words.minimum is not None and facts.words < fmt.words.minimum:
            found.append(say("words_too_few", words=facts.words, minimum=fmt.words.minimum))
        if fmt.words.maximum is not None and facts.words > fmt.words.maximum:
            found.append(say("words_too_many", words=facts.words, maximum=fmt.words.maximum))
    if facts.seconds and fmt.seconds:
        length = timedelta(seconds=facts.seconds)
        if fmt.seconds.minimum is not None and facts.seconds < fmt.seconds.minimum:
            found.append(say("recording_too_short", length=length, minimum=timedelta(seconds=fmt.seconds.minimum)))
        if fmt.seconds.maximum is not None and facts.seconds > fmt.seconds.maximum:
            found.append(say("recording_too_long", length=length, maximum=timedelta(seconds=fmt.seconds.maximum)))
    return found


def _is_off_target(value: int, bounds: Bounds) -> bool:
    if bounds.target_min is None or bounds.target_max is None:
        return False
    return not bounds.target_min <= value <= bounds.target_max


def _middle(bounds: Bounds) -> int:
    return ((bounds.target_min or 0) + (bounds.target_max or 0)) // 2
