"""PDF files for tests, written by hand: ordinary ones, and such as nobody should send."""

import zlib
from collections.abc import Sequence

A4 = (595, 842)
_RED_BELOW = b"1 0 0 rg 0 0 %d %d re f"


def make_pdf(
    pages: int = 1,
    *,
    size: tuple[int, int] = A4,
    content: bytes | None = None,
    catalogue: bytes = b"",
    page: bytes = b"",
    trailer: bytes = b"",
    more: Sequence[bytes] = (),
    packed: bool = False,
) -> bytes:
    """Give a PDF whose pages are white above and red below.

    `catalogue`, `page` and `trailer` are put into these dictionaries; `more` are further objects, from number 4 on.
    """
    width, height = size
    drawn = _RED_BELOW % (width, height // 2) if content is None else content
    stream = zlib.compress(drawn, 9) if packed else drawn
    filter_ = b"/Filter /FlateDecode " if packed else b""
    first = 4 + len(more)
    kids = b" ".join(b"%d 0 R" % number for number in range(first, first + pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< %s/Length %d >>\nstream\n%s\nendstream" % (filter_, len(stream), stream),
        *more,
    ]
    objects += [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 3 0 R /Resources << >> %s >>"
        % (width, height, page)
    ] * pages
    return _file(objects, trailer)


def protected_pdf() -> bytes:
    """Give a PDF that asks for a password which nobody knows."""
    more = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32)
    return make_pdf(more=[more], trailer=b"/Encrypt 4 0 R /ID [<00> <00>]")


def bomb_pdf() -> bytes:
    """Give a PDF of a few kilobytes whose page is two thousand million bytes of drawing."""
    packer = zlib.compressobj(9)
    piece = b"0 0 m 500 500 l S\n" * 60_000
    packed = b"".join(packer.compress(piece) for _ in range(1800)) + packer.flush()
    twice = zlib.compress(packed, 9)
    more = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream" % (len(twice), twice)
    return make_pdf(more=[more]).replace(b"/Contents 3 0 R", b"/Contents 4 0 R")


def lively_pdf(secret: str) -> bytes:
    """Give a PDF with a script that runs when it is opened, a link, an attachment and words about its author."""
    script = b"<< /S /JavaScript /JS (app.alert('%s')) >>" % secret.encode()
    link = (
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 500 500] /A << /S /URI /URI (https://evil.example/%s) >> >>"
        % secret.encode()
    )
    attached = b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream" % (len(secret), secret.encode())
    about = b"<< /Author (%s) >>" % secret.encode()
    return make_pdf(
        catalogue=b"/OpenAction 4 0 R /Names << /EmbeddedFiles << /Names [(a.exe) << /EF << /F 6 0 R >> >>] >> >>",
        page=b"/Annots [5 0 R]",
        more=[script, link, attached, about],
        trailer=b"/Info 7 0 R",
    )


def form_pdf() -> bytes:
    """Give a white page with one field of a form, filled in: a black square in the middle."""
    look = b"0 g 0 0 200 200 re f"
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Robin) /F 4 /Rect [200 300 400 500] "
        b"/AP << /N 5 0 R >> >>"
    )
    shown = b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 200] /Length %d >>\nstream\n%s\nendstream" % (
        len(look),
        look,
    )
    return make_pdf(
        content=b"", catalogue=b"/AcroForm << /Fields [4 0 R] >>", page=b"/Annots [4 0 R]", more=[field, shown]
    )


def _file(objects: Sequence[bytes], trailer: bytes) -> bytes:
    written = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)
    return bytes(written)
