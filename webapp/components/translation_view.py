"""The machine-made English beside a transcript: below the words that were spoken, and never without its mark."""

from nicegui import ui
from nicegui.element import Element

from models.actions.jobs import OPEN_STATES
from models.permissions import Actor, is_own
from models.queries import media as queries
from models.states import JobState
from transcription.captions import paragraph_starts
from transcription.english import InEnglish
from transcription.reading import Reading
from webapp.components.notices import muted
from webapp.i18n import _
from webapp.readable import english_heading, how_english_was_made


class TranslationView(Element, component="translation_view.js", esm={"cim-desk": "desk"}):
    """Sentences in English; a click plays from there."""

    def __init__(self, english: InEnglish, *, player: str) -> None:
        super().__init__()
        self._props["player"] = player
        self._props["labels"] = {"playFrom": _("Play from")}
        self._props["breaks"] = paragraph_starts(english.sentences)
        self._props["sentences"] = [
            {"t": one.text, "a": one.start_seconds, "b": one.end_seconds} for one in english.sentences
        ]


async def translation_view(reading: Reading, english: InEnglish | None, *, player: str, actor: Actor) -> None:
    """Show the translation, folded for its student, who needs none; or say that it is on its way."""
    if english is None:
        await _not_there(reading)
        return
    with ui.element("details").classes("cim-fold").props("data-test=translation") as folded:
        if not is_own(actor, reading.reflection.enrolment):
            folded.props("open")
        with ui.element("summary"):
            ui.label(english_heading())
        muted(how_english_was_made(english))
        TranslationView(english, player=player)


async def _not_there(reading: Reading) -> None:
    media = reading.transcript.media
    job = (await queries.work_on([media]))[media.id].translating
    if job is None or job.arguments.get("transcript") != str(reading.transcript.id):
        return
    if job.status in OPEN_STATES:
        muted(_("A machine translation into English is on its way."))
    elif job.status in {JobState.FAILED, JobState.CANCELLED}:
        muted(_("There is no machine translation into English: it could not be made, or it was stopped."))
