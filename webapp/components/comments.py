"""Comments at their places, as a list beside the piece or below a decision; its parts mark the same places."""

from collections.abc import Sequence

from nicegui.element import Element

from models.actions.comments import LONGEST_LETTERS
from models.errors import N_, Refused
from models.permissions import Actor
from models.states import MediaState
from models.tables import AssessmentComment, Version
from models.tables.assessments import Anchor
from webapp.components.piece import copies
from webapp.i18n import _


class NotSavedYet(Refused):
    """A decision hands over what the server has; nothing that is on the screen may be missing in it."""

    words = N_(
        "A comment at its place could not be saved yet, so that no decision was made. Look at what is said below it."
    )


class CommentList(Element, component="comments.js", esm={"cim-desk": "desk"}):
    """The comments of one reader about a version; `writer` may change them and add to them.

    They are heard in `player`, or where there is none on the screen in a small one of their own.
    """

    def __init__(
        self,
        version: Version,
        comments: Sequence[AssessmentComment],
        *,
        name: str,
        player: str = "",
        writer: Actor | None = None,
    ) -> None:
        super().__init__()
        self._props["version"] = str(version.id)
        self._props["list"] = name
        self._props["person"] = str(writer.person_id) if writer else ""
        self._props["can-write"] = writer is not None
        self._props["player"] = player
        self._props["sources"] = [] if player else _sources(version)
        self._props["language"] = version.language
        self._props["longest"] = LONGEST_LETTERS
        self._props["posts"] = _posts(version)
        self._props["comments"] = [_shown(comment) for comment in comments]
        self._props["labels"] = {
            "none": _how_to_begin(version),
            "comment": _("Comment"),
            "remove": _("Remove"),
            "hear": _("Hear the place of comment"),
            "show": _("Show the place of comment"),
            "saving": _("Saving …"),
            "saved": _("Saved. Only you see it until you decide."),
            "kept": _("No connection. What you write is kept on this device and saved by itself."),
            "signedOut": _(
                "You are signed out. Sign in again in this browser: what you wrote is kept on this device and saved "
                "when you come back to this page."
            ),
        }

    async def check_saved(self) -> None:
        """Wait until the server has every word. Raises NotSavedYet."""
        try:
            is_saved = await self.run_method("settle", timeout=15)
        except TimeoutError:
            is_saved = False
        if not is_saved:
            raise NotSavedYet

    def forget(self) -> None:
        """Let the device keep nothing of what was decided with."""
        self.run_method("forget")


def _how_to_begin(version: Version) -> str:
    if version.format in {"podcast", "video"}:
        return _(
            "Nothing yet. Choose words with the mouse, or with Shift and the arrows, and press “Comment here” (C); "
            "without chosen words it is about the moment that you hear."
        )
    if version.format == "posts":
        return _("Nothing yet. Press “Comment on this post” below a post, or choose words of the text.")
    return _("Nothing yet. Choose words with the mouse or the arrows, and press “Comment here” (C).")


def _posts(version: Version) -> dict[str, str]:
    """Name the posts of a version, whose rows come with it, in their order."""
    if version.format != "posts":
        return {}
    posts = sorted(version.posts, key=lambda post: post.position)
    return {str(post.key): _("Post {number}").format(number=number) for number, post in enumerate(posts, start=1)}


def _sources(version: Version) -> list[dict[str, str]]:
    media = version.recording
    is_heard = version.format in {"podcast", "video"} and media is not None and media.state is MediaState.READY
    return copies(media) if media is not None and is_heard else []


def _shown(comment: AssessmentComment) -> dict[str, object]:
    place: dict[Anchor, dict[str, object]] = {
        Anchor.SPOKEN: {"a": comment.start_seconds, "b": comment.end_seconds},
        Anchor.WRITTEN: {"from": comment.start_letter, "to": comment.end_letter},
        Anchor.POST: {"post": str(comment.post_key)},
    }
    return {
        "id": str(comment.id),
        "at": comment.anchor.value,
        **place[comment.anchor],
        "quote": comment.quote,
        "text": comment.text,
        "revision": comment.revision,
    }
