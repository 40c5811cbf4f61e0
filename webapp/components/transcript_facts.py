"""What one should know of a transcript: how it was spoken and heard, which machine made it, what was made before."""

from nicegui import ui

from models.permissions import Actor
from models.portfolios import time_zone
from transcription.pace import speaking_share, words_a_minute
from transcription.reading import Reading, read_earlier
from webapp.components.notices import facts, muted
from webapp.i18n import _, name_of_language, plural, say_length, say_time


async def transcript_facts(reading: Reading, *, declared: str, actor: Actor) -> None:
    """Say it below the words, as facts; the transcripts before are folded, with the corrections that belong to them."""
    if rows := _spoken(reading, declared):
        facts(rows)
    muted(
        _("Written down by a machine ({model}). It helps to find and to follow; what counts is what was said.").format(
            model=reading.transcript.model
        )
    )
    if reading.heard_language is not None and reading.heard_language[0] != declared:
        heard, probability = reading.heard_language
        words = _("Declared is {declared}; the machine heard {heard} (probability {probability}).").format(
            declared=name_of_language(declared), heard=name_of_language(heard), probability=f"{probability:.0%}"
        )
        ui.label(words).classes("cim-small").props("data-test=heard-language")
    for earlier in await read_earlier(reading, actor=actor):
        await _earlier(earlier)


def _spoken(reading: Reading, declared: str) -> list[tuple[str, str]]:
    """How it was spoken, for whoever reads it; none of this is a limit or a mark."""
    rows = []
    words, length = reading.spoken, reading.transcript.media.duration_seconds or 0.0
    if (pace := words_a_minute(words)) is not None:
        rows.append((_("Pace"), plural("about {count} word a minute", "about {count} words a minute", pace)))
    if words and (share := speaking_share(words, length)) is not None:
        rows.append((_("Speech"), _("{share} of {length}").format(share=f"{share:.0%}", length=say_length(length))))
    if reading.heard_language is not None and reading.heard_language[0] == declared:
        heard = _("{language}, as declared (probability {probability})").format(
            language=name_of_language(declared), probability=f"{reading.heard_language[1]:.0%}"
        )
        rows.append((_("Language heard"), heard))
    if reading.corrected:
        rows.append((_("Corrected"), plural("{count} corrected word", "{count} corrected words", reading.corrected)))
    return rows


async def _earlier(reading: Reading) -> None:
    made = reading.transcript
    with ui.element("details").classes("cim-fold").props("data-test=earlier-transcript"):
        with ui.element("summary"):
            when = say_time(made.made_at, await time_zone())
            title = _("Earlier: {model}, {when}").format(model=made.model, when=when)
            corrected = plural("{count} corrected word", "{count} corrected words", reading.corrected)
            ui.label(f"{title} · {corrected}" if reading.corrected else title)
        ui.label(reading.text or _("No speech was heard in this recording.")).classes("cim-text").props(
            f'lang="{made.language}"'
        )
