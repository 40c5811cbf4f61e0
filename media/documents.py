"""Turns a PDF into one picture for each page; the work itself happens in a limited child."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from media.children import GIB, MIB, Limits, run_limited
from media.probe import MAX_PAGES, BrokenFile

PAGE_SIDE, SMALL_SIDE = 1600, 640
SMALL_NAME = "small.jpg"
CONTENT_TYPE = "image/jpeg"
DOCUMENT_LIMITS = Limits(
    wall_seconds=300, cpu_seconds=180, memory_bytes=3 * GIB // 2, file_bytes=64 * MIB, open_files=64
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as progressive JPEGs, in order, and nothing else of its file.

    `width` and `height` are the first page's pixels (sides of at most 1600); `small` is its picture for lists.
    """

    width: int
    height: int
    content_type: str
    pages: tuple[Path, ...]
    small: Path


def page_name(number: int) -> str:
    """Name the picture of a page; the first one is 1."""
    return f"page-{number}.jpg"


async def prepare_document(
    source: Path, folder: Path, *, on_progress: Callable[[float], None] | None = None, limits: Limits = DOCUMENT_LIMITS
) -> Document:
    """Write the pictures into an existing, empty folder; `source` stays as it is.

    Raises what `media.probe` refuses, and ChildFailed.
    """
    result = await run_limited("document", sources=[source], folder=folder, limits=limits, on_progress=on_progress)
    count, width, height = (result.get(name) for name in ("pages", "width", "height"))
    if not (_is_within(count, MAX_PAGES) and _is_within(width, PAGE_SIDE) and _is_within(height, PAGE_SIDE)):
        raise BrokenFile
    pages = tuple(folder / page_name(number) for number in range(1, count + 1))
    small = folder / SMALL_NAME
    if not all(path.is_file() and not path.is_symlink() for path in (*pages, small)):
        raise BrokenFile
    return Document(width=width, height=height, content_type=CONTENT_TYPE, pages=pages, small=small)


def _is_within(found: object, most: int) -> TypeGuard[int]:
    return isinstance(found, int) and 0 < found <= most
