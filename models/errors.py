"""Refusals: what a person may not or cannot do, with words for them."""

from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802  The name that gettext tools look for.
    """Mark a message for the catalogues; the web application translates it when it is shown."""
    return message


class Refused(Exception):
    """A refusal in words for the person; never logged as an error.

    `words` is an English message with `{name}` places for `arguments`; it is also the key in the catalogues.
    """

    words: ClassVar[str] = N_("That is not possible.")

    def __init__(self, **arguments: object) -> None:
        super().__init__(self.words, arguments)
        self.arguments = arguments

    @property
    def code(self) -> str:
        """The refusal's name for machines, for example `not_found`."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")

    def __str__(self) -> str:
        return self.words.format_map(self.arguments)


class NotAllowed(Refused):
    """Who: this person may not do it, or may not even know that it exists."""

    words = N_("This page does not exist, or it is not for you.")


class WrongState(Refused):
    """When: somebody was faster, or the work is not at this step."""

    words = N_("This has changed since you opened the page. Load it again to see where it stands.")
