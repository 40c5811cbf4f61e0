import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.database import opened
from tests.models.world import World, make_world


@pytest.fixture(scope="session")
def world_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A database with a whole world in it, made once; tests work on copies."""
    file = tmp_path_factory.mktemp("world") / "world.sqlite3"
    shutil.copyfile(migrated_file, file)

    async def make() -> World:
        async with opened(file):
            return await make_world()

    return file, asyncio.run(make())


@pytest.fixture
async def world(world_file: tuple[Path, World], tmp_path: Path) -> AsyncIterator[World]:
    """A copy of the whole world, open; it lies in `tmp_path / "cim.sqlite3"`."""
    shutil.copyfile(world_file[0], tmp_path / "cim.sqlite3")
    async with opened(tmp_path / "cim.sqlite3"):
        yield replace(world_file[1])
