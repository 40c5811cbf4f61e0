import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.database import Where, opened
from tests import databases
from tests.models.world import World, make_world


@pytest.fixture(scope="session")
def world_made(migrated: Where, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Where, World]]:
    """A closed database with a whole world in it, made once; tests work on copies."""

    async def make(where: Where) -> World:
        async with opened(where):
            return await make_world()

    with databases.new(tmp_path_factory.mktemp("world"), "world", like=migrated) as where:
        yield where, asyncio.run(make(where))


@pytest.fixture
async def world(world_made: tuple[Where, World], tmp_path: Path) -> AsyncIterator[World]:
    """A copy of the whole world, open."""
    with databases.new(tmp_path, "cim", like=world_made[0]) as where:
        async with opened(where):
            yield replace(world_made[1])
