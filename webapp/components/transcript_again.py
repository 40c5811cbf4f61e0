"""Having a recording written down once more, with another model or in another language."""

from nicegui import ui

from models.actions import transcripts
from models.actions.jobs import OPEN_STATES
from models.queries import media as queries
from models.rules.pieces import PieceRules
from models.tables import MediaItem, Version
from transcription import weights
from webapp.components.notices import muted
from webapp.errors import told
from webapp.i18n import _, name_of_language, plural
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def transcript_again(version: Version, rules: PieceRules) -> None:
    """Offer it where there is a transcript and nobody is at work; the words say what happens to corrections."""
    media = version.recording
    if media is None:
        return
    transcript = await queries.transcript(media.id, actor=await current_actor())
    work = (await queries.work_on([media]))[media.id].transcribing
    if transcript is None or (work is not None and work.status in OPEN_STATES):
        return
    corrected = len(await queries.corrections(transcript))
    with ui.element("details").classes("cim-fold").props("data-test=write-anew"):
        with ui.element("summary"):
            ui.label(_("Have it written down anew"))
        with ui.element("div").classes("cim-form"):
            muted(_("The text that is there stays below the new one, and it can still be read."))
            if corrected:
                muted(
                    plural(
                        "{count} corrected word belongs to the text that is there: it is not carried over.",
                        "{count} corrected words belong to the text that is there: they are not carried over.",
                        corrected,
                    )
                )
            _form(media, version, rules)


def _form(media: MediaItem, version: Version, rules: PieceRules) -> None:
    here = weights.names_here(pages_runtime().settings.models_folder)

    @told
    async def begin() -> None:
        await transcripts.write_down_anew(
            media,
            model=model.value or "",
            language=language.value or "",
            models=here,
            actor=await current_actor(),
            at=pages_runtime().now(),
        )
        ui.navigate.reload()

    with ui.element("div").classes("cim-form-pair"):
        models = {"": _("The usual model"), **{name: name for name in here}}
        model = ui.select(models, label=_("Speech model"), value="").props("outlined data-test=anew-model")
        spoken = dict.fromkeys([version.language, *rules.allowed_languages])
        languages = {code: name_of_language(code) for code in spoken}
        language = ui.select(languages, label=_("Language spoken"), value=version.language)
        language.props("outlined data-test=anew-language")
    ui.button(_("Write it down anew"), on_click=begin).props("outline data-test=begin-anew")
