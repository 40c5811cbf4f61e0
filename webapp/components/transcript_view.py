"""A transcript as one component with one list of words: quick also for long recordings."""

from nicegui.element import Element

from transcription.captions import paragraph_starts
from transcription.reading import Reading
from transcription.speech import Word
from webapp.i18n import _, current_language


class TranscriptView(Element, component="transcript_view.js", esm={"cim-desk": "desk"}):
    """Words of a reading; a click plays from there. With `editable` its student puts words right in place.

    `find` is looked for from the start. What is said at places of `version` is marked.
    """

    def __init__(self, reading: Reading, *, player: str, version: str, editable: bool = False, find: str = "") -> None:
        super().__init__()
        self._props["player"] = player
        self._props["version"] = version
        self._props["media"] = str(reading.transcript.media_id)
        self._props["transcript"] = str(reading.transcript.id)
        self._props["language"] = reading.transcript.language
        self._props["editable"] = editable
        self._props["find"] = find
        self._props["labels"] = _labels()
        self._props["breaks"] = _breaks(reading)
        self._props["words"] = [
            {
                "s": word.segment,
                "w": word.word,
                "t": word.text,
                "h": word.heard,
                "a": word.start_seconds,
                "b": word.end_seconds,
                "j": word.is_joined,
                "u": word.is_unsure,
            }
            for word in reading.words
        ]


def _breaks(reading: Reading) -> list[int]:
    """The words at which paragraphs begin; by what was heard, so that nothing moves while words are put right."""
    heard = [Word(word.heard, word.start_seconds, word.end_seconds, word.confidence) for word in reading.words]
    return paragraph_starts(heard)


def _labels() -> dict[str, str]:
    return {
        "language": current_language(),
        "how": _("How to put words right"),
        "hint": _(
            "Tap a word to hear it and to put it right where it stands. A blank makes two words of one; leave the "
            "field empty to leave the word out. Words the machine was unsure of are underlined."
        ),
        "keys": _(
            "Keys: arrows choose a word, Enter opens and saves it, Tab saves it and opens the next, arrow down leads "
            "to the buttons, Esc leaves it."
        ),
        "heard": _("The machine heard:"),
        "mend": _("What was said instead of"),
        "unsure": _("The machine was unsure"),
        "save": _("Save"),
        "cancel": _("Cancel"),
        "hear": _("Hear again"),
        "join": _("Join with next"),
        "add": _("Add after"),
        "leaveOut": _("Leave out"),
        "restore": _("Take the machine's"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "nextUnsure": _("Next unsure word"),
        "showHeard": _("Show what the machine wrote"),
        "find": _("Find in the transcript"),
        "previous": _("Previous place"),
        "next": _("Next place"),
        "commentHere": _("Comment here"),
        "comment": _("Comment"),
        "chosen": _("Chosen:"),
        "count": _("{number} of {all}"),
        "nothing": _("Not found"),
        "playFrom": _("Play from"),
        "saving": _("Saving …"),
        "saved": _("All corrections are saved."),
        "kept": _("No connection. Your corrections are kept on this device and are sent by themselves."),
        "signedOut": _(
            "You are signed out. Sign in again in this browser: your corrections are kept on this device and are sent "
            "when you come back to this page."
        ),
    }
