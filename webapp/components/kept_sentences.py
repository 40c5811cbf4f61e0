"""The menu of sentences that an assessor keeps, beside the comment; it lies inside an AssessmentText."""

from collections.abc import Sequence
from uuid import uuid4

from nicegui import events
from nicegui.element import Element

from models.actions import kept_sentences
from models.queries import kept_sentences as queries
from models.tables import KeptSentence
from webapp.errors import as_id, told
from webapp.i18n import _
from webapp.runtime import pages_runtime
from webapp.session import current_actor


class KeptSentences(Element, component="kept_sentences.js"):
    """A list that opens; its sentences go into the comment at the cursor."""

    def __init__(self, sentences: Sequence[KeptSentence]) -> None:
        super().__init__()
        self._show(sentences)
        self._props["labels"] = {
            "open": _("Kept sentences"),
            "keep": _("Keep this sentence"),
            "search": _("Find a sentence"),
            "none": _("Nothing is kept yet. Mark a sentence of your comment and keep it, to use it again."),
            "notFound": _("None of your sentences has these words."),
            "forget": _("Forget"),
            "sure": _("Forget this sentence?"),
            "cancel": _("Cancel"),
        }
        self.on("keep", told(self._keep))
        self.on("use", told(self._note_use))
        self.on("forget", told(self._forget))

    async def _keep(self, event: events.GenericEventArguments) -> None:
        actor, at = await current_actor(), pages_runtime().now()
        await kept_sentences.keep(str(event.args.get("text", "")), sentence_id=uuid4(), actor=actor, at=at)
        self._show(await queries.kept_sentences(actor))
        self.run_method("tell", _("Kept. Only you see your sentences."))

    async def _note_use(self, event: events.GenericEventArguments) -> None:
        """Count it; the list keeps its order until the page opens again, so that nothing moves under the finger."""
        actor, at = await current_actor(), pages_runtime().now()
        sentence = await queries.kept_sentence(as_id(str(event.args.get("id", ""))), actor=actor)
        await kept_sentences.note_use(sentence, actor=actor, at=at)

    async def _forget(self, event: events.GenericEventArguments) -> None:
        actor = await current_actor()
        sentence = await queries.kept_sentence(as_id(str(event.args.get("id", ""))), actor=actor)
        await kept_sentences.forget(sentence, actor=actor)
        self._show(await queries.kept_sentences(actor))

    def _show(self, sentences: Sequence[KeptSentence]) -> None:
        self._props["sentences"] = [{"id": str(one.id), "text": one.text} for one in sentences]
        self.update()
