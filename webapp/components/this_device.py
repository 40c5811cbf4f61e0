"""A button with which a browser lets itself be told while no page is open, where it can."""

from nicegui.element import Element

from webapp.i18n import _


class ThisDevice(Element, component="this_device.js"):
    """Shows nothing in a browser that cannot be told. `is_known`: its sign-in is told already."""

    def __init__(self, public_key: str, *, is_known: bool) -> None:
        super().__init__()
        self._props["public-key"] = public_key
        self._props["is-known"] = is_known
        self._props["words"] = {
            "offer": _("This device can tell you, also while no page is open."),
            "told": _("This device tells you, until you sign out here."),
            "turnOn": _("Tell me on this device"),
            "turnOff": _("Do not tell me here any more"),
            "denied": _(
                "The browser does not allow it. Allow notifications of this site in its settings, then try again."
            ),
            "failed": _("That did not work. Try again in a while."),
        }
        self.props("data-test=this-device-part")
