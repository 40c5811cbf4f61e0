"""Which speech model writes down which language, chosen among those on the machine."""

import asyncio

from nicegui import ui

from models.actions import speech_models as actions
from models.queries import jobs as queries
from transcription import weights
from webapp.components.notices import muted
from webapp.errors import told
from webapp.i18n import LANGUAGES, _, name_of_language
from webapp.runtime import pages_runtime
from webapp.session import current_actor


async def speech_models_form() -> None:
    """Offer one choice for each language of the application, and one for all others."""
    settings = pages_runtime().settings
    here = await asyncio.to_thread(weights.names_here, settings.models_folder)
    chosen = await queries.speech_models()
    for language in [*LANGUAGES, *(code for code in chosen if code and code not in LANGUAGES), ""]:
        _choice(language, chosen.get(language, ""), here)
    muted(_("The usual model is {name}; whoever runs the machine sets it.").format(name=settings.speech_model))
    muted(_("Another model is put there with: cim model fetch NAME"))


def _choice(language: str, chosen: str, here: list[str]) -> None:
    @told
    async def choose() -> None:
        known = await asyncio.to_thread(weights.names_here, pages_runtime().settings.models_folder)
        model, actor = select.value or "", await current_actor()
        await actions.choose(language, model, models=known, actor=actor, at=pages_runtime().now())
        ui.notify(_("Saved"), type="positive")

    # A model that knows English only would hear English in everything.
    fitting = [name for name in here if language == "en" or not name.endswith(".en")]
    names = {"": _("The usual model"), **{name: name for name in fitting}}
    if chosen not in names:
        names[chosen] = _("{name} (not on this machine)").format(name=chosen)
    label = name_of_language(language) if language else _("All other languages")
    select = ui.select(names, label=label, value=chosen, on_change=choose)
    select.props(f"outlined data-test=speech-model-{language or 'other'}").classes("w-full")
