"""A transcript as one component with one list of words: quick also for long recordings."""

from collections.abc import Awaitable, Callable

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from transcription.reading import LOW_CONFIDENCE, Reading
from webapp.i18n import _


class TranscriptView(Element, component="transcript_view.js"):
    """Words of a reading; a click plays from there, and with `on_correct` puts the word right."""

    def __init__(
        self,
        reading: Reading,
        *,
        player: str,
        on_correct: Callable[[int, int, str], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__()
        self._props["player"] = player
        self._props["language"] = reading.transcript.language
        self._props["editable"] = on_correct is not None
        self._props["unsureBelow"] = LOW_CONFIDENCE
        self._props["labels"] = {
            "hint": _("Tap a word to hear it and to put it right. Words the machine was unsure of are underlined."),
            "heard": _("The machine heard:"),
            "mend": _("What was said instead of"),
            "save": _("Save"),
            "cancel": _("Cancel"),
        }
        self.show(reading)
        if on_correct is not None:

            async def corrected(event: GenericEventArguments) -> None:
                await on_correct(int(event.args["segment"]), int(event.args["word"]), str(event.args["text"]))

            self.on("correct", corrected)

    def show(self, reading: Reading) -> None:
        """Show the words as they are now."""
        self._props["words"] = [
            {
                "s": word.segment,
                "w": word.word,
                "t": word.text,
                "h": word.heard,
                "a": word.start_seconds,
                "b": word.end_seconds,
                "c": word.confidence,
            }
            for word in reading.words
        ]
        self.update()
