"""Comment, private note and chosen levels of an assessor, which outlive a connection, a reload and a lost claim."""

from collections.abc import Sequence

from nicegui import events
from nicegui.element import Element

from models.actions.assessment_drafts import LONGEST_LETTERS
from models.permissions import Actor
from models.rules.criteria import Criterion, given
from models.tables import AssessmentDraft, Version
from webapp.i18n import _


class AssessmentText(Element, component="assessment_text.js"):
    """Two fields that keep themselves; `comment` is what the first one holds now, `levels` what is chosen beside it."""

    def __init__(
        self, version: Version, kept: AssessmentDraft | None, criteria: Sequence[Criterion] = (), *, actor: Actor
    ) -> None:
        super().__init__()
        self._criteria = criteria
        self.levels = self._known(kept.levels if kept else None)
        self._props["levels"] = self.levels
        self.comment = kept.comment if kept else ""
        self._props["version"] = str(version.id)
        self._props["person"] = str(actor.person_id)
        self._props["comment"] = self.comment
        self._props["note"] = kept.note if kept else ""
        self._props["revision"] = kept.revision if kept else 0
        self._props["longest"] = LONGEST_LETTERS
        self._props["labels"] = {
            "comment": _("Comment to the student"),
            "note": _("Notes for yourself; nobody else sees them"),
            "saving": _("Saving …"),
            "saved": _("Saved. Only you see it until you decide."),
            "kept": _("No connection. What you write is kept on this device and saved by itself."),
            "signedOut": _(
                "You are signed out. Sign in again in this browser: what you wrote is kept on this device and saved "
                "when you come back to this page."
            ),
        }
        self.on("written", self._hear)

    def forget(self) -> None:
        """Let the device keep nothing of what was decided with."""
        self.run_method("forget")

    def _hear(self, event: events.GenericEventArguments) -> None:
        self.comment = str(event.args.get("comment", ""))
        self.levels = self._known(event.args.get("levels"))

    def _known(self, levels: object) -> dict[str, str]:
        """Leave out what was chosen by criteria that hold for this student no more."""
        chosen = levels if isinstance(levels, dict) else {}
        return {criterion.id: level.id for criterion, level in given(self._criteria, chosen)}
