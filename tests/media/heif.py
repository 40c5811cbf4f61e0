"""Writes HEIC photos as phones do: one HEVC picture, and EXIF, XMP and a colour profile beside it."""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

import struct
from fractions import Fraction

import av
import numpy as np
from av import VideoFrame
from PIL import Image

from tests.media.boxes import Box, full


def make_heic(image: Image.Image, *, exif: bytes = b"", xmp: bytes = b"", icc: bytes = b"", turns: int = 0) -> bytes:
    """Encode a picture with even sides; `turns` are quarter turns against the clock that the viewer is to make."""
    configuration, picture = _hevc(image)
    properties = [
        Box(b"hvcC", configuration),
        full(b"ispe", struct.pack(">II", *image.size)),
        full(b"pixi", bytes([3, 8, 8, 8])),
        Box(b"irot", bytes([turns])),
    ]
    if icc:
        properties.append(Box(b"colr", b"prof" + icc))
    # The sizes of the boxes are the same for all offsets, so that writing twice finds them.
    items = [(1, b"hvc1", picture)]
    if exif:
        items.append((2, b"Exif", struct.pack(">I", 0) + exif))
    if xmp:
        items.append((3, b"mime", xmp))
    ftyp = bytes(Box(b"ftyp", b"heic" + bytes(4) + b"mif1heic"))
    length = len(bytes(_meta(items, properties, 0)))
    return (
        ftyp
        + bytes(_meta(items, properties, len(ftyp) + length + 8))
        + bytes(Box(b"mdat", b"".join(i[2] for i in items)))
    )


def _meta(items: list[tuple[int, bytes, bytes]], properties: list[Box], start: int) -> Box:
    places, at = b"", start
    for number, _, content in items:
        places += struct.pack(">HHHII", number, 0, 1, at, len(content))
        at += len(content)
    entries = [
        full(
            b"infe",
            struct.pack(">HH", number, 0) + kind + b"\0" + (b"application/rdf+xml\0" if kind == b"mime" else b""),
            2,
        )
        for number, kind, _ in items
    ]
    described = [number for number, _, _ in items if number > 1]
    references = [Box(b"cdsc", struct.pack(">HHH", number, 1, 1)) for number in described]
    order = b"".join(bytes([0x80 * (number < 2) | number + 1]) for number in range(len(properties)))
    association = struct.pack(">IHB", 1, 1, len(properties)) + order
    inside = [
        full(b"hdlr", bytes(4) + b"pict" + bytes(13)),
        full(b"pitm", struct.pack(">H", 1)),
        full(b"iloc", struct.pack(">BBH", 0x44, 0, len(items)) + places),
        full(b"iinf", struct.pack(">H", len(items)) + b"".join(map(bytes, entries))),
        Box(b"iprp", b"", [Box(b"ipco", b"", properties), full(b"ipma", association)]),
    ]
    if references:
        inside.insert(3, full(b"iref", b"".join(map(bytes, references))))
    return Box(b"meta", bytes(4), inside)


def _hevc(image: Image.Image) -> tuple[bytes, bytes]:
    """Give the decoder's configuration and one key picture, as MP4 stores them."""
    frame = VideoFrame.from_ndarray(np.asarray(image.convert("RGB")), "rgb24")
    encoder = av.CodecContext.create("libx265", "w")
    encoder.width, encoder.height, encoder.pix_fmt = *image.size, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"x265-params": "log-level=none:keyint=1:repeat-headers=1:info=0", "preset": "ultrafast"}
    stream = b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
    units = [
        unit.rstrip(b"\0") if unit[:1] else unit for unit in stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]
    ]
    arrays, picture = [], b""
    for unit in units:
        kind = unit[0] >> 1 & 63
        if kind in {32, 33, 34}:
            arrays.append(bytes([0x80 | kind]) + struct.pack(">HH", 1, len(unit)) + unit)
        elif kind < 32:
            picture += struct.pack(">I", len(unit)) + unit
    sequence = next(unit for unit in units if unit[0] >> 1 & 63 == 33)
    # Profile, tier and level begin behind the first three bytes of the sequence's parameters.
    general = sequence.replace(b"\0\0\3", b"\0\0")[3:15]
    fixed = b"\1" + general + b"\xf0\0\xfc\xfd\xf8\xf8\0\0\x0f" + bytes([len(arrays)])
    return fixed + b"".join(arrays), picture
