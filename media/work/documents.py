"""Prepares a PDF: every page is drawn as a picture; scripts, links and whatever else is in the file stay behind."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from media.documents import PAGE_SIDE, SMALL_NAME, SMALL_SIDE, page_name
from media.probe import (
    MAX_PAGE_POINTS,
    MAX_PAGES,
    MIN_PAGE_POINTS,
    BrokenFile,
    DocumentWithoutPages,
    PageSides,
    ProtectedDocument,
    TooManyPages,
)
from media.sniffing import evidence_kind

_QUALITY = 85
# A page smaller than a postcard is not blown up beyond four times print size.
_MAX_SCALE = 4.0
_PROTECTED = frozenset({raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY})


def prepare(
    sources: Sequence[Path], folder: Path, arguments: dict[str, Any], progress: Callable[[float], None]
) -> dict[str, Any]:
    """Write `page-1.jpg` and so on, and a small first page; answers `{"pages", "width", "height"}`."""
    del arguments
    (source,) = sources
    if evidence_kind(source) != "document":
        raise BrokenFile
    with _refusing_broken(), closing(pypdfium2.PdfDocument(source.read_bytes())) as document:
        count = len(document)
        if count > MAX_PAGES:
            raise TooManyPages
        # A certificate that was filled in as a form is empty without its fields.
        document.init_forms()
        for number in range(1, count + 1):
            picture = _drawn(document, number)
            picture.save(folder / page_name(number), "JPEG", quality=_QUALITY, progressive=True, optimize=True)
            if number == 1:
                width, height = picture.size
                picture.thumbnail((SMALL_SIDE, SMALL_SIDE))
                picture.save(folder / SMALL_NAME, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
            progress(number / count)
    return {"pages": count, "width": width, "height": height}


@contextmanager
def _refusing_broken() -> Iterator[None]:
    """Turn PDFium's errors into DocumentWithoutPages, ProtectedDocument or BrokenFile."""
    try:
        yield
    except pypdfium2.PdfiumError as error:
        if error.err_code in _PROTECTED:
            raise ProtectedDocument from error
        # It could be opened, and there was nothing in it.
        if error.err_code == raw.FPDF_ERR_SUCCESS:
            raise DocumentWithoutPages from error
        raise BrokenFile from error


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    """Draw one page on white, as large as it may be; raises PageSides before anything is drawn."""
    with closing(document[number - 1]) as page:
        sides = page.get_size()
        if not all(math.isfinite(side) and MIN_PAGE_POINTS <= side <= MAX_PAGE_POINTS for side in sides):
            raise PageSides
        # Half a pixel less, because PDFium's sizes are rounded up.
        scale = min((PAGE_SIDE - 0.5) / max(sides), _MAX_SCALE)
        with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            picture: Image.Image = bitmap.to_pil().convert("RGB")
            # `to_pil` may share PDFium's memory, which ends with the block.
            return picture.copy()
