"""What a player lacks: going back a little, its speed, and keys; all of it a matter of taste that the device keeps."""

from nicegui.element import Element

from models.permissions import Actor
from webapp.i18n import _


class PlayerBar(Element, component="player_bar.js", esm={"cim-desk": "desk"}):
    """Buttons and keys for the player of a version; the keys work where the player and its transcript have the focus.

    `can_comment` tells of the key for comments, too.
    """

    def __init__(self, player: str, *, version: str, actor: Actor, can_comment: bool) -> None:
        super().__init__()
        self._props["player"] = player
        self._props["version"] = version
        self._props["person"] = str(actor.person_id)
        keys = [
            (_("space, K"), _("play or pause")),
            ("← →, J L", _("5 seconds back or forward")),
            ("− +, < >", _("slower or faster")),
            ("N", _("next word the machine was unsure of")),
            ("?", _("show or hide this help")),
        ]
        if can_comment:
            keys.insert(4, ("C", _("comment here: on the chosen words, or on this moment")))
            keys.insert(5, (_("shift and arrows"), _("choose words, from the one that has the focus")))
        self._props["keys"] = keys
        self._props["labels"] = {
            "bar": _("Player"),
            "commentHere": _("Comment here"),
            "back": _("5 seconds back"),
            "forward": _("5 seconds forward"),
            "slower": _("Slower"),
            "faster": _("Faster"),
            "speed": _("Speed"),
            "help": _("Keys"),
            "single": _("These keys work while the player or the transcript is in use."),
            "on": _("Use single keys"),
        }
