"""Makes a photo safe to show, in two sizes; the work itself happens in a limited child."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from media.children import GIB, MIB, Limits, run_limited
from media.probe import BrokenFile

LARGE_NAME, SMALL_NAME = "large.jpg", "small.jpg"
LARGE_SIDE, SMALL_SIDE = 2048, 640
CONTENT_TYPE = "image/jpeg"
# The largest photo takes three seconds of an idle processor.
PHOTO_LIMITS = Limits(wall_seconds=60, cpu_seconds=30, memory_bytes=3 * GIB // 2, file_bytes=64 * MIB, open_files=64)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as progressive JPEG, the right way up and without anything else of its file.

    `width` and `height` are the large one's pixels (sides of at most 2048); the small one's are at most 640.
    """

    width: int
    height: int
    content_type: str
    large: Path
    small: Path


async def prepare_photo(source: Path, folder: Path, *, limits: Limits = PHOTO_LIMITS) -> Photo:
    """Write both sizes into an existing folder; `source` stays as it is.

    Raises what `media.probe` refuses, and ChildFailed.
    """
    result = await run_limited("photo", sources=[source], folder=folder, limits=limits)
    width, height = result.get("width"), result.get("height")
    large, small = folder / LARGE_NAME, folder / SMALL_NAME
    if not (_is_side(width) and _is_side(height) and _is_file(large) and _is_file(small)):
        raise BrokenFile
    return Photo(width=width, height=height, content_type=CONTENT_TYPE, large=large, small=small)


def _is_side(found: object) -> TypeGuard[int]:
    return isinstance(found, int) and 0 < found <= LARGE_SIDE


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
