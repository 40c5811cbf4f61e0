"""Text that both databases keep: what one of them would refuse in the middle of its work is refused in words before.

PostgreSQL has no place for the character NUL, neither in text nor within JSON, and no database for half a character.
"""

import json
from collections.abc import Sequence
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from models.errors import N_, Refused

_NUL = "\0"
_NUL_IN_JSON = "\\u0000"


class NotStorable(Refused):
    """Nobody types it: it comes with what was pasted from a broken file, or from somebody who tries things out."""

    words = N_("The text holds a character that cannot be kept. Write it anew, without pasting it.")


class StorableOnly(BaseDBAsyncClient):
    """The part of a client that looks at all values on their way to the database. Raises NotStorable."""

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        """Check, then execute."""
        _check(values)
        return await super().execute_insert(query, values)

    async def execute_query(self, query: str, values: list[Any] | None = None, **options: Any) -> Any:
        """Check, then execute."""
        _check(values or [])
        return await super().execute_query(query, values, **options)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> Any:
        """Check, then execute."""
        _check(values or [])
        return await super().execute_query_dict(query, values)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Check, then execute."""
        for row in values:
            _check(row)
        await super().execute_many(query, values)


def storable(found: Any) -> Any:
    """Free what a machine found (a text, or what JSON can say) of characters that cannot be kept."""
    if isinstance(found, str):
        return found.replace(_NUL, "").encode(errors="replace").decode()
    if isinstance(found, dict):
        return {storable(key): storable(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [storable(value) for value in found]
    return found


def _check(values: Sequence[Any]) -> None:
    if not all(_is_storable(value) for value in values if isinstance(value, str)):
        raise NotStorable


def _is_storable(text: str) -> bool:
    if _NUL in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return _NUL_IN_JSON not in text or not _says_nul(text)


def _says_nul(text: str) -> bool:
    """Tell whether this is JSON with a NUL in it; a text in which somebody writes about one is none."""
    try:
        said = json.loads(text)
    except ValueError:
        return False
    return isinstance(said, dict | list) and storable(said) != said
