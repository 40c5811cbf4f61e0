"""A transcript to take along and to read on paper: as a page of its own, and as a PDF that screen readers can read."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

from transcription.captions import paragraphs
from transcription.english import InEnglish
from transcription.reading import Reading
from transcription.speech import Word
from webapp.i18n import LANGUAGES, _, current_language, plural, say_date, say_length

_TEMPLATE = Path(__file__).with_name("readable.typ")
_STYLE = """
:root { color-scheme: light; }
body { font: 1.06rem/1.65 Georgia, "Times New Roman", serif; color: #1c2321; background: #fff; margin: 0 auto;
  max-width: 42rem; padding: 2rem 1.2rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.4rem 0 .6rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; }
dt, time { color: #55605c; } dd { margin: 0; }
.note { border-left: 3px solid #9aa5a0; padding-left: .8rem; margin: 1.2rem 0 2rem; font-size: .95rem; }
p { overflow-wrap: anywhere; margin: 0 0 1.1rem; }
time { font: .8rem/1 system-ui, sans-serif; margin-right: .5rem; }
@media print { body { font: 12pt/1.5 "Times New Roman", Times, serif; max-width: none; padding: 0; }
  p { orphans: 3; widows: 3; } h1 { break-after: avoid; } @page { margin: 2.2cm; } }
"""
POLICY = f"sandbox; default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
"""Content-Security-Policy of the page: its one sheet, and nothing that runs."""


@dataclass(frozen=True, slots=True)
class Readable:
    """What stands in a transcript that is taken along; labels and sentences in the reader's language."""

    title: str
    name: str
    language: str
    spoken: str
    """The language of the words themselves."""
    facts: tuple[tuple[str, str], ...]
    note: str
    nothing: str
    paragraphs: tuple[tuple[str, str], ...]
    """Each with the time at which it begins."""
    english: tuple[tuple[str, str], ...] = ()
    """The same of a machine's translation, if there is one."""
    english_mark: str = ""
    english_note: str = ""


def readable(reading: Reading, title: str, zone: ZoneInfo, *, english: InEnglish | None = None) -> Readable:
    """Gather what is said about a transcript and its words in paragraphs, and what a machine says of it in English."""
    media, language = reading.transcript.media, reading.transcript.language
    person = reading.reflection.enrolment.person.name
    facts = [(_("Student"), person)]
    if media.received_at is not None:
        facts.append((_("Recorded"), say_date(media.received_at.astimezone(zone).date())))
    facts.append((_("Language"), LANGUAGES.get(language, language)))
    if media.duration_seconds is not None:
        facts.append((_("Length"), say_length(media.duration_seconds)))
    return Readable(
        title=title,
        name=person,
        language=current_language(),
        spoken=language,
        facts=tuple(facts),
        note=how_it_was_made(reading),
        nothing=_("No speech was heard in this recording."),
        paragraphs=_with_clocks(reading.spoken),
        english=_with_clocks(english.sentences) if english else (),
        english_mark=english_heading() if english else "",
        english_note=how_english_was_made(english) if english else "",
    )


def _with_clocks(words: Sequence[Word]) -> tuple[tuple[str, str], ...]:
    return tuple((say_length(part.start_seconds), part.text) for part in paragraphs(words))


def how_it_was_made(reading: Reading) -> str:
    """Say that a machine wrote it down, and how much of it the student has put right."""
    corrected = sum(word.is_corrected for word in reading.words)
    unsure = sum(word.is_unsure for word in reading.words)
    said = [_("Written down by a machine ({model}).").format(model=reading.transcript.model)]
    if corrected:
        words = _("The student corrected {corrected} of {all} words.")
        said.append(words.format(corrected=corrected, all=len(reading.words)))
    else:
        said.append(_("The student has not corrected anything."))
    if unsure:
        said.append(
            plural("{count} word was a guess of the machine.", "{count} words were guesses of the machine.", unsure)
        )
    return " ".join([*said, _("What counts is what was said.")])


def english_heading() -> str:
    """Write what stands above the English."""
    name = _("In English")
    return f"{name} – {english_mark()}"


def english_mark() -> str:
    """Say in few words what the English is, wherever it is shown."""
    return _("Machine translation, not checked")


def how_english_was_made(english: InEnglish) -> str:
    """Say what it was made from, and so what is not in it."""
    words = _("Made by a machine ({model}) from the recording; corrections of the transcript do not change it.")
    return words.format(model=english.translation.model)


def html_of(document: Readable) -> str:
    """Write one page that needs nothing else: to read in a browser, to print, to keep."""
    e = escape
    facts = "".join(f"<dt>{e(name)}</dt><dd>{e(value)}</dd>" for name, value in document.facts)
    parts = _html_paragraphs(document.paragraphs)
    english = (
        f"<section>\n<h2>{e(document.english_mark)}</h2>\n"
        f'<p class="note">{e(document.english_note)}</p>\n'
        f'<div lang="en">\n{_html_paragraphs(document.english)}</div>\n</section>\n'
        if document.english
        else ""
    )
    return f"""<!doctype html>
<html lang="{e(document.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{e(document.title)} – {e(document.name)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{e(document.title)}</h1>
<dl>{facts}</dl>
<p class="note">{e(document.note)}</p>
<div lang="{e(document.spoken)}">
{parts or f'<p lang="{e(document.language)}">{e(document.nothing)}</p>'}</div>
{english}</main>
</body>
</html>
"""


def _html_paragraphs(parts: Sequence[tuple[str, str]]) -> str:
    return "".join(f"<p><time>{clock}</time> {escape(words)}</p>\n" for clock, words in parts)


def pdf_of(document: Readable) -> bytes:
    """Set it as a tagged PDF (PDF/UA-1) with its fonts inside. Takes a moment: call it in a thread.

    The standard forbids signs for which there is no font; where somebody said some, it is a tagged PDF without the
    promise.
    """
    given: Mapping[str, object] = {
        "title": document.title,
        "name": document.name,
        "language": document.language,
        "spoken": document.spoken,
        "facts": document.facts,
        "note": document.note,
        "nothing": document.nothing,
        "paragraphs": document.paragraphs,
        "english": document.english,
        "english_mark": document.english_mark,
        "english_note": document.english_note,
    }
    inputs = {"document": json.dumps(given)}
    try:
        return typst.compile(str(_TEMPLATE), sys_inputs=inputs, pdf_standards="ua-1")
    except typst.TypstError:
        return typst.compile(str(_TEMPLATE), sys_inputs=inputs)
