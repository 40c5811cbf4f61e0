"""A written text as it is read and judged: what is said about it at its places, and what has changed in it."""

from nicegui.element import Element

from models.tables import Version
from webapp.i18n import _


class WrittenView(Element, component="written_view.js", esm={"cim-desk": "desk"}):
    """The text of a version; `before` is that of the version that was handed in before it, where there is one."""

    def __init__(self, version: Version, *, before: str | None = None) -> None:
        super().__init__()
        self._props["version"] = str(version.id)
        self._props["text"] = version.text
        self._props["language"] = version.language
        self._props["before"] = before
        self._props["labels"] = {
            "text": _("The text. Arrows choose words, Shift and arrows several, C comments on them."),
            "commentHere": _("Comment here"),
            "chosen": _("Chosen:"),
            "comment": _("Comment"),
            "difference": _("Show what has changed since the version before"),
            "added": _("added:"),
            "taken": _("taken out:"),
            "same": _("Nothing has changed in the text."),
        }
