"""Those whom the students of the demonstration meet, and what a story is."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from webapp.demo.hands import Assessor
from webapp.demo.office import Office

Story = AsyncGenerator[int, None]
"""Yields how many days ago it goes on, and does then what follows."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Assessors and programme staff."""

    astrid: Assessor
    henrik: Assessor
    ingrid: Office
    gunnel: Office
    torkel: Office
