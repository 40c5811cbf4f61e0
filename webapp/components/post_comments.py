"""What is said about one post, below it."""

from uuid import UUID

from nicegui.element import Element

from models.tables import Version
from webapp.i18n import _


class PostComments(Element, component="post_comments.js", esm={"cim-desk": "desk"}):
    """The comments on a post of a version, and the way to add one where there is a list on the page to add to."""

    def __init__(self, version: Version, key: UUID) -> None:
        super().__init__()
        self._props["version"] = str(version.id)
        self._props["post"] = str(key)
        self._props["labels"] = {"commentHere": _("Comment on this post"), "comment": _("Comment")}
